"""Every id that a report can contain has a page; the page is current, and its examples are run."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from tools import questions, rubric, verdict

from toolgrade.checks import checks
from toolgrade.clients import MEASURES
from toolgrade.clients import pages as clients
from toolgrade.files.shipped import FOLDER, REPOSITORY, page_path, page_url
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import MALFORMED, SHADOWED
from toolgrade.rubric import Rubric, explain
from toolgrade.rubric.pages import Page, format_price, format_share, list_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from toolgrade.rubric.rules import DimensionRules

FRAME = re.compile(
    r"(?P<title>[A-Z][^\n]*[^.\s])\.\n\n(?P<why>.+?)\n\n"
    r"Source: (?P<source>[^\n]+(?:\n\S[^\n]*)*)\n\n"
    r"(?:Related: (?P<related>[a-z., -]+)\n\n)?"
    r"Bad:\n(?P<Bad>(?:    [^\n]*\n|\n)+?)\nGood:\n(?P<Good>(?:    [^\n]*(?:\n|\Z)|\n)+)\Z",
    re.DOTALL,
)
CHECKS = checks()
SHIPPED = ("tdqs", "text-only")
READER = tuple(f"malformed.{kind}" for kind in MALFORMED)
RUBRICS = {name: Rubric.load(name) for name in SHIPPED}
PAGES_OF = {name: {p.id: p for p in list_pages(RUBRICS[name])} for name in SHIPPED}
PAGES = PAGES_OF["text-only"] | PAGES_OF["tdqs"]
TEXTS = explain.pages(RUBRICS["text-only"]) | explain.pages(RUBRICS["tdqs"])
NOT_RUN = {"malformed.too-deep"}
"""What the page describes without an example."""


def list_ids() -> set[str]:
    """Return every id that a finding can have under a shipped rubric."""
    dimensions = [rules for rubric in RUBRICS.values() for rules in rubric.every_dimension]
    asked = {question.check.id for rules in dimensions for question in rules.questions}
    return {
        *asked,
        *CHECKS,
        *READER,
        f"shadowing.{SHADOWED}",
        *(f"client.{measure}" for measure in MEASURES),
    }


def example(check: str, kind: str) -> str:
    frame = FRAME.match(CHECKS[check].page)
    assert frame, f"{check}: title, why, Source:, Related:, Bad:, Good:"
    return textwrap.dedent(frame[kind]).strip()


@pytest.mark.parametrize("check", CHECKS)
def test_every_docstring_has_the_parts_of_a_page(check: str) -> None:
    frame = FRAME.match(CHECKS[check].page)
    assert frame, "title line, why, Source:, Related:, Bad:, Good:"
    assert len(frame["title"]) <= 72
    assert len(frame["why"].split()) >= 6
    assert tomllib.loads(example(check, "Bad")) != tomllib.loads(example(check, "Good"))


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("check", CHECKS)
def test_every_example_holds(check: str, kind: str) -> None:
    answer = verdict(check, tomllib.loads(example(check, kind)))
    assert answer.share is not None, "the check does not apply to its own example"
    if kind == "Good":
        assert answer.share == 1, answer.note
    else:
        assert answer.share < 1
        # The note of `described` says what to do about these.
        silent = {"parameters.explained", "parameters.spoken-of"}
        assert answer.note or check in silent, "says what to do"


@pytest.mark.parametrize("id_", [*READER, f"shadowing.{SHADOWED}"])
def test_every_example_of_the_reader_holds(id_: str, tmp_path: Path) -> None:
    page = PAGES[id_]
    if id_ in NOT_RUN:
        assert not page.bad + page.good
        return
    for text, found in ((page.bad, True), (page.good, False)):
        code = not text.startswith("{")
        written = "server.mjs" if text.startswith("import {") else "server.py"
        path = tmp_path / (written if code else "tools.json")
        path.write_text(text)
        (tmp_path / "other.py").write_text(OTHER)  # so that there is a tool to grade
        report = grade(read(str(tmp_path if code else path)), rubric())
        server = report.servers[0]
        findings = chain(server.findings, *(tool.findings for tool in server.tools))
        assert (id_ in {finding.check for finding in findings}) is found, text


OTHER = """\
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("other")


