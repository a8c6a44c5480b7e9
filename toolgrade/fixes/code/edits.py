"""A fix of a definition that was read from code, as edits of the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from toolgrade.fixes.code.objects import Change, Holder, has_comment, spell, spell_over_lines
from toolgrade.fixes.code.python import PythonSyntax
from toolgrade.fixes.code.texts import CannotPlaceError, Comparer, Cut, change_text
from toolgrade.fixes.json_text import TextEdit
from toolgrade.fixes.patch import NoSuchPlaceError, find_value, split_pointer
from toolgrade.source import javascript
from toolgrade.source.nodes import File, Items, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.fixes.code.objects import Member, Spelling
    from toolgrade.model import Edit, Fix, Pointer
    from toolgrade.source.nodes import Node, Spot

_MADE = "the SDK makes it, no literal"


class Syntax(Protocol):
    """What is known of the objects in one file."""

    spelling: Spelling

    def find_holders(self, offset: int) -> Iterator[Holder]:
        """Yield the objects and calls that begin at an offset."""

    def find_around(self, offset: int) -> Holder | None:
        """Return the object that has a key, or the value of one, at an offset."""

    def find_literal(self, offset: int) -> tuple[int, int] | None:
        """Return from where to where the longest literal is that begins at an offset."""


class MemberChange(NamedTuple):
    """What becomes of one member of an object in a file."""

    file: File
    holder: Holder
    name: str
    change: Change


class Placement(NamedTuple):
    """The edits of code that a fix is."""

    members: tuple[MemberChange, ...]
    cuts: tuple[Cut, ...]


class Placer:
    """Finds the places of fixes; each file is parsed once."""

    def __init__(self) -> None:
        self._syntaxes: dict[str, Syntax] = {}
        self._comparer = Comparer()

    def place(self, node: Node, raw: Mapping[str, Any], fix: Fix) -> Placement:
        """Return what a fix of a definition is in the code that it was read from. Raises
        CannotPlaceError.
        """
        members: list[MemberChange] = []
        cuts: list[Cut] = []
        for edit in fix.edits:
            try:
                for one in _split_move(raw, edit):
                    self._place_edit(node, one, members, cuts)
            except NoSuchPlaceError as error:
                raise CannotPlaceError("it is not known from code alone") from error
        return Placement(tuple(members), tuple(cuts))

    def _place_edit(
        self, root: Node, edit: Edit, members: list[MemberChange], cuts: list[Cut]
    ) -> None:
        *way, name = split_pointer(edit.path)
        table = root
        for key in way:
            table = _step(table, key)
        if not isinstance(table, Table):
            raise CannotPlaceError("it is a member of a list")
        held = table.entries.get(name)
        if held is not None and edit.op in {"add", "replace"}:
            cuts += self._replace(held, edit.value)
            return
        if held is None and edit.op == "add":
            holder = self._find_holder(table, is_top=not way)
            change = Change("add", edit.value)
            members.append(MemberChange(table.at.file, holder, name, change))
            return
        if held is None:
            raise CannotPlaceError("it is not known from code alone")
        file, holder, member = self._find_member(table, name, held)
        new = split_pointer(edit.source)[-1] if edit.op == "move" else ""
        change = Change("rename", new) if edit.op == "move" else Change("remove")
        members.append(MemberChange(file, holder, member.name or "", change))

    def _replace(self, held: Node, value: Any) -> list[Cut]:  # noqa: ANN401 - any JSON
        """Return the edits that give a value that is written in code another."""
        if isinstance(held, Text) and isinstance(value, str):
            if value == held.value:
                return []
            try:
                return change_text(held, value, self._comparer)
            except CannotPlaceError:
                if not held.runs:
                    raise
        file, text = held.at.file, held.at.file.text
        syntax = self._find_syntax(file)
        span = syntax.find_literal(held.at.offset)
        if span is None:
            raise CannotPlaceError("its value is not a literal, or holds some that are not")
        old = text[slice(*span)]
        if has_comment(old):
            raise CannotPlaceError("a comment is in the way")
        if isinstance(held, Text) and old[:1] not in {"'", '"'}:
            raise CannotPlaceError("the words are written with escapes, or over several lines")
        quote = next((char for char in old if char in "'\""), '"')
        if "\n" not in old:
            return [Cut(file, TextEdit(*span, spell(value, syntax.spelling, quote)))]
        line = text[text.rfind("\n", 0, span[0]) + 1 : span[0]]
        indent = line[: len(line) - len(line.lstrip())]
        unit = "\t" if "\t" in indent else "    " if isinstance(syntax, PythonSyntax) else "  "
        new = spell_over_lines(value, syntax.spelling, quote, indent, unit)
        end = "\r\n" if "\r\n" in old else "\n"
        return [Cut(file, TextEdit(*span, new.replace("\n", end)))]

    def _find_member(self, table: Table, name: str, held: Node) -> tuple[File, Holder, Member]:
        """Return the object that a member is written in, and where."""
        spot: Spot = table.keys.get(name) or held.at
        holder = self._find_syntax(spot.file).find_around(spot.offset)
        for member in holder.members if holder else ():
            starts = {member.span[0], *(member.value or ())[:1]}
            if holder and spot.offset in starts and _is_name(member.name, name):
                return spot.file, holder, member
        raise CannotPlaceError(_MADE)

    def _find_holder(self, table: Table, *, is_top: bool) -> Holder:
        """Return the object that a table is written as."""
        syntax = self._find_syntax(table.at.file)
        spots = {spot.offset for spot in table.keys.values() if spot.file is table.at.file}
        for holder in syntax.find_holders(table.at.offset):
            keys = {member.span[0] for member in holder.members}
            is_empty = not (table.entries or table.keys or holder.members)
            if keys & spots or is_empty or (is_top and holder.is_call):
                return holder
        for name, spot in table.keys.items():
            around = syntax.find_around(spot.offset) if spot.file is table.at.file else None
            if around and any(_is_name(member.name, name) for member in around.members):
                return around
        raise CannotPlaceError(_MADE)

    def find_syntax(self, label: str) -> Syntax | None:
        """Return the syntax of a file that was parsed, None if none is."""
        return self._syntaxes.get(label)

    def _find_syntax(self, file: File) -> Syntax:
        if file.label not in self._syntaxes:
            if file.label.endswith((".py", ".pyi")):
                self._syntaxes[file.label] = PythonSyntax(file)
            elif file.label.endswith(javascript.SUFFIXES):
                from toolgrade.fixes.code.javascript import JavaScriptSyntax  # noqa: PLC0415 - brings the parser

                self._syntaxes[file.label] = JavaScriptSyntax(file)
            else:
                raise CannotPlaceError("only words can be changed in this language")
        return self._syntaxes[file.label]


def _split_move(raw: Mapping[str, Any], edit: Edit) -> Iterator[Edit]:
    """Yield a move out of its object as what is removed and added; a rename with the new name as
    its source and the old one as its path; and every other edit as it is.
    """
    if edit.op != "move":
        yield edit
    elif edit.source.rpartition("/")[0] == edit.path.rpartition("/")[0]:
        yield edit._replace(path=edit.source, source=edit.path)
    else:
        value = find_value(raw, edit.source)
        yield edit._replace(op="remove", path=edit.source, source="")
        yield edit._replace(op="add", value=value, source="")


def _step(node: Node, key: str) -> Node:
    found: Any = None
    if isinstance(node, Table):
        found = node.entries.get(key)
    elif isinstance(node, Items) and key.isdecimal() and int(key) < len(node.items):
        found = node.items[int(key)]
    if found is None:
        raise CannotPlaceError("it is not known from code alone")
    step: Node = found
    return step


def _is_name(written: str | None, name: str) -> bool:
    """Whether a key is the one of a definition; Python may write it with underscores."""
    if written is None:
        return False
    camel = re.sub(r"(?<=[a-z0-9])_([a-z])", lambda found: found[1].upper(), written)
    return name in {written, camel}


def list_files(placement: Placement) -> Iterator[File]:
    """Yield the files that a placement edits."""
    for one in placement.members:
        yield one.file
    for cut in placement.cuts:
        yield cut.file


def is_inside(pointer: Pointer, fix: Fix) -> bool:
    """Whether a fix edits what is at a pointer, around it or inside of it."""
    return any(
        path and (f"{path}/".startswith(f"{pointer}/") or f"{pointer}/".startswith(f"{path}/"))
        for edit in fix.edits
        for path in (edit.path, edit.source)
    )
