"""Objects as they are written in code: members are taken out, renamed, given another value, added.

A language says where the members are (`Holder`) and how values are spelled (`Spelling`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.fixes.code.texts import CannotPlaceError
from toolgrade.fixes.json_text import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_STRINGS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'|`(?:[^`\\]|\\.)*+`',
    re.DOTALL,
)
_COMMENTS = re.compile(r"//|/\*|#")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_LINE = 88
IN_THE_WAY = "a comment is in the way"
_COMMA = re.compile(r"[ \t]*,")
_REST_OF_LINE = re.compile(r"[ \t]*\r?\n")


class Member(NamedTuple):
    """A member of an object: its key (None where it has none that is plain), from where to where it
    and its key and its value are written; `value` is None where the key alone is.
    """

    name: str | None
    span: tuple[int, int]
    key: tuple[int, int]
    value: tuple[int, int] | None


class Holder(NamedTuple):
    """An object: what is between its brackets, and its members. `is_call` is whether they are a
    call's arguments, of which `positional` come before them.
    """

    inside: tuple[int, int]
    members: tuple[Member, ...]
    is_call: bool = False
    positional: int = 0


class Spelling(NamedTuple):
    """How a language writes what JSON writes as true, false and null, and whether keys are bare."""

    constants: Mapping[str, str]
    bare_keys: bool


class Change(NamedTuple):
    """What becomes of a member: it is removed, renamed, or gets a value (added where it is new)."""

    action: str
    value: Any = None


def has_comment(code: str) -> bool:
    """Whether code may hold a comment outside of its strings."""
    return _COMMENTS.search(_STRINGS.sub("", code)) is not None


def spell(value: Any, spelling: Spelling, quote: str = '"') -> str:  # noqa: ANN401 - any JSON
    """Return JSON data as a language writes it, in one line."""
    if value is None or isinstance(value, bool):
        return spelling.constants[json.dumps(value)]
    if isinstance(value, str):
        return spell_text(value, quote)
    if isinstance(value, list):
        return f"[{', '.join(spell(one, spelling, quote) for one in value)}]"
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = ", ".join(
        f"{_spell_key(key, quote, bare=spelling.bare_keys)}: {spell(one, spelling, quote)}"
        for key, one in value.items()
    )
    return f"{{ {inner} }}" if spelling.bare_keys and inner else f"{{{inner}}}"


def _spell_key(key: str, quote: str, *, bare: bool) -> str:
    return key if bare and _IDENTIFIER.fullmatch(key) else spell_text(key, quote)


def spell_text(value: str, quote: str) -> str:
    """Return a text as a string literal; what JSON escapes, Python and JavaScript escape alike."""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise CannotPlaceError("it holds half of a character")
    spelled = json.dumps(value, ensure_ascii=False)
    return f"'{value}'" if quote == "'" and spelled[1:-1] == value and "'" not in value else spelled


def change_members(
    text: str, holder: Holder, changes: Mapping[str, Change], spelling: Spelling, newline: str
) -> list[TextEdit]:
    """Return the edits that change members of an object, by name. Raises CannotPlaceError."""
    named = {member.name: member for member in holder.members if member.name is not None}
    quote = _find_quote(text, holder)
    edits: list[TextEdit] = []
    added: list[str] = []
    for name, change in changes.items():
        if name not in named:
            added.append(_spell_member(name, change.value, holder, spelling, text))
            continue
        member = named[name]
        if change.action == "rename":
            edits.append(TextEdit(*member.key, _rename(text, member, str(change.value), holder)))
        elif change.action == "value":
            if member.value is None:
                raise CannotPlaceError("its value is not written at it")
            edits.append(TextEdit(*member.value, spell(change.value, spelling, quote)))
    gone = [
        member
        for member in holder.members
        if member.name is not None
        and member.name in changes
        and changes[member.name].action == "remove"
    ]
    edits += _remove(text, holder, gone)
    if added:
        edits.append(_add(text, holder, added, newline))
    return sorted(edits)


def _find_quote(text: str, holder: Holder) -> str:
    """Return the quotes that an object's first text has."""
    found = re.search(r"['\"]", text[holder.inside[0] : holder.inside[1]])
    return found[0] if found else '"'


def _spell_member(
    name: str,
    value: Any,  # noqa: ANN401 - any JSON
    holder: Holder,
    spelling: Spelling,
    text: str,
) -> str:
    quote = _find_quote(text, holder)
    spelled = spell(value, spelling, quote)
    if holder.is_call:
        if not _IDENTIFIER.fullmatch(name):
            raise CannotPlaceError(f"{name[:40]} cannot be the name of an argument")
        return f"{name}={spelled}"
    keys = [text[slice(*member.key)] for member in holder.members if member.name is not None]
    is_bare = spelling.bare_keys and not all(key[:1] in "'\"" for key in keys or ["x"])
    return f"{_spell_key(name, quote, bare=is_bare)}: {spelled}"