@mcp.tool()
def list_members() -> str:
    '''List the members.'''
"""


def test_titles_differ_within_a_dimension() -> None:
    # Reports show a title within its dimension.
    for rules in rubric().every_dimension:
        titles = [q.check.title for q in rules.questions]
        assert sorted(titles) == sorted(set(titles))


def test_every_id_of_a_report_has_a_page() -> None:
    ids = list_ids()
    assert {path.stem for path in (FOLDER / "pages").glob("*")} == ids
    assert ids == {*PAGES, *(f"client.{measure}" for measure in MEASURES)}


@pytest.mark.parametrize("id_", sorted(PAGES))
def test_related_checks_exist(id_: str) -> None:
    related = PAGES[id_].related
    assert id_ not in related
    assert set(related) <= list_ids()
    assert len(set(related)) == len(related)


@pytest.mark.parametrize("id_", sorted(PAGES))
def test_explain_prints_what_the_page_says(id_: str) -> None:
    page = PAGES[id_]
    text = TEXTS[id_]
    for part in (page.title, page.why, page.source, page.worth, *page.related, *page.word_lists):
        assert " ".join(part.split()) in " ".join(text.split())
    for code in (page.bad, page.good):
        assert textwrap.indent(code, "    ") in text
    assert f"ignore[{id_}]" in text or not page.of_tool
    assert page_url(id_) in text


def test_the_address_of_a_page() -> None:
    assert page_url("usage.exclusion") == (
        f"{REPOSITORY}/blob/main/rubrics/pages/usage.exclusion.md"
    )
    for absent in ("usage.privacy", "../README", "", "a\0b", "client"):
        assert page_url(absent) == ""


def test_an_own_check_has_a_page_in_the_terminal_and_no_address(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "tdqs"\nname = "mine"\n[dimensions.usage]\n'
        'checks.privacy = { title = "Says what is logged", cues = ["is logged"], met = 0.5 }\n'
    )
    text = "\n".join(explain.page(Rubric.load(str(path)), "usage.privacy"))
    assert 'Met if the description has one of these phrases: "is logged".' in text
    assert "Bad:" not in text
    assert "On the web" not in text


def _code(text: str) -> str:
    return f"```{'json' if text.startswith('{') else 'python'}\n{text}\n```"


def _markdown(page: Page) -> Iterator[str]:
    """Yield the paragraphs of a page's file."""
    group = _group_of(page.id)
    yield f"# {page.title}"
    yield f"`{page.id}` · [{group[0]}](../README.md#{group[1]})"
    yield page.why
    for heading, text in (("Bad", page.bad), ("Good", page.good)):
        if text:
            yield f"## {heading}"
            yield _code(text)
    yield "## What it is worth"
    yield f"{page.worth}."
    also = [
        f"In the rubric `{name}`: {other.worth.partition(': ')[2]}."
        for name in SHIPPED[1:]
        if (other := PAGES_OF[name].get(page.id)) and other.worth != page.worth
    ]
    yield from also
    if page.word_lists:
        lists = ", ".join(f"`{name}`" for name in page.word_lists)
        yield (
            f"It looks for words of {lists}. [Your own rubric](../../docs/your-own-rubric.md) can "
            "change the price, the words, or turn the check off."
        )
    yield "## How to ignore it"
    yield from _ignoring(page)
    if page.related:
        yield "## Related"
        yield "\n".join(f"- [`{id_}`]({id_}.md){_title_of(id_)}" for id_ in page.related)
    if page.source:
        yield "## Source"
        yield f"{page.source} ([what the sources are](../README.md#sources))"


def _ignoring(page: Page) -> Iterator[str]:
    yield (
        "In `toolgrade.toml`:"
        if page.of_tool
        else ("In `toolgrade.toml`, as it concerns the whole server:")
    )
    named = 'tool = "NAME"\n' if page.of_tool else ""
    yield f'```toml\n[[ignore]]\ncheck = "{page.id}"\n{named}reason = "WHY"\n```'
    if page.of_tool:
        yield "Or in a comment in the source, where the tool is registered:"
        yield f"```text\n# toolgrade: ignore[{page.id}] WHY\n```"
    yield (
        "The finding stays in the report with your reason, and no score changes. "
        "[More on ignoring](../../docs/configuration.md)."
    )


