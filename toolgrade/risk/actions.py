"""What a name says that the tool does, and what a verb means with its object.

A name is a verb and its object: "get_delete_logs" gets, "order_cancel" cancels, and "trade_history"
does not trade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolgrade.risk.rules import Meaning
from toolgrade.text import Text, name_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from toolgrade.model import Pointer, Quote
    from toolgrade.risk.rules import Rules


class Context(NamedTuple):
    """What the meaning of an action may depend on: whether the tool promises only to read, whether
    it only looks (its first verb reads), and the words of its name and description.
    """

    promised: bool
    around: AbstractSet[str]
    looks: bool = False


class Action(NamedTuple):
    """Something that a tool does: its meaning, the base form of the verb, the words that say it;
    `kind` is the kind of evidence.
    """

    meaning: Meaning
    verb: str
    quote: Quote
    kind: str


def meaning(verb: str, objects: AbstractSet[str], rules: Rules, context: Context) -> Meaning | None:
    """Return what a verb means with its objects (lower-case words), None without a meaning."""
    for pair in rules.pairs.get(verb, ()):
        if pair.objects and pair.objects.isdisjoint(objects):
            continue
        if not pair.excepts.isdisjoint(objects):
            continue
        if not pair.wants or not pair.wants.isdisjoint(context.around):
            category = pair.looking if context.looks else pair.category
            category = pair.promised if context.promised else category
            if category is not None:
                return Meaning(category) if category else None
    return rules.verbs.get(verb)


def singular(words: Iterable[str]) -> frozenset[str]:
    """Return words together with their forms without a plural ending.

    >>> sorted(singular(("queries", "pages", "access")))
    ['access', 'page', 'pages', 'querie', 'queries', 'query']
    """
    own = frozenset(words)
    shorter = {word[:-1] for word in own if word.endswith("s") and not word.endswith("ss")}
    return own | shorter | {word[:-3] + "y" for word in own if word.endswith("ies")}


def find_actions_in_name(
    name: str, pointer: Pointer, rules: Rules, context: Context
) -> Iterator[Action]:
    """Yield what an identifier says: its verb and the verbs joined to it by "and" or "or", or else
    the first noun for a verb ("deletion").
    """
    spans = name_spans(name)
    words = [word for word, _, _ in spans]
    first = _verb_of(words, rules)
    if first is not None and _names_a_record(words, first, rules, promised=context.promised):
        places, kind = [(len(words) - 1, "read")], "noun"
    elif first is None:
        nouns = (at for at, word in enumerate(words) if word in rules.nouns)
        places, kind = [(at, rules.nouns[words[at]]) for at in nouns][:1], "noun"
    else:
        joined = (
            at for at in range(first + 2, len(words)) if words[at - 1] in rules.words["joins"]
        )
        places, kind = [(at, words[at]) for at in (first, *joined)], "name"
    for at, verb in places:
        objects = singular(words[:at] + words[at + 1 :])
        if found := meaning(verb, objects, rules, context):
            yield Action(found, verb, Text(name, pointer).quote(*spans[at][1:]), kind)


def _verb_of(words: list[str], rules: Rules) -> int | None:
    """Return the index of a name's verb, None without one."""
    for at, word in enumerate(words):
        if at and words[at - 1] == "to":
            continue  # "groups_to_join"
        if word in rules.verbs or word in rules.pairs:
            instead = _choose_verb(at, words, rules) if word in rules.words["homonyms"] else at
            if instead != at + 1:
                return instead
    return None


def _names_a_record(words: list[str], at: int, rules: Rules, *, promised: bool) -> bool:
    """Whether a name's verb only says what a record is about: "delete_preview", and, of a tool
    that promises only to read, "kill_stats" and "drop_rates".
    """
    last = words[-1]
    if at == len(words) - 1:
        return False
    if last in rules.words["rehearsals"] or (at and words[at - 1] == "dry"):
        return True
    noun = is_noun_too(words[at], rules)
    return promised and noun and (last in rules.words["records"] or words[at + 1] == "by")


def is_noun_too(verb: str, rules: Rules) -> bool:
    """Whether a verb may be a noun or an adjective where the text promises only to read."""
    return verb in rules.words["homonyms"] or verb in rules.words["also-nouns"]


def _choose_verb(at: int, words: list[str], rules: Rules) -> int | None:
    """Return the verb of a name whose word `at` may also be a noun: a verb right after it or at the
    end of the name ("order_cancel", "alert_policy_list"). None if it is certainly a noun
    ("trade_history", "event_log"), `at` itself if no other word can be the verb.
    """
    verbs, homonyms = rules.verbs, rules.words["homonyms"]
    following = words[at + 1] if at + 1 < len(words) else ""
    last = at + 2 == len(words)
    reads = words[at] in verbs and verbs[words[at]].category == "Read"
    if following in verbs and following not in homonyms and (last or not reads):
        return at + 1
    if (last and following in rules.words["states"]) or (
        at and not following and words[at] in rules.nouns
    ):
        return None
    end = words[-1] if following and rules.words["joins"].isdisjoint(words) else ""
    if end == "list" or (end in verbs and end not in homonyms and not reads):
        return len(words) - 1
    return at
