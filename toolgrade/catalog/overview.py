"""What all servers have in common: the first page, the lists, the search, the feed, the index."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolgrade.catalog.entry import RISKS, SCHEMA
from toolgrade.catalog.feeds import write_atom, write_sitemap
from toolgrade.catalog.pages import encode_for_script, environment, make_head
from toolgrade.files.shipped import PACKAGE, read_shipped
from toolgrade.files.version import VERSION
from toolgrade.model import Report
from toolgrade.outputs.phrases import follows_tdqs
from toolgrade.outputs.templates import make_context
from toolgrade.outputs.visible import visible
from toolgrade.risk.guide import guide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.catalog.site import Site
    from toolgrade.model import Client, RubricStamp, SourceError

ASSETS = PACKAGE / "catalog" / "assets"
_LEADERS = 20
_FEWEST_TOOLS = 3
_MOST_BARS = 15
_MOST_RECENT = 10
_A_PAGE = 500
_LONGEST_TEXT = 200
_LONGEST_NAME = 120
_WHOLE = 5
_KEPT = ("minisearch.js", "search.js", "licenses.txt")


@dataclass
class Overview:
    """The counts of all servers, which are added one by one."""

    rubric: RubricStamp
    clients: Sequence[Client]
    servers: list[dict[str, Any]] = field(default_factory=list)
    tools: int = 0
    tiers: Counter[str] = field(default_factory=Counter)
    risks: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    graded: int = 0
    takes: Counter[str] = field(default_factory=Counter)
    unmet: Counter[str] = field(default_factory=Counter)
    gains: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    titles: dict[str, str] = field(default_factory=dict)
    rows: list[list[Any]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    last: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Count a server."""
        score, slug = entry["score"], entry["slug"]
        number = score["overallScore"] or score["descriptionQualityScore"]
        risks = {risk: entry["risks"][risk] for risk in RISKS if entry["risks"].get(risk)}
        self.servers.append(
            {
                "name": entry["name"],
                "slug": slug,
                "score": number,
                "tier": score["overallTier"] or score["descriptionQualityTier"],
                "tools": len(entry["tools"]),
                "risk": next(iter(risks), ""),
                "risks": risks,
                "language": entry["language"],
                "build": entry["build"],
            }
        )
        change = next(iter(entry["changes"]), None)
        tools = len(entry["tools"])
        self.last[slug] = {"name": entry["name"], "tools": tools, "change": change}
        self.pages += [f"servers/{slug}/index.html"]
        self.pages += [f"servers/{slug}/{tool['slug']}.html" for tool in entry["tools"]]
        for tool in entry["tools"]:
            self._add_tool(tool)

    def _add_tool(self, tool: Mapping[str, Any]) -> None:
        self.tools += 1
        if tool["tier"]:
            self.graded += 1
            self.tiers[tool["tier"]] += 1
            self.sums.update(tool["scores"])
        if tool["risk"]:
            self.risks[tool["risk"]["category"]] += 1
        self.takes.update(c.key for c in self.clients if c.key not in tool["clients"])
        open_ = [f for f in tool["unmet"] if f["gain"] > 0]
        self.unmet.update({f["check"] for f in open_})
        self.titles.update({f["check"]: f["title"] for f in open_})
        for finding in open_:
            self.gains[finding["check"]] += finding["gain"]
        self.rows.append(self._make_search_row(tool, open_))

    def _make_search_row(self, tool: Mapping[str, Any], open_: Sequence[Any]) -> list[Any]:
        checks = list(self.titles)
        places = {check: at for at, check in enumerate(checks)} if open_ else {}
        text = tool["definition"]["description"] or ""
        lost = [at for at, client in enumerate(self.clients) if client.key in tool["clients"]]
        return [
            visible((tool["name"] or "")[:_LONGEST_NAME], lines=False),
            len(self.servers) - 1,
            tool["slug"],
            tool["tdqs"],
            tool["tier"],
            RISKS.index(tool["risk"]["category"]) if tool["risk"] else -1,
            visible(" ".join(text[: 2 * _LONGEST_TEXT].split())[:_LONGEST_TEXT], lines=False),
            lost,
            sorted(places[f["check"]] for f in open_),
            tool["english"],
        ]


@dataclass(frozen=True)
class Run:
    """What a run knows besides the servers: when it was, since when there is a catalogue, what
    changed (the newest first), and what could not be graded.
    """

    date: str
    since: str
    changes: Sequence[Mapping[str, Any]]
    errors: Sequence[SourceError]


def write_overview(site: Site, found: Overview, run: Run) -> None:
    """Write every file that is not one server's; the index comes last."""
    for path, content in _render(site, found, run):
        site.write(path, content)


