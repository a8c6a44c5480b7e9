"""The tools of a server together: facts about the whole set, and about one tool among the
others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from toolgrade.model import STRICTEST
from toolgrade.model.lazy import lazy
from toolgrade.model.unknown import NotKnown
from toolgrade.text import Lexicon, Text, name_words, plain
from toolgrade.text.names import Named, parse_name, shared_prefix, sort_name_words
from toolgrade.text.similarity import nearest
from toolgrade.text.statements import group_by_stem, stems
from toolgrade.view.shared import find_common

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from toolgrade.model import Place, Pointer, Quote, Server
    from toolgrade.text import Vocabulary, WordList

_FAULTS = ("placeholder-cues", "clutter-cues", "steering-cues")
_CHOICES = ("when-cues", "exclusion-cues", "alternative-cues", "audience-cues")
_ALIKE = 0.97
_LOWER = re.compile(r"\b[a-z]{2,}\b")


class Siblings:
    """A server, with the facts that conditions of its dimensions may name. What checks of one tool
    need to know about its siblings is computed once. `spec` is the revision of the specification
    that it must follow, or STRICTEST.
    """

    def __init__(
        self, server: Server, words: Mapping[str, WordList], spec: str = STRICTEST
    ) -> None:
        self.server = server
        self.words = words
        self.spec = spec
        self.missing: dict[tuple[int, WordList, WordList], tuple[tuple[int, int], ...]] = {}
        self.names = {t.name: i for i, t in reversed(list(enumerate(server.tools))) if t.name}

    @lazy
    def titles(self) -> frozenset[str]:
        """The titles that its tools are displayed by, casefolded."""
        titles = [t.title or (t.annotations or {}).get("title") for t in self.server.tools]
        return frozenset(title.casefold() for title in titles if isinstance(title, str))

    @lazy
    def folded(self) -> Mapping[str, tuple[str, ...]]:
        """The names of all tools by their words joined without separators, in lower case."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.names:
            key = "".join(name_words(name))
            found[key] = (*found.get(key, ()), name)
        return found

    @lazy
    def marks(self) -> frozenset[str]:
        """The separators in the names of its tools."""
        return frozenset(mark for mark in "_-" if any(mark in name for name in self.names))

    @lazy
    def texts(self) -> tuple[Text, ...]:
        """What the server says about itself: its instructions."""
        text = Text(self.server.instructions or "", "/instructions")
        return (text,) if text else ()

    def find_texts_with(self, words: Lexicon) -> Sequence[Text]:
        """Return the texts that contain an entry of the word list."""
        return [text for text in self.texts if text.has(words)]

    def named_siblings(self, _: Text) -> tuple[Quote, ...]:
        """Return nothing: instructions may say how to call the server's tools."""
        return ()

    @lazy
    def vocabularies(self) -> frozenset[Vocabulary]:
        """What texts are searched for: the rubric's lexicons, which share one vocabulary."""
        return frozenset(x.vocabulary for x in self.words.values() if isinstance(x, Lexicon))

    @lazy
    def cues(self) -> frozenset[Lexicon]:
        """The phrases that checks take as evidence: the word lists called `...-cues`, except those
        that look for faults.
        """
        return frozenset(
            words
            for name, words in self.words.items()
            if isinstance(words, Lexicon) and name.endswith("-cues") and name not in _FAULTS
        )

    @lazy
    def stems_of_names(self) -> AbstractSet[str]:
        """The stems of the names of the server and of its tools, without generic words."""
        names = (self.server.name, *self.names)
        words = {word for name in names for word in name_words(name)}
        return stems(words - self.words["generic-words"].words)

    @lazy
    def generic(self) -> Mapping[str, AbstractSet[str]]:
        """The words that fit any tool, by their stem."""
        return group_by_stem(self.words["generic-words"].words)

    @lazy
    def choices(self) -> tuple[Lexicon, ...]:
        """The phrases that say when to choose a tool."""
        found = (self.words.get(name) for name in _CHOICES)
        return tuple(words for words in found if isinstance(words, Lexicon))

    @property
    def facts(self) -> Lexicon:
        """The phrases that are a sentence alone: "Read-only.", "Cannot be undone."."""
        return cast("Lexicon", self.words["short-facts"])

    @lazy
    def nearest(self) -> list[tuple[float, int] | None]:
        """For each tool the similarity, 0 to 1, of the most similar sibling's text, and its
        index.
        """
        tools = self.server.tools
        return nearest([t.description or "" for t in tools], [t.name or "" for t in tools])

    @property
    def sentence_counts(self) -> Mapping[str, int]:
        """How many tools have each sentence of five words or more in their description."""
        return self._common[0]

    @property
    def shared(self) -> frozenset[str]:
        """What most described tools say word for word, and three at least."""
        return self._common[1]

    @lazy
    def _common(self) -> tuple[Mapping[str, int], frozenset[str]]:
        generic = self.words["generic-words"].words | self.words["function-words"].words
        described = ((t.description or "", plain(t.name or "")) for t in self.server.tools)
        return find_common(described, generic)

    @lazy
    def word_list_words(self) -> frozenset[str]:
        """Every word of every word list: English, as far as the rubric knows it."""
        return frozenset(
            word.rstrip("*:")
            for words in self.words.values()
            if words.name != "foreign-function-words"
            for phrase in words.phrases
            for word in phrase
        )

    @lazy
    def written_words(self) -> frozenset[str]:
        """The words that any name or description of the server holds in lower case."""
        found: set[str] = set(name_words(self.server.name))
        for tool in self.server.tools:
            found.update(name_words(tool.name or ""))
            found.update(_LOWER.findall(tool.description or ""))
        return frozenset(found)

    # Facts for checks of the whole set. The language does not matter here: names are identifiers.

    legible = True

    @property
    def tool_count(self) -> int:
        """Number of tools."""
        return len(self.server.tools)

    @property
    def distinct_count(self) -> int:
        """Number of tools; copies of a tool count once."""
        return len(self.distinct)

    @lazy
    def distinct(self) -> tuple[int, ...]:
        """The named tools without copies. A copy has the name or description of another tool, apart
        from numbers. The first by name is kept, in whatever order the list is.
        """
        kept: dict[tuple[str, ...], int] = {}
        for i in self.ordered:
            kept.setdefault(sort_name_words(self.name_words[i]), i)
        rank = {i: n for n, i in enumerate(self.ordered)}
        return tuple(i for i in kept.values() if not self._copies(i, rank))

    def _copies(self, index: int, rank: Mapping[int, int]) -> bool:
        near = self.nearest[index]
        return near is not None and near[0] >= _ALIKE and rank.get(near[1], index) < rank[index]

    @lazy
    def ordered(self) -> tuple[int, ...]:
        """The named tools, sorted by name and description, so that results do not depend on the
        order of the list.
        """
        tools = self.server.tools
        named_ = (i for i, tool in enumerate(tools) if tool.name)
        return tuple(sorted(named_, key=lambda i: (tools[i].name, tools[i].description or "")))

    @lazy
    def name_words(self) -> tuple[tuple[str, ...], ...]:
        """The words of each tool's name, empty without a name; a name of symbols is one word."""
        names = (tool.name or "" for tool in self.server.tools)
        return tuple(name_words(name) or (name,) * bool(name) for name in names)

    @lazy
    def prefix(self) -> tuple[str, ...]:
        """The words that most names begin with."""
        names = [self.name_words[i] for i in self.distinct]
        return shared_prefix(names, self.words["action-verbs"])

    @lazy
    def taken_apart(self) -> Mapping[int, Named]:
        """The name of each distinct tool, parsed: its verb and what that acts on."""
        verbs = self.words["action-verbs"]
        return {i: parse_name(self.name_words[i], self.prefix, verbs) for i in self.distinct}

    def descriptions(self) -> Sequence[str]:
        """Return the description of each named tool in order, "" without one. Raises NotKnown if
        any is unknown.
        """
        tools = [self.server.tools[i] for i in self.ordered]
        if any("/description" in tool.unknown for tool in tools):
            raise NotKnown("/description")
        return [tool.description or "" for tool in tools]

    def quote(self, index: int, part: str = "name") -> Quote:
        """Return a tool's whole name or description as evidence; its pointer starts at the server.
        Raises ValueError if it has none.
        """
        return self.text(index, part).quote()

    def text(self, index: int, part: str = "description") -> Text:
        """Return a tool's name or description with its pointer from the server."""
        tool = self.server.tools[index]
        held = tool.name if part == "name" else tool.description
        return Text(held or "", f"/tools/{index}/{part}")

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of a quote's beginning; None if unknown."""
        _, tools, index, *rest = (*pointer.split("/"), "", "")
        if tools == "tools" and index.isdecimal():
            return self.server.tools[int(index)].origin.place("/" + "/".join(rest[:-2]), start)
        return self.server.origin.place(pointer, start)
