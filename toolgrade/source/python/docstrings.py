"""Find docstrings, and split them as FastMCP does from 3.2.4 on.

FastMCP takes the tool's description and each parameter's from the docstring. It uses griffe to
parse it, and so does this module: another parser could give another result.
"""

from __future__ import annotations

import ast
import logging
import re
from typing import TYPE_CHECKING, Literal

from toolgrade.source.nodes import Cutter, Text, concatenate
from toolgrade.source.python import literals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.python.values import Scope

_HEAD = re.compile(r"[ \t:*\w]*")
_LONGEST_HEAD = 500
_PARSERS: tuple[Literal["google", "numpy", "sphinx"], ...] = ("google", "numpy", "sphinx")


def find_docstring(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
) -> Text | None:
    """Return a docstring as it is written, not cleaned; None if there is none."""
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return literals.text(scope.module.file, first.value)
    return None


def split_docstring(text: Text, *, any_section: bool) -> tuple[Text | None, Mapping[str, Text]]:
    """Return the description in a cleaned docstring (None if it has none), and the parameters'.

    Without `any_section`, a docstring that describes no parameter is the description as a whole.
    """
    from griffe import Docstring, DocstringSectionKind  # noqa: PLC0415 - start-up time

    logging.getLogger("griffe").setLevel(logging.CRITICAL)
    cutter = Cutter(text)
    for parser in _PARSERS:
        description: Text | None = None
        parameters: dict[str, Text] = {}
        structured = False
        for section in Docstring(text.value, lineno=1, parser=parser).parse():
            if section.kind is DocstringSectionKind.text:
                if description is None:
                    description = _locate_text(text, cutter, section.value, 0)
                continue
            structured = structured or any_section
            if section.kind is DocstringSectionKind.parameters:
                for one in section.value:
                    start = _find_entry(text.value, one.name)
                    parameters[one.name] = _locate_text(text, cutter, one.description, start)
        if structured or parameters:
            return description, parameters
    return text, {}


def _find_entry(text: str, name: str) -> int:
    """Return the offset after a name on the first line that begins with it, after its last mention
    there; 0 if no line does.
    """
    word = re.compile(rf"\b{re.escape(name)}\b")
    end = at = line = 0
    while (at := text.find(name, at)) >= 0:
        start = text.rfind("\n", 0, at) + 1
        if end and start != line:
            break
        if at - start < _LONGEST_HEAD and word.match(text, at) and _HEAD.fullmatch(text, start, at):
            end, line = at + len(name), start
        at += len(name)
    return end


def _locate_text(text: Text, cutter: Cutter, wanted: str, start: int) -> Text:
    """Return `wanted` with places: its lines are those of `text` from `start` on, indented anew."""
    whole = text.value.find(wanted, start)
    if whole >= 0:
        return cutter.cut(whole, whole + len(wanted))
    parts: list[Text] = []
    for line in wanted.splitlines(keepends=True):
        body = line.strip()
        at = text.value.find(body, start)
        if at < 0:
            return Text(wanted, text.at)
        left = len(line) - len(line.lstrip())
        start = at + len(body)
        parts += [
            Text(line[:left], text.at),
            cutter.cut(at, start),
            Text(line[left + len(body) :], text.at),
        ]
    found = concatenate(parts, text.at)
    return found if isinstance(found, Text) and found.value == wanted else Text(wanted, text.at)
