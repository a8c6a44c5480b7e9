"""Writes what was read of a package as JSON, and reads it back: values keep their places.

A value that is used in many places is written once. Only the classes of NOUNS can be kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.model import Place
from toolgrade.source.found import Asked, Declared, Failure, Findings, Unread
from toolgrade.source.nodes import File, Items, Run, Scalar, Spot, Table, Text, Unknown, Verbatim
from toolgrade.source.python.literals import Quoted
from toolgrade.source.spelled import Spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_PAIR = 2
_NODES = (Text, Scalar, Items, Table, Unknown)


def _make_type_check(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kinds)


def _make_items_check(whole: type[Collection[Any]], *kinds: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, whole) and all(isinstance(one, kinds) for one in value)


def _make_table_check(*kinds: type) -> Callable[[Any], bool]:
    names, values = _make_items_check(dict, str), _make_type_check(*kinds)
    return lambda value: names(value) and all(map(values, value.values()))


def _pair(value: Any) -> bool:  # noqa: ANN401 - whatever was read
    return _make_items_check(tuple, int)(value) and len(value) == _PAIR


def _offsets(value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, range) or _make_items_check(tuple, int)(value)


_TEXT, _NUMBER, _SPOT, _FILE = (
    _make_type_check(str),
    _make_type_check(int),
    _make_type_check(Spot),
    _make_type_check(File),
)
_MAYBE_SPOT = _make_type_check(Spot, type(None))
NOUNS: dict[type, tuple[Callable[[Any], bool], ...]] = {
    Findings: (
        _make_items_check(list, Declared),
        _make_items_check(list, Unread),
        _make_items_check(list, Failure),
        _make_items_check(list, Asked),
        _make_type_check(int),
    ),
    Declared: (_make_type_check(Table), _SPOT, _MAYBE_SPOT, _MAYBE_SPOT, _make_type_check(bool)),
    Unread: (_TEXT, _SPOT),
    Failure: (_TEXT, _TEXT),
    Asked: (_make_type_check(Place), _make_items_check(tuple, str), _TEXT, _pair),
    Place: (_TEXT, _NUMBER, _NUMBER),
    Text: (_TEXT, _SPOT, _make_items_check(tuple, Run)),
    Scalar: (_make_type_check(type(None), bool, int, float), _SPOT),
    Items: (_make_items_check(tuple, *_NODES), _SPOT),
    Table: (_make_table_check(*_NODES), _SPOT, _make_table_check(Spot)),
    Unknown: (_TEXT, _SPOT),
    File: (_TEXT, _TEXT),
    Spot: (_FILE, _NUMBER),
    Run: (_make_type_check(Verbatim, Quoted, Spelled, type(None)), _NUMBER, _NUMBER),
    Verbatim: (_SPOT,),
    Quoted: (_FILE, _NUMBER, _NUMBER, _NUMBER, _TEXT),
    Spelled: (_FILE, _offsets),
}
"""What can be kept, and what each of its fields must be."""

_BY_NAME = {noun.__name__: noun for noun in NOUNS}
_ATOMS = frozenset({str, int, float, bool, type(None)})


def write_entries(findings: Findings) -> list[Any]:
    """Return findings as JSON data: an entry for each value, after those that it holds.

    Raises TypeError for a value of another class, RecursionError for one that is nested too deep.
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
        if type(entry) not in {list, *_ATOMS}:
            raise TypeError("not a value that is kept")
        made.append(_rebuild_value(entry, made) if isinstance(entry, list) else entry)
    if not isinstance(made[-1], Findings):
        raise TypeError("no findings")
    return made[-1]


def _rebuild_value(entry: list[Any], made: list[Any]) -> Any:  # noqa: ANN401 - as in `written`
    kind, *given = entry
    if kind == "range":
        return range(*given)
    if kind == "ints":
        return tuple(map(int.__index__, given))
    parts = [made[i] for i in given]
    if kind == "tuple":
        return tuple(parts)
    if kind == "list":
        return parts
    if kind == "dict":
        return dict(zip(parts[::2], parts[1::2], strict=True))
    noun = _BY_NAME[kind]
    if not all(fits(part) for fits, part in zip(NOUNS[noun], parts, strict=True)):
        raise TypeError(f"no {kind}")
    return noun(*parts)
