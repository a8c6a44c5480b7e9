"""What is wrong with the merged tables of a rubric: their shape, and what only checks know."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from toolgrade.checks import UNPRICED, checks
from toolgrade.model import COHERENCE, DIMENSIONS, MALFORMED, SHADOWED
from toolgrade.rubric.condition import parse
from toolgrade.rubric.files import tables
from toolgrade.rubric.proof.shape import Shape
from toolgrade.rubric.rules import PRICE_KEYS, check_id, facts
from toolgrade.text import STEM, WordList
from toolgrade.toml.fault import Fault
from toolgrade.view import FACT_WORDS
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.checks.check import Check
    from toolgrade.toml.located import Key

_TABLES = ("dimensions", "coherence")
_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def faults(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with merged tables, misspelt keys first; `own` is the user's file. Only
    the first is reliable: each step assumes that the steps before found nothing.
    """
    known = checks()
    later: list[Fault] = []
    try:
        Shape.model_validate(data)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            fault = _translate_error(found)
            if found["type"] == "unknown":
                yield fault
            else:
                later.append(fault)
    yield from _find_unknown_names(data, known)
    yield from later
    yield from _conditions(data)
    yield from _weights(data, own)
    yield from _rules(data)
    yield from _prices(data)
    yield from _missing_words(data, known)
    yield from _odd_words(data["lexicons"])


def _translate_error(error: Any) -> Fault:  # noqa: ANN401 - pydantic's typed dict
    key: Key = error["loc"]
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if error["type"] == "unknown":
        return Fault((*key, error["ctx"]["key"]), message)
    if error["type"] == "missing":
        return Fault(key[:-1], f"needs '{key[-1]}'")
    value = error["input"]
    word = str(value) if isinstance(value, str | int | Decimal) else ""
    return Fault(key, message[0].lower() + message[1:], word)


