"""Changes to values, in order: what a branch did can be taken back and joined with what others did.

Only here does a list, object or map change, so that every value that holds it sees the change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.combine import GONE, join_slots
from toolgrade.source.javascript.values import Array, Keyed, Perhaps, Settled
from toolgrade.source.nodes import Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.budget import Budget
    from toolgrade.source.javascript.scopes import Key
    from toolgrade.source.nodes import Spot

Changes = dict[tuple[int, Any], tuple[Any, Any, Any]]
"""Places that were changed: the holder of each, the key there, and the new value."""

_LOOP = "it is changed in a loop"


class Journal:
    """The changes: the holder (a dict, a list or a map), the key, and the value before. Lists and
    maps change as a whole, under the key None. `names` are the values of names that functions set
    outside of themselves.
    """

    def __init__(self, budget: Budget) -> None:
        self.names: dict[Key, Settled] = {}
        self._budget = budget
        self._log: list[tuple[Any, Any, Any]] = []

    def mark(self) -> int:
        """Return the length of the journal, for `roll_back` and `keep`."""
        return len(self._log)

    def put(self, holder: Any, key: Any, value: Any) -> None:
        """Change the value that a holder has at a key."""
        self._log.append((holder, key, _get(holder, key)))
        _set(holder, key, value)

    def drop(self, holder: dict[Any, Any], key: Any) -> None:
        """Take a key out of a dict."""
        self.put(holder, key, GONE)

    def roll_back(self, mark: int) -> Changes:
        """Take back all changes since `mark` and return what they came to."""
        made: Changes = {}
        while len(self._log) > mark:
            holder, key, old = self._log.pop()
            made.setdefault((id(holder), key), (holder, key, _get(holder, key)))
            _set(holder, key, old)
        return dict(reversed(made.items()))

    def keep(self, mark: int) -> None:
        """Make the changes since `mark` final."""
        del self._log[mark:]

    def join(self, ways: list[Changes], at: Spot) -> None:
        """Make the changes of one of several ways, where it cannot be known which one is taken."""
        for place, (holder, key, _) in {p: c for way in ways for p, c in way.items()}.items():
            now = _get(holder, key)
            values = [way[place][2] if place in way else now for way in ways]
            value = values[0]
            for other in values[1:]:
                value = join_slots(value, other, at, self._budget)
            if value is not now:
                self.put(holder, key, value)

    def blur(self, way: Changes, at: Spot) -> None:
        """Make changes that are made an unknown number of times."""
        for holder, key, value in way.values():
            now = _get(holder, key)
            if isinstance(holder, dict):
                unknown: Any = Unknown(_LOOP, at)
                if now is GONE and value is not GONE:
                    unknown = Perhaps(unknown, at)
                elif isinstance(now, Settled):
                    unknown = Settled(unknown)
                self.put(holder, key, unknown)
            else:
                before = {id(one) for one in now}
                more = [one for one in value if id(one) not in before]
                more = [one if isinstance(one, Perhaps) else Perhaps(one, at) for one in more]
                self.put(holder, key, (*now, *more, Perhaps(Unknown(_LOOP, at), at)))


def _get(holder: dict[Any, Any] | Array | Keyed, key: Any) -> Any:
    if isinstance(holder, dict):
        return holder.get(key, GONE)
    return holder.pairs if isinstance(holder, Keyed) else holder.items


def _set(holder: dict[Any, Any] | Array | Keyed, key: Any, value: Any) -> None:
    if isinstance(holder, Keyed):
        holder.pairs = value
    elif isinstance(holder, Array):
        holder.items = value
    elif value is GONE:
        holder.pop(key, None)
    else:
        holder[key] = value
