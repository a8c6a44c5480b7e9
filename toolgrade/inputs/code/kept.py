"""What was read of a package, as JSON and back: the same values, which still know their places.

A value that stands in many places is written once. What is no noun of NOUNS cannot be kept.
"""

from __future__ import annotations

from typing import Any

from toolgrade.inputs.code.found import Asked, Declared, Failure, Findings, Unread
from toolgrade.inputs.code.javascript.literals import Spelled
from toolgrade.inputs.code.nodes import (
    File,
    Items,
    Run,
    Scalar,
    Spot,
    Table,
    Text,
    Unknown,
    Verbatim,
)
from toolgrade.inputs.code.python.literals import Quoted
from toolgrade.model import Place

NOUNS: tuple[type, ...] = (
    *(Findings, Declared, Unread, Failure, Asked, Place),
    *(Text, Scalar, Items, Table, Unknown),
    *(File, Spot, Run, Verbatim, Quoted, Spelled),
)
_BY_NAME = {noun.__name__: noun for noun in NOUNS}
_ATOMS = frozenset({str, int, float, bool, type(None)})


def written(findings: Findings) -> list[Any]:
    """Return findings as JSON data: an entry for each value, after those that it holds.

    Raises TypeError for a value that is no noun, RecursionError for one that is nested too deep.
    """
    entries: list[Any] = []
    known: dict[Any, int] = {}

    def index(value: Any) -> int:  # noqa: ANN401 - whatever a noun holds
        # True is 1 to a dict, and what is made anew may have an old one's id; nothing here is.
        key = (type(value), value) if type(value) in {str, int} else id(value)
        if key not in known:
            entry = _entry(value, index)
            known[key] = len(entries)
            entries.append(entry)
        return known[key]

    index(findings)
    return entries


def _entry(value: Any, index: Any) -> Any:  # noqa: ANN401 - as in `written`
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is range:
        return ["range", value.start, value.stop, value.step]
    if kind is tuple and all(type(one) is int for one in value):
        return ["ints", *value]
    if kind in {tuple, list}:
        return [kind.__name__, *(index(one) for one in value)]
    if kind is dict:
        return ["dict", *(index(one) for pair in value.items() for one in pair)]
    if _BY_NAME.get(kind.__name__) is not kind:
        raise TypeError(f"{kind.__name__} cannot be kept")
    return [kind.__name__, *(index(getattr(value, name)) for name in kind.__match_args__)]


def read(entries: list[Any]) -> Findings:
    """Return the findings that `written` wrote. Raises ValueError, TypeError, LookupError or
    RecursionError for anything else.
    """
    made: list[Any] = []
    for entry in entries:
        made.append(_made(entry, made) if isinstance(entry, list) else entry)
    if not isinstance(made[-1], Findings):
        raise TypeError("no findings")
    return made[-1]


def _made(entry: list[Any], made: list[Any]) -> Any:  # noqa: ANN401 - as in `written`
    kind, *given = entry
    if kind == "range":
        return range(*given)
    if kind == "ints":
        return tuple(given)
    parts = [made[i] for i in given]
    if kind == "tuple":
        return tuple(parts)
    if kind == "list":
        return parts
    if kind == "dict":
        return dict(zip(parts[::2], parts[1::2], strict=True))
    return _BY_NAME[kind](*parts)
