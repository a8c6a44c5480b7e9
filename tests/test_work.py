"""What a tool costs, in work and not in seconds: calls of functions, passes over its texts.

The bound is a fifth above what was counted, so that what costs more is seen where it is written.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from tools import rubric, server

from toolgrade.grading.grade import grade
from toolgrade.outputs.json import render
from toolgrade.text import Text, Vocabulary, Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    import pytest

THINGS = ("boat", "berth", "owner", "pier", "crane", "ferry", "buoy", "permit", "tide", "cargo")
CALLS = 3_000
"""Calls of Python functions for a tool, with its JSON."""


def sample(count: int) -> list[dict[str, Any]]:
    """Return tools of several sentences and parameters, of which no two are alike."""
    return [
        {
            "name": f"find_{thing}_{at}",
            "description": f"Find every {thing} of harbour {at} by its mooring. Returns its "
            f"length, its draught and the day it came, at most {at + 20} at once. Use when the "
            f"number of the {thing} is not known. Fails if harbour {at} is closed, and changes "
            "nothing.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "mooring": {"type": "string", "description": f"The rope of {thing} {at}."},
                    "since": {"type": "string", "description": f"First day, as in 2024-01-{at}"},
                    "limit": {"type": "integer", "description": f"Most rows, {at} by default"},
                },
                "required": ["mooring"],
            },
            "annotations": {"readOnlyHint": True},
        }
        for at, thing in ((at, THINGS[at % len(THINGS)]) for at in range(count))
    ]


def work(count: int) -> None:
    report = grade([server(sample(count))], rubric())
    assert sum(map(len, render(report)))


def calls_of(run: Callable[[], object]) -> int:
    """Return how many Python functions a call runs; generators count each time they go on."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def test_the_count_sees_each_call() -> None:
    def once() -> None:
        return None

    def seven() -> None:  # a comprehension is a call of its own before Python 3.12
        for _ in range(7):
            once()

    assert calls_of(seven) == 1 + 7


def test_a_tool_costs_so_many_calls() -> None:
    work(20)  # what is made once, such as a rubric's lines, is made
    few, many = (calls_of(lambda n=n: work(n)) for n in (20, 60))
    each = (many - few) / 40
    assert each <= CALLS, f"{each:.0f} calls for each tool"


def test_a_long_text_is_not_searched_again_for_each_sentence() -> None:
    asked = 0

    class Counted(str):
        __slots__ = ()

        def __contains__(self, part: str, /) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(part)

    assert len(Text(Counted("Get a page. " * 50)).sentences) == 50
    assert asked <= 3


def test_a_text_of_a_megabyte_costs_a_part_more_for_each_sentence() -> None:
    def work_on(sentences: int, words: int) -> int:
        says = [f"Get page {at} of the {'wiki ' * words}if it is known." for at in range(sentences)]
        tool = {"name": "get_page", "description": " ".join(says)}
        return calls_of(lambda: grade([server([tool])], rubric()))

    work_on(1, 1)  # what is made once is made
    small = work_on(100, 1)
    assert work_on(400, 1) <= 4.4 * small
    assert work_on(200, 1_000) <= 4.4 * small  # a megabyte: what is done for each word is C


def test_each_text_is_cut_and_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    work(1)
    cut: Counter[str] = Counter()
    searched: Counter[tuple[str, Vocabulary]] = Counter()
    split, search = Words._split, Vocabulary.search  # noqa: SLF001 - what is counted

    def counting_split(words: Words) -> None:
        cut[words._string] += 1  # noqa: SLF001 - as above
        split(words)

    def counting_search(vocabulary: Vocabulary, words: Words) -> Any:
        searched[" ".join(words.lower), vocabulary] += 1
        return search(vocabulary, words)

    monkeypatch.setattr(Words, "_split", counting_split)
    monkeypatch.setattr(Vocabulary, "search", counting_search)
    work(10)
    texts = {tool["description"] for tool in sample(10)}
    texts |= {p["description"] for t in sample(10) for p in t["inputSchema"]["properties"].values()}
    # Not once for a short text that is kept from before.
    assert {text: cut[text] for text in texts if cut[text] > 1} == {}
    assert all(cut[tool["description"]] for tool in sample(10)[1:])
    assert max(searched.values()) == 1
