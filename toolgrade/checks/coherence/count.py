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

    A copy is read on every turn and adds a wrong choice, not an ability. Counts tools whose
    name or description says the same as another's, apart from numbers. With four or more copies
    the check is not met at all.

    Source: TDQS 1.2, Tool Count Appropriateness; Glama's published reasons: overlap, more than
    size, makes a low score.

    Related: disambiguation.own-texts, disambiguation.own-names

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
    note = "remove the tools that repeat another one, or say what only they do"
    left = max(0, _TOLERATED - len(copies))
    return partly(left, _TOLERATED, note, *map(server.quote, copies))


def in_earnest(server: ServerView, *, trial_words: WordList) -> Verdict:
    """Contains no demo tools.

    A greeting or a demo is part of every request and is of no use to anyone. Looks for words
    such as `hello`, `demo` and `test` among the first two words of names.

    Source: Glama's published reasons: placeholder and demo tools cost about a point.

    Related: names.telling

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
        return unmet(
            "remove demo and test tools from the published server", *map(server.quote, trial)
        )
    return met()
