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

    With underscores in one name and capitals in another, an agent that has seen one name cannot
    spell the next. Names of one word have no style. A dot in every name is a namespace and
    fine.

    Source: TDQS 1.2, Naming Consistency; Glama's published reasons: two styles score 2.

    Related: names.apart, naming.one-order

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
    return unmet("write these names in the style of the others", *map(server.quote, odd))


def _usual(counts: Counter[str]) -> str:
    return min(counts, key=lambda own: (-counts[own], own))


def one_order(server: ServerView, *, action_verbs: WordList, object_words: WordList) -> Verdict:
    """Puts the verb in the same place in every name.

    With `create_user` and `user_delete` in one server, an agent has to guess the next name.
    Finds the most common of four orders (verb first, last, second or none), without the prefix
    that all names share. One name in ten may differ.

    Source: TDQS 1.2, Naming Consistency; Glama's published reasons name this fault most often.

    Related: naming.one-verb, naming.compounds

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
    note = "put the verb of these names where most names have it"
    return partly(over, _SPREAD, note, *map(server.quote, strays))


def _acts(word: str, verbs: WordList, objects: WordList) -> bool:
    return is_action(word, verbs) and word not in objects


def one_verb(server: ServerView, *, same_verbs: WordList) -> Verdict:
    """Uses one verb for one kind of action.

    If a server has `create_user` and `add_group`, an agent looks for a difference that is not
    there. Looks for two verbs of one meaning, each in two or more names. `get` for one thing
    and `list` for many are different actions.

    Source: TDQS 1.2, Naming Consistency; Glama's published reasons: verb synonyms.

    Related: naming.one-order, disambiguation.own-names

    Bad:
        tools = [{ name = "create_user" }, { name = "create_team" }, { name = "add_group" }, { name = "add_role" }]

    Good:
        tools = [{ name = "create_user" }, { name = "create_team" }, { name = "create_group" }, { name = "create_role" }]
    """
    names = server.taken_apart
    if len(names) < _PAIR:
        return NOT_APPLICABLE
    odd = [i for verbs in same_verbs.phrases for i in _rarer(names.items(), set(verbs))]
    note = "use one verb for the same action in all names"
    return unmet(note, *map(server.quote, odd)) if odd else met()


def _rarer(names: Iterable[tuple[int, Named]], verbs: set[str]) -> list[int]:
    """Return the names with the rarer of two of these verbs, if each is in two names or more."""
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

    A prefix on most names suggests that the tools without it belong to something else.

    Source: Glama's published reasons: a prefix or suffix on only some tools.

    Related: naming.one-style

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
        return unmet(
            "add the prefix to these names, or remove it from the others",
            *map(server.quote, without),
        )
    return met()


def compounds(server: ServerView) -> Verdict:
    """Says in every name what it acts on.

    Next to `list_orders`, a bare `search` does not say what it searches. One such name is
    accepted. Does not apply if all names are single words, nor to servers of five tools or
    fewer.

    Source: Glama's published reasons: single words among compounds.

    Related: names.telling, naming.one-order

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
    return unmet("add to these names what they act on", *map(server.quote, bare))
