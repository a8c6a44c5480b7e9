"""What a description states about its tool: the sentences that count as evidence, and the words in
them that are new. Strung-together words, repetitions and other subjects do not count.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING

from toolgrade.model.lazy import lazy
from toolgrade.model.unknown import NotKnown
from toolgrade.text import Lexicon, Text, base_forms, name_words, plain
from toolgrade.text.docstring import Mention, mentions
from toolgrade.text.statements import Subject, pieces, statements, stems
from toolgrade.view.definition import DefinitionView
from toolgrade.view.shared import find_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.model import Quote
    from toolgrade.text.statements import Piece, Statement
    from toolgrade.view.definition import Parameter

_SLOT_WORDS = frozenset(
    "arg args argument arguments parameter parameters param params input inputs field fields option"  # noqa: SIM905 - read as one line
    " options value values type string integer number boolean array object null required optional"
    " takes accepts expects default return returns result results".split()
)
"""Words that say what a parameter is and not what it means."""
_HINTED = "/annotations/title"
_LOANS = frozenset(
    "naïve café résumé façade cliché décor bézier möbius schrödinger gödel poincaré"  # noqa: SIM905 - read as one line
    " entrée protégé exposé jalapeño über röntgen ångström hölder kármán fiancé sauté crème".split()
)
"""English words and names that keep letters of other languages."""
_LABEL = 60
_NEAR = 12
_MARKED = 3
"""One word in three with a letter that English has not makes a text another language's."""
"""Characters before a list of values that may announce it."""
_MARK = "\0"
_MOST_VALUES = 200
_OPENS = frozenset("`'\"[<{=_/.$#@:-+")
_CLOSES = frozenset("`'\"]>}=_/$-+*(")
_CODE = re.compile(
    r"`[^`\n]{1,200}`|\[[^\[\]\n]{1,200}\]|\"[^\"\n]{1,200}\"|(?<!\w)'[^'\n]{1,80}'(?!\w)|\{[^{}\n]{1,200}\}"
)
_VALUES = re.compile(
    r"\b[A-Z][A-Z0-9_]*(?:(?:, (?:or |and )?| or | and |/| ?\| ?)[A-Z][A-Z0-9_]*\b){2,}"
)
_OR = re.compile(r" or |[/|]")
_VALUES_FOLLOW = (":", "(", "=", "such as", "like", "e.g.", "one of", "in")
_NAME = re.compile(r"[A-Za-z_][\w./-]*\w")


