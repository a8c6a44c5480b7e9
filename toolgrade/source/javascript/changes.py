"""Changes to values, kept in a journal: what a branch did can be taken back and joined with others.

Values are frozen for everybody else. Only here they change in place, as the language has it, so
that whoever holds the same table or list sees it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.values import REST, Absent, Keyed, Perhaps, Settled, is_nothing
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.source.nodes import Spot

_GONE: Any = object()
"""What stands at a place where nothing stands."""

_CONDITION = "it depends on a condition"

Changes = dict[tuple[int, Any], tuple[Any, Any, Any]]
"""Places that were changed: what holds each, the key there, and what came to stand there."""


class Journal:
    """What was changed, in order: the holder (a dict, a list or a map), the key, and what it was
    before. Lists and maps change as a whole, under the key None.
    """

    def __init__(self) -> None:
        self._log: list[tuple[Any, Any, Any]] = []

    def mark(self) -> int:
        """Return where the journal stands, for `back` and `keep`."""
        return len(self._log)

    def put(self, holder: Any, key: Any, value: Any) -> None:
        """Change what a holder has at a key."""
        self._log.append((holder, key, _read_holder(holder, key)))
        _set(holder, key, value)

    def drop(self, holder: dict[Any, Any], key: Any) -> None:
        """Take a key out of a dict."""
        self.put(holder, key, _GONE)

    def roll_back(self, mark: int) -> Changes:
        """Take back all changes since `mark` and return what they came to."""
        made: Changes = {}
        while len(self._log) > mark:
            holder, key, old = self._log.pop()
            made.setdefault((id(holder), key), (holder, key, _read_holder(holder, key)))
            _set(holder, key, old)
        return dict(reversed(made.items()))

    def keep(self, mark: int) -> None:
        """Let nobody take back the changes since `mark`."""
        del self._log[mark:]

    def join(self, ways: list[Changes], at: Spot) -> None:
        """Make the changes of whichever of several ways was gone, which cannot be known."""
        for place, (holder, key, _) in {p: c for way in ways for p, c in way.items()}.items():
            now = _read_holder(holder, key)
            values = [way[place][2] if place in way else now for way in ways]
            value = values[0]
            for other in values[1:]:
                value = _join_slots(value, other, at)
            if value is not now:
                self.put(holder, key, value)

    def blur(self, way: Changes, at: Spot) -> None:
        """Make changes that are made nobody knows how often."""
        for holder, key, value in way.values():
            now = _read_holder(holder, key)
            if isinstance(holder, dict):
                perhaps = now is _GONE and value is not _GONE
                unknown = Unknown("it is changed in a loop", at)
                self.put(
                    holder, key, Perhaps(unknown, at) if perhaps else _settle_like(now, unknown)
                )
            else:
                before = {id(one) for one in now}
                more = [one for one in value if id(one) not in before]
                more = [one if isinstance(one, Perhaps) else Perhaps(one, at) for one in more]
                open_end = Perhaps(Unknown("it is changed in a loop", at), at)
                self.put(holder, key, (*now, *more, open_end))


def _read_holder(holder: Any, key: Any) -> Any:
    if isinstance(holder, dict):
        return holder.get(key, _GONE)
    return holder.pairs if isinstance(holder, Keyed) else holder.items


def _set(holder: Any, key: Any, value: Any) -> None:
    if not isinstance(holder, dict):
        object.__setattr__(holder, "pairs" if isinstance(holder, Keyed) else "items", value)
    elif value is _GONE:
        holder.pop(key, None)
    else:
        holder[key] = value


def _settle_like(now: Any, value: Any) -> Any:
    return Settled(value) if isinstance(now, Settled) else value


def _join_slots(one: Any, other: Any, at: Spot) -> Any:
    if one is other:
        return one
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _join_items(one, other, at)
    if one is _GONE or other is _GONE:
        value = other if one is _GONE else one
        if isinstance(value, Settled):
            return Settled(Unknown(_CONDITION, at))
        return value if isinstance(value, Perhaps) else Perhaps(value, at)
    if isinstance(one, Settled) or isinstance(other, Settled):
        first, second = (v.value if isinstance(v, Settled) else v for v in (one, other))
        return Settled(join_values(first, second, at))
    return join_values(one, other, at)


def join_values(one: Any, other: Any, at: Spot) -> Any:
    """Return what is known of a value that is one of two, by a condition that cannot be known."""
    if one is other or _same(one, other):
        return one
    if isinstance(one, Items | Keyed) or isinstance(other, Items | Keyed):
        return _join_collections(one, other, at)
    if isinstance(one, Perhaps) and isinstance(other, Perhaps):
        return Perhaps(join_values(one.value, other.value, at), at)
    if isinstance(one, Table) and isinstance(other, Table):
        keys = dict.fromkeys((*one.entries, *other.entries))
        entries = {
            key: _join_slots(one.entries.get(key, _GONE), other.entries.get(key, _GONE), at)
            for key in keys
        }
        if REST in entries:
            entries[REST] = Unknown(_CONDITION, at)
        return Table(entries, one.at, {**other.keys, **one.keys})
    return Unknown(_CONDITION, at)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Text) and isinstance(other, Text):
        return one.value == other.value
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.value == other.value and type(one.value) is type(other.value)
    return isinstance(one, Absent) and isinstance(other, Absent)


def _join_collections(one: Any, other: Any, at: Spot) -> Any:
    """Return a list or map that holds what either does, perhaps."""
    first = one if isinstance(one, Items | Keyed) else other
    held: list[tuple[Any, ...]] = []
    for value in (one, other):
        if isinstance(value, type(first)):
            held.append(value.pairs if isinstance(value, Keyed) else value.items)
        elif is_nothing(value):
            held.append(())
        elif isinstance(value, Unknown):
            held.append((Perhaps(value, at),))
        else:
            return Unknown(_CONDITION, at)
    return type(first)(_join_items(held[0], held[1], at), first.at)


def _join_items(one: Iterable[Any], other: Iterable[Any], at: Spot) -> tuple[Any, ...]:
    """Return what is in either of two lists: surely what is surely in both, else perhaps."""
    sure = {_identify_item(item) for item in other if not isinstance(item, Perhaps)}
    found: dict[Any, Any] = {}
    for item in one:
        is_sure = isinstance(item, Perhaps) or _identify_item(item) in sure
        found[_identify_item(item), len(found)] = item if is_sure else Perhaps(item, at)
    met = {which for which, _ in found}
    more = [item for item in other if _identify_item(item) not in met]
    more = [item if isinstance(item, Perhaps) else Perhaps(item, at) for item in more]
    return (*found.values(), *more)


def _identify_item(item: Any) -> object:
    """Return what tells an item from others: its value if that is plain, else that it is itself."""
    inner = item.value if isinstance(item, Perhaps) else item
    return (type(inner), inner.value) if isinstance(inner, Text | Scalar) else id(inner)
