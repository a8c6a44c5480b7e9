"""Can each tool be told from the others?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Verdict
    from toolgrade.text import WordList
    from toolgrade.text.names import Named
    from toolgrade.view import ServerView

_ALIKE = 0.8
_MOST_PAIRS = 4
_MANY = 3


def described(server: ServerView) -> Verdict:
    """Describes every tool.

    Where nothing is said, a name is all there is to choose by. Copies count once.

    Source: TDQS 1.2, Disambiguation; Glama's published reasons: empty descriptions.

    Bad:
        tools = [{ name = "get_order", description = "Get one order." }, { name = "list_orders" }]

    Good:
        tools = [{ name = "get_order", description = "Get one order." }, { name = "list_orders", description = "List the orders of a day." }]
    """
    texts = dict(zip(server.ordered, server.descriptions(), strict=True))
    silent = [i for i in server.distinct if not texts[i].strip()]
    if server.tool_count < 2:  # noqa: PLR2004 - nothing to tell it from
        return NOT_APPLICABLE
    left = server.distinct_count - len(silent)
    shown = map(server.quote, silent[:3])
    return partly(left, server.distinct_count, "describe every tool", *shown)


def own_texts(server: ServerView) -> Verdict:
    """Says something else of each tool.

    Two descriptions in nearly the same words leave the choice to chance. Counts tools whose text
    is at least four fifths another's; four are the worst.

    Source: TDQS 1.2, Disambiguation, anchors 1 to 3; Glama's published reasons: two readers of the
    same data, aliases, deprecated twins.

    Bad:
        tools = [{ name = "find_order", description = "Search the orders of a customer by text." }, { name = "search_order", description = "Search the orders of a customer by text." }]

    Good:
        tools = [{ name = "get_order", description = "Get one order by its number, with its lines." }, { name = "search_orders", description = "Search the orders of a customer by text." }]
    """
    texts = server.descriptions()
    if len(texts) < 2 or not any(texts):  # noqa: PLR2004 - a pair
        return NOT_APPLICABLE
    near = ((i, server.nearest[i]) for i in server.ordered)
    alike = [i for i, found in near if found and found[0] >= _ALIKE]
    note = "say in each what the other does not do, or merge them"
    quotes = (server.quote(i, "description") for i in alike[:3])
    return partly(_MOST_PAIRS - len(alike), _MOST_PAIRS, note, *quotes) if alike else met()


def own_names(server: ServerView, *, same_verbs: WordList, variant_words: WordList) -> Verdict:
    """Names no two tools alike.

    The same words in another order, a synonym of the verb on the same noun, or `_details` after a
    name that is there without: an agent cannot see the difference. Counts names; four are the
    worst.

    Source: TDQS 1.2, Disambiguation; Glama's published reasons: variants by input or scope.

    Bad:
        tools = [{ name = "get_order" }, { name = "fetch_orders" }, { name = "get_order_details" }]

    Good:
        tools = [{ name = "get_order" }, { name = "list_customers" }, { name = "cancel_order" }]
    """
    if server.tool_count < 2:  # noqa: PLR2004 - a pair
        return NOT_APPLICABLE
    synonym = {verb: group[0] for group in same_verbs.phrases for verb in group}
    alike = [i for i in server.ordered if i not in server.distinct]
    alike += _same(server.taken_apart.items(), synonym, variant_words)
    note = "rename or merge what reads the same"
    shown = map(server.quote, alike[:3])
    return partly(_MOST_PAIRS - len(alike), _MOST_PAIRS, note, *shown) if alike else met()


def _same(
    names: Iterable[tuple[int, Named]], synonym: dict[str, str], variants: WordList
) -> Iterator[int]:
    """Yield each name that says what one before it says."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for i, name in names:
        thing = tuple(sorted(word for word in name.thing if word not in variants))
        verb = synonym.get(name.verb, name.verb)
        said = verb, thing or name.thing
        if said in seen and name.verb:
            yield i
        seen.add(said)


def one_overview(server: ServerView, *, overview_words: WordList) -> Verdict:
    """Offers at most two views of how things stand.

    Status, health, info, stats and summary: asked how things are, an agent has to guess which.

    Source: Glama's published scores: 3.5 with three such names or more, 4.5 without.

    Bad:
        tools = [{ name = "get_status" }, { name = "get_health" }, { name = "get_summary" }, { name = "list_orders" }]

    Good:
        tools = [{ name = "get_status" }, { name = "get_order" }, { name = "list_orders" }]
    """
    if server.tool_count < _MANY:
        return NOT_APPLICABLE
    views = [
        i
        for i, name in server.taken_apart.items()
        if any(word in overview_words for word in (*name.words[-1:], *name.words[:1]))
    ]
    if len(views) < _MANY:
        return met()
    return unmet("merge the overviews, or name what each is of", *map(server.quote, views))


def no_catch_all(server: ServerView, *, catch_all_words: WordList) -> Verdict:
    """Keeps a tool for anything apart from those for something.

    Beside a tool that can run whatever it is given, each specific one has a rival.

    Source: Glama's published reasons: a generic or raw-query tool beside specific ones.

    Bad:
        tools = [{ name = "execute" }, { name = "list_orders" }, { name = "cancel_order" }]

    Good:
        tools = [{ name = "get_order" }, { name = "list_orders" }, { name = "cancel_order" }]
    """
    names = server.taken_apart
    if len(names) < _MANY:
        return NOT_APPLICABLE
    catch_all = [
        i
        for i, name in names.items()
        if name.words[0] in catch_all_words
        and (not name.thing or all(word in catch_all_words for word in name.thing))
    ]
    note = "say in it what the specific tools are for, or leave it out"
    return unmet(note, *map(server.quote, catch_all)) if catch_all else met()
