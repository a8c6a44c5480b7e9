"""A rule that can be gamed is a wrong rule: what adds no knowledge of the tool adds no points.

The texts are data, in `gaming/`. What rules cannot see (a false claim in a full sentence, padding
that borrows the tool's own words) is not asserted here.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tools import rubric, view

from toolgrade.grading.grade import judge
from toolgrade.text import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
HERE = Path(__file__).parents[1] / "gaming"


def data(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


TOOLS, TEXTS, PROSE = data("tools"), data("texts"), data("prose")
SPOKEN = ("usage", "behavior", "completeness")


def scores(tool: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the unrounded scores of a definition, its whole `tdqs` among them."""
    found = judge(view(tool), rubric())
    return {**{d.key: d.expected for d in found.dimensions}, "tdqs": found.tdqs}


def added(tool: Mapping[str, Any], text: str, by: str = " ") -> dict[str, Any]:
    return {**tool, "description": f"{tool['description']}{by}{text}"}


def risen(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return by how much each score is higher for the second definition than for the first."""
    was, now = scores(before), scores(after)
    return {key: now[key] - was[key] for key in was if now[key] > was[key]}


every_tool = pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
every_join = pytest.mark.parametrize("by", [" ", "\n", "\n\n"], ids=["space", "line", "paragraph"])
drawn_tool = st.sampled_from(list(TOOLS.values()))


def test_what_tells_something_does_raise() -> None:
    # Without this the tests below would hold of rules that never give a point.
    more = (
        "Use when the number of the invoice is known. Returns its lines, net and gross sums, or "
        "null if the invoice does not exist. Read-only; an invoice is never marked as read."
    )
    gains = risen(TOOLS["stub"], added(TOOLS["stub"], more))
    assert set(gains) >= {"usage", "behavior", "completeness", "conciseness", "tdqs"}
    assert min(gains[key] for key in SPOKEN) > 1


@pytest.mark.parametrize("kind", ["stuffing", "padding", "foreign"])
@every_join
@every_tool
def test_words_without_content_raise_nothing(tool: dict[str, Any], by: str, kind: str) -> None:
    for text in TEXTS[kind]:
        assert risen(tool, added(tool, text, by)) == {}, text


CUES = sorted(
    {
        entry.rstrip("*")
        for name, words in rubric().words.items()
        if isinstance(words, Lexicon) and name.endswith(("when-cues", "exclusion-cues"))
        for entry in words.entries
    }
)


@UNHURRIED
@given(
    tool=drawn_tool,
    # Six or seven can read like a sentence: "a good choice for a user wants ... when time matters".
    cues=st.lists(st.sampled_from(CUES), min_size=8, max_size=20, unique=True),
    by=st.sampled_from([", ", " ", " / ", "; "]),
)
@example(
    # "not when a user wants": two entries share a word, and a third begins within the second.
    tool=TOOLS["stub"],
    cues=["a good choice for", "only for", "only if", "not when", "a user wants", "after you"],
    by=" ",
)
def test_cue_words_strung_together_raise_nothing(
    tool: dict[str, Any], cues: list[str], by: str
) -> None:
    assert not risen(tool, added(tool, by.join(cues))).keys() & {*SPOKEN, "tdqs"}


def variants(sentence: str) -> Iterator[str]:
    """Say a sentence again, in another dress."""
    bare = sentence.rstrip(".")
    yield from (sentence, sentence.upper(), sentence.lower(), f"{bare}!", f"- {bare}", f'"{bare}"')
    yield " ".join(reversed(bare.split())) + "."
    yield sentence.replace(" ", ", ")
    yield f"{sentence} {bare}!"


@every_join
@every_tool
def test_a_sentence_said_again_raises_nothing(tool: dict[str, Any], by: str) -> None:
    for sentence in view(tool).description.sentences:
        for again in variants(sentence.string):
            assert risen(tool, added(tool, again, by)) == {}, again


@pytest.mark.parametrize("prose", PROSE.values(), ids=PROSE)
@pytest.mark.parametrize("tool", [*TOOLS.values(), *PROSE.values()], ids=[*TOOLS, *PROSE])
def test_a_text_about_another_tool_is_worth_less_than_the_name(
    tool: dict[str, Any], prose: dict[str, Any]
) -> None:
    # On its own tool each of these reaches 3.7 and more. On one whose name and parameters it does
    # not speak of, it is worth no more than the name said again, and never its own score.
    if tool is prose:
        assert min(scores(prose)[key] for key in SPOKEN) > Decimal("3.3")
        return
    wrong = scores({**tool, "description": prose["description"]})
    bare = scores({**tool, "description": f"{' '.join(view(tool).name_words).capitalize()}."})
    for key in SPOKEN:
        assert wrong[key] <= bare[key], key
        assert wrong[key] < scores(prose)[key]


def words_by_chance() -> SearchStrategy[str]:
    """Draw words that no English text holds."""
    word = st.text("bdfghjkqvwxz", min_size=3, max_size=9).map(lambda w: f"zq{w}")
    sentence = st.lists(word, min_size=1, max_size=12).map(lambda w: " ".join(w).capitalize() + ".")
    return st.lists(sentence, min_size=1, max_size=12).map(" ".join)


@UNHURRIED
@given(tool=drawn_tool, text=words_by_chance() | st.text(" \t\n.-*_#", max_size=200))
def test_length_alone_raises_nothing(tool: dict[str, Any], text: str) -> None:
    assert risen(tool, added(tool, text)) == {}


@pytest.mark.parametrize("shape", TEXTS["parameters"], ids=lambda shape: shape["text"][:24])
@every_join
@every_tool
def test_parameters_named_and_not_explained_raise_nothing(
    tool: dict[str, Any], by: str, shape: dict[str, str]
) -> None:
    names = [shape["each"].format(name) for name in tool["inputSchema"]["properties"]]
    assert risen(tool, added(tool, shape["text"].format(shape["by"].join(names)), by)) == {}


def test_parameters_explained_do_raise() -> None:
    text = "Args:\n    base: code of the money held\n    target: code of the money wanted"
    assert {"parameters", "completeness"} <= set(
        risen(TOOLS["fragment"], added(TOOLS["fragment"], text))
    )


@pytest.mark.parametrize("listing", TEXTS["listings"])
@pytest.mark.parametrize("tool", [TOOLS["bare"], TOOLS["write"], TOOLS["complex"]], ids=str)
def test_tools_listed_are_worth_less_than_a_contrast(tool: dict[str, Any], listing: str) -> None:
    listed = risen(tool, added(tool, listing))
    assert set(listed) <= {"purpose", "usage", "tdqs"}
    for contrast in TEXTS["contrasts"]:
        contrasted = risen(tool, added(tool, contrast))
        for key in ("purpose", "usage"):
            assert listed.get(key, 0) * 2 <= contrasted[key]


BRANDED = (
    "Search issues of a {0} project by text. Use when the key of an issue is not known.",
    "For one known key of {0}, call `get_issue` instead. Returns at most 50 issues, newest first.",
    "Send a message to a {0} channel. It cannot be recalled. Fails if {1} is not installed.",
    "{0} pages from {1}, with their authors.",
    "{0} API for {1}.",
)
NAMES = [("Zorbly", "Quandrix"), ("Github", "Slack"), ("Notion", "Stripe"), ("Jira", "Figma")]


@pytest.mark.parametrize("text", BRANDED)
def test_no_score_knows_a_product(text: str) -> None:
    def branded(names: tuple[str, str]) -> dict[str, Any]:
        schema = {"type": "object", "properties": {"text": {}, f"{names[0].lower()}_id": {}}}
        return {
            "name": f"{names[0].lower()}_search_issues",
            "title": f"{names[0]} search",
            "description": text.format(*names),
            "inputSchema": schema,
            "siblings": ["get_issue", f"{names[1].lower()}_search"],
        }

    first, *others = (scores(branded(names)) for names in NAMES)
    assert all(other == first for other in others)


SENTENCES = (
    "Use when the number of an invoice is known.",
    "Do not use it for quotes; call list_quotes for those.",
    "Returns net and gross sums with the date of payment.",
    "Fails if the customer was removed.",
    "Requires the bookkeeper role.",
    "At most ten invoices come back, newest first.",
    "An archived invoice is read from tape, which takes up to a minute.",
    "Reading it changes nothing.",
    "Each call costs two credits.",
    "Drafts are left out unless a draft number is given.",
)


@UNHURRIED
@given(
    sentences=st.lists(st.sampled_from(SENTENCES), min_size=1, unique=True),
    data=st.data(),
)
def test_a_good_sentence_less_raises_nothing(sentences: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(sentences) - 1))
    tool = {**TOOLS["stub"], "siblings": ["list_quotes"]}
    whole = added(tool, " ".join(sentences))
    less = added(tool, " ".join(s for n, s in enumerate(sentences) if n != gone))
    assert not risen(whole, less).keys() & set(SPOKEN)


@UNHURRIED
@given(tool=drawn_tool, name=st.sampled_from(["stuffing", "padding"]), data=st.data())
def test_no_order_of_empty_texts_helps(
    tool: dict[str, Any], name: str, data: st.DataObject
) -> None:
    texts = data.draw(st.lists(st.sampled_from(TEXTS[name]), min_size=2, max_size=4))
    text = " ".join(f"{t.strip().rstrip('.')}." for t in texts if re.search(r"\w", t))
    assume(text)
    assert risen(tool, added(tool, text)) == {}


FAULTY = (
    {"name": "export_report", "description": "TODO: describe the export tool."},
    {"name": "process_batch", "description": "process_batch."},
    {"name": "humidity_index", "description": "Humidity, dew point, pressure, API."},
    {"name": "find_recipe", "description": "A powerful, cutting-edge recipe finder."},
)


@pytest.mark.parametrize("tool", FAULTY, ids=lambda tool: tool["name"])
def test_padding_hides_no_fault(tool: dict[str, Any]) -> None:
    for text in TEXTS["padding"]:
        assert risen(tool, added(tool, text)) == {}, text
