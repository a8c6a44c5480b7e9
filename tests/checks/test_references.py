"""Only tools count as missing tools: not parameters, fields and values that the text names."""

from __future__ import annotations

from typing import Any

import pytest
from tools import verdict

OUTPUT = {"outputSchema": {"properties": {"fetch_page": {"type": "string"}}}}
CONSTANT = {"inputSchema": {"properties": {"how": {"const": "read_new"}}}}
QUOTED = {"inputSchema": {"properties": {"how": {"description": "`list_old` or `list_new`"}}}}


def missing(says: str, also: dict[str, Any] | None = None) -> list[str]:
    tool = {
        "name": "search_guides",
        "description": f"Search the guides. {says}",
        "siblings": ["list_guides"],
        **(also or {}),
    }
    return [quote.text for quote in verdict("names.known", tool).quotes]


@pytest.mark.parametrize(
    ("says", "also"),
    [
        ("Use sort_by to put the newest first.", {}),
        ("Use match_type and filter_state to narrow the answer.", {}),
        ("Use the check_rule filter to choose between exact and fuzzy.", {}),
        ("Set the mode to `list_new` or use `fetch_old` mode.", {}),
        ("The answer has a field update_mark; use update_mark to go on.", {}),
        ("Use search_how=exact for words in quotes.", {}),
        ("Use read_part: first or last.", {}),
        ("Uses the facets check_rule and run_kind; call it with run_kind of an answer.", {}),
        ("Use fetch_page to go on.", OUTPUT),
        ("Use read_new to skip old ones.", CONSTANT),
        ("Use list_old to see old ones.", QUOTED),
        ("There is no find_guides tool.", {}),
        ("There is no `find_guides` or `get_guides` tool.", {}),
        ("Stores them using putObject.", {}),
    ],
)
def test_what_is_not_a_tool_is_not_missing(says: str, also: dict[str, Any]) -> None:
    assert missing(says, also) == []


@pytest.mark.parametrize(
    "says",
    [
        "Use find_guides first.",
        "For one guide, call `find_guides` instead.",
        "Use the find_guides tool to get the number.",
        "Sort by date with sort_by. Then call find_guides.",
    ],
)
def test_a_renamed_tool_is_missing(says: str) -> None:
    assert missing(says) == ["find_guides"]
