"""Put models in the place of the references to them, as FastMCP does when a client asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Table, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.budget import Budget
    from toolgrade.source.nodes import Node

_MOST_INLINED = 20_000
_INLINED_CELLS = 16


def inline_models(schema: Table, defs: Mapping[str, Node], budget: Budget) -> Table | None:
    """Return a schema with each reference replaced by its model; None if a model contains itself,
    or if the result is too large.
    """
    work = _Inline(defs, budget)
    found = work.resolve_references(schema, ())
    return None if work.failed or not isinstance(found, Table) else found


class _Inline:
    """Replaces references with the models they name, up to a limit."""

    def __init__(self, defs: Mapping[str, Node], budget: Budget) -> None:
        self._defs = defs
        self._budget = budget
        self._left = _MOST_INLINED
        self.failed = False

    def resolve_references(self, node: Node, around: tuple[str, ...]) -> Node:
        self._left -= 1
        self.failed = self.failed or self._left < 0 or not self._budget.build(_INLINED_CELLS)
        if self.failed:
            return node
        if isinstance(node, Items):
            return Items(tuple(self.resolve_references(one, around) for one in node.items), node.at)
        if not isinstance(node, Table):
            return node
        entries = {key: self.resolve_references(one, around) for key, one in node.entries.items()}
        reference = entries.pop("$ref", None)
        if isinstance(reference, Text):
            name = reference.value.rpartition("/")[2]
            self.failed = self.failed or name in around
            inner = self.resolve_references(self._defs[name], (*around, name))
            if isinstance(inner, Table):
                entries = {**inner.entries, **entries}
        return Table(entries, node.at, node.keys)
