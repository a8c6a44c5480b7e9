"""All evidence for a capability in a definition, with its points and its words."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from toolgrade.model import Quote, Reason
from toolgrade.model.lazy import lazy
from toolgrade.risk.actions import Context, find_actions_in_name, is_noun_too
from toolgrade.risk.clauses import find_actions_in_text
from toolgrade.text import Text, name_spans, name_words, plain
from toolgrade.view import NotKnown

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet
    from decimal import Decimal

    from toolgrade.model import Pointer
    from toolgrade.risk.actions import Action
    from toolgrade.risk.rules import Named, Rules
    from toolgrade.text import Lexicon
    from toolgrade.view import Parameter, ToolView

_MOST_SENTENCES = 60
_MOST_VALUES = 60
_MOST_WORDS = 400
_ASIDE = ("arg", "param", "input", "return", "example", "usage ex", "output")
"""Sections of a description that do not say what the tool does."""

_WHY = {
    "name": "the name says '{}'",
    "title": "the title says '{}'",
    "opening": "the description opens with '{}'",
    "joined": "the description joins '{}' to that",
    "further": "the description adds '{}'",
    "effect": "the description says of a call '{}'",
    "noun": "the name or the text says '{}'",
    "value": "a parameter has the value '{}'",
}
_PLAIN = ("name", "title", "opening", "joined", "effect")
"""Kinds of evidence that say explicitly what the tool does."""


class Evidence:
    """The evidence for each category. `leads` are the categories of the name's verb and of the verb
    that opens the description; `context` is what the meaning of a verb may depend on.
    """

    def __init__(self, tool: ToolView, rules: Rules) -> None:
        self.tool, self.rules = tool, rules
        self.reasons: list[Reason] = []
        self.leads: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        self._spoken_for: set[str] = set()
        self._outright: dict[tuple[str, Pointer], Action] = {}
        own = (*tool.name_words, *self.description.plain.split()[:_MOST_WORDS])
        promised = bool(self.promised) or self.hint("readOnlyHint") is True
        self.context = Context(promised, frozenset(own))

    @lazy
    def description(self) -> Text:
        """The description as far as English word lists can read it."""
        try:
            return self.tool.description if self.tool.legible else Text("", "/description")
        except NotKnown:
            return Text("", "/description")

    @lazy
    def sentences(self) -> tuple[Text, ...]:
        """The sentences about the tool, without those of arguments, returns and examples."""
        if not self.description:
            return ()
        aside = [s for key, s in self.tool.sections.items() if key.startswith(_ASIDE)]
        return tuple(
            s
            for s in self.description.sentences[:_MOST_SENTENCES]
            if not any(a.offset <= s.offset < a.offset + len(a.string) for a in aside)
        )

    @lazy
    def parameters(self) -> dict[str, Parameter]:
        """The top-level parameters, by plain name ("sqlQuery" is sql_query)."""
        try:
            return {"_".join(name_words(name)): p for name, p in self.tool.parameters.items()}
        except NotKnown:
            return {}

    @lazy
    def promised(self) -> tuple[Quote, ...]:
        """Where the tool promises to change nothing: of itself, not of what it makes."""
        said = (
            text.quote_words(first, last)
            for text in self.sentences
            for first, last in text.spans(self.rules.promises)
            if self._of_itself(text, first, last)
        )
        name = Text(self.tool.name, "/name")
        spans = (*name_spans(self.tool.name), ("", 0, 0))
        for (word, start, end), (after, _, far) in pairwise(spans):
            if word == "readonly":
                return name.quote(start, end), *said
            if (word, after) == ("read", "only"):
                return name.quote(start, far), *said
        return tuple(said)

    def _of_itself(self, text: Text, first: int, last: int) -> bool:
        """Whether "read-only" is about the call: not in "creates a read-only replica"."""
        words = text.words.lower
        if words[max(0, first - 1) : first] in (["not"], ["the"]):
            return False
        if words[last] not in {"only", "readonly"} or last + 1 == len(words):
            return True
        ends = not text.words.gaps[last + 1].isspace()
        return ends or not self.rules.words["promised-of"].isdisjoint(words[last + 1 : last + 4])

    def hint(self, name: str) -> bool | None:
        """Return an annotation hint, None if it is undeclared or unknown."""
        try:
            return self.tool.hint(name)
        except NotKnown:
            return None

    def add(self, category: str, kind: str, points: Decimal, why: str, *quotes: Quote) -> None:
        """Add a reason; of several of one kind for one category, the first counts."""
        if (category, kind) not in self._seen:
            self._seen.add((category, kind))
            self._spoken_for.add(category)
            self.reasons.append(Reason(category, points, why, quotes))

    def act(self, action: Action, kind: str = "") -> None:
        """Add what the tool says that it does as evidence of `kind`, or of the action's kind."""
        kind, (category, weak) = kind or action.kind, action.meaning
        points = self.rules.points[kind] / (2 if weak else 1)
        self.add(category, kind, points, _WHY[kind].format(action.quote.text), action.quote)
        if kind in _PLAIN and not weak:
            self._outright.setdefault((category, action.quote.pointer), action)

    def doubt(self, category: str, why: str, *quotes: Quote) -> None:
        """Add a reason against a category, if there is any evidence for it."""
        if self.speaks_for(category):
            plain = any(said == category for said, _ in self._outright)
            kind = "doubt" if plain else "weak-doubt"
            self.add(category, kind, self.rules.points[kind], why, *quotes)

    def speaks_for(self, category: str) -> bool:
        """Whether there is any evidence for a category so far."""
        return category in self._spoken_for

    def outright(self, category: str, pointer: Pointer) -> Action | None:
        """Return the explicit verb of a category at `pointer`, None without one."""
        return self._outright.get((category, pointer))

    def quote_name_words(self, words: AbstractSet[str]) -> tuple[Quote, ...]:
        """Return the words of the tool's name that are among `words`."""
        own = Text(self.tool.name, "/name")
        spans = name_spans(self.tool.name)
        return tuple(own.quote(start, end) for word, start, end in spans if word in words)

    def mentions(self, words: Lexicon) -> bool:
        """Whether the name, or a sentence about the tool, has one of the phrases."""
        return self._spoken_name.has(words) or bool(self.find(words))

    @lazy
    def _spoken_name(self) -> Text:
        return Text(plain(self.tool.name))

    def find(self, words: Lexicon) -> tuple[Quote, ...]:
        """Return the matching phrases in the sentences about the tool."""
        if words not in self._heard:
            return ()
        return tuple(quote for text in self.sentences for quote in text.find(words))

    @lazy
    def _heard(self) -> frozenset[Lexicon]:
        vocabulary = self.rules.promises.vocabulary
        return frozenset(x for text in self.sentences for x in text.find_spans(vocabulary))


