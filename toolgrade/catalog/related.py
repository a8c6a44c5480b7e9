"""Tools of other servers that are for the same: by the words of their names and first sentences.

Not all pairs are compared: by MinHash (rensa), tools that probably share words are put in the same
buckets, and only neighbours there are measured. The rarer a shared word, the more it counts.
Nothing depends on the order of the servers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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
_NEIGHBOURS = 12
"""With how many tools, before and after it by name, one is compared of those in its bucket: without
a bound, a thousand tools of the same words would be a million pairs.
"""
_MOST_WORDS = 24
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
    known = sorted(purpose for purpose in purposes if purpose.words)
    spread = Counter(word for purpose in known for word in purpose.words)
    weight = {word: log(1 + len(known) / number) for word, number in spread.items()}
    total = [sum(sorted(weight[word] for word in purpose.words)) for purpose in known]
    for at, near in enumerate(_propose(known)):
        purpose = known[at]
        found: dict[str, tuple[float, int]] = {}
        for other in near:
            owner = known[other].server
            shared = sum(sorted(weight[word] for word in purpose.words & known[other].words))
            likeness = shared / (total[at] + total[other] - shared)
            if likeness >= _LEAST and (likeness, -other) > found.get(owner, (0.0, 0)):
                found[owner] = likeness, -other
        best = sorted(found.values(), reverse=True)[:MOST]
        yield purpose.key, [Relative(known[-o].key, round(likeness, 2)) for likeness, o in best]


def _propose(known: Sequence[Purpose]) -> list[set[int]]:
    """Return for each tool the tools of other servers that are probably alike, by MinHash: those
    next to it in one of the buckets that equal parts of their digests make.
    """
    from rensa import RMinHash  # noqa: PLC0415 - an extra

    words = [sorted(purpose.words) for purpose in known]
    digests = RMinHash.digests_from_token_sets(words, _BANDS * _ROWS, _SEED)
    found: list[set[int]] = [set() for _ in known]
    for start in range(0, _BANDS * _ROWS, _ROWS):
        buckets: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for at, digest in enumerate(digests):
            buckets[tuple(digest[start : start + _ROWS])].append(at)
        for bucket in buckets.values():
            _compare_neighbours(bucket, known, found)
    return found


def _compare_neighbours(
    bucket: Sequence[int], known: Sequence[Purpose], found: Sequence[set[int]]
) -> None:
    """Add to each tool its neighbours in a bucket that are of other servers, and the reverse."""
    # One tool of a server is next to the others, so runs of one server are stepped over.
    first: dict[str, int] = {}
    for at in bucket:
        first.setdefault(known[at].server, at)
    owners = list(first)
    places = {owner: place for place, owner in enumerate(owners)}
    for at in bucket:
        place = places[known[at].server]
        for owner in owners[place + 1 : place + 1 + _NEIGHBOURS]:
            found[at].add(first[owner])
            found[first[owner]].add(at)
