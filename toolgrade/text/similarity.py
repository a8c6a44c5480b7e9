"""The similarity of the texts of one server.

To compare all pairs takes quadratic time, and the largest servers need the answer most. So each
text is compared only with its neighbors among those that share one of its rarest word pairs, in the
sort order of the texts: the answer does not depend on the order of the tools.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from math import log, sqrt
from typing import TYPE_CHECKING

from toolgrade.text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_RAREST = 4
_NEIGHBOURS = 3
_MOST_WORDS = 400


def nearest(texts: Sequence[str], names: Sequence[str]) -> list[tuple[float, int] | None]:
    """Return for each text its similarity to the most similar other one, and that one's index.

    Similarity is the cosine of the tf-idf weights of word pairs, 0 (nothing shared) to 1 (the same
    words). None for a blank text and for one that shares no word pair with any other. Between
    equal texts, `names` decide and never the order of the list.
    """
    plains = [plain(text) for text in texts]
    # Pairs are numbered, since two words are slow to look up, and each pair is asked for often.
    numbers: dict[tuple[str, str], int] = {}
    bags = [_count_pairs(text, numbers) for text in plains]
    spread = Counter(chain.from_iterable(bags))
    weights = {pair: log(1 + len(texts) / n) for pair, n in spread.items()}
    squares = {pair: weight**2 for pair, weight in weights.items()}
    norms = [
        sqrt(sum([squares[p] if n == 1 else (n * weights[p]) ** 2 for p, n in bag.items()]))
        for bag in bags
    ]

    words = [*numbers]
    common = sorted((n, words[pair], pair) for pair, n in spread.items() if n > 1)
    rarity = {pair: rank for rank, (_, _, pair) in enumerate(common)}
    order = sorted(range(len(texts)), key=lambda i: (plains[i], texts[i], names[i]))
    shared: dict[int, list[int]] = defaultdict(list)
    rarest: list[list[int]] = [[] for _ in texts]
    for i in order:
        rarest[i] = sorted([rarity[pair] for pair in bags[i] if pair in rarity])[:_RAREST]
        for rank in rarest[i]:
            shared[rank].append(i)
    at = {rank: {i: k for k, i in enumerate(group)} for rank, group in shared.items()}

    best: list[tuple[float, int] | None] = [None] * len(texts)
    for i in order:
        near: set[int] = set()
        for rank in rarest[i]:
            k = at[rank][i]
            near.update(shared[rank][max(0, k - _NEIGHBOURS) : k + _NEIGHBOURS + 1])
        near.discard(i)
        scored = [(_cosine(bags[i], bags[j], squares, norms[i] * norms[j]), j) for j in near]
        if scored:
            likeness = max(scored)[0]
            equals = (j for other, j in scored if other == likeness)
            best[i] = likeness, min(equals, key=lambda j: (plains[j], texts[j], names[j]))
    return best


def measure_word_overlap(old: str, new: str) -> float:
    """Return how many words of two texts are the same in the same order, 0 to 1: high if one is an
    edited version of the other. Only their first 400 words are compared.

    >>> measure_word_overlap("Get one issue by its number.", "Get an issue by its number.") > 0.8
    True
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 - start-up time

    one, other = (plain(text).split()[:_MOST_WORDS] for text in (old, new))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _count_pairs(text: str, numbers: dict[tuple[str, str], int]) -> Counter[int]:
    """Return how often a text has each pair of words, by numbers; new pairs get the next ones."""
    words = text.split()
    pairs = zip(["", *words], [*words, ""], strict=True) if words else ()
    return Counter([numbers.setdefault(pair, len(numbers)) for pair in pairs])


def _cosine(
    one: Counter[int], other: Counter[int], squares: dict[int, float], norm: float
) -> float:
    if not norm:
        return 0.0
    small, large = sorted((one, other), key=len)
    dot = sum([n * large[p] * squares[p] for p, n in small.items() if p in large])
    return min(1.0, dot / norm)
