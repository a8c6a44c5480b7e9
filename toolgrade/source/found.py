"""The findings of a language's reader in one package, whatever the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Table, Unknown, convert_to_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolgrade.model import Place
    from toolgrade.source.nodes import Spot


@dataclass(frozen=True, slots=True)
class Declared:
    """A tool in the wire's spelling, as far as it is known, and where it is registered.

    `condition` is where the condition is under which it is registered, None if there is none;
    `handler` where the function begins that carries it out, None if that is unknown; `text_only`
    whether that function is seen to return no structured content.
    """

    definition: Table
    at: Spot
    condition: Spot | None = None
    handler: Spot | None = None
    text_only: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A registration of a tool, or of several, whose very name cannot be known."""

    why: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read: its label, and why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a comment asks to leave, and why; without a check, it is not written as it must be.

    `lines` are the first and the last of its file that it speaks for.
    """

    at: Place
    checks: tuple[str, ...]
    reason: str
    lines: tuple[int, int]


FOREIGN = "it is registered with "
"""How the reason begins of a registration with a framework that is not read: its name follows."""
REFUSED = "zod 4 has no JSON Schema for "
"""How the reason begins why a part is unknown that makes the listing of all tools fail."""


@dataclass
class Findings:
    """All that was found in a package, in the order of its files and their lines. `digest` is of
    all that it depends on, "" where that is not known.
    """

    tools: list[Declared] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    cost: int = 0
    """The marks of what was parsed for it."""
    digest: str = field(default="", init=False, repr=False, compare=False)
    _place_of: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _known: set[Unread] = field(default_factory=set, init=False, repr=False, compare=False)

    def add(self, found: Declared | Unread) -> None:
        """Add what was found at a place; of a tool that is there already, what the two agree on."""
        if isinstance(found, Unread):
            if found not in self._known:
                self._known.add(found)
                self.unread.append(found)
            return
        name = found.definition.entries["name"].value
        if name in self._place_of:
            place = self._place_of[name]
            self.tools[place] = _merge_registrations(self.tools[place], found)
        else:
            self._place_of[name] = len(self.tools)
            self.tools.append(found)

    def sort_tools(self, first: int, key: Callable[[Declared], Any]) -> None:
        """Put the tools in order from the one at the place `first` on."""
        self.tools[first:] = sorted(self.tools[first:], key=key)
        for place, one in enumerate(self.tools):
            self._place_of[one.definition.entries["name"].value] = place


def _merge_registrations(first: Declared, second: Declared) -> Declared:
    """Return a tool that is registered twice with what the two registrations agree on."""
    one, two = first.definition.entries, second.definition.entries
    entries: dict[str, Any] = {}
    for key in dict.fromkeys((*one, *two)):
        same = key in one and key in two and convert_to_data(one[key]) == convert_to_data(two[key])
        entries[key] = one[key] if same else Unknown("it is registered in two ways", first.at)
    definition = Table(entries, first.definition.at, first.definition.keys)
    condition = first.condition and second.condition
    return Declared(definition, first.at, condition, first.handler)
