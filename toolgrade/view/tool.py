"""One tool as checks see it: with its siblings, each fact computed once.

Reading a part that is unknown raises `NotKnown`. Only grading catches it; the check then does not
apply. Checks do not mention it, so that what is unknown never becomes a failure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.model.lazy import lazy
from toolgrade.text import base_forms
from toolgrade.view.evidence import EvidenceView

if TYPE_CHECKING:
    from toolgrade.model import Risk

# What white space parts, if it has a letter or a digit: seen at its beginning alone.
_WORD = re.compile(r"(?<!\S)(?:[^\s\w]|_)*+[^\W_]")
HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")


class ToolView(EvidenceView):
    """One tool, with the facts that a rubric's conditions may name: numbers and booleans.

    `risk.classify` keeps its result in `risk`, as grading and a check both need it.
    """

    risk: Risk | None = None

    @property
    def param_count(self) -> int:
        """Number of top-level parameters."""
        return len(self.parameters)

    @property
    def required_count(self) -> int:
        """Number of names that the schema requires."""
        self.require_known("/inputSchema/required")
        required = (self.tool.input_schema or {}).get("required")
        return len(required) if isinstance(required, list) else 0

    @property
    def schema_coverage(self) -> int:
        """Per cent of the parameters that the schema describes; 100 if there are none."""
        for parameter in self.parameters.values():
            parameter.get("description")
        return self.signals.schema_description_coverage

    @lazy
    def complexity(self) -> int:
        """How much an agent must construct: parameters, plus nesting and unions."""
        s = self.signals
        return s.param_count + 2 * max(0, s.schema_depth - 1) + s.union_choice_count

    @lazy
    def annotated(self) -> bool:
        """Whether any of the four hints is declared, or known to exist with an unknown value."""
        self.require_known("/annotations")
        declared = self.tool.annotations or {}
        unknown = self.tool.unknown
        if not (declared or unknown):
            return False
        return any(
            isinstance(declared.get(hint), bool) or f"/annotations/{hint}" in unknown
            for hint in HINTS
        )

    @property
    def output_schema(self) -> bool:
        """Whether an output schema is declared; an empty one counts, as in TDQS."""
        self.require_known("/outputSchema")
        return self.tool.output_schema is not None

    @lazy
    def length(self) -> int:
        """Number of words in the first sentence and the statements after it; 0 for a text about
        something else. Padding does not count.
        """
        if not self.on_topic:
            return 0
        return sum([len(_WORD.findall(text.string)) for text in self.told])

    @lazy
    def mutates(self) -> bool:
        """Whether the tool changes something: by its readOnlyHint, or else by the first verb known
        to write or to read, in its name or in the first two words of its description.
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
"""The word lists that facts need; every rubric must have them."""
