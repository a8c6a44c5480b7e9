"""What the sentences of a description say that the tool does.

A word is an action only where English has one: at the head of a clause, joined to such a head by
"and", "or" or a comma, or after "it", "also", "will". So "does not delete", "list deleted items",
"returns the command to run" and "use delete_page instead" contain no deletion and no execution.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.risk.actions import Action, meaning, singular
from toolgrade.risk.clause_words import ClauseWords
from toolgrade.risk.rules import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from toolgrade.risk.actions import Context
    from toolgrade.risk.rules import Rules
    from toolgrade.text import Text

_MOST_OBJECTS = 6
_AFTER = 4
_FIRST_WORDS = 14
_NOMINAL_WORDS = 5
_LONGEST_ASIDE = 6
_CLAUSE = re.compile(r"[:;\u2013\u2014]|\s-\s|\n")
_COMMA = re.compile(r"[,/&]")
_ITS = ("its", "one", "each")
_BULLET = re.compile(r"\s*(?:[-*\u2022+]|\d{1,2}[.)])\s+")


def find_actions_in_text(
    sentences: Iterable[Text], rules: Rules, context: Context
) -> Iterator[Action]:
    """Yield what sentences say: the verb that the first one opens with, the verbs joined to it, and
    those that later sentences add ("It also removes ...", "Deletes ...").
    """
    opened = False
    for number, text in enumerate(sentences):
        clause = _Clause(text, rules, context)
        if not clause.words:
            continue
        sample = clause.words[0] in rules.words["samples"]
        if not sample or clause.words[0] in rules.words["remarks"]:
            yield from clause.find_passives()
            yield from clause.find_happenings()
        if sample:
            continue
        head = clause.head(opening=number == 0)
        if head is None:
            found = clause.nominal() if number == 0 else None
            opened = opened or found is not None
            yield from (found,) if found else ()
            continue
        if opened and not head.subject and not clause.states(head):
            continue
        kinds = ("opening", "joined") if number == 0 else ("further", "further")
        if number == 0 and clause.only_transforms(head):
            context = context._replace(looks=True)
            clause.context = context
        found = clause.action(head.at, clause.choose_kind(head.at, kinds[0]))
        opened = opened or found is not None
        if number == 0 and found and found.meaning.category == "Read":
            context = context._replace(looks=True)
            clause.context = context
        more = (
            clause.action(at, clause.choose_kind(at, kinds[1]))
            for at in clause.find_joined_verbs(head, first=number == 0)
        )
        yield from (action for action in (found, *more) if action)


class _Head(NamedTuple):
    """The verb of a clause: its index, its base form, its ending ("", "s", "ing"), and whether a
    subject comes before it ("It also deletes").
    """

    at: int
    verb: str
    ending: str
    subject: bool


class _Clause(ClauseWords):
    """A sentence, and what it says that the tool does."""

    def action(self, at: int, kind: str) -> Action | None:
        """Return what the verb at a word means there, None without a meaning."""
        verb = None if self.is_in(at + 1, "denied") else self.verb(at)  # "deletes nothing"
        found = verb and meaning(verb[0], self._objects(at), self.rules, self.context)
        return (
            Action(found, verb[0], self.text.quote_words(at, at), kind) if verb and found else None
        )

    def _objects(self, at: int) -> AbstractSet[str]:
        """Return the words that follow a verb, up to the next clause or preposition."""
        found: list[str] = []
        for i in range(at + 1, min(len(self.words), at + 1 + _MOST_OBJECTS)):
            turns = self.is_in(i, "turns") and not self.is_in(i, "roles")
            turns = turns or bool(_CLAUSE.search(self.gap(i)))
            if turns and not (i == at + 1 and self.is_in(i, "particles")):  # "log in"
                break
            if self.words[i] != "its":  # not the plural of "it"
                found.append(self.words[i])
        return singular(found)

    def choose_kind(self, at: int, kind: str) -> str:
        """Return the kind of evidence of a verb: "Writes it to disk" and "increments its counter"
        are about the call, whatever place they have; an opening verb keeps its kind.
        """
        about_it = self.is_in(at + 1, "pronouns") or self.word(at + 1) in _ITS
        return "effect" if kind != "opening" and about_it else kind

    def find_passives(self) -> Iterator[Action]:
        """Yield what happens in a call according to the passive: "Messages are marked as read".

        Not what others do ("are created by users") or what happens some day ("are deleted after 30
        days"), nor a clause about a thing ("pages that are deleted"), nor a negated one.
        """
        start = self._start()
        for at in range(start + 1, len(self.words)):
            if self.words[at] not in self.rules.passive_heads:
                continue
            pair = f"{self.words[at]} {self.word(at + 1)}"
            verb = self.rules.passives.get(pair) or self.rules.passives.get(self.words[at])
            begin = self._find_subject(start, at) if verb else None
            if verb is None or begin is None or not self._happens_in_call(at):
                continue
            if self.is_in(at, "habitual") and not any(
                self.is_in(i, "single") for i in range(begin, at)
            ):
                continue  # "Tags are created ..." is about tags
            objects = singular(self.words[begin:at] + self.words[at + 1 : at + 1 + _AFTER])
            if found := meaning(verb, objects, self.rules, self.context):
                said = f"{self.words[at - 1]} {self.words[at]}"
                yield Action(found, said, self.text.quote_words(at - 1, at), "effect")

    def find_happenings(self) -> Iterator[Action]:
        """Yield what changes by itself in a call: "The view counter goes up", but not "posts whose
        view counter goes up".
        """
        for first, last in self.text.spans(self.rules.happenings):
            begin = first
            while begin > 0 and not _CLAUSE.search(self.gap(begin)):
                begin -= 1
            before = self.words[begin:first]
            about = self.rules.words["turns"] - self.rules.words["links"]
            if about.isdisjoint(before) and self._happens_in_call(last, by_itself=True):
                quote = self.text.quote_words(first, last)
                yield Action(Meaning("Write"), quote.text, quote, "effect")

    def _find_subject(self, start: int, at: int) -> int | None:
        """Return the first word of the subject of a passive; None if the participle at a word is
        not one, if it is negated, or if its clause is about a thing.
        """
        be = at - 1
        while be > start and self._is_adverb(be):
            be -= 1
        if self.word(be) == "be" and self.is_in(be - 1, "future"):
            be -= 1
        elif not self.is_in(be, "passive"):
            return None
        begin = be
        start = max(start, self._skip_condition(at))
        while begin > start and not _CLAUSE.search(self.gap(begin)):
            begin -= 1
            if self.is_in(begin, "denied"):
                return None
            relative = self.word(begin) != "that" or not self.is_in(begin - 1, "links")
            if self.is_in(begin, "turns") and not self.is_in(begin, "links") and relative:
                return None  # not "a file of that name is overwritten"
        return begin if begin < be else None

    def _is_adverb(self, at: int) -> bool:
        """Whether a word may part "is" from its participle: "is then deleted"."""
        word = self.words[at]
        ly = word.endswith("ly") and not self.is_in(at, "habits")
        return ly or word in {"then", "also", "now"}

    def _skip_condition(self, at: int) -> int:
        """Return the first word of the main clause around a word: after the comma in "...; if none
        exists, one is created". 0 without a condition before it.
        """
        begin = next((i for i in range(at, 0, -1) if _CLAUSE.search(self.gap(i))), 0)
        if not self.is_in(begin, "conditions"):
            return 0
        return next((i for i in range(begin + 1, at) if "," in self.gap(i)), 0)

    def _happens_in_call(self, at: int, *, by_itself: bool = False) -> bool:
        """Whether what a clause says is about the call: by no one else, at no other time. What
        happens `by_itself` has an amount there: "goes up by one".
        """
        words = self.rules.words
        end = next(
            (i for i in range(at + 1, len(self.words)) if _CLAUSE.search(self.gap(i))),
            len(self.words),
        )
        tail = self.words[at + 1 : end]
        passing = {"automatically"} if self.is_in(at, "passing") else set()
        if not words["habits"].isdisjoint(set(tail) - passing):
            return False
        if "by" in tail and not by_itself:
            after = tail[tail.index("by") + 1 :]
            return not words["self"].isdisjoint(after[:3]) or after[:1] == ["this"]
        moment = [word for word in tail if word in words["conditional"] and word != "as"]
        return not moment or not words["occasions"].isdisjoint(tail)

    def head(self, *, opening: bool) -> _Head | None:
        """Return the verb of the main clause, None if it opens with something else. "Deleting"
        counts only in the first sentence; later it is about consequences.
        """
        at, subject = self._start(), False
        while at < min(len(self.words), _FIRST_WORDS):
            verb = self.verb(at)
            if opening and verb and not subject and self.is_noun(at, verb[0]):
                return None
            if verb and not (at and self.is_in(at - 1, "articles")) and not self._leads_on(at):
                subject = subject and "you" not in self.words[:at]
                return _Head(at, *verb, subject) if opening or verb[1] != "ing" else None
            if not self.is_in(at, "leads") and not self.words[at].endswith("ly"):
                return self._find_announced_verb(at)
            subject = subject or self.is_in(at, "subjects")
            at += 1
        return None

    def only_transforms(self, head: _Head) -> bool:
        """Whether a first sentence works on what it is given and returns it: "Collapse repeated
        lines and count the rest".
        """
        if head.verb not in self.rules.words["transforms"]:
            return False
        ends = (at for at in range(head.at + 1, len(self.words)) if _CLAUSE.search(self.gap(at)))
        end = next(ends, len(self.words))
        joined = (self.verb(at) for at in self.find_joined_verbs(head, first=True) if at < end)
        return any(verb and verb[0] in self.rules.words["shows"] for verb in joined)

    def _start(self) -> int:
        """Return the first word of the main clause, after "If set," and the like."""
        if not self.is_in(0, "conditions"):
            return 0
        after = range(1, min(len(self.words), _FIRST_WORDS))
        comma = next((at for at in after if _COMMA.search(self.gap(at))), None)
        if comma is not None:
            return comma
        says = (at for at in after if self.is_in(at, "subjects") and self.is_in(at + 1, "passive"))
        return next(says, len(self.words))  # "If the file exists it is replaced"

    def _leads_on(self, at: int) -> bool:
        """Whether a verb only introduces another: "allows you to delete", "used to delete"."""
        if not self.is_in(at, "leads"):
            return False
        named = self.is_in(at - 1, "articles") or self.word(at - 1) in {"this", "mcp"}
        return bool(at and named) or self.is_in(at + 1, "led")

    def _find_announced_verb(self, start: int) -> _Head | None:
        """Return the verb after "a web tool that ..." or "a function to ..."."""
        for at in range(start, min(len(self.words) - 2, _FIRST_WORDS)):
            if self.is_in(at, "self") and self.is_in(at + 1, "announcing"):
                at_verb = at + 2
                while self.is_in(at_verb, "leads") or self.word(at_verb).endswith("ly"):
                    at_verb += 1
                verb = self.verb(at_verb)
                return _Head(at_verb, *verb, True) if verb else None  # noqa: FBT003 - has a subject
        return None

    def states(self, head: _Head) -> bool:
        """Whether a later sentence without a subject says what the tool does: "Deletes the page",
        or an entry of a list ("- delete: Delete ..."). A base form is advice to the agent.
        """
        if self._may_be_noun(head.at, head.verb):
            return False
        listed = not head.at and len(self.words) > 1 and _BULLET.match(self.text.string)
        return head.ending == "s" or bool(listed and _CLAUSE.search(self.gap(1)))

    def _may_be_noun(self, at: int, verb: str) -> bool:
        """Whether a word could be a noun here: in "Tags are kept", not in "Tags the page"."""
        return verb in self.rules.words["homonyms"] and not self.is_in(at + 1, "determiners")

    def find_joined_verbs(self, head: _Head, *, first: bool) -> Iterator[int]:
        """Yield the verbs joined to the head: after "and", "or", a comma or "by", in the same form;
        of the first sentence also after a colon, in the plain form ("Manages tags: add, remove").
        """
        heard, linked, listing, before = True, True, False, head.at
        for at in range(head.at + 1, len(self.words)):
            gap = self.gap(at)
            # Nearly every gap is a single space, in which nothing is found.
            parts = gap != " " and bool(_CLAUSE.search(gap))
            if parts or self.word(at - 1) == "then":
                heard, linked, listing = True, True, listing or (first and ":" in gap)
            elif self.is_in(at, "turns"):
                heard = False  # "the command to run and ...": no longer what the tool does
                linked = linked and self.is_in(at, "links")
            if gap != " " and self._ends_aside(at):
                heard = linked = True  # "and, if valid, unlock"
            joins = parts or self.is_in(at - 1, "joins") or (gap != " " and _COMMA.search(gap))
            skip = at + 1 if joins and self.words[at].endswith("ly") else at
            verb = self.verb(skip)
            if verb is None:
                continue
            by = self.word(at - 1) in {"by", "via"} and verb[1] == "ing"
            same = verb[1] == head.ending or (listing and not verb[1])
            same = same or (verb[1] != "ing" and self.is_determined(skip))
            same = same or (bool(joins) and self.is_in(skip + 1, "pronouns"))  # ", deleting it"
            apart = before < skip - 2 and self._may_be_noun(skip, verb[0])
            acts = heard or (linked and self.is_in(skip + 1, "pronouns"))  # "and removes it"
            if by or (joins and acts and same and not apart):
                before = skip
                yield skip

    def _ends_aside(self, at: int) -> bool:
        """Whether a condition between commas after "and" ends before a word: "and, if valid, "."""
        if "," not in self.gap(at):
            return False
        for begin in range(at - 1, max(0, at - _LONGEST_ASIDE), -1):
            if "," in self.gap(begin) or self.is_in(begin - 1, "joins"):
                return self.is_in(begin, "conditions") and self.is_in(begin - 1, "joins")
        return False

    def nominal(self) -> Action | None:
        """Return what a noun for a verb says: "Deletion of a page", "Web search"."""
        opening = self.verb(0)
        if opening and self.is_noun(0, opening[0]):
            return Action(Meaning("Read"), opening[0], self.text.quote_words(0, 0), "noun")
        for at, word in enumerate(self.words[:_NOMINAL_WORDS]):
            if at and self.is_in(at - 1, "turns"):
                return None
            verb = self.rules.nouns.get(word) or (word if self.is_in(at, "homonyms") else "")
            found = meaning(verb, frozenset(), self.rules, self.context)
            if verb and found and self.rules.nouns.get(word) and self._is_record(at + 1, "records"):
                found = Meaning("Read")  # "Cancellation rates by plan"
            if verb and found:
                return Action(found, verb, self.text.quote_words(at, at), "noun")
        return None
