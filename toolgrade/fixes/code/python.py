"""Where the members of dicts and the keyword arguments of calls are in a Python file."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeGuard

from toolgrade.fixes.code.objects import Holder, Member, Spelling
from toolgrade.source.python.modules import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.nodes import File

_COMMENT = re.compile(r"#[^\n]*")
_PLAIN = (ast.Constant, ast.List, ast.Dict, ast.UnaryOp, ast.USub, ast.Load)


class PythonSyntax:
    """The syntax of one file. Raises SyntaxError, ValueError or RecursionError when first asked."""

    spelling = Spelling({"true": "True", "false": "False", "null": "None"}, bare_keys=False)

    def __init__(self, file: File) -> None:
        self._file = file

    @cached_property
    def _starting(self) -> dict[int, list[ast.AST]]:
        """The nodes by the offset at which they begin, the outer ones first."""
        found: dict[int, list[ast.AST]] = defaultdict(list)
        for node in ast.walk(parse_source(self._file.text)):
            if hasattr(node, "lineno"):
                found[self._start(node)].append(node)
        return found

    def _start(self, node: ast.AST) -> int:
        return self._file.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._file.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def find_holders(self, offset: int) -> Iterator[Holder]:
        """Yield the objects and calls that begin at an offset, and the decorator of a function that
        registers it.
        """
        for node in self._starting.get(offset, ()):
            if isinstance(node, ast.Dict | ast.Call):
                yield self._read(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                calls = [one for one in node.decorator_list if _registers(one)]
                if len(calls) == 1:
                    yield self._read(calls[0])

    def find_around(self, offset: int) -> Holder | None:
        """Return the object or call that has a key, or the value of one, at an offset."""
        for holder in self._by_member.get(offset, ()):
            return self._read(holder)
        return None

    @cached_property
    def _by_member(self) -> dict[int, list[ast.Dict | ast.Call]]:
        found: dict[int, list[ast.Dict | ast.Call]] = defaultdict(list)
        for nodes in self._starting.values():
            for node in nodes:
                if isinstance(node, ast.Dict):
                    for key, value in zip(node.keys, node.values, strict=True):
                        for one in (key, value) if key else ():
                            found[self._start(one)].append(node)
                elif isinstance(node, ast.Call):
                    for keyword in node.keywords:
                        found[self._start(keyword)].append(node)
                        found[self._start(keyword.value)].append(node)
        return found

    def find_literal(self, offset: int) -> tuple[int, int] | None:
        """Return from where to where the longest literal is that begins at an offset."""
        ends = [
            self._end(node)
            for node in self._starting.get(offset, ())
            if isinstance(node, ast.expr) and all(isinstance(n, _PLAIN) for n in ast.walk(node))
        ]
        return (offset, max(ends)) if ends else None

    def _read(self, node: ast.Dict | ast.Call) -> Holder:
        end = self._end(node) - 1
        if isinstance(node, ast.Dict):
            pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True)]
            start = self._start(node) + 1
            members = [
                self._locate(key, value, end, pairs[at + 1 :])
                for at, (key, value) in enumerate(pairs)
            ]
            return Holder((start, end), tuple(members))
        start = self._file.text.index("(", self._end(node.func)) + 1
        found: list[Member] = []
        given: list[ast.expr | ast.keyword] = sorted((*node.args, *node.keywords), key=self._start)
        for at, one in enumerate(given):
            stop = self._start(given[at + 1]) if at + 1 < len(given) else end
            if isinstance(one, ast.keyword) and one.arg:
                first = self._start(one)
                found.append(self._span(one.arg, first, first + len(one.arg), one.value, stop))
        return Holder((start, end), tuple(found), is_call=True, positional=len(given) - len(found))

    def _locate(
        self,
        key: ast.expr | None,
        value: ast.expr,
        end: int,
        later: list[tuple[ast.expr | None, ast.expr]],
    ) -> Member:
        stop = self._start(later[0][0] or later[0][1]) if later else end
        if key is None:
            first = self._file.text.rfind("**", 0, self._start(value))
            return Member(None, (first, self._end(value)), (first, first), None)
        name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        return self._span(name, self._start(key), self._end(key), value, stop)

    def _span(self, name: str | None, start: int, end: int, value: ast.expr, stop: int) -> Member:
        """Return a member with the parentheses around its value, which syntax trees leave out."""
        text = self._file.text
        gap = _COMMENT.sub(lambda found: " " * len(found[0]), text[self._end(value) : stop])
        comma = gap.find(",")
        closing = gap.rfind(")", 0, comma if comma >= 0 else len(gap))
        last = self._end(value) + closing + 1
        between = text[end : self._start(value)]
        first = self._start(value) - (between.count("(") and len(between) - between.index("("))
        return Member(name, (start, last), (start, end), (first, last))


def _registers(node: ast.expr) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call):
        return False
    called = (
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    )
    return "tool" in called