def _title_of(id_: str) -> str:
    return f": {PAGES[id_].title}" if id_ in PAGES else f": {MEASURES[id_[7:]].title}"


def _group_of(id_: str) -> tuple[str, str]:
    """Return the heading that an id has in the index, and its anchor."""
    for rules in chain.from_iterable(one.every_dimension for one in RUBRICS.values()):
        if id_ in {q.check.id for q in rules.questions}:
            heading = rules.words.title
            break
    else:
        heading = GROUPS[id_.partition(".")[0]]
    return heading, _anchor(heading)


GROUPS = {
    "malformed": "Reading the definition",
    "shadowing": "Shadowing",
    "schema": "Schemas",
    "names": "Names",
    "hints": "Annotations",
    "hygiene": "Hygiene",
    "client": "Clients",
}
"""Headings of the ids without a price."""


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def _client_page(measure: str) -> Iterator[str]:
    yield f"# {MEASURES[measure].title}"
    yield (
        f"`client.{measure}` · [Clients](../README.md#clients) · reported by "
        "`toolgrade grade --clients`"
    )
    yield "Which clients limit it, from which value on, what happens then, and who says so:"
    yield "\n".join(("```text", *list(clients.page(f"client.{measure}"))[2:], "```"))
    yield "It has no price and changes no score."
    yield "## How to ignore it"
    yield f'```toml\n[[ignore]]\ncheck = "client.{measure}"\nreason = "WHY"\n```'
    yield (
        "[What clients do with definitions, and how to choose them]"
        "(../../docs/clients-and-directories.md)."
    )


def _row(id_: str, title: str, worth: str) -> str:
    return f"| [`{id_}`](pages/{id_}.md) | {title} | {worth} |"


def _dimension(rules: DimensionRules, heading: str = "##") -> Iterator[str]:
    words = rules.words
    yield f"{heading} {words.title}"
    yield f"`{words.key}`, {format_share(rules)}. **{words.question}** {words.importance}"
    yield "\n".join(f"- **{point}**: {text}" for point, text in words.anchors.items())
    rungs = [
        f"{rung.score} {f'if `{rung.when.text}`' if rung.when else 'otherwise'} ({rung.why})"
        for rung in rules.baseline
    ]
    starts = "; ".join(rungs) if rungs[1:] else f"{rules.baseline[0].score}"
    yield f"The sum starts at {starts}."
    rows = [_row(q.check.id, q.check.title, format_price(q.price)) for q in rules.questions]
    yield "\n".join(("| Check | What it asks for | Price |", RULE, *rows))
    if rules.cuts:
        cuts = ", ".join(str(cut) for cut in rules.cuts)
        yield f"Another whole point is given from {cuts} on."


RULE = "| --- | --- | --- |"


def _unpriced() -> Iterator[str]:
    """Yield the tables of what has a level instead of a price."""
    yield "## Findings without a price"
    yield (
        "These are reported with a level and change no score. The levels are in `[unpriced]`; "
        '`"schema.titles".off = true` turns one off.'
    )
    groups: dict[str, list[str]] = {}
    for page in PAGES_OF["tdqs"].values():
        if page.worth.startswith("Level: "):
            level = page.worth.removeprefix("Level: ").partition(";")[0]
            groups.setdefault(page.id.partition(".")[0], []).append(
                _row(page.id, page.title, level)
            )
    for measure, asked in MEASURES.items():
        groups.setdefault("client", []).append(_row(f"client.{measure}", asked.title, "by client"))
    for group, rows in groups.items():
        yield f"### {GROUPS[group]}"
        yield "\n".join(("| Id | What it asks for | Level |", RULE, *rows))


def _other(name: str) -> Iterator[str]:
    """Yield what another shipped rubric asks; its checks have the same pages."""
    other = RUBRICS[name]
    yield f"## The rubric `{other.stamp.name}` ({other.stamp.version})"
    yield (
        "It asks the same checks in other dimensions and names them by their full ids "
        '(`checks."behavior.bounds"`). It takes only the word lists from the rubric that it '
        'extends (`replaces = ["dimensions"]`), and it judges the description alone, as if the '
        'schema had no texts and there were no annotations (`sees = "description"`). Your own '
        "rubric can do the same."
    )
    for rules in other.dimensions:
        yield from _dimension(rules, "###")


