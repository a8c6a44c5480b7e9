"""What relates the servers of a catalogue, and what of it each page shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.catalog.related import Purpose, list_words, relate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.catalog.related import Relative

_MOST_REASONS = 3
_MOST_SERVERS = 5
_LONGEST_TEXT = 1000


class Row(NamedTuple):
    """What is kept in memory of a tool; `met` are the words that met a check, by its id, and
    `unmet` the titles of those to meet, the most worth first.
    """

    server: str
    slug: str
    name: str
    tdqs: float | None
    tier: str | None
    risk: str
    level: str | None
    words: frozenset[str]
    met: Mapping[str, str]
    unmet: Mapping[str, str]


class ServerRow(NamedTuple):
    """What is kept in memory of a server."""

    slug: str
    name: str
    score: float | None
    tier: str | None


def make_row(slug: str, tool: Mapping[str, Any], empty: Iterable[str]) -> Row:
    """Return what is kept of a tool of an entry."""
    risk = tool["risk"] or {}
    text = (tool["definition"]["description"] or "")[:_LONGEST_TEXT]
    return Row(
        server=slug,
        slug=tool["slug"],
        name=tool["name"] or "",
        tdqs=tool["tdqs"],
        tier=tool["tier"],
        risk=risk.get("category", ""),
        level=risk.get("level"),
        words=list_words(tool["name"], text, empty) if tool["name"] else frozenset(),
        met=tool["met"],
        unmet={f["check"]: f["title"] for f in tool["unmet"] if f["gain"] > 0},
    )


def relate_servers(
    servers: Mapping[str, ServerRow], rows: Sequence[Row]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each server's slug with what its pages show: of each tool by its slug, and of all."""
    by_key = {(row.server, row.slug): row for row in rows}
    found = dict(relate([Purpose((r.server, r.slug), r.server, r.words) for r in rows]))
    tools: dict[str, dict[str, Any]] = {slug: {} for slug in servers}
    shared: dict[str, Counter[str]] = {slug: Counter() for slug in servers}
    for key, row in by_key.items():
        relatives = found.get(key, [])
        tools[row.server][row.slug] = _describe(row, relatives, by_key, servers)
        shared[row.server].update(key[0] for key, _ in relatives)
    for slug, server in servers.items():
        near = sorted(shared[slug].items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_SERVERS]
        yield (
            server.slug,
            {
                "tools": tools[slug],
                "servers": [
                    {
                        "name": servers[other].name,
                        "href": f"../{other}/index.html",
                        "score": servers[other].score,
                        "tier": servers[other].tier,
                        "shared": number,
                    }
                    for other, number in near
                ],
            },
        )


def _describe(
    row: Row,
    relatives: Iterable[Relative],
    by_key: Mapping[tuple[str, str], Row],
    servers: Mapping[str, ServerRow],
) -> dict[str, Any]:
    """Return the relatives of a tool; which is best described, if not itself, and the words it has
    where this one has none.
    """
    near = [(by_key[key], likeness) for key, likeness in relatives]
    best = max((r for r, _ in near if r.tdqs), key=lambda r: (r.tdqs, r.server), default=None)
    mine = row.tdqs or 0
    is_best = best is not None and (best.tdqs or 0) > mine
    why = (
        [{"title": t, "words": best.met[c]} for c, t in row.unmet.items() if c in best.met]
        if best and is_best
        else []
    )
    return {
        "rows": [{**_show(other, servers), "likeness": likeness} for other, likeness in near],
        "best": _show(best, servers) if best and is_best else None,
        "leads": bool(near) and not is_best and row.tdqs is not None,
        "why": why[:_MOST_REASONS],
    }


def _show(row: Row, servers: Mapping[str, ServerRow]) -> dict[str, Any]:
    return {
        "name": row.name,
        "server": servers[row.server].name,
        "href": f"../{row.server}/{row.slug}.html",
        "tdqs": row.tdqs,
        "tier": row.tier,
        "risk": row.risk,
        "level": row.level,
    }
