"""Twice the tools cost at most 2.3 times the work, counted in lines of Python run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sites import make, server, tool
from test_growth import assert_linear

from toolgrade.catalog.related import Purpose, list_words, relate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def make_equal(at: int) -> str:  # noqa: ARG001 - all the same
    return "Get a note."


def make_alike(at: int) -> str:
    return f"Get a note of the shelf that is called {at}."


def make_other(at: int) -> str:
    return f"Get{at} a{at} note{at}."


@pytest.mark.parametrize("describe", [make_equal, make_alike, make_other])
def test_relating_tools(describe: Callable[[int], str]) -> None:
    def work(count: int) -> list[object]:
        words = [list_words("get_note", describe(at), ()) for at in range(count)]
        return list(relate([Purpose((f"s{n}", "t"), f"s{n}", w) for n, w in enumerate(words)]))

    assert_linear(work, 200)


def test_building_a_site(tmp_path: Path) -> None:
    def work(count: int) -> None:
        tools = [tool(f"get_note_{at}", f"Get a note of the shelf {at}.") for at in range(count)]
        make(tmp_path / f"{count}-{len(list(tmp_path.iterdir()))}", server("notes", *tools))

    assert_linear(work, 8)
