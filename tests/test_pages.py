"""A check's page is true: it keeps its frame, and its two examples are run."""

from __future__ import annotations

import re
import textwrap
import tomllib
from typing import TYPE_CHECKING

import pytest
from tools import questions, rubric, verdict

from toolgrade.checks import checks
from toolgrade.files.shipped import FOLDER
from toolgrade.rubric import Rubric, explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from toolgrade.checks.check import Check
    from toolgrade.rubric.rules import DimensionRules

FRAME = re.compile(
    r"(?P<title>[A-Z][^\n]*[^.\s])\.\n\n(?P<why>.+?)\n\n"
    r"Source: (?P<source>[^\n]+(?:\n\S[^\n]*)*)\n\n"
    r"Bad:\n(?P<Bad>(?:    [^\n]*\n|\n)+?)\nGood:\n(?P<Good>(?:    [^\n]*(?:\n|\Z)|\n)+)\Z",
    re.DOTALL,
)
CHECKS = checks()


def example(check: str, kind: str) -> str:
    frame = FRAME.match(CHECKS[check].page)
    assert frame, f"{check}: title, why, Source:, Bad:, Good:"
    return textwrap.dedent(frame[kind]).strip()


@pytest.mark.parametrize("check", CHECKS)
def test_every_page_keeps_the_frame(check: str) -> None:
    frame = FRAME.match(CHECKS[check].page)
    assert frame, "title line, why, Source:, Bad:, Good:"
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
        told_by = {"parameters.explained", "parameters.spoken-of"}  # the note of `described`
        assert answer.note or check in told_by, "says what to do"


def test_titles_tell_checks_apart() -> None:
    # Reports show a title within its dimension.
    for rules in rubric().every_dimension:
        titles = [q.check.title for q in rules.questions]
        assert sorted(titles) == sorted(set(titles))


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9 .-]", "", title.lower()).replace(" ", "-").replace(".", "")


def _check(check: Check, worth: str) -> Iterator[str]:
    page = FRAME.match(check.page)
    assert page
    yield f"### `{check.id}`"
    yield f"**{check.title}.** {' '.join(page['why'].split())}"
    yield f"*Source:* {' '.join(page['source'].split())}"
    yield worth
    if lists := sorted(name.replace("_", "-") for name in check.words):
        yield f"*Word lists:* {', '.join(f'`{name}`' for name in lists)}."
    for kind, said in (("Bad", "Unmet"), ("Good", "Met")):
        yield f"{said} by\n\n```toml\n{example(check.id, kind)}\n```"


def _beside() -> Iterator[str]:
    """Yield the checks that have a level instead of a price."""
    yield "## Beside the score"
    yield (
        "These have a level instead of a price: what they find is reported and moves no score. The "
        'levels stand under `[unpriced]`; `"schema.titles".off = true` turns one off.'
    )
    remarks = rubric().remarks
    rows = [f"| {_linked(r.check.id)} | {r.check.title} | {r.level} |" for r in remarks]
    yield "\n".join(("| Check | which asks | at the level |", "| --- | --- | --- |", *rows))
    for remark in remarks:
        yield from _check(remark.check, f"*Level:* {remark.level}.")


def _linked(check: str) -> str:
    return f"[`{check}`](#{_anchor(check)})" if check in CHECKS else f"`{check}`, made of words"


def _dimension(rules: DimensionRules, heading: str = "##") -> Iterator[str]:
    words = rules.words
    yield f"{heading} {words.title}"
    yield f"`{words.key}`, {explain.share(rules)}. **{words.question}** {words.importance}"
    rows = [f"| {point} | {text} |" for point, text in words.anchors.items()]
    yield "\n".join(("| Points | What they stand for |", "| --- | --- |", *rows))
    rungs = [
        f"| {rung.score} | {f'`{rung.when.text}`' if rung.when else 'otherwise'} | {rung.why} |"
        for rung in rules.baseline
    ]
    yield "\n".join(("| The sum starts at | when | because |", "| --- | --- | --- |", *rungs))
    priced = [
        f"| {_linked(q.check.id)} | {q.check.title} | {explain.price(q.price)} |"
        for q in rules.questions
    ]
    yield "\n".join(("| and adds | which asks | at the price |", "| --- | --- | --- |", *priced))
    if rules.cuts:
        cuts = ", ".join(str(cut) for cut in rules.cuts)
        yield f"A further whole point is given from {cuts} on."


def _other(name: str) -> Iterator[str]:
    """Yield what another shipped rubric asks; its checks have their pages above."""
    other = Rubric.load(name)
    yield f"## The rubric `{other.stamp.name}` ({other.stamp.version})"
    yield (
        "It asks questions of the same checks under dimensions of its own, by their full ids "
        '(`checks."behavior.bounds"`), stands on the word lists of the rubric it extends alone '
        '(`replaces = ["dimensions"]`), and judges a tool\'s description as if nothing else told '
        'of it (`sees = "description"`). So may yours.'
    )
    for rules in other.dimensions:
        yield from _dimension(rules, "###")


def _pages() -> Iterator[str]:
    stamp = rubric().stamp
    yield "# What a rubric asks, and what it pays"
    yield (
        f"Generated from the pages of the checks and the prices of `{stamp.name}` "
        f"({stamp.version}); `pytest --update` rewrites it."
    )
    yield (
        "A dimension's score is its baseline plus what each answer adds: the *met* price times "
        "the answer's share (1 met, 0 unmet, between: partly) plus the *unmet* price times the "
        "rest. The lowest cap of an unmet check limits it, and so does the scale. A gate holds "
        "every dimension."
    )
    yield (
        "Your own rubric is a file that says what differs, proved by `toolgrade rubric check "
        "mine.toml` and used by `--rubric mine.toml`:"
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
        for question in rules.questions:
            yield from _check(question.check, f"*Price:* {explain.price(question.price)}.")
    yield from _beside()
    yield from _other("text-only")


def test_the_rubrics_page_is_current(current: Callable[[Path, str], None]) -> None:
    current(FOLDER / "README.md", "\n\n".join(_pages()) + "\n")


def test_the_rubrics_page_teaches_a_rubric_that_is_proved(tmp_path: Path) -> None:

    own = next(text for text in _pages() if text.startswith("```toml\n#:schema"))
    path = tmp_path / "mine.toml"
    path.write_text(own.removeprefix("```toml\n").removesuffix("```"))
    mine = {q.check.id for rules in Rubric.prove(path).every_dimension for q in rules.questions}
    assert mine - set(questions()) == {"usage.privacy"}
    assert set(questions()) - mine == {"usage.audience"}
