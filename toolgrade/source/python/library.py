"""Evaluate calls of the standard library that only combine known values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text
from toolgrade.source.python import containers, texts
from toolgrade.source.python.docstrings import find_docstring
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Instance,
    Unordered,
    make_either,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value

_LONGEST_RANGE = 500
_SETS = frozenset({"builtins.set", "builtins.frozenset"})
_SEQUENCES = _SETS | {"builtins.list", "builtins.tuple", "builtins.reversed"}


def call_library_function(
    ev: Interpreter,
    callee: External,
    args: tuple[Value, ...],
    kwargs: Mapping[str, Value],
    at: Spot,
) -> Value:
    """Return what calling a function of another distribution gives: an object of that distribution,
    unless it is one of those that are followed.
    """
    match callee.path, args:
        case "builtins.getattr", [base, Text(name), *_]:
            return ev.attribute(base, name, at)
        case "textwrap.dedent", [Text() as text]:
            return texts.dedent_text(text)
        case "inspect.cleandoc", [Text() as text]:
            return texts.clean_docstring(text)
        case "inspect.getdoc", [(Function() | Class()) as documented]:
            return _documentation(documented, at) or Instance(callee, at, args, kwargs)
        case "builtins.str", [one]:
            return texts.convert_to_text(ev.data(one), at)
        case "builtins.type", [Instance() as made]:
            return made.kind
        case "typing.cast", [_, one]:
            return one
        case "os.getenv" | "os.environ.get", [_, *rest] if ev.assumes_defaults:
            return rest[0] if rest else Scalar(None, at)
        case "copy.copy" | "copy.deepcopy", [one]:
            return one
        case "builtins.dict", []:
            return Table(dict(kwargs), at)
        case "builtins.dict", [Table(entries, _, keys)]:
            return Table({**entries, **kwargs}, at, keys)
        case "builtins.range", [*bounds] if _is_range(bounds):
            return Items(tuple(Scalar(one, at) for one in range(*_read_bounds(bounds))), at)
        case "builtins.len", [Items(items)] if not any(isinstance(i, Either) for i in items):
            return Scalar(len(items), at)
    if callee.path.endswith((".model_validate", ".model_construct")) and callee.path.startswith(
        "mcp"
    ):
        # One of the SDK's own models.
        given = args[0].entries if args and isinstance(args[0], Table) else kwargs
        model = External(callee.path.rpartition(".")[0], callee.at)
        return Instance(model, at, (), given)
    if callee.path == "builtins.sorted" and len(args) == 1:
        found = _items(args[0])
        if found is not None:
            return _sort_texts(found, kwargs, at)
    listed = _call_list_function(ev, callee.path, args, at)
    if isinstance(listed, Items):
        is_set = callee.path in _SETS
        return (
            Unordered(listed.items, at)
            if is_set
            else containers.collect_items(listed.items, args, at)
        )
    return listed or Instance(callee, at, args, kwargs)


def _read_bounds(bounds: list[Value]) -> list[int]:
    return [one.value for one in bounds if isinstance(one, Scalar) and type(one.value) is int]


def _is_range(bounds: list[Value]) -> bool:
    """Whether these are the arguments of a range that is short enough to be followed."""
    numbers = _read_bounds(bounds)
    is_whole = len(numbers) == len(bounds) and 1 <= len(numbers) <= len(("start", "stop", "step"))
    return is_whole and numbers[2:] != [0] and len(range(*numbers)) <= _LONGEST_RANGE


def _call_list_function(
    ev: Interpreter, path: str, args: tuple[Value, ...], at: Spot
) -> Value | None:
    """Return the result of a function that makes a list from lists; None for other functions."""
    lists = [one for one in map(_items, args) if one is not None]
    match path, args:
        case _, [] if path in _SEQUENCES:
            return Items((), at)
        case "builtins.reversed", [_] if lists:
            return Items(lists[0][::-1], at)
        case _, [_] if lists and path in _SEQUENCES:
            return Items(lists[0], at)
        case "builtins.enumerate", [_] if lists:
            pairs = enumerate(lists[0])
            return Items(tuple(Items((Scalar(i, at), one), at) for i, one in pairs), at)
        case "builtins.zip", _ if lists and len(lists) == len(args):
            return Items(tuple(Items(row, at) for row in zip(*lists, strict=False)), at)
        case "builtins.sum" | "itertools.chain.from_iterable", [Items(inner), *_]:
            return containers.join_lists(inner, at)
        case "itertools.chain", _ if len(lists) == len(args):
            return Items(tuple(one for row in lists for one in row), at)
        case "builtins.map", [function, _] if len(lists) == 1:
            return Items(
                tuple(ev.calls.call_value(function, (one,), {}, at) for one in lists[0]), at
            )
        case "builtins.filter", [_, _] if lists:
            return Items(tuple(make_either((one,), at) for one in lists[-1]), at)
    return None


def _items(value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, Items):
        return value.items
    return tuple(containers.iterate_members(value)) if isinstance(value, Table) else None


def _sort_texts(items: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot) -> Items:
    """Return texts in order; other values unordered, which does not matter for registrations."""
    words = [one for one in items if isinstance(one, Text)]
    if len(words) < len(items) or kwargs:
        return Unordered(items, at)
    return Items(tuple(sorted(words, key=lambda word: word.value)), at)


def _documentation(documented: Function | Class, at: Spot) -> Text | Scalar | None:
    if isinstance(documented.node, ast.Lambda):
        return Scalar(None, at)
    if isinstance(documented, Function) and documented.changed:
        return None
    written = find_docstring(documented.node, documented.scope)
    if written is None:
        # A method without one has that of the method that it overrides.
        return None if documented.scope.within else Scalar(None, at)
    return texts.clean_docstring(written)