def _render(site: Site, found: Overview, run: Run) -> Iterator[tuple[str, str]]:
    by_name = sorted(found.servers, key=lambda s: (s["name"].casefold(), s["slug"]))
    head = make_head(found.rubric, site.url, "")
    shared = {
        **make_context(Report(VERSION, found.rubric, (), guide=guide()), lambda _: ""),
        **head,
        "total": {"servers": len(found.servers), "tools": found.tools},
        "errors": run.errors,
        "known": found.last,
    }

    def render(template: str, page: str, **more: Any) -> tuple[str, str]:  # noqa: ANN401 - for jinja
        return page, environment().get_template(template).render(shared | more, page=page)

    yield from ((f"assets/{name}", read_shipped(ASSETS / name)) for name in _KEPT)
    style = (PACKAGE / "outputs" / "report.css", ASSETS / "catalog.css")
    yield "assets/site.css", "".join(map(read_shipped, style))
    yield "assets/tools.js", _encode_search(found)
    yield "api/schema.json", read_shipped(ASSETS / "api.schema.json")
    yield render("about.html.j2", "about.html")
    yield render("search.html.j2", "search.html")
    yield render("changes.html.j2", "changes.html", changes=run.changes)
    parts = [by_name[at : at + _A_PAGE] for at in range(0, len(by_name), _A_PAGE)]
    lists = [f"servers-{number}.html" for number in range(1, len(parts) + 1)]
    for number, (page, rows) in enumerate(zip(lists, parts, strict=True), 1):
        yield render("servers.html.j2", page, number=number, pages=len(parts), rows=rows)
    yield render(
        "index.html.j2",
        "index.html",
        **_summarise(found),
        follows_tdqs=follows_tdqs(found.rubric),
        recent=run.changes[:_MOST_RECENT],
    )
    yield "feed.xml", write_atom(run.changes, run.since, site.url, found.last)
    if site.url:
        top = ["index.html", "search.html", "changes.html", "about.html", *lists]
        yield from write_sitemap([*top, *found.pages], site.url)


def make_index(found: Overview, run: Run, *, complete: bool) -> dict[str, Any]:
    """Return the index of the API, which is also how a catalogue is recognised."""
    return {
        "schema": SCHEMA,
        "toolgrade": VERSION,
        "rubric": {
            "name": found.rubric.name,
            "version": found.rubric.version,
            "digest": found.rubric.digest,
        },
        "since": run.since,
        "date": run.date,
        "complete": complete,
        "servers": [
            {
                **server,
                "page": f"servers/{server['slug']}/index.html",
                "api": f"api/servers/{server['slug']}.json",
            }
            for server in found.servers
        ],
        "errors": [{"source": e.source, "message": e.message} for e in run.errors],
    }


def _summarise(found: Overview) -> dict[str, Any]:
    """Return the rows of the first page's tables."""
    known = max(found.graded, 1)
    of_all = max(found.tools, 1)
    server_tiers = Counter(s["tier"] or "no score" for s in found.servers)
    leaders = [s for s in found.servers if s["score"] and s["tools"] >= _FEWEST_TOOLS]
    leaders.sort(key=lambda s: (-s["score"], s["name"], s["slug"]))
    by_taken = sorted(found.clients, key=lambda c: (found.takes[c.key], c.title))
    lost = [client for client in by_taken if found.takes[client.key] < found.tools][:_MOST_BARS]
    others = by_taken[len(lost) :]
    least = found.takes[others[0].key] / of_all if others else 1
    return {
        "other_clients": [client.title for client in others],
        "least_taken": f"{100 * least:.1f} % or more" if least < 1 else "every tool",
        "leaders": leaders[:_LEADERS],
        "least": _FEWEST_TOOLS,
        "tiers": [
            _bar(tier, n, n / known, f"search.html#tier={tier}", f"tier-{tier}")
            for tier, n in sorted(found.tiers.items())
        ],
        "server_tiers": [
            _bar(tier, n, n / len(found.servers), "", f"tier-{tier}")
            for tier, n in sorted(server_tiers.items())
        ],
        "risks": [
            _bar(risk, found.risks[risk], found.risks[risk] / of_all, f"search.html#risk={risk}")
            for risk in RISKS
        ],
        "dimensions": [
            _bar(d.title, f"{mean:.1f}", mean / _WHOLE)
            for d in found.rubric.dimensions
            for mean in [found.sums[d.key] / known]
        ],
        "takes": [
            _bar(
                client.title,
                f"{100 * found.takes[client.key] / of_all:.1f} %",
                found.takes[client.key] / of_all,
                f"search.html#client={client.key}",
            )
            for client in lost
        ],
        "unmet": [
            _bar(found.titles[check], n, n / known, f"search.html#check={check}")
            for check in sorted(found.gains, key=lambda c: (-round(found.gains[c], 3), c))
            for n in [found.unmet[check]]
        ][:_MOST_BARS],
    }


def _bar(
    name: str, number: int | str, share: float, href: str = "", kind: str = ""
) -> dict[str, Any]:
    text = number if isinstance(number, str) else f"{number:,}"
    return {"name": name, "text": text, "share": share, "href": href, "kind": kind}


def _encode_search(found: Overview) -> str:
    """Return the script that holds what is searched."""
    data = {
        "servers": [
            [s["slug"], visible(s["name"][:_LONGEST_NAME], lines=False), s["language"]]
            for s in found.servers
        ],
        "clients": [[client.key, client.title] for client in found.clients],
        "checks": list(found.titles.items()),
        "risks": list(RISKS),
        "rows": found.rows,
    }
    return f"window.toolgradeTools = {encode_for_script(data)};\n"
