"""What each client limits, in words: pages for the terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from toolgrade.clients.limits import MEASURES, clients, limits, notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.clients.limits import Limit

_ROOM = "client"


def topics() -> tuple[str, ...]:
    """Return every topic that has a page here."""
    return (_ROOM, *clients(), *(f"{_ROOM}.{measure}" for measure in MEASURES))


def page(topic: str) -> Iterator[str]:
    """Yield the lines of a page that `topics` names."""
    if topic == _ROOM:
        yield "client: what is judged by `grade --clients`, and which clients limit it"
        for measure, asked in MEASURES.items():
            titles = dict.fromkeys(x.client.key for x in limits() if x.measure == measure)
            yield ""
            yield f"  client.{measure}: {asked.title}"
            yield f"    {', '.join(titles)}"
        return
    if topic in clients():
        client = clients()[topic]
        yield f"{client.title} (--clients {client.key})"
        if client.version:
            yield f"Known of version {client.version}, run on {client.verified}"
        if client.prefix:
            yield f"Before a tool's name it puts {client.prefix}"
        if client.suffix:
            yield f"After a tool's name it puts {client.suffix}"
        held = [limit for limit in limits() if limit.client == client]
    else:
        measure = topic.partition(".")[2]
        yield f"{topic}: {MEASURES[measure].title}"
        held = [limit for limit in limits() if limit.measure == measure]
    for limit in held:
        yield ""
        yield from _lines(limit)
    for note in notes().get(topic, ()):
        yield ""
        yield from wrap(note.text, 78, initial_indent="  ", subsequent_indent="  ")
        yield f"    reported: {note.source}, {note.verified.isoformat()}"


def _lines(limit: Limit) -> Iterator[str]:
    shown = "" if limit.is_ is True else f" {_spell(limit.is_)}"
    yield f"  {limit.client.key}: client.{limit.measure}{shown}: {limit.effect} ({limit.level})"
    like = f", as {limit.like} does" if limit.like else ""
    yield f"    {limit.basis}{like}: {limit.source}, {limit.verified.isoformat()}"


def _spell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {member}" for key, member in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
