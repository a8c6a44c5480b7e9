"""What the names of one server have in common, and what each one says: its verb and object."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.text import WordList, base_forms, name_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_HAVE_IT = 0.6
_FEWEST = 2
# The only difference between two copies of a tool.
_COPY = re.compile(r"v?\d+|copy|dup|duplicate")
_AGAIN = ("un", "re", "de")
_JOINS = frozenset("and at by for from in of on to using via with".split())  # noqa: SIM905 - read as one line
_SEPARATORS = re.compile(r"[^\W_]([_.\-/: ])[^\W_]")


class Named(NamedTuple):
    """A name in words, without the prefix of its server. `verb` is what the tool does, "" if no
    word is a known verb; `thing` is what it acts on, in the singular, perhaps empty.
    """

    words: tuple[str, ...]
    verb: str
    thing: tuple[str, ...]


def shared_prefix(names: Sequence[tuple[str, ...]], verbs: WordList) -> tuple[str, ...]:
    """Return the words that most names begin with, up to the first verb.

    >>> verbs = WordList(["open", "close"])
    >>> shared_prefix([("web", "open", "tab"), ("web", "close"), ("list",)], verbs)
    ('web',)
    """
    prefix: tuple[str, ...] = ()
    while True:
        at = len(prefix)
        longer = [n for n in names if n[:at] == prefix and len(n) > at + 1]
        firsts = Counter(n[at] for n in longer)
        word, count = min(firsts.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
        if count < _FEWEST or count < _MOST_HAVE_IT * len(names) or is_action(word, verbs):
            return prefix
        prefix = (*prefix, word)


def parse_name(words: tuple[str, ...], prefix: tuple[str, ...], verbs: WordList) -> Named:
    """Return a parsed name. Its verb is the first word if that is a verb, or else the last or the
    second one, as in `page_delete` and `page_delete_all`.

    >>> parse_name(("web", "create", "users", "by", "mail"), ("web",), WordList(["create"]))
    Named(words=('create', 'users', 'by', 'mail'), verb='create', thing=('user',))
    """
    own = words[len(prefix) :] if words[: len(prefix)] == prefix else words
    own = own or words
    places = (i for i in (0, len(own) - 1, 1) if i < len(own))
    at = next((i for i in places if is_action(own[i], verbs)), None)
    rest = own if at is None else own[:at] + own[at + 1 :]
    until = next((i for i, word in enumerate(rest) if word in _JOINS and i), len(rest))
    kept = rest[:until] if rest[:1] and rest[0] not in _JOINS else rest[1:]
    return Named(own, "" if at is None else own[at], tuple(map(singular, kept)))


def is_action(word: str, verbs: WordList) -> bool:
    """Whether a word is a verb, or one with "un", "re" or "de" before it.

    >>> [is_action(word, WordList(["suspend"])) for word in ("suspend", "unsuspend", "suspense")]
    [True, True, False]
    """
    return word in verbs or (word.startswith(_AGAIN) and word[2:] in verbs)


def singular(word: str) -> str:
    """Return a noun without its plural ending, judged by spelling alone.

    >>> [singular(word) for word in ("users", "policies", "boxes", "status", "class")]
    ['user', 'policy', 'box', 'status', 'class']
    """
    if word.endswith("ies") and len(word) > len("ties"):
        return base_forms(word)[-1]
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def sort_name_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name in alphabetical order, without numbers and words for a copy, so
    that names that say the same are equal.
    """
    return tuple(sorted(w for w in words if not _COPY.fullmatch(w))) or words


def style(name: str) -> str:
    """Return the style of a name: "camel", "Pascal", its separators, or "" for a single word.

    >>> [style(name) for name in ("get_user", "getUser", "GetUser", "get-user_name", "search")]
    ['_', 'camel', 'Pascal', '-_', '']
    """
    marks = "".join(sorted(set(_SEPARATORS.findall(name))))
    if marks:
        return marks
    if not any(map(str.isupper, name)) or not any(map(str.islower, name)):
        return ""
    if len(name_words(name)) == 1:
        return ""
    return "Pascal" if name[0].isupper() else "camel"
