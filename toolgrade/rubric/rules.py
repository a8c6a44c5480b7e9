"""What a rubric's tables say about each question: the check with its options, and its price."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from toolgrade.checks.check import Check, met, unmet
from toolgrade.model import Dimension, Verdict
from toolgrade.rubric.condition import Condition, parse
from toolgrade.rubric.files import tables
from toolgrade.text import Lexicon, Vocabulary, WordList
from toolgrade.view import FACTS, SEARCHED, SERVER_FACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolgrade.model import Level, Line
    from toolgrade.view import ServerView, ToolView

PRICE_KEYS = (
    *("met", "unmet", "cap", "gate", "flag", "level", "when", "cases", "off", "title", "cues"),
)
"""What a check's table may hold besides the check's own options."""


@dataclass(frozen=True, slots=True)
class Price:
    """What an answer is worth. While the check is unmet, `cap` limits the dimension's score, and
    `gate` is the score of every dimension. The first of `cases` that holds replaces met and unmet.
    `level` is that of its findings; None: by their gain.
    """

    met: Decimal
    unmet: Decimal
    cap: Decimal | None = None
    gate: Decimal | None = None
    flag: str = ""
    level: Level | None = None
    when: Condition | None = None
    cases: tuple[tuple[Condition, Decimal, Decimal], ...] = ()

    def at(self, view: ToolView | ServerView) -> tuple[Decimal, Decimal]:
        """Return (met, unmet) for this tool or server."""
        for condition, met_, unmet_ in self.cases:
            if condition.holds(view):
                return met_, unmet_
        return self.met, self.unmet


@dataclass(frozen=True, slots=True)
class Question:
    """A check with its options and its price; `wordy` if English word lists answer it."""

    check: Check
    ask: Callable[..., Verdict]
    price: Price
    wordy: bool
    lines: dict[Decimal | tuple[Decimal, Decimal, Decimal], Line] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """What answers are worth, as far as they were given: by their share, or by (share, met, unmet)
    where a case decides on the prices.
    """


@dataclass(frozen=True, slots=True)
class Remark:
    """A check with a level instead of a price: its findings are reported and change no score."""

    check: Check
    ask: Callable[..., Verdict]
    level: Level


@dataclass(frozen=True, slots=True)
class Rung:
    """A baseline: the sum starts at the first whose condition holds; None always holds."""

    when: Condition | None
    score: Decimal
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class DimensionRules:
    """How one dimension is judged. `table` is where the file has it: "dimensions" for a tool's,
    "coherence" for a server's.
    """

    table: str
    words: Dimension
    baseline: tuple[Rung, ...]
    questions: tuple[Question, ...]
    cuts: tuple[Decimal, ...]


def check_id(dimension: str, name: str) -> str:
    """Return the id of a check from its name in a dimension's table, short or in full.

    >>> check_id("limitation", "mine"), check_id("limitation", "behavior.bounds")
    ('limitation.mine', 'behavior.bounds')
    """
    return name if "." in name else f"{dimension}.{name}"


def word_lists(data: Mapping[str, Any], known: Mapping[str, Check]) -> dict[str, WordList]:
    """Return the word lists; those that checks search texts for share one vocabulary."""
    searched = {
        table.get(option.replace("_", "-")) or option.replace("_", "-")
        for _, key, dimension in tables(data)
        for name, table in dimension["checks"].items()
        if (check := known.get(check_id(key, name)))
        for option in check.searched
    }
    searched.update(SEARCHED)
    asked = (known[id_] for id_ in data["unpriced"] if id_ in known)
    searched |= {option.replace("_", "-") for check in asked for option in check.searched}
    lists = {
        name: Lexicon(words, name) if name in searched else WordList(words, name)
        for name, words in data["lexicons"].items()
    }
    Vocabulary(x for x in lists.values() if isinstance(x, Lexicon))
    return lists


def dimension_rules(
    table: str,
    key: str,
    said: Mapping[str, Any],
    known: Mapping[str, Check],
    lists: Mapping[str, WordList],
) -> DimensionRules:
    """Return how a dimension is judged, from its table."""
    words = Dimension(
        key,
        said["title"],
        said["question"],
        said["importance"],
        said["weight"],
        said["anchors"],
    )
    condition = partial(parse, facts=facts(table))
    questions = tuple(
        _question(check_id(key, name), price, known, lists, condition)
        for name, price in said["checks"].items()
        if not price.get("off")
    )
    baseline = tuple(
        Rung(
            condition(r["when"]) if "when" in r else None,
            Decimal(r["score"]),
            r.get("why", r.get("when", "otherwise")),
        )
        for r in said["baseline"]
    )
    cuts = tuple(map(Decimal, said.get("cuts", ())))
    return DimensionRules(table, words, baseline, questions, cuts)


def facts(table: str) -> tuple[str, ...]:
    """Return the facts that conditions in a table may name."""
    return SERVER_FACTS if table == "coherence" else FACTS


def _question(
    id_: str,
    table: Mapping[str, Any],
    known: Mapping[str, Check],
    words: Mapping[str, WordList],
    condition: Callable[[str], Condition],
) -> Question:
    check = known.get(id_) or _cue_check(id_, table)
    when = condition(table["when"]) if "when" in table else None
    price = Price(
        met=Decimal(table.get("met", 0)),
        unmet=Decimal(table.get("unmet", 0)),
        cap=Decimal(table["cap"]) if "cap" in table else None,
        gate=Decimal(table["gate"]) if "gate" in table else None,
        flag=table.get("flag", ""),
        level=table.get("level"),
        when=when,
        cases=tuple(
            (condition(c["when"]), Decimal(c.get("met", 0)), Decimal(c.get("unmet", 0)))
            for c in table.get("cases", ())
        ),
    )
    return Question(check, _bind_options(check, table, words), price, wordy=bool(check.words))


def remarks(
    tables: Mapping[str, Any], known: Mapping[str, Check], words: Mapping[str, WordList]
) -> Iterator[Remark]:
    """Yield the checks to which a rubric gives a level instead of a price."""
    for id_, check in known.items():
        table = tables.get(id_)
        if table and not table.get("off"):
            yield Remark(check, _bind_options(check, {}, words), table["level"])


def _bind_options(
    check: Check, table: Mapping[str, Any], words: Mapping[str, WordList]
) -> Callable[..., Verdict]:
    """Return a check's question with its options from the table, or else with the word lists of
    their names.
    """
    options = {k.replace("-", "_"): v for k, v in table.items() if k not in PRICE_KEYS}
    filled = {name: options.get(name, default) for name, default in check.options.items()}
    for name in check.words:
        filled[name] = words[filled[name] or name.replace("_", "-")]
    return partial(check.ask, **filled)


def _cue_check(id_: str, table: Mapping[str, Any]) -> Check:
    """Return a check made of phrases alone, as a rubric file may add one without code."""
    cues = Lexicon(table["cues"])
    title = str(table["title"])

    def ask(tool: ToolView) -> Verdict:
        tool.require_english()
        found = tool.find(cues)
        return met(*found) if found else unmet(f"add a statement to the description: {title}")

    phrases = ", ".join(f'"{phrase}"' for phrase in cues.entries)
    page = f"{title}.\n\nMet if the description has one of these phrases: {phrases}."
    return Check(id_, title, page, ask, {}, frozenset(), frozenset())
