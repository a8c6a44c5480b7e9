"""A sentence that most tools of a server say lifts none of them; one that tells of a tool does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tools import rubric

from toolgrade.grading.grade import grade
from toolgrade.model import Server, Source, Tool
from toolgrade.text import Text
from toolgrade.view.shared import find_common, find_shared

SENTENCES = (Path(__file__).parents[1] / "gaming" / "sentences.txt").read_text().splitlines()
GENERIC = [
    "Use when you want to use this tool.",
    "Use when bananas are ripe.",
    "Use this tool when the task calls for it.",
    "When to use: whenever it is helpful.",
    "Use when other tools are not enough.",
    "Do not use for anything else.",
    "Do not use this when it is not needed.",
    "Use another tool if this one does not fit.",
    "Prefer this tool over others where it applies.",
    "Call this first before anything else in the workflow.",
    "Returns an error if it fails.",
    "Returns the result of the operation.",
    "Returns structured data with all relevant fields.",
    "Requires the appropriate permissions.",
    "Fails with an error message if the input is invalid.",
    "Throws an error when the request is not valid.",
    "Ideal for agents that want a quick answer.",
]
DESCRIPTIONS = {
    "list_boats": "List the boats of the harbour",
    "get_boat": "Get one boat with its owner and length.",
    "move_boat": "Move a boat to another berth. Fails if the berth is taken.",
    "list_berths": "List berths",
    "delete_berth": "Delete a berth of a pier; its boats are left without one.",
    "search_owners": "Search owners by name. Returns at most 20, with phone and address.",
}
COINS = ("krona", "peso", "rupee", "lira", "zloty", "forint", "baht", "rand", "real", "yen")
PARAMETER = {"type": "object", "properties": {"name": {"type": "string"}}}


def server(descriptions: dict[str, str]) -> Server:
    tools = [
        Tool(index=at, name=name, description=text, input_schema=PARAMETER)
        for at, (name, text) in enumerate(descriptions.items())
    ]
    return Server("harbour", tuple(tools), Source("file", "harbour.json", ()))


def quality(descriptions: dict[str, str]) -> Decimal:
    found = grade([server(descriptions)], rubric()).servers[0].score.description_quality_score
    assert found is not None
    return found


def padded(sentence: str, by: str = " ") -> dict[str, str]:
    return {name: f"{text}{by}{sentence.format(name=name)}" for name, text in DESCRIPTIONS.items()}


@pytest.mark.parametrize("by", [" ", "\n", "\n\n- "], ids=["space", "line", "item"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_on_every_tool_lifts_nothing(sentence: str, by: str) -> None:
    assert quality(padded(sentence, by)) - quality(DESCRIPTIONS) <= Decimal("0.1")


def test_a_tools_own_name_does_not_make_a_sentence_its_own() -> None:
    sentence = "Use {name} when you need what {name} gives."
    assert quality(padded(sentence)) - quality(DESCRIPTIONS) <= Decimal("0.1")


def test_most_tools_are_enough() -> None:
    most = {**padded("Use when other tools fail."), "list_boats": DESCRIPTIONS["list_boats"]}
    assert quality(most) - quality(DESCRIPTIONS) <= Decimal("0.1")


def test_every_second_tool_is_enough() -> None:
    every = padded("Use when other tools fail.")
    half = {n: every[n] if at % 2 == 0 else DESCRIPTIONS[n] for at, n in enumerate(DESCRIPTIONS)}
    assert quality(half) - quality(DESCRIPTIONS) <= Decimal("0.1")


def test_the_name_that_ends_a_sentence_is_no_sentence() -> None:
    texts = [f"{says} in the Chroma vector database" for says in ("Add a row", "Get rows", "Count")]
    _, common = find_common((text, "") for text in texts)
    assert common == frozenset()


def test_what_tells_of_one_tool_lifts_it() -> None:
    told = {
        **DESCRIPTIONS,
        "list_berths": "List berths. Use when a boat needs a free berth; for boats call "
        "list_boats instead. Returns length, depth and pier of each berth.",
    }
    assert quality(told) - quality(DESCRIPTIONS) > Decimal("0.1")


def test_a_note_that_all_tools_share_costs_nothing() -> None:
    note = "Requires a harbour master's key in the HARBOUR_KEY variable."
    assert quality(padded(note)) >= quality(DESCRIPTIONS)
    tools = grade([server(padded(note))], rubric()).servers[0].tools
    notes = {f.note for tool in tools for f in tool.to_do() if f.check == "conciseness.own-text"}
    assert notes == {"move what every tool says to the server's instructions"}


@pytest.mark.parametrize("siblings", [True, False], ids=["among others", "alone"])
@pytest.mark.parametrize("says", DESCRIPTIONS.items(), ids=DESCRIPTIONS)
@pytest.mark.parametrize("sentence", GENERIC)
def test_a_sentence_that_fits_any_tool_lifts_not_even_one(
    sentence: str, says: tuple[str, str], *, siblings: bool
) -> None:
    name, text = says
    rest = DESCRIPTIONS if siblings else {}
    before, after = ({**rest, name: said} for said in (text, f"{text} {sentence}"))
    at = list(before).index(name)
    scores = [grade([server(d)], rubric()).servers[0].tools[at].score for d in (before, after)]
    assert scores[0] is not None
    assert scores[1] is not None
    assert scores[1].tdqs - scores[0].tdqs <= Decimal("0.1")


def test_two_tools_share_nothing() -> None:
    # Too few to tell a habit from chance.
    both = {name: f"{DESCRIPTIONS[name]} Read-only." for name in ("get_boat", "move_boat")}
    _, common = find_common((text, name) for name, text in both.items())
    assert common == frozenset()


def test_a_shared_sentence_is_found_where_it_is() -> None:
    texts = ["Get a boat. Use when asked.", "List berths Use when asked.", "USE WHEN ASKED!"]
    _, common = find_common((text, "") for text in texts)
    found = [
        text[start:end] for text in texts for start, end in find_shared(Text(text), "", common)
    ]
    assert found == ["Use when asked.", "Use when asked.", "USE WHEN ASKED!"]


def test_an_unchanged_description_keeps_its_evidence() -> None:
    alone = replace(server(DESCRIPTIONS), tools=server(DESCRIPTIONS).tools[:1])
    assert grade([alone], rubric()).servers[0].tools[0].score is not None


def test_a_sentence_that_all_share_is_not_a_description() -> None:
    bare = {**DESCRIPTIONS, "list_berths": ""}
    padded_bare = {name: f"{text} Use when asked.".strip() for name, text in bare.items()}
    assert quality(padded_bare) - quality(bare) <= Decimal("0.1")


def test_tools_of_one_template_share_their_subject() -> None:
    says = "Get the rate of {0} to the euro on a day. Use when the day is known. Returns the rate."
    rates = {f"get_{coin}_{at}": says.format(coin) for at in range(10) for coin in COINS}
    score = grade([server(rates)], rubric()).servers[0].tools[0].score
    alone = grade([server(dict([next(iter(rates.items()))]))], rubric()).servers[0].tools[0].score
    assert score is not None
    assert alone is not None
    assert score.tdqs >= alone.tdqs - Decimal("0.1")


def test_a_server_of_one_tool_is_asked_for_no_contrast() -> None:
    (tool,) = grade([server({"get_boat": DESCRIPTIONS["get_boat"]})], rubric()).servers[0].tools
    asked = {finding.check for finding in tool.to_do()}
    assert asked.isdisjoint({"purpose.distinct", "usage.alternative", "conciseness.own-text"})


def test_copies_of_one_description_are_descriptions() -> None:
    copies = dict.fromkeys(DESCRIPTIONS, "Move a boat to another berth.")
    tools = grade([server(copies)], rubric()).servers[0].tools
    assert all(tool.score and tool.score.tdqs > 1 for tool in tools)