def _tables(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, table in value.items() if isinstance(value, dict) else ():
        if isinstance(table, dict):
            yield name, table


def _find_unknown_names(data: Mapping[str, Any], known: Mapping[str, Check]) -> Iterator[Fault]:
    remarks = [*MALFORMED, SHADOWED, *(id_ for id_ in known if id_.partition(".")[0] in UNPRICED)]
    for kind, _ in _tables(data.get("unpriced")):
        if kind not in remarks:
            yield Fault(("unpriced", kind), f"there is no '{kind}'{suggest(kind, remarks)}")
    asked: dict[str, list[Key]] = {}
    said = [(whose, *pair) for whose in _TABLES for pair in _tables(data.get(whose))]
    for whose, dimension, table in said:
        at: Key = (whose, dimension)
        if whose == "dimensions" and dimension not in DIMENSIONS:
            yield from _own_dimension(at, dimension, table)
        elif whose == "coherence" and dimension not in COHERENCE:
            yield Fault(at, f"there is no dimension '{dimension}'{suggest(dimension, COHERENCE)}")
        for name, price in _tables(table.get("checks")):
            key = (*at, "checks", name)
            yield from _unknown_in_check(key, price, known)
            if not price.get("off"):
                asked.setdefault(check_id(dimension, name), []).append(key)
    # Findings and gains are kept by check id: a check asked twice would count once.
    for id_, keys in asked.items():
        if len(keys) > 1:
            guest = next(key for key in keys if key[3] == id_)
            host = next(key[1] for key in keys if key is not guest)
            yield Fault(
                guest, f"is asked in '{host}' already; remove it from one of the two dimensions"
            )


def _own_dimension(key: Key, name: str, table: dict[str, Any]) -> Iterator[Fault]:
    """Yield why a dimension that is not one of TDQS is misspelt or badly named."""
    if "title" not in table:
        hint = suggest(name, DIMENSIONS, "a new dimension needs a title")
        yield Fault(key, f"there is no dimension '{name}'{hint}")
    elif not _KEY.fullmatch(name) or name == "tdqs":
        yield Fault(key, "name a dimension in lower-case letters, digits and hyphens, not 'tdqs'")


def _unknown_in_check(
    key: Key, price: dict[str, Any], known: Mapping[str, Check]
) -> Iterator[Fault]:
    dimension, name = str(key[1]), str(key[3])
    id_ = check_id(dimension, name)
    check = known.get(id_)
    if id_ == name and name.startswith(f"{dimension}."):
        yield Fault(key, f"write '{name.removeprefix(f'{dimension}.')}' here, in its own dimension")
        return
    if check and (id_.partition(".")[0] in COHERENCE) is not (key[0] == "coherence"):
        asked = "server" if key[0] == "dimensions" else "tool"
        yield Fault(key, f"'{id_}' is a check of a {asked}; move it to the other table")
        return
    if check is None and ("cues" not in price or id_ == name or key[0] == "coherence"):
        own = [other.partition(".")[2] for other in known if other.startswith(f"{dimension}.")]
        hint = suggest(name, own) or suggest(name, known)
        yield Fault(key, f"there is no check '{id_}'{hint}")
        return
    if check is None and "title" not in price:
        yield Fault(key, "a check made of cues needs a title")
    options = [name.replace("_", "-") for name in check.options] if check else []
    allowed = [*(k for k in PRICE_KEYS if not check or k not in {"cues", "title"}), *options]
    for name in price:
        if name not in allowed:
            yield Fault((*key, name), f"'{id_}' has no option '{name}'{suggest(name, allowed)}")


def _conditions(data: Mapping[str, Any]) -> Iterator[Fault]:
    for table, name, said in tables(data):
        at: Key = (table, name)
        places: list[tuple[Key, dict[str, Any]]] = [
            ((*at, "baseline", i), rung) for i, rung in enumerate(said["baseline"])
        ]
        for check, price in said["checks"].items():
            key = (*at, "checks", check)
            cases = enumerate(price.get("cases", ()))
            places += [(key, price), *(((*key, "cases", i), case) for i, case in cases)]
        for key, held in places:
            if "when" in held:
                try:
                    parse(held["when"], facts(table))
                except ValueError as error:
                    yield Fault((*key, "when"), str(error), held["when"])


def _weights(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Fault]:
    for whose in _TABLES:
        said = data.get(whose, {})
        total = sum(table["weight"] for table in said.values())
        if said and total != 100:  # noqa: PLR2004 - per cent
            changed = [name for name, table in _tables(own.get(whose)) if "weight" in table]
            key: Key = (whose, *(changed or list(said))[:1], "weight")
            of = "all dimensions" if whose == "dimensions" else "coherence"
            yield Fault(key, f"the weights of {of} sum to {total}, not 100")
    if data.get("coherence") and set(data["coherence"]) != set(COHERENCE):
        missing = next(name for name in COHERENCE if name not in data["coherence"])
        yield Fault(("coherence",), f"needs '{missing}': give all four dimensions, or none")
    for part in ("quality", "coherence"):
        if data.get("coherence") and part not in data["server"]:
            yield Fault(("server",), f"needs '{part}': what it counts in the overall score")


def _rules(data: Mapping[str, Any]) -> Iterator[Fault]:
    for kind in MALFORMED:
        if "title" not in data["unpriced"].get(kind, ()):
            yield Fault(("unpriced",), f"needs '{kind}', with a title and a level")
    levels = data["levels"]
    if "error" in levels and levels["error"] < levels["warning"]:
        yield Fault(("levels",), "error must not be below warning")
    low, high = data["scale"]["min"], data["scale"]["max"]
    for whose, name, table in tables(data):
        key: Key = (whose, name)
        yield from _baseline(key, table["baseline"])
        cuts = table.get("cuts", [])
        rising = all(a < b for a, b in pairwise(cuts))
        if cuts and not (rising and len(cuts) == high - low and low <= cuts[0] <= cuts[-1] <= high):
            yield Fault((*key, "cuts"), f"give {high - low} rising cuts from {low} to {high}")


def _baseline(key: Key, rungs: list[dict[str, Any]]) -> Iterator[Fault]:
    open_ = [at for at, rung in enumerate(rungs) if "when" not in rung]
    if not open_:
        yield Fault((*key, "baseline"), "the last rung must hold always: leave out its 'when'")
    elif open_[0] != len(rungs) - 1:
        after = rungs[open_[0] + 1]
        word = after.get("when", str(after["score"]))
        yield Fault((*key, "baseline"), "no rung may follow the one without 'when'", word)


def _prices(data: Mapping[str, Any]) -> Iterator[Fault]:
    low, high = data["scale"]["min"], data["scale"]["max"]
    for whose, name, table in tables(data):
        for check, price in table["checks"].items():
            for limit in ("cap", "gate"):
                key = (whose, name, "checks", check, limit)
                if limit in price and not low <= price[limit] <= high:
                    yield Fault(key, f"must be on the scale, {low} to {high}")
            if "gate" in price and whose == "coherence":
                yield Fault((*key[:-1], "gate"), "a gate holds a tool's dimensions; give a cap")


# Every option of every check is a word list; a test ensures it.
def _missing_words(data: Mapping[str, Any], known: Mapping[str, Check]) -> Iterator[Fault]:
    lists = data["lexicons"]
    for name in FACT_WORDS:
        if name not in lists:
            yield Fault(("lexicons",), f"needs the word list '{name}'")
    asked: list[tuple[Key, str, dict[str, Any]]] = [
        ((whose, dimension, "checks", name), check_id(dimension, name), price)
        for whose, dimension, table in tables(data)
        for name, price in table["checks"].items()
    ]
    asked += [(("unpriced", id_), id_, table) for id_, table in data["unpriced"].items()]
    for key, id_, table in asked:
        check = known.get(id_)
        for option in check.options if check and not table.get("off") else ():
            written = option.replace("_", "-")
            list_ = table.get(written, written)
            if not isinstance(list_, str) or list_ not in lists:
                hint = suggest(list_, lists, "add it under [lexicons]")
                message = f"needs the word list '{make_legible(str(list_), 80)}'{hint}"
                yield Fault((*key, written), message)


def _odd_words(lists: Mapping[str, list[str]]) -> Iterator[Fault]:
    for name, words in lists.items():
        for word in words:
            phrase = next(iter(WordList([word]).phrases), ())
            inner = any(part.endswith("*") for part in phrase[:-1])
            short = len(phrase) == 1 and phrase[0].endswith("*") and len(phrase[0]) <= STEM
            if not phrase or inner or short:
                why = f"* ends a last word, one alone after {STEM} letters or more"
                yield Fault(("lexicons", name), f"'{word}' matches nothing; {why}", word)