def gather(tool: ToolView, rules: Rules) -> Evidence:
    """Return all evidence in one definition."""
    found = Evidence(tool, rules)
    named = list(find_actions_in_name(tool.name, "/name", rules, found.context))
    if named and named[0].meaning.category == "Read":
        found.context = found.context._replace(looks=True)
    said = list(find_actions_in_text(found.sentences, rules, found.context))
    if found.context.promised and named and is_noun_too(named[0].verb, rules):
        acts = any(action.meaning.category != "Read" for action in said)
        named = named if acts else []  # "post_comments": "Comments of a post"
    found.leads = {action.meaning.category for action in (*named[:1], *said[:1])}
    for action in (*named, *said):
        found.act(action)
    _title(found)
    for parameter in found.parameters.items():
        _values(found, *parameter)
    free = {key for key, parameter in found.parameters.items() if not _has_enum(parameter)}
    _names(found, rules.parameters, free, "parameter")
    _names(found, rules.outputs, _results(tool), "result")
    for quote in found.promised[:1]:
        found.add("Read", "promise", rules.points["promise"], "it promises to read only", quote)
        found.doubt("Execute", "it promises to read only", quote)
    _annotations(found)
    return found


def _title(found: Evidence) -> None:
    with suppress(NotKnown):
        title = found.tool.title
        if title and plain(title).split() != list(found.tool.name_words):
            pointer = "/title" if found.tool.tool.title else "/annotations/title"
            for action in find_actions_in_name(title, pointer, found.rules, found.context):
                found.act(action, "title" if action.kind == "name" else "noun")


def _values(found: Evidence, key: str, parameter: Parameter) -> None:
    """Add what the values of a parameter such as `action` can make the tool do."""
    if key not in found.rules.words["selectors"]:
        return
    with suppress(NotKnown):
        values = parameter.enum[:_MOST_VALUES]
        words = [value if isinstance(value, str) else "" for value in values]
        if found.rules.words["http-methods"].issuperset(words):
            return
        for at, word in enumerate(words):
            for action in find_actions_in_name(
                word, f"{parameter.pointer}/enum/{at}", found.rules, found.context
            ):
                if action.kind == "name" and action.verb in found.rules.verbs:
                    found.act(action, "value")


def _has_enum(parameter: Parameter) -> bool:
    try:
        return bool(parameter.enum)
    except NotKnown:
        return False


def _results(tool: ToolView) -> set[str]:
    schema = tool.tool.output_schema
    properties = schema.get("properties") if schema else None
    names = properties if isinstance(properties, dict) else ()
    return {"_".join(name_words(str(name))) for name in names}


def _names(found: Evidence, rows: tuple[Named, ...], names: Collection[str], what: str) -> None:
    for row in rows:
        if row.names.isdisjoint(names):
            continue
        category = row.promised if found.context.promised else row.category
        hits = sorted(row.names.intersection(names))
        if not row.support or found.speaks_for(category):
            kind = f"{what} {row.support}"
            found.add(category, kind, row.points, f"a {what} is called '{hits[0]}'")


def _annotations(found: Evidence) -> None:
    points, only = found.rules.points, found.hint("readOnlyHint")
    if only:
        found.add("Read", "hint", points["read-only"], "readOnlyHint is true")
        for category in ("Write", "Execute"):
            found.doubt(category, "readOnlyHint is true")
    elif only is False:
        found.add("Write", "hint", points["declared"], "readOnlyHint is false")
    if found.hint("destructiveHint") and not only:
        found.add("Destructive", "hint", points["declared"], "destructiveHint is true")
