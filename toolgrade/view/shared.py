"""Sentences that half of a server's tools say or more: they tell no tool from another.

A sentence that every description ends with says nothing of the one tool, be it an honest note on
authentication or padding, so it proves nothing to any check. It is found word for word, whatever
its marks and case, and also where no full stop parts it from the text before it. A tool's own name
in it counts as any name: "Use get_a when ..." and "Use get_b when ..." are one sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from toolgrade.text import Text, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

_FEWEST = 3
_LONG = 4
"""Spaces between the words of a sentence that is worth counting."""
_SHORTEST = 5
"""Characters: "Read-only." has ten."""
_MOST_TAILS = 8
_LONGEST_NAME = 6
_NAME = "<name>"
_BEGINNING = re.compile(r"(?<=[^\s.])\s+(?=[A-Z])")
"""Where a sentence may begin though the one before it has no full stop."""
_BEFORE_A_NAME = frozenset(
    "a an the this that its your in on of from to into by with for at as using via and or per is"  # noqa: SIM905 - read as one line
    " new existing specific single all any each".split()
)
"""Words after which a capital begins a name: "a document in the Harbour database"."""


def find_common(
    described: Iterable[tuple[str, str]], generic: AbstractSet[str] = frozenset()
) -> tuple[Mapping[str, int], frozenset[str]]:
    """Return how many of the descriptions have each sentence of five words or more; and what half
    of them say or more, and three at least. Each comes with its tool's name in plain words. What
    is mostly a whole description is a copy, and is left out of the latter. So is what is about the
    subject of tools of one template: what has a word of their first sentence that is not `generic`.
    """
    openings: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    wholes: Counter[str] = Counter()
    total = 0
    for description, name in described:
        if description:
            total += 1
            text = Text(description)
            counts.update({key for key, _, _ in _candidates(text, name)})
            sentences.update({s.plain for s in text.sentences if s.plain.count(" ") >= _LONG})
            wholes[_key(text.plain, name)] += 1
            opening = _read_opening(text)
            form = _find_form(opening, name)
            if form:
                openings.setdefault(form, []).append(opening)
    fewest = max(_FEWEST, (total + 1) // 2)
    alike = max(openings.values(), key=len, default=[])
    subject: AbstractSet[str] = frozenset()
    if len(alike) >= fewest and len(set(alike)) >= _FEWEST:
        subject = frozenset.intersection(*(frozenset(text.split()) for text in alike)) - generic
    common = (key for key, count in counts.items() if count >= fewest and 2 * wholes[key] < count)
    return sentences, frozenset(key for key in common if subject.isdisjoint(key.split()))


def _read_opening(text: Text) -> str:
    """Return the plain words of a first sentence, up to a line break or where another may begin."""
    first = text.sentences[0].string.partition("\n")[0] if text.sentences else ""
    return plain(_BEGINNING.split(first, maxsplit=1)[0])


def _find_form(opening: str, name: str) -> str:
    """Return what is left of a first sentence without the words of the tool's name and numbers; ""
    if that is too little to tell a template from chance.
    """
    own = set(name.split())
    left = [word for word in opening.split() if word not in own and not word.isdecimal()]
    return " ".join(left) if len(left) >= _LONG else ""


def find_shared(
    description: Text, name: str, shared: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """Yield where a description says something of `shared`: (start, end) characters, in order."""
    if not shared:
        return
    done = 0
    for key, start, end in _candidates(description, name):
        if start >= done and key in shared:
            yield start, end
            done = end


def _candidates(description: Text, name: str) -> Iterator[tuple[str, int, int]]:
    """Yield each sentence, and what in it may be a sentence, with its start and end; of those in
    one sentence the longest first.
    """
    for sentence in description.sentences:
        first, end = sentence.offset, sentence.offset + len(sentence.string)
        gaps = _BEGINNING.finditer(sentence.string)
        starts = [first + gap.end() for gap in gaps if not _is_name(sentence.string, gap)]
        if end - first >= _SHORTEST:
            yield _key(sentence.plain, name), first, end
        for start in starts[-_MOST_TAILS:]:
            if end - start >= _SHORTEST:
                yield _key(plain(description.string[start:end]), name), start, end


def _is_name(string: str, gap: re.Match[str]) -> bool:
    """Whether what follows is the name that ends a sentence, and no sentence: a few words after a
    word that leads to one.
    """
    leads = string[: gap.start()].rpartition(" ")[2].lower() in _BEFORE_A_NAME
    return leads and string.count(" ", gap.end()) < _LONGEST_NAME


def _key(words: str, name: str) -> str:
    return f" {words} ".replace(f" {name} ", f" {_NAME} ").strip() if name else words