class EvidenceView(DefinitionView):
    """A definition with its statements, in which checks look for evidence."""

    @lazy
    def own_words(self) -> frozenset[str]:
        """The words of the tool's name, title and parameters: the subject of a text about it."""
        words = set(self.name_words)
        # What is unknown is left out here; `on_topic` is then true.
        with suppress(NotKnown):
            words.update(plain(self.title).split())
        with suppress(NotKnown):
            for parameter in (*self.parameters.values(), *self.nested):
                words.update(name_words(parameter.name))
                words.update(parameter.description.words.lower[:40])
        return frozenset(words - self.server.words["function-words"].words)

    @lazy
    def texts(self) -> tuple[Text, ...]:
        """The known texts of the definition that an agent reads: the description, the titles, the
        descriptions in schemas, and the long titles in schemas; short ones repeat names.
        """
        tool = self.tool
        hints = tool.annotations or {}
        found = [Text(tool.title or "", "/title"), Text(_string(hints.get("title")), _HINTED)]
        if "/description" not in tool.unknown:
            found.insert(0, self.description)
        told: tuple[Parameter, ...] = ()
        with suppress(NotKnown):
            told = (*self.parameters.values(), *self.nested)
        found += [p.description for p in told]
        taken = {id(p.schema) for p in told}
        for node in self.schemas_with("description", "title"):
            title, said = _string(node.schema.get("title")), _string(node.schema.get("description"))
            if said and id(node.schema) not in taken:
                found.append(Text(said, f"{node.pointer}/description"))
            if len(title) > _LABEL:
                found.append(Text(title, f"{node.pointer}/title"))
        return tuple([text for text in found if text])

    def find_texts_with(self, words: Lexicon) -> Sequence[Text]:
        """Return the texts that contain an entry of the word list."""
        return self._held.get(words, ())

    @lazy
    def _held(self) -> Mapping[Lexicon, Sequence[Text]]:
        found: dict[Lexicon, list[Text]] = {}
        for vocabulary in self.server.vocabularies:
            for text in self.texts:
                for lexicon in text.find_spans(vocabulary):
                    found.setdefault(lexicon, []).append(text)
        return found

    @lazy
    def pieces(self) -> tuple[Piece, ...]:
        """The sentences of the description, without runs of strung-together phrases."""
        empty = self.server.words["function-words"].words
        server, own = self.server, self.own_text
        found = pieces(own, server.cues, server.choices, server.vocabularies, server.facts, empty)
        return tuple(piece for piece in found if _MARK not in piece.text.string)

    @lazy
    def opening(self) -> Text:
        """The first sentence of the description; empty if there is none."""
        return self.pieces[0].text if self.pieces else Text("", "/description")

    @lazy
    def told(self) -> tuple[Text, ...]:
        """The first sentence, and the later statements that share a word with the text before them
        and do more than list tools: the text without its padding.
        """
        lists = {start for start, (_, says) in self._naming.items() if not says}
        heard = self._statements if self.on_topic else ()
        further = (s.text for s in heard if s.tied and s.text.offset not in lists)
        return (self.opening, *(text for text in further if text.offset != self.opening.offset))

    @lazy
    def said(self) -> tuple[Text, ...]:
        """The sentences of the description that say something about the tool: its statements.
        Empty if the text shares no word with the tool's name, title or parameters.

        Checks look for evidence only here, so that strung-together phrases, a repeated sentence or
        a text about something else prove nothing.
        """
        return tuple(s.text for s in self._statements) if self.on_topic else ()

    @lazy
    def _statements(self) -> tuple[Statement, ...]:
        subject = Subject(
            self.own_words,
            self.slots,
            self.server.stems_of_names,
            self.server.generic,
            self.server.words["function-words"].words,
        )
        return tuple(statements(self.pieces, subject, self._refers))

    @lazy
    def own_text(self) -> Text:
        """The description with what most of the server's tools say too blanked out: it tells no
        tool from another. Places stay true.
        """
        string = self.description.string
        shared = self.server.shared
        for start, end in find_shared(self.description, plain(self.name), shared):
            string = f"{string[:start]}{_blank(end - start)}{string[end:]}"
        return (
            self.description if string == self.description.string else Text(string, "/description")
        )

    @property
    def says_only_shared(self) -> bool:
        """Whether the description holds nothing but what most of the server's tools say too."""
        return _MARK in self.own_text.string and not self.own_text.words.lower

    def _refers(self, text: Text) -> bool:
        """Whether a sentence omits its subject ("Keeps no ...") or names another tool."""
        first = text.words.lower[0] if text.words.lower else ""
        verbs = self.server.words["action-verbs"]
        acts = first.endswith("s") and any(form in verbs for form in base_forms(first)[1:])
        return acts or bool(self.named_siblings(text))

    @lazy
    def statements(self) -> tuple[tuple[int, int], ...]:
        """The (start, end) characters of each statement."""
        return tuple((s.offset, s.offset + len(s.string)) for s in self.said)

    def find(self, lexicon: Lexicon) -> tuple[Quote, ...]:
        """Return the word list's entries in the description's statements, in order."""
        description = self.description
        if not description.words.find(lexicon):
            return ()
        return tuple(filter(self.is_in_statement, description.find(lexicon)))

    def is_in_statement(self, quote: Quote) -> bool:
        """Whether words of the description are in one of its statements."""
        at = bisect_right(self.statements, (quote.start, len(self.description.string))) - 1
        return at >= 0 and quote.start < self.statements[at][1]

    @lazy
    def news(self) -> tuple[Quote, ...]:
        """The different meaningful words of the statements that are neither in the name or title
        nor in the schema: what the text adds. A statement counts only if it shares a word with the
        name, the schema or an earlier statement, so that padding adds nothing.
        """
        self.require_english()
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

    @lazy
    def further_statements(self) -> tuple[Quote, ...]:
        """The first new word of each statement after the first sentence that adds two or more."""
        bounds = [text.offset for text in self.told[1:]]
        starts: dict[int, list[Quote]] = {}
        for word in self.news:
            at = bisect_right(bounds, word.start)
            if at:
                starts.setdefault(at, []).append(word)
        return tuple(words[0] for words in starts.values() if len(words) > 1)

    @lazy
    def on_topic(self) -> bool:
        """Whether the description shares a word (its first four letters) with the tool's name,
        title or parameters. The verb that opens the name counts only if they have fewer than two
        other words. True if they have only one word or are not all known, and for a text that is
        not ASCII.
        """
        unseen = ("/title", "/inputSchema", "/description")
        if any(pointer.endswith(unseen) for pointer in self.tool.unknown):
            return True
        self.require_english()
        verbs = self.server.words["action-verbs"]
        opening = {w for w in self.name_words[:1] if any(f in verbs for f in base_forms(w))}
        own, subject = stems(self.own_words), stems(self.own_words - opening)
        return (
            len(own) < 2  # noqa: PLR2004 - one word is often said in others
            or not (own if len(subject) < 2 else subject).isdisjoint(  # noqa: PLR2004 - as above
                stems(self.description.said)
            )
            or not self.description.string.isascii()
        )

    @lazy
    def verb(self) -> tuple[str, Quote, int] | None:
        """The first action verb among the first twelve words: its base form, its place, and how
        many words come before it. None without one.
        """
        self.require_english()
        verbs = self.server.words["action-verbs"]
        for at, word in enumerate(self.opening.words.lower[:12]):
            form = next((f for f in base_forms(word) if f in verbs), None)
            if form:
                return form, self.opening.quote_words(at, at), at
        return None

    @lazy
    def english(self) -> bool:
        """Whether English word lists can judge the description: mostly Latin letters, and not
        more function words of another language than of English.
        """
        # Text that is not tied to the tool may be padding; `on_topic` itself needs English.
        tied = [s.text for s in self._statements if s.tied]
        said = (self.opening, *(text for text in tied if text.offset != self.opening.offset))
        sample = " ".join(text.string for text in said)[:2000]
        if not sample.isascii():
            letters = sum(map(str.isalpha, sample))
            if sum(c.isalpha() and c > "\u024f" for c in sample) * 5 > letters:
                return False
        words = set[str]().union(*[text.words.lower[:400] for text in said])
        lists = self.server.words
        others, own = lists["foreign-function-words"].words, lists["function-words"].words
        foreign = len(words & others)
        english = len((words & own) - others)
        if not foreign and not english:
            # Too short for a joining word: letters of other languages, and no word that is known.
            marked = sum(not (word.isascii() or word in _LOANS) for word in words)
            known = any(f in self.server.word_list_words for w in words for f in base_forms(w))
            return not marked or known or marked * _MARKED < len(words)
        return foreign * 8 < len(words) or foreign <= english

    @lazy
    def legible(self) -> bool:
        """Whether English word lists can judge the description: it is English, or missing."""
        return not self.description or self.english

    def require_english(self) -> None:
        """Raise NotKnown if the description is in another language than English."""
        if not self.legible:
            raise NotKnown("/description")

    def named_siblings(self, text: Text) -> tuple[Quote, ...]:
        """Return where `text` names another tool of the server. A name that is a plain lower-case
        word counts only in quotes or backticks.
        """
        if self.siblings.keys().isdisjoint(_NAME.findall(text.string)):
            return ()
        found = []
        for match in _NAME.finditer(text.string):
            other = self.siblings.get(match[0])
            if other is None or match[0] == self.name:
                continue
            marked = match.start() > 0 and text.string[match.start() - 1] in "`'\""
            if marked or not (match[0].isalpha() and match[0].islower()):
                found.append(text.quote(match.start(), match.end()))
        return tuple(found)

    @lazy
    def contrasts(self) -> tuple[Quote, ...]:
        """Where a statement names another tool and says something about it: at least two
        meaningful words, and no fewer than names.
        """
        return tuple(quote for names, says in self._naming.values() if says for quote in names)

    @lazy
    def listings(self) -> tuple[Quote, ...]:
        """Where other tools are only listed ("See also a_b, c_d")."""
        listed = (names for names, says in self._naming.values() if not says)
        return tuple(quote for names in listed for quote in names)

    @lazy
    def _naming(self) -> dict[int, tuple[tuple[Quote, ...], bool]]:
        """Where each statement names other tools, and whether it says more, by its start."""
        empty = self.server.words["function-words"].words
        found = {}
        for text in self.said:
            if names := self.named_siblings(text):
                own = {w for q in names for w in (q.text.lower(), *name_words(q.text))}
                other = set(text.words.lower) - empty - own
                found[text.offset] = names, len(other) >= max(2, len(names))
        return found

    def is_literal(self, start: int, end: int) -> bool:
        """Whether characters of the description are a value and not a word of its sentence: in
        quotes, brackets or code, next to a sign that makes them part of an expression, one of a
        list of values in capitals, or one of the values that the schema lists.
        """
        string = self.description.string
        before, after = string[max(0, start - 1) : start], string[end : end + 1]
        return (
            before in _OPENS
            or after in _CLOSES
            or string[start:end] in self.listed_values
            or any(a <= start < b for a, b in self._code)
        )

    def is_ordinary_word(self, word: str) -> bool:
        """Whether a lower-case word is one of English or of this server: it is in a word list, or
        written in lower case, or part of a name, somewhere in the definitions.
        """
        return (
            word in self.server.word_list_words
            or word in self.server.written_words
            or word in self.own_words
        )

    @lazy
    def _code(self) -> tuple[tuple[int, int], ...]:
        string = self.description.string
        code = [match.span() for match in _CODE.finditer(string)]
        return (*code, *self._find_listed_capitals())

    def _find_listed_capitals(self) -> Iterator[tuple[int, int]]:
        """Yield where three words in capitals or more are listed as values: "UP, DOWN or OFF",
        "(UP, DOWN, OFF)".
        """
        string = self.description.string
        for match in _VALUES.finditer(string):
            before = string[max(0, match.start() - _NEAR) : match.start()].rstrip()
            if _OR.search(match[0]) or before.endswith(_VALUES_FOLLOW):
                yield match.span()

    @lazy
    def listed_values(self) -> frozenset[str]:
        """The texts that schemas list as values: enum, const, default, examples."""
        found: set[str] = set()
        keys = ("enum", "examples", "const", "default")
        for node in self.schemas_with(*keys):
            for key in keys:
                held = node.schema.get(key)
                values = held[:_MOST_VALUES] if isinstance(held, list) else [held]
                found.update(value for value in values if isinstance(value, str))
        return frozenset(found)

    @lazy
    def mentions(self) -> dict[str, Mention]:
        """Where the description mentions each top-level parameter. A name in a bare list does not
        count, and a name that explains itself ("limit: the limit") counts as named only.
        """
        found = mentions(self.description, self.parameters)
        blank = self.server.words["function-words"].words | self.slots
        spoken = {}
        for name, mention in found.items():
            explained = mention.explained and bool(self._list_explaining_words(mention) - blank)
            if explained or (self._list_words_around(mention.quote) - blank):
                spoken[name] = Mention(explained, mention.quote)
        return spoken

    @lazy
    def slots(self) -> frozenset[str]:
        """Words that name parameters, or the idea of a parameter, and explain nothing."""
        names: set[str] = set()
        with suppress(NotKnown):
            for name in self.parameters:
                names.update((name.lower(), *name_words(name)))
        return _SLOT_WORDS | names

    def _list_explaining_words(self, mention: Mention) -> set[str]:
        """Return the words that explain a mention: those after the name, or else its line."""
        quote = mention.quote
        if " " in quote.text:
            return set(Text(quote.text).sentences[0].said)
        sentences = self.description.sentences
        sentence = sentences[bisect_right(sentences, quote.start, key=lambda s: s.offset) - 1]
        start = quote.start - sentence.offset
        before = sentence.string[:start].rpartition("\n")[2]
        after = sentence.string[start:].partition("\n")[0]
        return set(plain(before + after).split())

    def _list_words_around(self, quote: Quote) -> set[str]:
        """Return the words of the sentence that contains the quote, empty if it is padding."""
        for text in self.told:
            if text.offset <= quote.start < text.offset + len(text.string):
                return set(text.said)
        return set()


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _blank(length: int) -> str:
    """Return as many characters that are a sentence of their own and hold no word."""
    return f"\n\n{_MARK * (length - 4)}\n\n"