def _index() -> Iterator[str]:
    stamp = rubric().stamp
    yield "# Every check, and what it is worth"
    yield (
        f"The default rubric is `{stamp.name}` ({stamp.version}). Each check has a page, which "
        "`toolgrade explain ID` prints too. These pages are generated; `pytest --update` rewrites "
        "them."
    )
    yield (
        "A dimension's score is a sum from 1 to 5. It starts at the baseline. Each check adds its "
        "*met* price times its share (1 if it is met, 0 if not, between if partly), and its "
        "*unmet* price times the rest. An unmet check with a cap limits the score of its "
        "dimension; one with a gate sets all dimensions of the tool."
    )
    yield (
        "Your own rubric is a file that says what differs. `toolgrade rubric check mine.toml` "
        "validates it, `--rubric mine.toml` uses it ([how](../docs/your-own-rubric.md)):"
    )
    yield (
        '```toml\n#:schema ./rubric.schema.json\nextends = "tdqs"\nname    = "mine"\n\n'
        "[dimensions.usage]\nchecks.exclusion = { met = 1.0 }\nchecks.audience  = { off = true }\n"
        "checks.privacy   = { "
        'title = "Says what happens to personal data", cues = ["personal data"], met = 0.5 }\n\n'
        '[lexicons]\nwhen-cues = { add = ["at the end of the day"], drop = ["use at"] }\n```'
    )
    for rules in rubric().every_dimension:
        yield from _dimension(rules)
    yield from _unpriced()
    for name in SHIPPED[1:]:
        yield from _other(name)
    yield "## Sources"
    yield SOURCES


SOURCES = """\
The pages name where a check comes from:

- **TDQS 1.2**: the Tool Definition Quality Score, the standard of Glama, a directory of MCP
  servers. Its anchors say in words what each score from 1 to 5 means.
- **Glama's published reasons**: what Glama's site gives as the reason for each score of a tool.
- **MCP specification**: [modelcontextprotocol.io](https://modelcontextprotocol.io/specification),
  by revision.
- **Wang et al.**: a study of smells in tool descriptions,
  [arXiv 2602.18914](https://arxiv.org/abs/2602.18914).
- **Hasan et al.**: a study of the components of tool descriptions,
  [arXiv 2602.14878](https://arxiv.org/abs/2602.14878).
- **Anthropic's directory policy**: [the review criteria](https://claude.com/docs/connectors/building/review-criteria)
  of its directory of connectors.
- **Anthropic, "Writing effective tools for agents"**: an article of Anthropic's engineers."""


def _file(paragraphs: Iterator[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"


def test_the_index_is_current(current: Callable[[Path, str], None]) -> None:
    current(FOLDER / "README.md", _file(_index()))


@pytest.mark.parametrize("id_", sorted(list_ids()))
def test_every_page_is_current(id_: str, current: Callable[[Path, str], None]) -> None:
    own = id_ in PAGES
    current(page_path(id_), _file(_markdown(PAGES[id_]) if own else _client_page(id_[7:])))


def test_pages_of_ids_that_are_gone_are_removed(pytestconfig: pytest.Config) -> None:
    left = [path for path in (FOLDER / "pages").iterdir() if path.stem not in list_ids()]
    if pytestconfig.getoption("--update"):
        for path in left:
            path.unlink()
        left = []
    assert left == []


def test_examples_in_json_are_json() -> None:
    for page in PAGES.values():
        for text in (page.bad, page.good):
            if text.startswith("{"):
                json.loads(text)


def test_the_index_teaches_a_rubric_that_is_valid(tmp_path: Path) -> None:
    own = next(text for text in _index() if text.startswith("```toml\n#:schema"))
    path = tmp_path / "mine.toml"
    path.write_text(own.removeprefix("```toml\n").removesuffix("```"))
    mine = {q.check.id for rules in Rubric.prove(path).every_dimension for q in rules.questions}
    assert mine - set(questions()) == {"usage.privacy"}
    assert set(questions()) - mine == {"usage.audience"}
