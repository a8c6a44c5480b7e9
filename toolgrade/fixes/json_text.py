"""The text of a JSON file after a change of its data: what did not change keeps every character.

The old and the new data are walked together. What is the same object, or equal, is left; a
container whose members came or went is written anew from the texts of those that stay, with the
white space, the separators and the order that the file has; any other value is replaced.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_GAP = re.compile(r"[ \t\n\r]*+")
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
# Numbers stay text: they are only skipped, and a huge one could not be converted.
_SKIPPER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)
_LONGEST_LEAD = 2000
"""Characters before a value on its line; a longer line is not laid out by indents."""
_NEWLINE = re.compile(r"\r\n|\n|\r")


class TextEdit(NamedTuple):
    """Characters `start` to `end` of a text (code points) become `new`."""

    start: int
    end: int
    new: str


def apply_text_edits(text: str, edits: Sequence[TextEdit]) -> str:
    """Return a text after edits that do not overlap and are in order."""
    kept: list[str] = []
    at = 0
    for edit in edits:
        kept += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join((*kept, text[at:]))


def edit_text(text: str, old: Any, new: Any) -> list[TextEdit]:  # noqa: ANN401 - any JSON
    """Return the edits, in order, that make `text`, which holds `old`, hold `new`."""
    return edit_value(text, _skip_gap(text, 0), old, new)


def edit_value(text: str, at: int, old: Any, new: Any) -> list[TextEdit]:  # noqa: ANN401 - any JSON
    """Return the edits, in order, that make the value at `at`, which is `old`, be `new`."""
    return [_trim(text, edit) for edit in _Writer(text).change(at, old, new)]


def _trim(text: str, edit: TextEdit) -> TextEdit:
    """Return an edit without what it leaves as it is at both ends."""
    old, new = text[edit.start : edit.end], edit.new
    same = 0
    least = min(len(old), len(new))
    while same < least and old[same] == new[same]:
        same += 1
    end = 0
    while end < least - same and old[-1 - end] == new[-1 - end]:
        end += 1
    return TextEdit(edit.start + same, edit.end - end, new[same : len(new) - end])


class _Member(NamedTuple):
    """A member of a container in the text: where the white space before it begins, where its key
    (in an object) and its value begin, and where the value ends.
    """

    key: str
    lead: int
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class _Writer:
    text: str

    def change(self, at: int, old: Any, new: Any) -> Iterator[TextEdit]:  # noqa: ANN401 - any JSON
        """Yield the edits for the value at `at`."""
        if old is new or _is_same(old, new):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self._change_object(at, old, new)
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            members = self._members(at)
            for member, before, after in zip(members, old, new, strict=True):
                yield from self.change(member.value, before, after)
        else:
            yield self._replace(at, old, new)

    def _replace(self, at: int, old: Any, new: Any) -> TextEdit:  # noqa: ANN401 - any JSON
        end = self._end(at)
        written = self.text[at:end]
        is_one_line = isinstance(old, dict | list) and bool(old) and "\n" not in written
        indent = None if is_one_line else self._indent_at(at)
        colon = self._colon(at)
        if is_one_line and isinstance(old, list) and len(old) > 1:
            colon = ": " if ", " in written else ":"
        return TextEdit(at, end, self._dump(new, indent, self._unit(at, end), colon))

    def _change_object(
        self, at: int, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[TextEdit]:
        members = self._members(at)
        last = {member.key: member for member in members}
        if list(old) == list(new):
            for key, before in old.items():
                yield from self.change(last[key].value, before, new[key])
            return
        yield self._rewrite(at, members, old, new)

    def _rewrite(
        self, at: int, members: Sequence[_Member], old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> TextEdit:
        """Return the edit of an object some of whose keys came, went or have another name."""
        end = self._end(at)
        renamed = _pair_renamed(old, new)
        kept = [
            "".join((self.text[m.lead : m.start], *self._member(m, old, new, renamed)))
            for m in members
            if m.key in new or m.key in renamed
        ]
        added = [key for key in new if key not in old and key not in renamed.values()]
        if not kept and not added:
            return TextEdit(at, end, "{}")
        tail = self.text[members[-1].end : end - 1] if members else ""
        if members:
            lead, colon = self._style(members)
        else:
            lead, colon, tail = self._first_style(at)
        unit = self._unit(at, end)
        indent = lead.rpartition("\n")[2] if "\n" in lead else None
        kept += [
            f"{lead}{json.dumps(key, ensure_ascii=False)}{colon}"
            f"{self._dump(new[key], indent, unit, colon)}"
            for key in added
        ]
        if members and kept and members[0].key not in new and members[0].key not in renamed:
            # What follows another member may be set apart otherwise than the first one.
            first = self.text[members[0].lead : members[0].start]
            kept[0] = first + kept[0].lstrip(" \t\r\n")
        return TextEdit(at, end, f"{{{','.join(kept)}{tail}}}")

    def _member(
        self,
        member: _Member,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        renamed: Mapping[str, str],
    ) -> Iterator[str]:
        name = renamed.get(member.key)
        key_end = self._string_end(member.start)
        is_renamed = name is not None
        own = self.text[member.start : key_end]
        yield json.dumps(name, ensure_ascii=False) if is_renamed else own
        yield self.text[key_end : member.value]
        key = member.key if name is None else name
        edits = list(self.change(member.value, old[member.key], new[key]))
        inner = [TextEdit(e.start - member.value, e.end - member.value, e.new) for e in edits]
        yield apply_text_edits(self.text[member.value : member.end], inner)

    def _style(self, members: Sequence[_Member]) -> tuple[str, str]:
        """Return what is before a member that is added, and between its key and its value."""
        lead = self.text[members[-1].lead : members[-1].start]
        if len(members) == 1 and "\n" not in lead and self.text[members[0].end] == ",":
            lead = " "
        if len(members) == 1 and not lead:
            # A lone member does not show whether the file sets members apart by a blank.
            lead = " " if ": " in self.text[members[0].start : members[0].value + 1] else ""
        colon = self.text[self._string_end(members[-1].start) : members[-1].value]
        return lead, colon

    def _first_style(self, at: int) -> tuple[str, str, str]:
        """Return the white space around the first member of an empty object at `at`."""
        indent = self._indent_at(at)
        if indent is None:
            return "", self._colon(at), ""
        newline = self._newline()
        unit = self._unit(at, at + 1)
        return f"{newline}{indent}{unit}", self._colon(at), f"{newline}{indent}"

    def _colon(self, at: int) -> str:
        """Return what is between keys and values around `at`."""
        before = self.text.rfind(":", 0, at)
        gap = _GAP.match(self.text, before + 1) if before >= 0 else None
        return f":{gap[0]}" if gap and len(gap[0]) <= 1 else ": "

    def _indent_at(self, at: int) -> str | None:
        """Return the indent of the line of `at`; None if the file is not written in lines there."""
        start = self.text.rfind("\n", max(0, at - _LONGEST_LEAD), at)
        line = self.text[start + 1 : at] if start >= 0 else ""
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        # A member on a line of its own; a whole list may be on one line, too.
        rest = line[len(indent) :]
        return indent if start >= 0 and rest.count('"') <= 2 and "{" not in rest else None  # noqa: PLR2004 - the key's own quotes

    def _newline(self) -> str:
        found = _NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def _unit(self, start: int, end: int) -> str:
        """Return by how much the file indents: between a member here and the line above it."""
        for first, second in pairwise(self.text[max(0, start - 4000) : end + 4000].split("\n")):
            one, two = _indent_of(first), _indent_of(second)
            if first.rstrip().endswith(("{", "[")) and len(two) > len(one) and two.startswith(one):
                return two[len(one) :]
        return "" if "\n" in self.text else "  "

    def _dump(
        self,
        value: Any,  # noqa: ANN401 - any JSON
        indent: str | None,
        unit: str,
        colon: str = ": ",
    ) -> str:
        """Return a value in the file's style; on one line where `indent` is None."""
        is_tight = colon == ":"
        if indent is None or not isinstance(value, dict | list) or not value:
            comma = "," if is_tight else ", "
            return json.dumps(
                value, ensure_ascii=False, separators=(comma, colon.strip("\n") or ": ")
            )
        text = json.dumps(value, ensure_ascii=False, indent=unit, separators=(",", colon))
        return text.replace("\n", f"{self._newline()}{indent}")

    def _members(self, at: int) -> list[_Member]:
        found: list[_Member] = []
        text, is_object = self.text, self.text[at] == "{"
        lead = at + 1
        at = _skip_gap(text, lead)
        while text[at] not in "}]":
            key, value = "", at
            if is_object:
                key_end = self._string_end(at)
                key, _ = _SKIPPER.raw_decode(text, at)
                value = _skip_gap(text, _skip_gap(text, key_end) + 1)
            end = self._end(value)
            found.append(_Member(key, lead, at, value, end))
            after = _skip_gap(text, end)
            lead = after + 1
            at = _skip_gap(text, lead) if text[after] == "," else after
        return found

    def _end(self, at: int) -> int:
        return _SKIPPER.raw_decode(self.text, at)[1]

    def _string_end(self, at: int) -> int:
        found = _STRING.match(self.text, at)
        assert found, "a key is a string"  # noqa: S101 - the text was parsed before
        return found.end()


def _is_same(old: Any, new: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether two values are equal as JSON writes them: true is not 1, 1 is not 1.0."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    return bool(old == new)


def _pair_renamed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys that have another name at the same place among the others."""
    if len(old) != len(new):
        return {}
    return {
        one: other
        for one, other in zip(old, new, strict=True)
        if one != other and one not in new and other not in old
    }


def _skip_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
