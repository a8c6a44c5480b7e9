"""The rules in `rubrics/risk.toml`, read once, when a tool is first classified.

Tests validate the file, which is shipped, so it is not validated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.files.compiled import read_tables
from toolgrade.files.shipped import FOLDER, read_shipped
from toolgrade.model import UNCLEAR
from toolgrade.text import Lexicon, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Severity

_SEARCHED = (
    "promises",
    "happenings",
)


class Meaning(NamedTuple):
    """What a verb means; a weak one says little alone."""

    category: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """What verbs mean with one of these objects, or with any if there are none: `promised` if the
    tool promises only to read, `looking` if it only looks, else `category`; None leaves the verb
    its usual meaning. Not with a word of `excepts`, and only with one of `wants`, unless that is
    empty.
    """

    objects: frozenset[str]
    excepts: frozenset[str]
    wants: frozenset[str]
    category: str | None
    promised: str | None
    looking: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """What names of parameters or results say; `support` only adds to other evidence."""

    names: frozenset[str]
    category: str
    promised: str
    points: Decimal
    support: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """Why the level of a tool differs from its category's: words of its name, phrases of its
    text. Not with a phrase of `unless`, and only with one of `needs`, in the name or in the text.
    """

    category: str
    level: Severity
    why: str
    names: frozenset[str]
    words: Lexicon
    unless: Lexicon
    needs: Lexicon | None


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Everything that risk.toml decides; `severity` has the level of each category, weakest
    first. `passive_heads` are the first words of `passives`; `happenings` are what changes by
    itself in a call ("counter goes up").
    """

    severity: Mapping[str, Severity]
    found: Decimal
    confidence: Mapping[str, Decimal]
    points: Mapping[str, Decimal]
    verbs: Mapping[str, Meaning]
    pairs: Mapping[str, tuple[Pair, ...]]
    parameters: tuple[Named, ...]
    outputs: tuple[Named, ...]
    levels: tuple[Argument, ...]
    passives: Mapping[str, str]
    passive_heads: frozenset[str]
    nouns: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    promises: Lexicon
    happenings: Lexicon


@cache
def load() -> Rules:
    """Return the shipped rules."""
    data = read_tables("risk.toml", Decimal)
    lists = data["lexicons"]
    categories = {key: table for key, table in data["categories"].items() if key != UNCLEAR}
    levels = tuple(map(_argument, data["levels"]))
    promises = Lexicon(lists["promises"], "promises")
    happenings = Lexicon(lists["happenings"], "happenings")
    # Searched together, so that a text is read once for all of them.
    searched = (words for one in levels for words in (one.words, one.unless, one.needs) if words)
    Vocabulary([promises, happenings, *searched])
    return Rules(
        severity={key: table["level"] for key, table in categories.items()},
        found=data["found"],
        confidence=data["confidence"],
        points=data["points"],
        verbs=dict(_verbs(categories)),
        pairs=_pairs(data["pairs"]),
        parameters=tuple(map(_parse_named, data["parameters"])),
        outputs=tuple(map(_parse_named, data["outputs"])),
        levels=levels,
        passives=data["passives"],
        passive_heads=frozenset(said.split()[0] for said in data["passives"]),
        nouns=data["nouns"],
        words={name: frozenset(words) for name, words in lists.items() if name not in _SEARCHED},
        promises=promises,
        happenings=happenings,
    )


def _verbs(categories: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Meaning]]:
    """Yield verbs with their meaning, weakest category first: a later one replaces an earlier
    one.
    """
    for key, table in categories.items():
        weak = set(table["weak"])
        for verb in (*_read_words(table["verbs"]), *table.get("also", ())):
            yield verb, Meaning(key, verb in weak)


def _read_words(given: list[str] | Mapping[str, str]) -> list[str]:
    if isinstance(given, list):
        return given
    lines = read_shipped(FOLDER / given["file"]).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _pairs(tables: list[Mapping[str, Any]]) -> Mapping[str, tuple[Pair, ...]]:
    by_verb: dict[str, tuple[Pair, ...]] = {}
    for table in tables:
        category = table.get("category")
        looking = table.get("looking", category)
        pair = Pair(
            frozenset(table.get("objects", ())),
            frozenset(table.get("except", ())),
            frozenset(table.get("wants", ())),
            category,
            table.get("promised", looking),
            looking,
        )
        for verb in table["verbs"]:
            by_verb[verb] = (*by_verb.get(verb, ()), pair)
    return by_verb


def _parse_named(table: Mapping[str, Any]) -> Named:
    category = table["category"]
    return Named(
        frozenset(table["names"]),
        category,
        table.get("promised", category),
        table["points"],
        table.get("support", False),
    )


def _argument(table: Mapping[str, Any]) -> Argument:
    return Argument(
        table["category"],
        table["level"],
        table["why"],
        frozenset(table["names"]),
        Lexicon(table["words"]),
        Lexicon(table.get("unless", ())),
        Lexicon(table["needs"]) if "needs" in table else None,
    )
