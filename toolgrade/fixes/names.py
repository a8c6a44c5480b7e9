"""The names of a server's tools, by their words: which one is the most like another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from toolgrade.text import name_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.model import ToolReport


class Names:
    """The names of some tools. Whatever their number, a question looks at few of them."""

    def __init__(self, tools: Iterable[ToolReport] = ()) -> None:
        names = {tool.tool.name: None for tool in tools if tool.tool.name}
        self._words = {name: frozenset(name_words(name)) for name in names}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for name, words in self._words.items():
            for word in words:
                self._holders[word].append(name)

    def find_nearest(self, name: str) -> str:
        """Return the one other name that shares the most words with this one, "" if there is none
        or several do.
        """
        words = frozenset(name_words(name))
        # The rarest word first: what holds none of the words before shares no more than are left.
        ranked = sorted(words, key=lambda word: (len(self._holders.get(word, ())), word))
        seen, most, nearest = {name}, 0, [""]
        for passed, word in enumerate(ranked):
            left = len(ranked) - passed
            for other in self._holders.get(word, ()):
                if most > left or (most == left and len(nearest) > 1):
                    return nearest[0] if len(nearest) == 1 else ""
                if other in seen:
                    continue
                seen.add(other)
                count = len(words & self._words[other])
                if count > most:
                    most, nearest = count, [other]
                elif count == most:
                    nearest.append(other)
        return nearest[0] if len(nearest) == 1 else ""
