"""Tools of other servers that are for the same: by the words of their names and first sentences.

Not all pairs are compared: MinHash with locality-sensitive hashing (rensa) proposes those that
probably share two words in five, and only these are measured. The rarer a shared word, the
more it counts. Nothing depends on the order of the servers.
"""

from __future__ import annotations

import re
from collections import Counter
from math import log
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.text import name_words, plain
from toolgrade.text.statements import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST = 5
"""Relatives that are kept of a tool, each of another server."""

_LEAST = 0.4
_BANDS, _ROWS = 30, 3
"""Two tools that share half of their words are compared with a probability of 98 %."""
_SEED = 42
_MOST_WORDS = 24
_MOST_COMPARED = 400
_END = re.compile(r"[.!?。]\s|\n\s*\n")


class Purpose(NamedTuple):
    """What a tool is for: `key` names it, `server` owns it, `words` say it."""

    key: tuple[str, str]
    server: str
    words: frozenset[str]


class Relative(NamedTuple):
    """A tool by its key, and how alike its purpose is, from 0 to 1."""

    key: tuple[str, str]
    likeness: float


def list_words(name: str, description: str, empty: Iterable[str]) -> frozenset[str]:
    """Return what a tool's purpose is compared by: the stems of its name (marked, as they count
    twice) and of the first words of its first sentence, without `empty` ones.
    """
    called = stems(set(name_words(name)).difference(empty))
    sentence = _END.split(description[:1000].strip(), maxsplit=1)[0]
    said = stems(set(plain(sentence).split()[:_MOST_WORDS]).difference(empty))
    return frozenset(said | called | {f"name:{word}" for word in called})


def relate(purposes: Sequence[Purpose]) -> Iterator[tuple[tuple[str, str], list[Relative]]]:
    """Yield each tool's key with its relatives, the most alike first: at most MOST, no two of one
    server, none of its own.
    """
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415 - an extra

    known = sorted(purpose for purpose in purposes if purpose.words)
    spread = Counter(word for purpose in known for word in purpose.words)
    weight = {word: log(1 + len(known) / number) for word, number in spread.items()}
    total = [sum(weight[word] for word in purpose.words) for purpose in known]
    hashes = RMinHash.from_token_sets([sorted(p.words) for p in known], _BANDS * _ROWS, _SEED)
    index = RMinHashLSH(_LEAST, _BANDS * _ROWS, _BANDS)
    index.insert_many(hashes)
    for at, purpose in enumerate(known):
        found: dict[str, tuple[float, int]] = {}
        # Of thousands of equal tools the first ones are as good as any.
        near = sorted(index.query(hashes[at]))[:_MOST_COMPARED]
        for other in near:
            owner = known[other].server
            if owner == purpose.server:
                continue
            shared = sum(weight[word] for word in purpose.words & known[other].words)
            likeness = shared / (total[at] + total[other] - shared)
            if likeness >= _LEAST and (likeness, -other) > found.get(owner, (0.0, 0)):
                found[owner] = likeness, -other
        best = sorted(found.values(), reverse=True)[:MOST]
        yield purpose.key, [Relative(known[-o].key, round(likeness, 2)) for likeness, o in best]
