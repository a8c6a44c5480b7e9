"""Can an agent distinguish the tools?"""

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

    Without a description, an agent can choose a tool only by its name. Counts the tools of the
    server; copies of a tool count once. Applies from two tools on.

    Source: TDQS 1.2, Disambiguation; Glama's published reasons: empty descriptions.

    Related: purpose.described

    Bad:
        tools = [{ name = "get_order", description = "Get one order." }, { name = "list_orders" }]

    Good:
        tools = [{ name = "get_order", description = "Get one order." }, { name = "list_orders", description = "List the orders of a day." }]
    """
    texts = dict(zip(server.ordered, server.descriptions(), strict=True))
    silent = [i for i in server.distinct if not texts[i].strip()]
    if server.tool_count < 2:  # noqa: PLR2004 - nothing to compare it with
        return NOT_APPLICABLE
    left = server.distinct_count - len(silent)
    shown = map(server.quote, silent[:3])
    return partly(left, server.distinct_count, "describe every tool", *shown)


def own_texts(server: ServerView) -> Verdict:
    """Describes each tool differently.

    Between two tools with nearly the same description, an agent can only guess. Counts tools
    whose description is at least four fifths the same as another's. With four or more, the
    check is not met at all.

    Source: TDQS 1.2, Disambiguation, anchors 1 to 3; Glama's published reasons: two readers of
    the same data, aliases, deprecated twins.

    Related: purpose.unlike-siblings, count.no-copies

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
    note = "say in each description what the other tool does not do, or merge the tools"
    quotes = (server.quote(i, "description") for i in alike[:3])
    return partly(_MOST_PAIRS - len(alike), _MOST_PAIRS, note, *quotes) if alike else met()


def own_names(server: ServerView, *, same_verbs: WordList, variant_words: WordList) -> Verdict:
    """Gives no two tools similar names.

    An agent cannot see the difference between names with the same words in another order, with
    a synonym of the verb (`get_order`, `fetch_order`), or with a word such as `_details` added.
    Counts such names. With four or more, the check is not met at all.

    Source: TDQS 1.2, Disambiguation; Glama's published reasons: variants by input or scope.

    Related: names.apart, naming.one-verb

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
    note = "rename or merge the tools with similar names"
    shown = map(server.quote, alike[:3])
    return partly(_MOST_PAIRS - len(alike), _MOST_PAIRS, note, *shown) if alike else met()


def _same(
    names: Iterable[tuple[int, Named]], synonym: dict[str, str], variants: WordList
) -> Iterator[int]:
    """Yield each name that says the same as an earlier one."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for i, name in names:
        thing = tuple(sorted(word for word in name.thing if word not in variants))
        verb = synonym.get(name.verb, name.verb)
        said = verb, thing or name.thing
        if said in seen and name.verb:
            yield i
        seen.add(said)


def one_overview(server: ServerView, *, overview_words: WordList) -> Verdict:
    """Offers at most two overviews.

    With a status, a health, an info and a summary tool, an agent that wants to know the state
    has to guess which one to call. Counts names that begin or end with such a word; three are
    too many.

    Source: Glama's published scores: 3.5 with three such names or more, 4.5 without.

    Related: disambiguation.own-texts

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
    return unmet(
        "merge the overviews, or say in each name what it is about", *map(server.quote, views)
    )


def no_catch_all(server: ServerView, *, catch_all_words: WordList) -> Verdict:
    """Keeps a tool for anything apart from those for something.

    Next to a tool that runs whatever it is given, such as `execute`, every specific tool has a
    competitor.

    Source: Glama's published reasons: a generic or raw-query tool among specific ones.

    Related: names.telling, usage.exclusion

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
    note = "say in its description when to use the specific tools, or remove it"
    return unmet(note, *map(server.quote, catch_all)) if catch_all else met()
