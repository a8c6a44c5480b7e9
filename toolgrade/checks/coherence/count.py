"""Are there as many tools as the job needs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet

if TYPE_CHECKING:
    from toolgrade.model import Verdict
    from toolgrade.text import WordList
    from toolgrade.view import ServerView

_TOLERATED = 4


def no_copies(server: ServerView) -> Verdict:
    """Spends no tool on a copy of another.

    Each copy is read on every turn and adds a wrong choice, not an ability. Counts tools whose
    name or description says what another's says, but for numbers; four are the worst.

    Source: TDQS 1.2, Tool Count Appropriateness; Glama's published reasons: overlap, more than
    size, makes a low score.

    Bad:
        tools = [{ name = "get_page", description = "Get a page by its address." }, { name = "get_page_v2", description = "Get a page by its address." }]

    Good:
        tools = [{ name = "get_page", description = "Get a page by its address." }, { name = "list_pages", description = "List the addresses of all pages." }]
    """
    if server.tool_count < 2:  # noqa: PLR2004 - a pair
        return NOT_APPLICABLE
    copies = [i for i in server.ordered if i not in server.distinct]
    if not copies:
        return met()
    note = "drop what only repeats another tool, or say what it alone does"
    left = max(0, _TOLERATED - len(copies))
    return partly(left, _TOLERATED, note, *map(server.quote, copies))


def in_earnest(server: ServerView, *, trial_words: WordList) -> Verdict:
    """Holds no tool that is only there for trial.

    A greeting or a demo takes its place in every request and serves nobody.

    Source: Glama's published reasons: placeholder and demo tools cost about a point.

    Bad:
        tools = [{ name = "hello_world" }, { name = "list_orders" }]

    Good:
        tools = [{ name = "get_order" }, { name = "list_orders" }]
    """
    trial = [
        i
        for i, name in server.taken_apart.items()
        if any(word in trial_words for word in name.words[:2])
    ]
    if trial:
        return unmet("take trial tools out of what is published", *map(server.quote, trial))
    return met()
