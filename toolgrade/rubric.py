"""A rubric file, read once and split into questions (checks with their options) and prices.

Shipped rubrics are proved by the tests, so grading with one imports neither pydantic nor a schema;
any other file is proved first (`toolgrade.proof`), with its file, line and the line itself.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.check import Check, collect, met, unmet
from toolgrade.condition import Condition, parse
from toolgrade.frame import description_alone
from toolgrade.model import (
    COHERENCE,
    DIMENSIONS,
    MALFORMED,
    SHADOWED,
    STRICTEST,
    Dimension,
    RubricError,
    RubricStamp,
    Verdict,
)
from toolgrade.shipped import FOLDER
from toolgrade.text import Lexicon, Vocabulary, WordList
from toolgrade.view import FACTS, SERVER_FACTS, ServerView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolgrade.model import Level, Server
    from toolgrade.view import ToolView

PRICE_KEYS = ("met", "unmet", "cap", "gate", "flag", "when", "cases", "off", "title", "cues")
"""What a check's table may hold besides the check's own options."""


@dataclass(frozen=True, slots=True)
class Price:
    """What an answer is worth. `cap` is the most the dimension gets while the check is unmet,
    `gate` what every dimension gets then; `cases` replace met and unmet, the first that holds.
    """

    met: Decimal
    unmet: Decimal
    cap: Decimal | None = None
    gate: Decimal | None = None
    flag: str = ""
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
    """A check with its options filled and its price; `wordy` if English word lists answer it."""

    check: Check
    ask: Callable[..., Verdict]
    price: Price
    wordy: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """A check that has a level instead of a price: it is asked and reported, and moves no score."""

    check: Check
    ask: Callable[..., Verdict]
    level: Level


@dataclass(frozen=True, slots=True)
class Rung:
    """A baseline: the first whose condition holds (None always does) starts the sum."""

    when: Condition | None
    score: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class DimensionRules:
    """How one dimension is judged; `table` is the one of the file it stands in: "dimensions" (a
    tool's) or "coherence" (a server's).
    """

    table: str
    words: Dimension
    baseline: tuple[Rung, ...]
    questions: tuple[Question, ...]
    cuts: tuple[Decimal, ...]


@dataclass(frozen=True)
class Rubric:
    """Everything a rubric file decides. `sees` is "definition" or "description"; `unpriced` holds
    the words for what a reader had to mend, by kind.
    """

    stamp: RubricStamp
    scale: tuple[Decimal, Decimal]
    tiers: Mapping[str, Decimal]
    levels: Mapping[str, Decimal]
    server: Mapping[str, Decimal]
    dimensions: tuple[DimensionRules, ...]
    words: Mapping[str, WordList]
    unpriced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    sees: str = "definition"
    coherence: tuple[DimensionRules, ...] = ()

    @property
    def every_dimension(self) -> tuple[DimensionRules, ...]:
        """A tool's dimensions, then a server's."""
        return (*self.dimensions, *self.coherence)

    @classmethod
    def load(cls, name: str = "tdqs") -> Rubric:
        """Read a shipped rubric by name, or a rubric file. Raises RubricError."""
        shipped = {path.stem: path for path in FOLDER.glob("*.toml") if _judges(path)}
        if name in shipped:
            return bind(merged(shipped[name]))
        path = Path(name)
        if not path.is_file():
            known = ", ".join(sorted(shipped))
            raise RubricError(f"{name}: no such rubric; shipped are {known}, or give a file")
        from toolgrade.proof import prove  # noqa: PLC0415 - pydantic is only for own rubrics

        return prove(path)

    def view(self, server: Server, spec: str = STRICTEST) -> ServerView:
        """Return a server as this rubric's judge sees it."""
        seen = description_alone(server) if self.sees == "description" else server
        return ServerView(seen, self.words, spec)


UNPRICED = ("schema", "names", "hints", "hygiene")
"""Modules whose checks have a level instead of a price."""


def _judges(path: Path) -> bool:
    # Beside the rubrics stand files of other kinds: clients, profiles.
    return "[dimensions" in path.read_text(encoding="utf-8")


def check_id(dimension: str, name: str) -> str:
    """Return the id of a check as a rubric's dimension names it: one of its own, or by full id.

    >>> check_id("limitation", "mine"), check_id("limitation", "behavior.bounds")
    ('limitation.mine', 'behavior.bounds')
    """
    return name if "." in name else f"{dimension}.{name}"


def checks() -> dict[str, Check]:
    """Return every check there is, by id, in the order of the dimensions; then those that no
    dimension asks.
    """
    names = (*DIMENSIONS, *(f"coherence.{name}" for name in COHERENCE), *UNPRICED)
    modules = (import_module(f"toolgrade.checks.{name}") for name in names)
    return {check.id: check for module in modules for check in collect(module)}


