"""What the sentences of a description say that the tool does.

A word is an action only where English has one: at the head of a clause, joined to such a head by
"and", "or" or a comma, or after "it", "also", "will". So "does not delete", "list deleted items",
"returns the command to run" and "use delete_page instead" contain no deletion and no execution.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.risk.actions import Action, meaning, singular
from toolgrade.text import base_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from toolgrade.risk.actions import Context
    from toolgrade.risk.rules import Rules
    from toolgrade.text import Text

_MOST_WORDS = 120
_MOST_OBJECTS = 6
_AFTER = 4
_FIRST_WORDS = 14
_NOMINAL_WORDS = 5
_CLAUSE = re.compile(r"[:;\u2013\u2014]|\s-\s|\n")
_COMMA = re.compile(r"[,/&]")
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


class _Clause:
    """A sentence split into words, with the text between them."""

    def __init__(self, text: Text, rules: Rules, context: Context) -> None:
        self.text, self.rules, self.context = text, rules, context
        self.words = text.words.lower[:_MOST_WORDS]

    def _gap(self, at: int) -> str:
        """Return the text before word `at`."""
        spans = self.text.words.spans
        return self.text.string[spans[at - 1][1] if at else 0 : spans[at][0]]

    def _word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def _in(self, at: int, name: str) -> bool:
        """Whether a word is in a word list."""
        return self._word(at) in self.rules.words[name]

    def _verb(self, at: int) -> tuple[str, str] | None:
        """Return the base form of the verb at a word and its ending, None without a verb; a
        participle ("deleted items") is not one.
        """
        word = self._word(at)
        for form in base_forms(word):
            if form in self.rules.verbs or form in self.rules.pairs:
                if form == word:
                    return form, ""
                ending = next((e for e in ("ed", "ing") if word.endswith(e)), "s")
                # "Links of a page", "Uploads are kept"
                after = self._word(at + 1) == "of" or self._in(at + 1, "auxiliary")
                noun = ending == "s" and after
                return None if ending == "ed" or noun else (form, ending)
        return None

    def action(self, at: int, kind: str) -> Action | None:
        """Return what the verb at a word means there, None without a meaning."""
        verb = None if self._in(at + 1, "denied") else self._verb(at)  # "deletes nothing"
        found = verb and meaning(verb[0], self._objects(at), self.rules, self.context)
        return (
            Action(found, verb[0], self.text.quote_words(at, at), kind) if verb and found else None
        )

    def _objects(self, at: int) -> AbstractSet[str]:
        """Return the words that follow a verb, up to the next clause or preposition."""
        found: list[str] = []
        for i in range(at + 1, min(len(self.words), at + 1 + _MOST_OBJECTS)):
            turns = self._in(i, "turns") and not self._in(i, "roles")
            turns = turns or bool(_CLAUSE.search(self._gap(i)))
            if turns and not (i == at + 1 and self._in(i, "particles")):  # "log in"
                break
            found.append(self.words[i])
        return singular(found)

    def choose_kind(self, at: int, kind: str) -> str:
        """Return the kind of evidence of a verb: "Writes it to disk" is about the call, whatever
        place it has; an opening verb keeps its kind.
        """
        return "effect" if kind != "opening" and self._in(at + 1, "pronouns") else kind

    def find_passives(self) -> Iterator[Action]:
        """Yield what happens in a call according to the passive: "Messages are marked as read".

        Not what others do ("are created by users") or what happens some day ("are deleted after 30
        days"), nor a clause about a thing ("pages that are deleted"), nor a negated one.
        """
        start = self._start()
        for at in range(start + 1, len(self.words)):
            pair = f"{self.words[at]} {self._word(at + 1)}"
            verb = self.rules.passives.get(pair) or self.rules.passives.get(self.words[at])
            begin = self._find_subject(start, at) if verb else None
            if verb is None or begin is None or not self._happens_in_call(at):
                continue
            if self._in(at, "habitual") and not any(
                self._in(i, "single") for i in range(begin, at)
            ):
                continue  # "Tags are created ..." is about tags
            objects = singular(self.words[begin:at] + self.words[at + 1 : at + 1 + _AFTER])
            if found := meaning(verb, objects, self.rules, self.context):
                said = f"{self.words[at - 1]} {self.words[at]}"
                yield Action(found, said, self.text.quote_words(at - 1, at), "effect")

    def _find_subject(self, start: int, at: int) -> int | None:
        """Return the first word of the subject of a passive; None if the participle at a word is
        not one, if it is negated, or if its clause is about a thing.
        """
        be = at - 1
        while be > start and self.words[be].endswith("ly") and not self._in(be, "habits"):
            be -= 1
        if self._word(be) == "be" and self._in(be - 1, "future"):
            be -= 1
        elif not self._in(be, "passive"):
            return None
        begin = be
        while begin > start and not _CLAUSE.search(self._gap(begin)):
            begin -= 1
            if self._in(begin, "denied"):
                return None
            if self._in(begin, "turns") and not self._in(begin, "links"):
                return None
        return begin if begin < be else None

    def _happens_in_call(self, at: int) -> bool:
        """Whether a passive is about the call: by no one else, at no other time."""
        words = self.rules.words
        end = next(
            (i for i in range(at + 1, len(self.words)) if _CLAUSE.search(self._gap(i))),
            len(self.words),
        )
        tail = self.words[at + 1 : end]
        if not words["habits"].isdisjoint(tail):
            return False
        if "by" in tail:
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
            verb = self._verb(at)
            if verb and not (at and self._in(at - 1, "articles")) and not self._leads_on(at):
                subject = subject and "you" not in self.words[:at]
                return _Head(at, *verb, subject) if opening or verb[1] != "ing" else None
            if not self._in(at, "leads") and not self.words[at].endswith("ly"):
                return self._find_announced_verb(at)
            subject = subject or self._in(at, "subjects")
            at += 1
        return None

    def _start(self) -> int:
        """Return the first word of the main clause, after "If set," and the like."""
        if not self._in(0, "conditions"):
            return 0
        after = range(1, min(len(self.words), _FIRST_WORDS))
        return next((at for at in after if _COMMA.search(self._gap(at))), len(self.words))

    def _leads_on(self, at: int) -> bool:
        """Whether a verb only introduces another: "allows you to delete", "used to delete"."""
        if not self._in(at, "leads"):
            return False
        named = self._in(at - 1, "articles") or self._word(at - 1) in {"this", "mcp"}
        return bool(at and named) or self._in(at + 1, "led")

    def _find_announced_verb(self, start: int) -> _Head | None:
        """Return the verb after "a web tool that ..." or "a function to ..."."""
        for at in range(start, min(len(self.words) - 2, _FIRST_WORDS)):
            if self._in(at, "self") and self._in(at + 1, "announcing"):
                at_verb = at + 2
                while self._in(at_verb, "leads") or self._word(at_verb).endswith("ly"):
                    at_verb += 1
                verb = self._verb(at_verb)
                return _Head(at_verb, *verb, True) if verb else None  # noqa: FBT003 - has a subject
        return None

    def states(self, head: _Head) -> bool:
        """Whether a later sentence without a subject says what the tool does: "Deletes the page",
        or an entry of a list ("- delete: Delete ..."). A base form is advice to the agent.
        """
        if self._may_be_noun(head.at, head.verb):
            return False
        listed = not head.at and len(self.words) > 1 and _BULLET.match(self.text.string)
        return head.ending == "s" or bool(listed and _CLAUSE.search(self._gap(1)))

    def _may_be_noun(self, at: int, verb: str) -> bool:
        """Whether a word could be a noun here: in "Tags are kept", not in "Tags the page"."""
        return verb in self.rules.words["homonyms"] and not self._in(at + 1, "determiners")

    def find_joined_verbs(self, head: _Head, *, first: bool) -> Iterator[int]:
        """Yield the verbs joined to the head: after "and", "or", a comma or "by", in the same form;
        of the first sentence also after a colon, in the plain form ("Manages tags: add, remove").
        """
        heard, linked, listing, before = True, True, False, head.at
        for at in range(head.at + 1, len(self.words)):
            gap = self._gap(at)
            if _CLAUSE.search(gap) or self._word(at - 1) == "then":
                heard, linked, listing = True, True, listing or (first and ":" in gap)
            elif self._in(at, "turns"):
                heard = False  # "the command to run and ...": no longer what the tool does
                linked = linked and self._in(at, "links")
            joins = self._in(at - 1, "joins") or _COMMA.search(gap) or _CLAUSE.search(gap)
            skip = at + 1 if joins and self.words[at].endswith("ly") else at
            verb = self._verb(skip)
            if verb is None:
                continue
            by = self._word(at - 1) in {"by", "via"} and verb[1] == "ing"
            same = verb[1] == head.ending or (listing and not verb[1])
            apart = before < skip - 2 and self._may_be_noun(skip, verb[0])
            acts = heard or (linked and self._in(skip + 1, "pronouns"))  # "and removes it"
            if by or (joins and acts and same and not apart):
                before = skip
                yield skip

    def nominal(self) -> Action | None:
        """Return what a noun for a verb says: "Deletion of a page", "Web search"."""
        for at, word in enumerate(self.words[:_NOMINAL_WORDS]):
            if at and self._in(at - 1, "turns"):
                return None
            verb = self.rules.nouns.get(word) or (word if self._in(at, "homonyms") else "")
            found = meaning(verb, frozenset(), self.rules, self.context)
            if verb and found:
                return Action(found, verb, self.text.quote_words(at, at), "noun")
        return None