def _rename(text: str, member: Member, name: str, holder: Holder) -> str:
    key = text[slice(*member.key)]
    if key[:1] in {"'", '"'}:
        return spell_text(name, key[0])
    if member.value is None or not _IDENTIFIER.fullmatch(name):
        raise CannotPlaceError("its key cannot be written otherwise")
    return name if holder.is_call or key == member.name else spell_text(name, '"')


def _remove(text: str, holder: Holder, gone: Sequence[Member]) -> Iterator[TextEdit]:
    tail = _find_tail(text, holder, gone)
    if tail:
        yield tail
    for member in gone:
        start, end = member.span
        if tail and tail.start < start:
            continue
        if has_comment(text[start:end]):
            raise CannotPlaceError(IN_THE_WAY)
        line = text.rfind("\n", 0, start) + 1
        comma = _COMMA.match(text, end, holder.inside[1])
        is_last = member is holder.members[-1]
        if not comma and not is_last:
            raise CannotPlaceError(IN_THE_WAY)
        after = comma.end() if comma else end
        rest = _REST_OF_LINE.match(text, after, holder.inside[1])
        before = text[max(line, holder.inside[0]) : start]
        if rest and not before.strip(" \t") and line >= holder.inside[0]:
            yield TextEdit(line, rest.end(), "")
        elif is_last:
            first = _find_end_before(text, holder, gone, start)
            yield TextEdit(first, end if first < start else after, "")
        else:
            yield TextEdit(start, _skip_blanks(text, after, holder.inside[1]), "")


def _find_tail(text: str, holder: Holder, gone: Sequence[Member]) -> TextEdit | None:
    """Return the edit that cuts several members off the end of a line, None for one or for all."""
    kept = [member for member in holder.members if member not in gone]
    last = holder.members[-1] if holder.members else None
    if not kept or last is None or kept[-1] in holder.members[-2:]:
        return None
    start, end = kept[-1].span[1], last.span[1]
    cut = text[start:end]
    return None if "\n" in cut or has_comment(cut) else TextEdit(start, end, "")


def _find_end_before(text: str, holder: Holder, gone: Sequence[Member], start: int) -> int:
    """Return where to cut the last member off: at the end of the one before, with the comma between
    them, unless that one goes too or a comment is between.
    """
    kept = [member for member in holder.members if member not in gone]
    if not kept or kept[-1] is not holder.members[-2]:
        return start
    end = kept[-1].span[1]
    return end if re.fullmatch(r"\s*,\s*", text[end:start]) else start


def _skip_blanks(text: str, at: int, end: int) -> int:
    while at < end and text[at] in " \t":
        at += 1
    return at


def _add(text: str, holder: Holder, added: Sequence[str], newline: str) -> TextEdit:
    """Return the edit that puts members before the others, or behind a call's arguments."""
    start, end = holder.inside
    joined = ", ".join(added)
    if holder.positional:
        last = len(text[start:end].rstrip())
        if has_comment(text[start:end]) or not last:
            raise CannotPlaceError(IN_THE_WAY)
        mark = " " if text[start + last - 1] == "," else ", "
        return TextEdit(start + last, start + last, f"{mark}{joined}")
    if not holder.members:
        return TextEdit(start, start, joined)
    first = holder.members[0].span[0]
    gap = text[start:first]
    if "\n" not in gap:
        return TextEdit(
            start, start, f"{gap if not gap.strip() else ' '}{joined},{'' if gap else ' '}"
        )
    indent = gap[gap.rfind("\n") + 1 :]
    lines = "".join(f"{newline}{indent if not indent.strip() else ''}{one}," for one in added)
    return TextEdit(start, start, lines)


def spell_over_lines(value: Any, spelling: Spelling, quote: str, indent: str, unit: str) -> str:  # noqa: ANN401 - any JSON
    """Return JSON data as a language writes it, a member a line where it is long. Each line begins
    after a newline character alone.
    """
    flat = spell(value, spelling, quote)
    if len(indent) + len(flat) <= _LONGEST_LINE or not value or not isinstance(value, dict | list):
        return flat
    inner = indent + unit
    if isinstance(value, list):
        held = [spell_over_lines(one, spelling, quote, inner, unit) for one in value]
        opening, closing = "[", "]"
    else:
        held = [
            f"{_spell_key(key, quote, bare=spelling.bare_keys)}: "
            f"{spell_over_lines(one, spelling, quote, inner, unit)}"
            for key, one in value.items()
        ]
        opening, closing = "{", "}"
    body = "".join(f"{inner}{one},\n" for one in held)
    return f"{opening}\n{body}{indent}{closing}"
