"""The words of a sentence: which of them are verbs, and which only look like verbs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from toolgrade.risk.actions import is_noun_too
from toolgrade.text import base_forms

if TYPE_CHECKING:
    from toolgrade.risk.actions import Context
    from toolgrade.risk.rules import Rules
    from toolgrade.text import Text

_MOST_WORDS = 120
_LONGEST_NOUN = 5
_AND = ("and", "or")
_NOTED = ("noted", "states")
"""Words for records of a tool that promises only to read: of any noun, and of homonyms."""
_STRONG = ("Execute", "Destructive", "Financial")


@lru_cache(4096)
def _find_base(word: str, rules: Rules) -> str | None:
    """Return the base form of a word that the rules know as a verb, None if it has none."""
    known = (form for form in base_forms(word) if form in rules.verbs or form in rules.pairs)
    return next(known, None)


class ClauseWords:
    """A sentence split into words, with the text between them."""

    def __init__(self, text: Text, rules: Rules, context: Context) -> None:
        self.text, self.rules, self.context = text, rules, context
        self.words = text.words.lower[:_MOST_WORDS]
        self._around = [*self.words, "", "", ""]  # found before the first word too, by index -1

    def gap(self, at: int) -> str:
        """Return the text before word `at`, "" after the last."""
        words = self.text.words
        if at >= len(words.starts):
            return ""
        return self.text.string[words.ends[at - 1] if at else 0 : words.starts[at]]

    def word(self, at: int) -> str:
        """Return a word in lower case, "" outside of the sentence."""
        return self._around[at] if at < len(self._around) else ""

    def is_in(self, at: int, name: str) -> bool:
        """Whether a word is in a word list."""
        word = self._around[at] if at < len(self._around) else ""
        return word in self.rules.words[name]

    def verb(self, at: int) -> tuple[str, str] | None:
        """Return the base form of the verb at a word and its ending, None without a verb; a
        participle ("deleted items") is not one.
        """
        word = self.word(at)
        form = _find_base(word, self.rules)
        if form is None:
            return None
        if self.gap(at + 1) == "-" and self.word(at + 1).endswith("ed"):
            return None  # "cherry-picked commits"
        if form == word:
            return form, ""
        ending = next((e for e in ("ed", "ing") if word.endswith(e)), "s")
        # "Links of a page", "Uploads are kept"
        after = self.word(at + 1) == "of" or self.is_in(at + 1, "auxiliary")
        noun = ending == "s" and after
        return None if ending == "ed" or noun else (form, ending)

    def is_noun(self, at: int, verb: str) -> bool:
        """Whether the word that a text opens with is a noun and no verb: "Tip and total of a bill",
        "Trigger words of a model". What could be either is a noun if the tool promises only to
        read: "Drop rates of items", "Updates from a project".
        """
        if not is_noun_too(verb, self.rules):
            return False
        if self.gap(at + 1) == "-":
            return True  # "Write-ups of a contest"
        last, joined = self._find_last_joined(at)
        if not joined or self.is_determined(last):
            return not joined and not self.is_determined(last)
        if self.context.promised and self._is_named(at, last, verb):
            return True
        homonym = verb in self.rules.words["homonyms"]
        often = homonym and self._weight(verb) in _STRONG
        if self.context.promised and self._is_record(last + 1, *(_NOTED[: 1 + homonym])):
            return True
        return (often or self.context.promised) and self._is_record(last + 1, "records")

    def _find_last_joined(self, at: int) -> tuple[int, bool]:
        """Return the last of the words that a comma or "and" joins to a verb, and whether all of
        them are verbs as well; the verb itself and True if it is alone or the list is unclear.
        """
        ending, last = self.verb(at), at
        while self.word(last + 1) in _AND or "," in self.gap(last + 1):
            last += 2 if self.word(last + 1) in _AND else 1
            if any(self.is_in(last, name) for name in ("turns", "leads", "joins")):
                return at, True
            joined = self.verb(last)
            if joined is None or ending is None or joined[1] != ending[1]:
                return last, False
        return last, True

    def _is_named(self, at: int, last: int, verb: str) -> bool:
        """Whether a verb without an article after it names a thing: "Post by its slug", and what is
        paid, in "Purchase orders by supplier".
        """
        of = last == at and self.is_in(at + 1, "of-nouns")
        return of or self._weight(verb) == "Financial"

    def _is_record(self, first: int, *names: str) -> bool:
        """Whether the words from one on, up to a preposition or "and", end in a word for what is
        known of something, one of the word lists `names`: "rates", "history".
        """
        end = first
        while end < min(len(self.words), first + _LONGEST_NOUN):
            turns = self.is_in(end, "turns") or self.is_in(end, "of-nouns")
            turns = turns or (end > first and self.word(end) in _AND)
            if turns or not self.gap(end).isspace():
                break
            end += 1
        return end > first and any(self.is_in(end - 1, name) for name in names)

    def _weight(self, verb: str) -> str:
        found = self.rules.verbs.get(verb)
        return found.category if found else ""

    def is_determined(self, at: int) -> bool:
        """Whether a word has an object after it that begins like one: "the page", "all pages"."""
        return self.is_in(at + 1, "determiners") and self.word(at + 1) not in _AND
