"""Mappings that share what they have in common, so that a long row of changes is cheap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

_V = TypeVar("_V")


class LayeredMap(Mapping[str, _V]):
    """A mapping that is never changed: `bind` returns another, which shares most of its layers."""

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[Mapping[str, _V], ...] = ()) -> None:
        self._layers = layers

    def bind(self, more: Mapping[str, _V]) -> LayeredMap[_V]:
        """Return the mapping with more names, or with other values of its names."""
        kept = len(self._layers)
        top = dict(more)
        # Each layer is twice as large as the next, so a name is copied a few times at most.
        while kept and len(self._layers[kept - 1]) < 2 * len(top):
            kept -= 1
            top = {**self._layers[kept], **top}
        return LayeredMap((*self._layers[:kept], top)) if top else self

    def __bool__(self) -> bool:
        """Return whether there is any name."""
        return bool(self._layers)

    def __getitem__(self, name: str) -> _V:
        """Return the value of a name. Raises KeyError."""
        for layer in reversed(self._layers):
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        """Return whether a name has a value."""
        for layer in self._layers:  # noqa: SIM110 - each name that is looked up comes by
            if name in layer:
                return True
        return False

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter({name: None for layer in self._layers for name in layer})

    def __len__(self) -> int:
        """Return how many names there are."""
        return len({name for layer in self._layers for name in layer})
