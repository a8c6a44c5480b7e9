"""Do the names follow one pattern?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet
from toolgrade.text.names import is_action, style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.model import Verdict
    from toolgrade.text import WordList
    from toolgrade.text.names import Named
    from toolgrade.view import ServerView

_PAIR = 2
_FEW = 5
_STRAYS = 0.1
_SPREAD = 0.7


def one_style(server: ServerView) -> Verdict:
    """Writes all names in one style.

    Underscores here, capitals there: an agent that has seen one name cannot spell the next. Names
    of one word have no style; a dot that parts every name is a namespace.

    Source: TDQS 1.2, Naming Consistency; Glama's published reasons: two styles are a 2.

    Bad:
        tools = [{ name = "get_user" }, { name = "listUsers" }, { name = "delete_user" }]

    Good:
        tools = [{ name = "get_user" }, { name = "list_users" }, { name = "delete_user" }]
    """
    styles = {i: style(server.server.tools[i].name or "") for i in server.distinct}
    styles = {i: own for i, own in styles.items() if own}
    if len(styles) < _PAIR:
        return NOT_APPLICABLE
    if all("." in own for own in styles.values()):
        styles = {i: own.replace(".", "") for i, own in styles.items() if own != "."}
    counts = Counter(styles.values())
    if len(counts) <= 1:
        return met()
    usual = _usual(counts)
    odd = [i for i, own in styles.items() if own != usual]
    return unmet("write every name in the style most have", *map(server.quote, odd))


def _usual(counts: Counter[str]) -> str:
    return min(counts, key=lambda own: (-counts[own], own))


def one_order(server: ServerView, *, action_verbs: WordList, object_words: WordList) -> Verdict:
    """Puts the verb in the same place in every name.

    `create_user` and `user_delete` in one set make an agent guess. Takes the commonest of four
    orders, verb first, last, second or nowhere, after what all names begin with; up to one name in
    ten may stray.

    Source: TDQS 1.2, Naming Consistency; Glama's published reasons: the fault named most.

    Bad:
        tools = [{ name = "create_user" }, { name = "user_removal" }, { name = "invoices" }, { name = "send_invoice" }]

    Good:
        tools = [{ name = "create_user" }, { name = "remove_user" }, { name = "list_invoices" }, { name = "send_invoice" }]
    """
    names = server.taken_apart
    if len(names) < _PAIR:
        return NOT_APPLICABLE
    acting = {i: [_acts(w, action_verbs, object_words) for w in n.words] for i, n in names.items()}
    orders = (
        {i for i, does in acting.items() if does[0] or (server.prefix and len(does) == 1)},
        {i for i, does in acting.items() if len(does) > 1 and does[-1]},
        {i for i, does in acting.items() if len(does) > 1 and does[1]},
        {i for i, does in acting.items() if not any(does)},
    )
    usual = max(orders, key=len)
    strays = [i for i in names if i not in usual]
    allowed = _STRAYS * len(names)
    if len(strays) <= allowed:
        return met()
    over = 1 - len(strays) / len(names) - (1 - _STRAYS - _SPREAD)
    note = "put the verb where most names have it"
    return partly(over, _SPREAD, note, *map(server.quote, strays))


def _acts(word: str, verbs: WordList, objects: WordList) -> bool:
    return is_action(word, verbs) and word not in objects


def one_verb(server: ServerView, *, same_verbs: WordList) -> Verdict:
    """Uses one verb for one kind of action.

    `create_user` beside `add_group` asks why they differ. Looks for two verbs of one meaning that
    stand in two names each; to get one and to list many are different things.

    Source: TDQS 1.2, Naming Consistency; Glama's published reasons: verb synonyms.

    Bad:
        tools = [{ name = "create_user" }, { name = "create_team" }, { name = "add_group" }, { name = "add_role" }]

    Good:
        tools = [{ name = "create_user" }, { name = "create_team" }, { name = "create_group" }, { name = "create_role" }]
    """
    names = server.taken_apart
    if len(names) < _PAIR:
        return NOT_APPLICABLE
    odd = [i for verbs in same_verbs.phrases for i in _rarer(names.items(), set(verbs))]
    note = "choose one verb for the same action"
    return unmet(note, *map(server.quote, odd)) if odd else met()


def _rarer(names: Iterable[tuple[int, Named]], verbs: set[str]) -> list[int]:
    """Return the names with another of these verbs than most, where two names each have two."""
    using: dict[str, list[int]] = {}
    for i, name in names:
        if name.verb in verbs and name.thing:
            using.setdefault(name.verb, []).append(i)
    several = [found for found in using.values() if len(found) >= _PAIR]
    if len(several) < _PAIR:
        return []
    usual = max(several, key=len)
    return [i for found in several if found is not usual for i in found]


def one_prefix(server: ServerView) -> Verdict:
    """Gives its prefix to all names or to none.

    A prefix on some tools says that the others belong elsewhere.

    Source: Glama's published reasons: a prefix or suffix on only some tools.

    Bad:
        tools = [{ name = "shop_get_order" }, { name = "shop_list_orders" }, { name = "shop_cancel_order" }, { name = "list_customers" }]

    Good:
        tools = [{ name = "shop_get_order" }, { name = "shop_list_orders" }, { name = "shop_cancel_order" }, { name = "shop_list_customers" }]
    """
    if not server.prefix:
        return NOT_APPLICABLE
    at = len(server.prefix)
    without = [i for i in server.distinct if server.name_words[i][:at] != server.prefix]
    if without:
        return unmet("give every name the prefix, or none", *map(server.quote, without))
    return met()


def compounds(server: ServerView) -> Verdict:
    """Says in every name what is acted on.

    A bare `search` beside `list_orders` leaves open what is searched. Bare names among themselves
    are no fault, nor is one alone, nor in a set of five or fewer.

    Source: Glama's published reasons: bare words beside compounds.

    Bad:
        tools = [{ name = "list_orders" }, { name = "cancel_order" }, { name = "get_order" }, { name = "send_order" }, { name = "search" }, { name = "export" }]

    Good:
        tools = [{ name = "list_orders" }, { name = "cancel_order" }, { name = "get_order" }, { name = "send_order" }, { name = "search_orders" }, { name = "export_orders" }]
    """
    names = server.taken_apart
    bare = [i for i in names if len(server.name_words[i]) == 1]
    if len(names) <= _FEW or len(bare) == len(names):
        return NOT_APPLICABLE
    if len(bare) < _PAIR:
        return met()
    return unmet("name what these act on", *map(server.quote, bare))
