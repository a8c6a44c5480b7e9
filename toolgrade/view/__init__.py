"""A definition as checks see it: with its siblings, and every fact computed once.

Reading what the reader of the source could not see raises `NotKnown`; grading alone catches it and
lets the check not apply. Checks never mention it, so static reading never invents a failure.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from toolgrade.text import Lexicon, Text, WordList, base_forms
from toolgrade.text.similarity import nearest
from toolgrade.view.definition import NotKnown, Parameter, escaped
from toolgrade.view.evidence import EvidenceView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import Server

__all__ = ["FACTS", "FACT_WORDS", "NotKnown", "Parameter", "ServerView", "ToolView", "escaped"]

HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_FAULTS = ("placeholder-cues", "clutter-cues", "steering-cues")


class ToolView(EvidenceView):
    """One tool, with the facts that a rubric's conditions may name: numbers and truth values."""

    @property
    def param_count(self) -> int:
        """Number of top-level parameters."""
        return self.signals.param_count

    @property
    def required_count(self) -> int:
        """Number of names the schema requires."""
        return self.signals.required_param_count

    @property
    def schema_coverage(self) -> int:
        """Per cent of the parameters that the schema describes; 100 if there are none."""
        return self.signals.schema_description_coverage

    @cached_property
    def complexity(self) -> int:
        """How much an agent must construct: parameters, plus nesting and unions."""
        s = self.signals
        return s.param_count + 2 * max(0, s.schema_depth - 1) + s.union_choice_count

    @cached_property
    def annotated(self) -> bool:
        """Whether any of the four hints is declared, or annotations are known to exist unseen."""
        self.known("/annotations")
        declared = self.tool.annotations or {}
        return any(
            isinstance(declared.get(hint), bool) or f"/annotations/{hint}" in self.tool.unknown
            for hint in HINTS
        )

    @property
    def output_schema(self) -> bool:
        """Whether an output schema is declared; an empty one counts, as it does for the judge."""
        self.known("/outputSchema")
        return self.tool.output_schema is not None

    @cached_property
    def length(self) -> int:
        """Number of words in the description's statements, the first sentence among them; 0 for
        a text about something else. Padding does not lengthen it.
        """
        if not self.on_topic:
            return 0
        words = (word for text in self.told for word in text.string.split())
        return sum(any(map(str.isalnum, word)) for word in words)

    @cached_property
    def mutates(self) -> bool:
        """Whether the tool changes something: by its readOnlyHint, else the first verb of its
        name that is known to write or to read, else the one that opens its description.
        """
        if not self.tool.unknown or "/annotations" not in self.tool.unknown:
            hint = self.hint("readOnlyHint")
            if hint is not None:
                return not hint
        write, read = self.server.words["write-verbs"], self.server.words["read-verbs"]
        for word in (*self.name_words, *self.description.words.lower[:2]):
            for form in base_forms(word):
                if form in write:
                    return True
                if form in read:
                    return False
        return False


FACTS = (
    "param_count",
    "required_count",
    "schema_coverage",
    "complexity",
    "annotated",
    "output_schema",
    "length",
    "english",
    "mutates",
)
"""The names a rubric's conditions may use; each is a property of ToolView."""

FACT_WORDS = (
    "action-verbs",
    "foreign-function-words",
    "function-words",
    "read-verbs",
    "write-verbs",
)
"""The word lists that facts need; every rubric must hold them."""


class ServerView:
    """A server's tools together: what one tool's checks ask of its siblings, computed once."""

    def __init__(self, server: Server, words: Mapping[str, WordList]) -> None:
        self.server = server
        self.words = words
        self.names = {t.name: i for i, t in reversed(list(enumerate(server.tools))) if t.name}

    @cached_property
    def cues(self) -> tuple[Lexicon, ...]:
        """The phrases that checks take as evidence: the word lists called `...-cues`, but for
        those that look for faults.
        """
        return tuple(
            words
            for name, words in self.words.items()
            if isinstance(words, Lexicon) and name.endswith("-cues") and name not in _FAULTS
        )

    def tool(self, index: int) -> ToolView:
        """Return a view of one tool. Not kept: what it works out goes with it."""
        return ToolView(self.server.tools[index], index, self)

    @cached_property
    def nearest(self) -> list[tuple[float, int] | None]:
        """For each tool the likeness, 0 to 1, of the most similar sibling's text, and its index."""
        tools = self.server.tools
        return nearest([t.description or "" for t in tools], [t.name or "" for t in tools])

    @cached_property
    def sentence_counts(self) -> Mapping[str, int]:
        """On how many tools each plain sentence of five words or more stands."""
        counts: dict[str, int] = {}
        for tool in self.server.tools:
            if tool.description:
                for sentence in {s.plain for s in Text(tool.description).sentences}:
                    if sentence.count(" ") >= 4:  # noqa: PLR2004 - five words
                        counts[sentence] = counts.get(sentence, 0) + 1
        return counts
