"""The pages of a server and of its tools, from its report."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from toolgrade.catalog.picture import draw
from toolgrade.files.version import VERSION
from toolgrade.outputs import badge
from toolgrade.outputs.phrases import sum_name, tenths
from toolgrade.outputs.scorecard import build_scorecard
from toolgrade.outputs.templates import make_context, make_environment
from toolgrade.policy import DIALECTS
from toolgrade.policy.rules import rules
from toolgrade.wording.counts import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jinja2 import Environment

    from toolgrade.model import Report, RubricStamp
    from toolgrade.outputs.scorecard import ServerCard, ToolCard
    from toolgrade.policy.rules import Rule

POLICIES = {
    "policy.claude-code.json": ("claude-code", "Claude Code"),
    "policy.codex.toml": ("codex", "Codex"),
    "policy.policylayer.json": ("policylayer", "PolicyLayer"),
    "policy.intercept.yaml": ("intercept", "Intercept"),
}
"""The dialect of each file with a server's policy, and its title."""

_MARKS = (b"<!--related-->\n", b"<!--/related-->")
_UP = "../../"


@cache
def environment() -> Environment:
    """Return the templates of all pages."""
    return make_environment("catalog/pages", "outputs")


def list_files(entry: Mapping[str, Any]) -> list[str]:
    """Return every file of a server, the last of which says that the others are whole."""
    slug = entry["slug"]
    folder = f"servers/{slug}"
    return [
        *(f"{folder}/{tool['slug']}.html" for tool in entry["tools"]),
        *(f"{folder}/{name}" for name in ("index.html", "preview.png", "badge.svg", *POLICIES)),
        f"api/badges/{slug}.json",
        f"api/servers/{slug}.json",
    ]


def render_server(
    report: Report, entry: Mapping[str, Any], url: str
) -> Iterator[tuple[str, str | bytes]]:
    """Yield each file of the one server in a report with its path, all but its JSON document."""
    (card,) = build_scorecard(report)
    name = report.servers[0].server.key or report.servers[0].server.name
    slug, server = entry["slug"], report.servers[0]
    folder = f"servers/{slug}"
    slugs = {tool["index"]: f"{tool['slug']}.html" for tool in entry["tools"]}
    shared = {
        **make_context(report, lambda row: slugs[row.report.tool.index], f"{_UP}about.html"),
        **make_head(report.rubric, url, _UP),
        "preview": f"{folder}/preview.png",
        "slug": slug,
        "card": card,
        "client_name": name,
        "troubles": _group_by_client(card),
    }
    tool_page = environment().get_template("tool.html.j2")
    encoded = {tool["index"]: tool for tool in entry["tools"]}
    policy = rules(server.tools)
    by_tool = {rule.tool: rule for rule in policy}
    for row in card.tools:
        index = row.report.tool.index
        page = f"{folder}/{slugs[index]}"
        rule = by_tool.get(row.report.tool.name or "")
        snippets = _write_policies(name, [rule]) if rule else {}
        yield (
            page,
            tool_page.render(shared, row=row, entry=encoded[index], snippets=snippets, page=page),
        )
    policies = _write_policies(name, policy)
    yield from ((f"{folder}/{file}", policies[title]) for file, (_, title) in POLICIES.items())
    server_page = environment().get_template("server.html.j2")
    page = f"{folder}/index.html"
    yield page, server_page.render(shared, entry=entry, policies=POLICIES, page=page)
    yield f"{folder}/badge.svg", "".join(badge.render(report))
    yield f"api/badges/{slug}.json", "".join(badge.endpoint(report))
    _, number, tier = server.score.headline()
    score = f"{tenths(number)} of 5" if number is not None else "not scored"
    about = ", ".join(f"{n} {category.lower()}" for category, n in server.risks().items())
    tools = format_count(len(server.tools), "tool")
    yield f"{folder}/preview.png", draw(server.server.name, tier or "", score, f"{tools}: {about}")


def _group_by_client(card: ServerCard) -> dict[str, list[ToolCard]]:
    """Return the clients that do not take all of a server unchanged, each with the tools that it
    does not take so by themselves.
    """
    if card.matrix is None:
        return {}
    cards = {row.report.tool.index: row for row in card.tools}
    return {
        client.key: [
            cards[tool.tool.index] for tool, states in card.matrix.rows if states[at] != "fine"
        ]
        for at, client in enumerate(card.matrix.clients)
        if card.matrix.server[at] != "fine"
    }


def make_head(rubric: RubricStamp, url: str, up: str) -> dict[str, Any]:
    """Return what the head and the foot of every page need."""
    return {
        "url": url,
        "up": up,
        "version": VERSION,
        "rubric": rubric,
        "sum_name": sum_name(rubric),
        "preview": "",
        "page": "",
    }


def _write_policies(server: str, listed: Sequence[Rule]) -> dict[str, str]:
    """Return a policy for some tools by the title of its dialect."""
    return {title: DIALECTS[name].write(server, listed) for name, title in POLICIES.values()}


def fill(page: bytes, text: str) -> bytes:
    """Return a page with `text` in the place that is kept for what relates servers."""
    before, mark, rest = page.partition(_MARKS[0])
    _, end, after = rest.rpartition(_MARKS[1])
    return b"".join((before, mark, text.encode(), end, after))


def encode_for_script(data: object) -> str:
    """Return JSON that a script may hold in any encoding, and that cannot end it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
