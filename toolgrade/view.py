"""A definition as checks see it: with its siblings, and every fact computed once.

Reading what the reader of the source could not see raises `NotKnown`; grading alone catches it and
lets the check not apply. Checks never mention it, so static reading never invents a failure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolgrade.signals import signals
from toolgrade.text import Lexicon, Text, WordList, base_forms, name_words, plain
from toolgrade.text.docstring import Mention, mentions, sections
from toolgrade.text.similarity import nearest
from toolgrade.text.statements import pieces, statements, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Pointer, Quote, Server, Signals, Tool
    from toolgrade.text.statements import Piece, Statement

_DEEPEST = 6
_MOST_PARAMETERS = 400
HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_SLOT_WORDS = frozenset(
    "arg args argument arguments parameter parameters param params input inputs field fields option"  # noqa: SIM905 - read as one line
    " options value values type string integer number boolean array object null required optional"
    " takes accepts expects default return returns result results".split()
)
"""What a parameter is, and not what it means."""
_FAULTS = ("placeholder-cues", "clutter-cues", "steering-cues")
_NAME = re.compile(r"[A-Za-z_][\w./-]*\w")


class NotKnown(Exception):  # noqa: N818 - an answer, not an error
    """The source did not show this part of the definition; which is not the same as absent."""


def escaped(key: str) -> str:
    """Return a key as one RFC 6901 reference token."""
    return key.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True)
class Parameter:
    """A property of the input schema; `path` is its dotted name, `pointer` its place."""

    path: str
    name: str
    schema: Mapping[str, Any]
    required: bool
    pointer: Pointer
    unknown: frozenset[Pointer] = frozenset()

    def get(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a keyword of the schema, None if absent. Raises NotKnown."""
        pointer = f"{self.pointer}/{escaped(key)}"
        if self.unknown and pointer in self.unknown:
            raise NotKnown(pointer)
        return self.schema.get(key)

    @cached_property
    def description(self) -> Text:
        """The parameter's own description, empty if it has none."""
        value = self.get("description")
        return Text(value if isinstance(value, str) else "", f"{self.pointer}/description")

    @cached_property
    def types(self) -> frozenset[str]:
        """The JSON types the schema names, through unions too; empty if it names none."""
        return frozenset(self._types(self.schema, 0))

    def _types(self, schema: Mapping[str, Any], depth: int) -> Iterator[str]:
        kind = self.get("type") if schema is self.schema else schema.get("type")
        if isinstance(kind, str):
            yield kind
        elif isinstance(kind, list):
            yield from (k for k in kind if isinstance(k, str))
        for keyword in ("anyOf", "oneOf"):
            options = schema.get(keyword)
            if isinstance(options, list) and depth < _DEEPEST:
                for option in options[:20]:
                    if isinstance(option, dict):
                        yield from self._types(option, depth + 1)

    @cached_property
    def enum(self) -> tuple[Any, ...]:
        """The values an `enum` allows, on the property or in its array items; empty if free."""
        items = self.schema.get("items")
        for schema in (self.schema, items if isinstance(items, dict) else {}):
            values = schema.get("enum")
            if isinstance(values, list):
                return tuple(values)
        return ()


