"""Evaluate string methods that only cut and join, on texts that know their places in the source."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import (
    MAX_ITEMS,
    MAX_TEXT,
    Cutter,
    Items,
    Node,
    Run,
    Scalar,
    Table,
    Text,
    Unknown,
    concatenate,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolgrade.source.nodes import Spot

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LONGEST_INDEX = 9


def convert_to_text(value: object, at: Spot) -> Text | Unknown:
    """Return a plain value converted with `str`."""
    match value:
        case Text():
            return value
        case Scalar(plain):
            return Text(str(plain), at)
        case Unknown():
            return value
    return Unknown("its spelling is made at run time", at)


def dedent_text(text: Text) -> Text:
    """Return a text after `textwrap.dedent`."""
    return _restore_places(text, textwrap.dedent(text.value))


def clean_docstring(text: Text) -> Text:
    """Return a text after `inspect.cleandoc`."""
    import inspect  # noqa: PLC0415 - start-up time: it is slow to import

    return _restore_places(text, inspect.cleandoc(text.value))


def compile_docstring(text: Text) -> Text:
    """Return a docstring as Python 3.13 keeps it: dedented, but with its last line."""
    lines = text.value.expandtabs().split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    indent = min(indents, default=0)
    kept = [lines[0].lstrip(), *(line[indent:] if line.strip() else "" for line in lines[1:])]
    return _restore_places(text, "\n".join(kept))


def _restore_places(text: Text, result: str) -> Text:
    """Return `result` with the places of `text`, from which it differs only in blanks at the ends
    of lines and of the whole.
    """
    if text.value.count("\n") > MAX_ITEMS:
        return Text(result, text.at)
    cutter = Cutter(text)
    lines = [cutter.cut(*m.span()) for m in _LINE.finditer(text.value)]
    parts: list[Text] = []
    at = 0
    for wanted in _LINE.findall(result):
        body = wanted.strip()
        while at < len(lines) and lines[at].value.strip() != body:
            at += 1
        if at == len(lines):
            # Tabs inside were expanded: the text is known, but not the places.
            return Text(result, text.at)
        start = lines[at].value.find(wanted)
        if start < 0 and lines[at].value.rstrip() == lines[at].value.rstrip("\n"):
            start = lines[at].value.find(wanted.rstrip("\n"))
        if start >= 0 and lines[at].value[start : start + len(wanted)] == wanted:
            parts.append(lines[at].cut(start, start + len(wanted)))
        else:
            parts.append(Text(wanted, text.at, (Run(None, 0, len(wanted)),)))
        at += 1
    found = concatenate(parts, text.at)
    return found if isinstance(found, Text) and found.value == result else Text(result, text.at)


def _strip_text(text: Text, args: Sequence[Node], side: Callable[..., str]) -> Text | None:
    chars = args[0].value if args and isinstance(args[0], Text) else None
    if args and chars is None:
        return None
    left = len(text.value) - len(text.value.lstrip(chars)) if side is not str.rstrip else 0
    right = len(text.value.rstrip(chars)) if side is not str.lstrip else len(text.value)
    return text.cut(left, max(left, right))


def call_text_method(
    text: Text, name: str, args: Sequence[Node], kwargs: Mapping[str, Node]
) -> Node:
    """Return the result of a method of a text; unknown for unsupported methods."""
    unknown = Unknown(f"str.{name} is not followed", text.at)
    if name in {"strip", "lstrip", "rstrip"} and len(args) <= 1:
        return _strip_text(text, args, getattr(str, name)) or unknown
    if name == "format":
        return format_text(text, args, kwargs)
    if name in {"split", "rsplit", "splitlines", "partition", "rpartition"}:
        return _parts(text, name, args) or unknown
    if name in {"removeprefix", "removesuffix"} and len(args) == 1 and isinstance(args[0], Text):
        kept: str = getattr(text.value, name)(args[0].value)
        start = len(text.value) - len(kept) if name == "removeprefix" else 0
        return text.cut(start, start + len(kept))
    if name in {"startswith", "endswith"} and len(args) == 1 and isinstance(args[0], Text):
        return Scalar(bool(getattr(text.value, name)(args[0].value)), text.at)
    if name == "join" and len(args) == 1:
        return _join(text, args[0])
    if name in {"upper", "lower", "title", "capitalize"} and not args:
        made: str = getattr(text.value, name)()
        return Text(made, text.at, text.runs if len(made) == len(text.value) else ())
    if name == "replace" and len(args) == 2:  # noqa: PLR2004 - old and new
        old, new = args
        if isinstance(old, Text) and isinstance(new, Text) and old.value:
            return _replace_text(text, old.value, new)
    return unknown


def _parts(text: Text, name: str, args: Sequence[Node]) -> Items | Unknown | None:
    """Return the parts into which a text is split, each with its places."""
    plain = [one.value for one in args if isinstance(one, Text | Scalar)]
    if len(plain) != len(args) or plain[:1] == [""]:
        return None
    try:
        values: Sequence[str] = getattr(text.value, name)(*plain)
    except (TypeError, ValueError):
        return None
    if len(values) > MAX_ITEMS:
        return Unknown(TOO_LARGE, text.at)
    cutter = Cutter(text)
    found: list[Text] = []
    at = 0
    for value in values:
        at = text.value.index(value, at)
        found.append(cutter.cut(at, at + len(value)))
        at += len(value)
    return Items(tuple(found), text.at)


def _join(separator: Text, parts: Node) -> Node:
    if isinstance(parts, Unknown):
        return parts
    if not isinstance(parts, Items):
        return Unknown("the parts that are joined are made at run time", separator.at)
    texts: list[Text] = []
    for part in parts.items:
        if isinstance(part, Unknown):
            return part
        if not isinstance(part, Text):
            return Unknown("the parts that are joined are not texts", separator.at)
        texts += [separator, part] if texts else [part]
    return concatenate(texts, separator.at)


def _replace_text(text: Text, old: str, new: Text) -> Text | Unknown:
    count = text.value.count(old)
    if count * len(new.value) > MAX_TEXT or count > MAX_ITEMS:
        return Unknown(TOO_LARGE, text.at)
    cutter = Cutter(text)
    parts: list[Text] = []
    start = 0
    while (found := text.value.find(old, start)) >= 0:
        parts += [cutter.cut(start, found), new]
        start = found + len(old)
    return concatenate([*parts, cutter.cut(start, len(text.value))], text.at)


def format_text(text: Text, args: Sequence[Node], kwargs: Mapping[str, Node]) -> Text | Unknown:
    """Return the result of `text.format(...)`; unknown unless fields are plain names or numbers."""
    cutter = Cutter(text)
    parts: list[Text] = []
    at = count = 0
    for found in _FIELD.finditer(text.value):
        if len(parts) > MAX_ITEMS:
            return Unknown(TOO_LARGE, text.at)
        parts.append(cutter.cut(at, found.start()))
        at = found.end()
        if found[0] in {"{{", "}}"}:
            parts.append(cutter.cut(at - 1, at))
            continue
        name = found[1] or str(count)
        count += found[1] == ""
        value = kwargs.get(name)
        if name.isdecimal() and len(name) <= _LONGEST_INDEX and int(name) < len(args):
            value = args[int(name)]
        made = convert_to_text(value, text.at)
        if isinstance(made, Unknown):
            return made
        parts.append(made)
    return concatenate([*parts, cutter.cut(at, len(text.value))], text.at)


def format_percent(text: Text, value: Node) -> Text | Unknown:
    """Return the result of `text % value`; unknown unless every field is a plain %s, %d or %%."""
    given = iter(value.items if isinstance(value, Items) else [value])
    cutter = Cutter(text)
    parts: list[Text] = []
    at = 0
    for found in re.finditer(r"%(\(\w+\))?(.)", text.value, re.DOTALL):
        if len(parts) > MAX_ITEMS:
            return Unknown(TOO_LARGE, text.at)
        parts.append(cutter.cut(at, found.start()))
        at = found.end()
        if found[2] == "%" and not found[1]:
            parts.append(cutter.cut(at - 1, at))
            continue
        if found[1]:
            key = found[1][1:-1]
            one = value.entries.get(key) if isinstance(value, Table) else None
        else:
            one = next(given, None)
        made = convert_to_text(one, text.at) if found[2] in "sd" else Unknown("its format", text.at)
        if isinstance(made, Unknown):
            return made
        parts.append(made)
    return concatenate([*parts, cutter.cut(at, len(text.value))], text.at)
