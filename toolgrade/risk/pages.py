"""The pages of `toolgrade explain` about risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.risk.guide import guide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Attack, Capability

OVERVIEW = "risk"


def topics() -> tuple[str, ...]:
    """Return the topics with a page: "risk", each category, each attack."""
    known = guide()
    categories = tuple(capability.key.lower() for capability in known.capabilities)
    return (OVERVIEW, *categories, *(attack.id for attack in known.attacks))


def page(topic: str) -> Iterator[str]:
    """Yield the lines of the page of one of `topics`."""
    known = guide()
    if topic == OVERVIEW:
        yield "What a tool can do, read from its definition. The strongest one found decides."
        for capability in known.capabilities:
            yield ""
            yield from _capability(capability)
        yield ""
        yield "Documented attacks; `toolgrade explain ID` shows one:"
        yield from (f"  {attack.id:26} {attack.name}" for attack in known.attacks)
    for capability in known.capabilities:
        if capability.key.lower() == topic:
            yield from _capability(capability)
            yield f"Can I limit it? {capability.limited}"
            yield f"How do I block it? {capability.blocked}"
            yield ""
            yield "Documented attacks on such tools:"
            yield from (
                f"  {attack.id:26} {attack.name}" for attack in known.reading(capability.key)
            )
    for attack in known.attacks:
        if attack.id == topic:
            yield from _attack(attack)


def _capability(capability: Capability) -> Iterator[str]:
    yield f"{capability.key}{f', {capability.level} risk' if capability.level else ''}"
    yield capability.does
    yield capability.matters
    yield f"Rule: {capability.rule}"


def _attack(attack: Attack) -> Iterator[str]:
    yield attack.name
    yield ""
    yield f"What it abuses: {attack.abuses}"
    yield f"What limits it: {attack.limits}"
    yield f"Tools: {', '.join(attack.categories)}"
    yield f"Source: {attack.source}"
