"""Do the tools cover their job from beginning to end?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet
from toolgrade.text import name_words
from toolgrade.view.references import missing_tools

if TYPE_CHECKING:
    from toolgrade.model import Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.text.names import Named
    from toolgrade.view import ServerView

_MOST = 3


def undone(
    server: ServerView, *, opening_verbs: WordList, closing_verbs: WordList, sums: WordList
) -> Verdict:
    """Can delete what it can create.

    An agent that cannot take back what it made leaves it behind. Compares names: for each tool
    that creates something, another one deletes, cancels or archives the same thing. A bare
    `delete` counts for everything, and `add_numbers` creates nothing.

    Source: TDQS 1.2, Completeness; Glama's published reasons: a missing delete is named most.

    Related: coverage.changed, behavior.reversibility

    Bad:
        tools = [{ name = "create_order" }, { name = "get_order" }]

    Good:
        tools = [{ name = "create_order" }, { name = "get_order" }, { name = "delete_order" }]
    """
    note = "add a tool that deletes or cancels it"
    return _pairs(server, opening_verbs, closing_verbs, sums, note)


def changed(
    server: ServerView, *, opening_verbs: WordList, changing_verbs: WordList, sums: WordList
) -> Verdict:
    """Can change what it can create.

    Without an update, a mistake can only be corrected by deleting and creating again. Compares
    names: for each tool that creates something, another one updates it.

    Source: TDQS 1.2, Completeness; Glama's published reasons: a missing update.

    Related: coverage.undone

    Bad:
        tools = [{ name = "create_order" }, { name = "delete_order" }]

    Good:
        tools = [{ name = "create_order" }, { name = "update_order" }, { name = "delete_order" }]
    """
    return _pairs(server, opening_verbs, changing_verbs, sums, "add a tool that updates it")


def read_back(
    server: ServerView, *, opening_verbs: WordList, looking_verbs: WordList, sums: WordList
) -> Verdict:
    """Can read what it can create.

    What was created must be found again by name, in a list or by a search. Compares names: for
    each tool that creates something, another one gets, lists or finds it.

    Source: TDQS 1.2, Completeness; Glama's published reasons: a missing list or get.

    Related: coverage.findable

    Bad:
        tools = [{ name = "create_order" }, { name = "delete_order" }]

    Good:
        tools = [{ name = "create_order" }, { name = "list_orders" }, { name = "delete_order" }]
    """
    return _pairs(server, opening_verbs, looking_verbs, sums, "add a tool that gets or lists it")


def _pairs(
    server: ServerView, first: WordList, second: WordList, sums: WordList, note: str
) -> Verdict:
    """Answer whether `second` verbs act on each thing that `first` verbs act on."""
    names = server.taken_apart
    begun = {
        i: name
        for i, name in names.items()
        if name.verb in first and name.thing and not _is_arithmetic(name, sums)
    }
    if not begun:
        return NOT_APPLICABLE
    ended = [name for name in names.values() if any(word in second for word in name.words)]
    anything = any(not name.thing for name in ended)
    things = {word for name in ended for word in name.thing}
    left = [i for i, name in begun.items() if not anything and things.isdisjoint(name.thing)]
    return partly(len(begun) - len(left), len(begun), note, *map(server.quote, left[:_MOST]))


def _is_arithmetic(name: Named, sums: WordList) -> bool:
    """Whether a name only computes: "add_numbers"."""
    return name.verb == "add" and any(word in sums for word in name.thing)


def ended(server: ServerView, *, paired_verbs: WordList) -> Verdict:
    """Can stop what it can start.

    Start without stop, lock without unlock: an agent needs the second tool when the first was a
    mistake. Compares the verbs of names.

    Source: TDQS 1.2, Completeness: dead ends.

    Related: coverage.undone

    Bad:
        tools = [{ name = "start_timer" }, { name = "get_timer" }]

    Good:
        tools = [{ name = "start_timer" }, { name = "stop_timer" }, { name = "get_timer" }]
    """
    names = server.taken_apart
    ways: dict[str, set[str]] = {}
    for first, *rest in paired_verbs.phrases:
        ways.setdefault(first, set()).update(rest)
    begun = [(i, ways[name.verb]) for i, name in names.items() if name.verb in ways]
    if not begun:
        return NOT_APPLICABLE
    verbs = {word for name in names.values() for word in name.words}
    left = [i for i, wanted in begun if verbs.isdisjoint(wanted)]
    note = "add a tool that ends what this one starts"
    return partly(len(begun) - len(left), len(begun), note, *map(server.quote, left[:_MOST]))


def findable(
    server: ServerView, *, id_words: WordList, looking_verbs: WordList, origin_cues: Lexicon
) -> Verdict:
    """Has a tool that finds the ids that others need.

    A tool that needs an id is useless if no tool lists or searches the things that have one, and
    no text says where the id comes from. Applies if a tool requires a parameter such as `order_id`.

    Source: TDQS 1.2, Completeness: gaps that cause failures; Glama's published reasons: a
    missing list.

    Related: usage.source-of-ids, coverage.read-back

    Bad:
        tools = [{ name = "get_order", inputSchema = { type = "object", properties = { order_id = { type = "string" } }, required = ["order_id"] } }]

    Good:
        tools = [{ name = "get_order", inputSchema = { type = "object", properties = { order_id = { type = "string" } }, required = ["order_id"] } }, { name = "search_orders", inputSchema = { type = "object", properties = { text = { type = "string" } } } }]
    """
    is_asked = is_found = False
    wanting: list[int] = []
    for i, name in server.taken_apart.items():
        view = server.tool(i)
        required = [p for p in view.parameters.values() if p.required]
        ids = [p for p in required if _is_id(p.name, id_words)]
        if ids:
            is_asked = True
            texts = (view.description, *(p.description for p in ids))
            if not any(text.find(origin_cues) or view.named_siblings(text) for text in texts):
                wanting.append(i)
        elif name.verb in looking_verbs or not required or _is_id(view.name, id_words):
            is_found = True
    if not is_asked:
        return NOT_APPLICABLE
    note = "add a tool that lists or searches these, or say where the id comes from"
    if is_found or not wanting:
        return met()
    return unmet(note, *map(server.quote, wanting[:_MOST]))


def _is_id(name: str, id_words: WordList) -> bool:
    words = name_words(name)
    return len(words) > 1 and words[-1] in id_words


def kept_promises(
    server: ServerView, *, calling_words: WordList, called_words: WordList
) -> Verdict:
    """Has every tool that its descriptions refer to.

    "Use list_orders first" is a dead end if there is no list_orders. Looks for names that a
    description says to call, spelled like the server's tools and beginning with a verb.
    Parameters and values are not meant.

    Source: TDQS 1.2, Completeness; Glama's published reasons: a step that is promised and
    missing.

    Related: names.known

    Bad:
        tools = [{ name = "get_order", description = "Get one order. Use list_orders to find its number." }]

    Good:
        tools = [{ name = "get_order", description = "Get one order. Use list_orders to find its number." }, { name = "list_orders", description = "List all orders." }]
    """
    server.descriptions()
    broken = [
        server.text(i).quote(start, end)
        for i in server.ordered
        for start, end in missing_tools(server.tool(i), calling_words, called_words)
    ]
    note = "name a tool that exists, or delete the reference"
    return unmet(note, *broken[:_MOST]) if broken else met()
