"""Every error message that the program can end with, as a list that is read in review."""

from __future__ import annotations

import ast
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from test_structure import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT = Path(__file__).parent / "messages.txt"
HEAD = """\
# Every error message, from the code. `pytest --update tests/test_messages.py` rewrites the list.
# A message says what happened, where, and what to do. What the first word says about the frame:
# Fault, TomlError: "FILE:LINE: KEY: ..."; GitError, SourceError: "SOURCE: ..."; Flood, Unreadable:
# "SERVER: answered tools/list ..."; failure: "SERVER: ..."; UsageError, BadParameter and
# make_option_error: after a command's usage; OSError: "FILE: cannot be read: ..."; ValueError:
# after the file, the line or the option at fault; advice: after a failure.
"""
TEXT_AT = {
    **dict.fromkeys(("InputError", "RubricError", "GitError", "TomlError", "fail"), 0),
    **dict.fromkeys(("UsageError", "BadParameter", "ClickException"), 0),
    **dict.fromkeys(("Flood", "Unreadable", "NotAFileError", "ValueError"), 0),
    **dict.fromkeys(("Fault", "SourceError", "refusal", "OSError", "PydanticCustomError"), 1),
    "make_option_error": 2,
}
"""What makes an error, and the place of the message among its arguments."""
SHOWN = ("make_legible", "str", "repr", "_format_path", "label")
"""Functions that return their first argument as it is shown."""


@cache
def parse(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text("utf-8"))


@cache
def list_definitions(module: str) -> dict[str, ast.stmt]:
    """Return the functions, values and imports of a module by name."""
    found: dict[str, ast.stmt] = {}
    for node in ast.walk(parse(module)):
        match node:
            case ast.ImportFrom(names=names):
                found |= dict.fromkeys((alias.asname or alias.name for alias in names), node)
            case ast.FunctionDef(name=name):
                found[name] = node
    for node in parse(module).body:
        match node:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(name)]):
                found[name] = node
    return found


def find_definition(name: str, module: str) -> tuple[str, ast.stmt] | None:
    """Return the module that defines what a name means in `module`, and the definition."""
    found = list_definitions(module).get(name)
    if isinstance(found, ast.ImportFrom):
        home = found.module or ""
        return find_definition(name, home) if home in MODULES else None
    return (module, found) if found else None


def list_texts(  # noqa: C901, PLR0911 - a case for each kind of expression
    node: ast.expr, module: str, inside: frozenset[str] = frozenset()
) -> list[str]:
    """Return each text that an expression can be, with "{name}" for what only a run knows."""

    def texts(part: ast.expr) -> list[str]:
        return list_texts(part, module, inside)

    match node:
        case ast.Constant(value):
            return [str(value)]
        case ast.JoinedStr(parts):
            return ["".join(chosen) for chosen in product(*map(texts, parts))]
        case ast.BinOp(left, ast.Add(), right):
            return [a + b for a, b in product(texts(left), texts(right))]
        case ast.IfExp(_, body, orelse):
            return [*texts(body), *texts(orelse)]
        case ast.BoolOp(ast.Or(), values):
            return [text for value in values for text in texts(value)]
        case ast.FormattedValue(value):
            return texts(value)
        case (
            ast.Name(name)
            | ast.Subscript(ast.Name(name))
            | ast.Call(ast.Name(name) | ast.Attribute(ast.Name("self"), name))
        ):
            if isinstance(node, ast.Call) and name in SHOWN:
                return texts(node.args[0])
            if isinstance(node, ast.Name) and not name.strip("_").isupper():
                return [f"{{{name}}}"]
            return follow(name, module, inside) or [f"{{{name.strip('_')}}}"]
        case ast.Call(ast.Attribute(ast.Name(name) | ast.Attribute(_, name), _)):
            return [f"{{{name.strip('_')}}}"]
        case ast.Attribute(_, name) | ast.Call(ast.Attribute(_, name)):
            return [f"{{{name.strip('_')}}}"]
        case ast.Subscript(value) | ast.BinOp(value):
            return texts(value)
    return ["{...}"]


def follow(name: str, module: str, inside: frozenset[str]) -> list[str]:
    """Return the texts of a value of the module, or those that a function of it returns."""
    known = None if name in inside or name in SHOWN else find_definition(name, module)
    if known is None:
        return []
    home, defined = known
    inside |= {name}
    match defined:
        case ast.Assign(value=ast.Dict(values=values)):
            return [text for value in values for text in list_texts(value, home, inside)]
        case ast.Assign(value=ast.Constant(str()) | ast.JoinedStr() as value):
            return list_texts(value, home, inside)
        case ast.FunctionDef():
            returned = [
                text
                for inner in ast.walk(defined)
                if isinstance(inner, ast.Return) and inner.value
                for text in list_texts(inner.value, home, inside)
            ]
            return sorted(set(returned))
    return []


def list_messages() -> Iterator[tuple[str, str]]:
    """Yield what makes an error, and each message that it is made with."""
    yield from (("advice", text) for text in follow("advise", "toolgrade.live.advice", frozenset()))
    for module in MODULES:
        for node in ast.walk(parse(module)):
            match node:
                case ast.Call(ast.Name(name) | ast.Attribute(_, name)) if name in TEXT_AT:
                    given = node.args[TEXT_AT[name] :][:1]
                    yield from ((name, text) for one in given for text in list_texts(one, module))
                case ast.Assign(targets=[ast.Attribute(_, "failure")], value=value):
                    yield from (("failure", text) for text in list_texts(value, module))


def is_worded_elsewhere(text: str) -> bool:
    """Whether a message is only handed on: it is listed where it is worded."""
    return not any(c.isalpha() for part in text.split("}") for c in part.partition("{")[0])


def test_every_message_is_listed(current: Callable[[Path, str], None]) -> None:
    found = {f"{name}: {text}" for name, text in list_messages() if not is_worded_elsewhere(text)}
    current(KEPT, HEAD + "".join(f"{line}\n" for line in sorted(found)))