class ToolView:
    """One tool, with the facts that checks and rubrics ask for."""

    def __init__(self, tool: Tool, index: int, server: ServerView) -> None:
        self.tool = tool
        self.index = index
        self.server = server
        self.name = tool.name or ""

    def known(self, pointer: Pointer) -> None:
        """Raise NotKnown if `pointer` was out of the reader's sight."""
        if self.tool.unknown and pointer in self.tool.unknown:
            raise NotKnown(pointer)

    @cached_property
    def name_words(self) -> tuple[str, ...]:
        """The words the name is made of."""
        return name_words(self.name)

    @cached_property
    def description(self) -> Text:
        """The description, empty if there is none."""
        self.known("/description")
        return Text(self.tool.description or "", "/description")

    @cached_property
    def title(self) -> str:
        """The display title (the tool's, else its annotations'), empty if there is none."""
        if self.tool.title:
            return self.tool.title
        self.known("/title")
        title = (self.tool.annotations or {}).get("title")
        return title if isinstance(title, str) else ""

    @cached_property
    def sections(self) -> dict[str, Text]:
        """The docstring sections of the description."""
        return sections(self.description)

    @cached_property
    def prose(self) -> tuple[Text, ...]:
        """The sentences of the description, without those of its arguments section."""
        args = [s for k, s in self.sections.items() if k.startswith(("arg", "param", "input"))]
        return tuple(
            s
            for s in self.description.sentences
            if not any(a.offset <= s.offset < a.offset + len(a.string) for a in args)
        )

    @cached_property
    def signals(self) -> Signals:
        """TDQS's context signals. Raises NotKnown where the input schema is unseen."""
        self.known("/inputSchema")
        return signals(self.tool)

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The top-level parameters by name."""
        self.known("/inputSchema")
        return dict(self._properties(self.tool.input_schema or {}, "/inputSchema", ""))

    def _properties(
        self, schema: Mapping[str, Any], pointer: Pointer, path: str
    ) -> Iterator[tuple[str, Parameter]]:
        properties = schema.get("properties")
        required = schema.get("required")
        needed = {r for r in required if isinstance(r, str)} if isinstance(required, list) else ()
        for name, value in properties.items() if isinstance(properties, dict) else ():
            at = f"{pointer}/properties/{escaped(name)}"
            schema_ = value if isinstance(value, dict) else {}
            yield (
                name,
                Parameter(path + name, name, schema_, name in needed, at, self.tool.unknown),
            )

    @cached_property
    def nested(self) -> tuple[Parameter, ...]:
        """The parameters below the top level, through arrays, unions and local references; at most
        400, at most six levels down.
        """
        found: list[Parameter] = []
        work = [
            (p.schema, p.pointer, p.path, 0, frozenset[str]()) for p in self.parameters.values()
        ]
        while work and len(found) < _MOST_PARAMETERS:
            schema, pointer, path, depth, seen = work.pop(0)
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                target = self._definition(reference)
                if target is not None:
                    work.append(
                        (
                            target,
                            reference[1:].join(("/inputSchema", "")),
                            path,
                            depth,
                            seen | {reference},
                        )
                    )
            if depth >= _DEEPEST:
                continue
            for _, parameter in self._properties(schema, pointer, f"{path}."):
                found.append(parameter)
                work.append((parameter.schema, parameter.pointer, parameter.path, depth + 1, seen))
            items = schema.get("items")
            if isinstance(items, dict):
                work.append((items, f"{pointer}/items", f"{path}[]", depth + 1, seen))
            for keyword in ("anyOf", "oneOf", "allOf"):
                options = schema.get(keyword)
                for i, option in enumerate(options[:10] if isinstance(options, list) else ()):
                    if isinstance(option, dict):
                        work.append((option, f"{pointer}/{keyword}/{i}", path, depth + 1, seen))
        return tuple(found[:_MOST_PARAMETERS])

    def _definition(self, reference: str) -> Mapping[str, Any] | None:
        parts = reference.split("/")
        if len(parts) != 3 or parts[0] != "#" or parts[1] not in {"$defs", "definitions"}:  # noqa: PLR2004 - "#", "$defs", name
            return None
        held = (self.tool.input_schema or {}).get(parts[1])
        target = held.get(parts[2]) if isinstance(held, dict) else None
        return target if isinstance(target, dict) else None

    @cached_property
    def undescribed(self) -> tuple[str, ...]:
        """The top-level parameters the schema does not describe."""
        return tuple(name for name, p in self.parameters.items() if not p.description)

    @cached_property
    def mentions(self) -> dict[str, Mention]:
        """Where the description speaks of each top-level parameter. Names listed without a word
        on them are not spoken of, and a name explained by itself ("limit: the limit") is but named.
        """
        found = mentions(self.description, self.parameters)
        blank = self.server.words["function-words"].words | self.slots
        spoken = {}
        for name, mention in found.items():
            explained = mention.explained and bool(self._around(mention) - blank)
            if explained or (self._heard(mention.quote) - blank):
                spoken[name] = Mention(explained, mention.quote)
        return spoken

    @cached_property
    def slots(self) -> frozenset[str]:
        """Words that name the parameters, or parameters as such, and tell nothing of them."""
        names: set[str] = set()
        with suppress(NotKnown):
            for name in self.parameters:
                names.update((name.lower(), *name_words(name)))
        return _SLOT_WORDS | names

    def _around(self, mention: Mention) -> set[str]:
        """Return the words a mention explains with: those after the name, or else of its line."""
        quote = mention.quote
        if " " in quote.text:
            return set(Text(quote.text).sentences[0].plain.split())
        sentences = self.description.sentences
        sentence = sentences[bisect_right(sentences, quote.start, key=lambda s: s.offset) - 1]
        start = quote.start - sentence.offset
        before = sentence.string[:start].rpartition("\n")[2]
        after = sentence.string[start:].partition("\n")[0]
        return set(plain(before + after).split())

    def _heard(self, quote: Quote) -> set[str]:
        """Return the words of the told sentence that holds the quote; none if none does."""
        for text in self.told:
            if text.offset <= quote.start < text.offset + len(text.string):
                return set(text.plain.split())
        return set()

    def hint(self, name: str) -> bool | None:
        """Return an annotation hint, None if undeclared. Raises NotKnown."""
        self.known("/annotations")
        self.known(f"/annotations/{name}")
        value = (self.tool.annotations or {}).get(name)
        return value if isinstance(value, bool) else None

    @property
    def only(self) -> bool:
        """Whether the tool is known to have no siblings."""
        return self.server.server.complete and len(self.server.server.tools) == 1

    @cached_property
    def siblings(self) -> Mapping[str, int]:
        """The names of all tools of the server, by index; the tool's own is among them."""
        return self.server.names

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The words of the tool's name, title and parameters: what a text about it speaks of."""
        words = set(self.name_words)
        # What is not seen is left out here; `on_topic` then gives the benefit of the doubt.
        with suppress(NotKnown):
            words.update(plain(self.title).split())
        with suppress(NotKnown):
            for parameter in (*self.parameters.values(), *self.nested):
                words.update(name_words(parameter.name), parameter.description.words.lower[:40])
        return frozenset(words - self.server.words["function-words"].words)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The sentences of the description, without cue words strung together."""
        empty = self.server.words["function-words"].words
        return tuple(pieces(self.description, self.server.cues, empty))

    @cached_property
    def opening(self) -> Text:
        """The first sentence of the description; empty if there is none."""
        return self.pieces[0].text if self.pieces else Text("", "/description")

    @cached_property
    def told(self) -> tuple[Text, ...]:
        """The first sentence, whatever it says, and the statements after it that share a word with
        what was said before and do more than list tools: the text without its padding.
        """
        lists = {start for start, (_, says) in self._naming.items() if not says}
        heard = self._statements if self.on_topic else ()
        further = (s.text for s in heard if s.tied and s.text.offset not in lists)
        return (self.opening, *(text for text in further if text.offset != self.opening.offset))

    @cached_property
    def said(self) -> tuple[Text, ...]:
        """The sentences of the description that say something of the tool: its statements. None
        if the text shares no word with the tool's name, title or parameters.

        Evidence is looked for only here, so that cue words strung together, a good sentence said
        twice, or a text about something else prove nothing.
        """
        return tuple(s.text for s in self._statements) if self.on_topic else ()

    @cached_property
    def _statements(self) -> tuple[Statement, ...]:
        empty = self.server.words["function-words"].words
        return tuple(statements(self.pieces, self.own_words, self.slots, empty, self._refers))

    def _refers(self, text: Text) -> bool:
        """Whether a sentence leaves its subject out ("Keeps no ...") or names another tool."""
        first = text.words.lower[0] if text.words.lower else ""
        verbs = self.server.words["action-verbs"]
        acts = first.endswith("s") and any(form in verbs for form in base_forms(first)[1:])
        return acts or bool(self.named_siblings(text))

    @cached_property
    def statements(self) -> tuple[tuple[int, int], ...]:
        """Where the statements stand, as (start, end) characters."""
        return tuple((s.offset, s.offset + len(s.string)) for s in self.said)

    def find(self, lexicon: Lexicon) -> tuple[Quote, ...]:
        """Return the word list's entries in the description's statements, in order."""
        return tuple(quote for quote in self.description.find(lexicon) if self.stated(quote))

    def stated(self, quote: Quote) -> bool:
        """Whether words of the description stand in one of its statements."""
        at = bisect_right(self.statements, (quote.start, len(self.description.string))) - 1
        return at >= 0 and quote.start < self.statements[at][1]

    @cached_property
    def news(self) -> tuple[Quote, ...]:
        """The different words of the statements that carry meaning and stand neither in the name
        and title nor in the schema: what the text adds. A statement counts only if it shares a
        word with the name, the schema or a statement before it, so that padding adds nothing.
        """
        self.in_english()
        empty = self.server.words["function-words"].words
        told = {*self.name_words, *plain(self.title).split()}
        for parameter in (*self.parameters.values(), *self.nested):
            told.update(name_words(parameter.name), parameter.description.words.lower)
        found: list[Quote] = []
        for text in self.told if self.said else ():
            for at, word in enumerate(text.words.lower):
                if len(word) > 2 and word not in told and word not in empty:  # noqa: PLR2004 - a word
                    told.add(word)
                    found.append(text.quote_words(at, at))
        return tuple(found)

    @cached_property
    def further_statements(self) -> tuple[Quote, ...]:
        """The first words of each statement after the first sentence that brings news."""
        bounds = [text.offset for text in self.told[1:]]
        starts: dict[int, list[Quote]] = {}
        for word in self.news:
            at = bisect_right(bounds, word.start)
            if at:
                starts.setdefault(at, []).append(word)
        return tuple(words[0] for words in starts.values() if len(words) > 1)

    @cached_property
    def on_topic(self) -> bool:
        """Whether the description shares a word (its first four letters) with the tool's name,
        title or parameters; the verb that opens the name counts only where they hold no two other
        words. True where they hold but one word or were not all seen, and for a text that is not
        in Latin.
        """
        unseen = ("/title", "/inputSchema", "/description")
        if any(pointer.endswith(unseen) for pointer in self.tool.unknown):
            return True
        self.in_english()
        verbs = self.server.words["action-verbs"]
        opening = {w for w in self.name_words[:1] if any(f in verbs for f in base_forms(w))}
        own, subject = stems(self.own_words), stems(self.own_words - opening)
        return (
            len(own) < 2  # noqa: PLR2004 - one word is often said in others
            or not (own if len(subject) < 2 else subject).isdisjoint(  # noqa: PLR2004 - as above
                stems(self.description.plain.split())
            )
            or not self.description.string.isascii()
        )

    @cached_property
    def verb(self) -> tuple[str, Quote, int] | None:
        """The first action verb among the first twelve words: its plain form, its place, and
        how many words stand before it. None if there is none.
        """
        verbs = self.server.words["action-verbs"]
        for at, word in enumerate(self.opening.words.lower[:12]):
            form = next((f for f in base_forms(word) if f in verbs), None)
            if form:
                return form, self.opening.quote_words(at, at), at
        return None

    def in_english(self) -> None:
        """Raise NotKnown if the description is in another language: English words say nothing."""
        if not self.legible:
            raise NotKnown("/description")

    def named_siblings(self, text: Text) -> tuple[Quote, ...]:
        """Return where `text` names another tool of the server; a name that is also a plain
        lower-case word counts only when marked as code.
        """
        found = []
        for match in _NAME.finditer(text.string):
            other = self.siblings.get(match[0])
            if other is None or match[0] == self.name:
                continue
            marked = match.start() > 0 and text.string[match.start() - 1] in "`'\""
            if marked or not (match[0].isalpha() and match[0].islower()):
                found.append(text.quote(match.start(), match.end()))
        return tuple(found)

    @cached_property
    def contrasts(self) -> tuple[Quote, ...]:
        """Where a statement names another tool and says something beside: more words that carry
        meaning than names, and two at least.
        """
        return tuple(quote for names, says in self._naming.values() if says for quote in names)

    @cached_property
    def listings(self) -> tuple[Quote, ...]:
        """Where other tools are but listed ("See also a_b, c_d")."""
        listed = (names for names, says in self._naming.values() if not says)
        return tuple(quote for names in listed for quote in names)

    @cached_property
    def _naming(self) -> dict[int, tuple[tuple[Quote, ...], bool]]:
        """By the start of each statement that names other tools: where, and if it says more."""
        empty = self.server.words["function-words"].words
        found = {}
        for text in self.said:
            if names := self.named_siblings(text):
                own = {w for q in names for w in (q.text.lower(), *name_words(q.text))}
                other = set(text.words.lower) - empty - own
                found[text.offset] = names, len(other) >= max(2, len(names))
        return found

    # Facts: what a rubric's conditions may name. Each is a number or a truth value.

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
    def english(self) -> bool:
        """Whether English word lists can judge the description: mostly Latin letters, and not
        more function words of another language than of English.
        """
        # What is not tied to the tool may be padding; whether it is on topic is asked in English.
        tied = [s.text for s in self._statements if s.tied]
        said = (self.opening, *(text for text in tied if text.offset != self.opening.offset))
        sample = " ".join(text.string for text in said)[:2000]
        if not sample.isascii():
            letters = sum(map(str.isalpha, sample))
            if sum(c.isalpha() and c > "\u024f" for c in sample) * 5 > letters:
                return False
        words = {word for text in said for word in text.words.lower[:400]}
        lists = self.server.words
        foreign = len(words & lists["foreign-function-words"].words)
        return foreign * 8 < len(words) or foreign <= len(words & lists["function-words"].words)

    @cached_property
    def legible(self) -> bool:
        """Whether English word lists have no say against them here: the text is English, or
        there is none.
        """
        return not self.description or self.english

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