def tables(data: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every dimension of a rubric's data: its table, its name, what it says."""
    for table in ("dimensions", "coherence"):
        for name, said in data.get(table, {}).items():
            yield table, name, said


def read(path: Path) -> dict[str, Any]:
    """Return a rubric file's tables, numbers as Decimal. Raises RubricError with the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise RubricError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RubricError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise RubricError(f"{path}: is not TOML: {error}") from error


def merged(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Return a rubric with what it extends: tables merge but for those it `replaces`, other values
    replace, and word lists are resolved to lists of words. Raises RubricError.
    """
    if path in above:
        raise RubricError(f"{path}: extends itself")
    own = read(path)
    base: dict[str, Any] = {}
    if isinstance(parent := own.pop("extends", None), str):
        near = path.parent / parent
        shipped = FOLDER / f"{parent}.toml"
        target = near if near.is_file() else shipped
        if not target.is_file():
            raise RubricError(f"{path}: extends {parent!r}, which is neither a file nor shipped")
        base = merged(target, (*above, path))
    for table in own.pop("replaces", ()):
        base.pop(table, None)
    lexicons = dict(base.get("lexicons", {}))
    for name, words in own.pop("lexicons", {}).items():
        lexicons[name] = _words(path, name, words, lexicons.get(name, []))
    return {**_over(base, own), "lexicons": lexicons}


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in own.items():
        old = out.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[key] = _over(old, value) if both and isinstance(old, dict) else value
    return out


def _words(path: Path, name: str, given: object, base: list[str]) -> list[str]:
    if isinstance(given, list) and all(isinstance(word, str) for word in given):
        return given
    if isinstance(given, dict) and set(given) <= {"add", "drop"}:
        return [w for w in base if w not in given.get("drop", [])] + list(given.get("add", []))
    if isinstance(given, dict) and set(given) == {"file"}:
        try:
            lines = (path.parent / str(given["file"])).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise RubricError(f"{path}: lexicons.{name}: cannot read {given['file']}") from error
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    raise RubricError(f"{path}: lexicons.{name}: give a list of words, a file, or add and drop")


def bind(data: Mapping[str, Any]) -> Rubric:
    """Turn proved tables into a rubric: questions with their options, prices, and a digest."""
    known = checks()
    words = _lists(data, known)
    rules = [_dimension(table, key, said, known, words) for table, key, said in tables(data)]
    tools, servers = (
        tuple(r for r in rules if r.table == table) for table in ("dimensions", "coherence")
    )
    canonical = json.dumps(data, sort_keys=True, default=str, ensure_ascii=True)
    stamp = RubricStamp(
        name=data["name"],
        version=data["version"],
        digest=hashlib.sha256(canonical.encode()).hexdigest()[:16],
        dimensions=tuple(r.words for r in tools),
        coherence=tuple(r.words for r in servers),
    )
    return Rubric(
        stamp=stamp,
        scale=(Decimal(data["scale"]["min"]), Decimal(data["scale"]["max"])),
        tiers={tier: Decimal(bound) for tier, bound in data["tiers"].items()},
        levels={level: Decimal(bound) for level, bound in data["levels"].items()},
        server={part: Decimal(weight) for part, weight in data["server"].items()},
        dimensions=tools,
        words=words,
        unpriced={k: t for k, t in data["unpriced"].items() if k in (*MALFORMED, SHADOWED)},
        remarks=tuple(_remarks(data["unpriced"], known, words)),
        sees=data.get("sees", "definition"),
        coherence=servers,
    )


def _lists(data: Mapping[str, Any], known: Mapping[str, Check]) -> dict[str, WordList]:
    """Return the word lists; those that any check searches texts for share one vocabulary."""
    searched = {
        table.get(option.replace("_", "-")) or option.replace("_", "-")
        for _, key, dimension in tables(data)
        for name, table in dimension["checks"].items()
        if (check := known.get(check_id(key, name)))
        for option in check.searched
    }
    asked = (known[id_] for id_ in data["unpriced"] if id_ in known)
    searched |= {option.replace("_", "-") for check in asked for option in check.searched}
    lists = {
        name: Lexicon(words, name) if name in searched else WordList(words, name)
        for name, words in data["lexicons"].items()
    }
    Vocabulary(x for x in lists.values() if isinstance(x, Lexicon))
    return lists


def _dimension(
    table: str,
    key: str,
    said: Mapping[str, Any],
    known: Mapping[str, Check],
    lists: Mapping[str, WordList],
) -> DimensionRules:
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
    """Return what the conditions of a table's dimensions may ask."""
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
        when=when,
        cases=tuple(
            (condition(c["when"]), Decimal(c.get("met", 0)), Decimal(c.get("unmet", 0)))
            for c in table.get("cases", ())
        ),
    )
    return Question(check, _filled(check, table, words), price, wordy=bool(check.words))


def _remarks(
    tables: Mapping[str, Any], known: Mapping[str, Check], words: Mapping[str, WordList]
) -> Iterator[Remark]:
    for id_, check in known.items():
        table = tables.get(id_)
        if table and not table.get("off"):
            yield Remark(check, _filled(check, {}, words), table["level"])


def _filled(
    check: Check, table: Mapping[str, Any], words: Mapping[str, WordList]
) -> Callable[..., Verdict]:
    """Return a check's question with its options: the table's, else the word lists they name."""
    options = {k.replace("-", "_"): v for k, v in table.items() if k not in PRICE_KEYS}
    filled = {name: options.get(name, default) for name, default in check.options.items()}
    for name in check.words:
        filled[name] = words[filled[name] or name.replace("_", "-")]
    return partial(check.ask, **filled)


def _cue_check(id_: str, table: Mapping[str, Any]) -> Check:
    """Return a check made of words alone, as a rubric file may add without any Python."""
    cues = Lexicon(table["cues"])
    title = str(table["title"])

    def ask(tool: ToolView) -> Verdict:
        tool.in_english()
        found = tool.find(cues)
        return met(*found) if found else unmet(f"say it: {title}")

    return Check(id_, title, title, ask, {}, frozenset(), frozenset())
