"""What is wrong with a rubric's merged tables: their shape, and what only the checks know."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from toolgrade.inputs.legible import legible
from toolgrade.model import DIMENSIONS, MALFORMED
from toolgrade.proof.shape import Shape
from toolgrade.rubric import PRICE_KEYS, check_id, checks
from toolgrade.text import STEM, WordList
from toolgrade.toml.fault import Fault, meant
from toolgrade.view import FACT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.check import Check
    from toolgrade.toml.located import Key

_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def faults(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with merged tables, misspelt keys first; `own` is what the user's file
    adds to them. Take only the first: what follows relies on nothing having been found before.
    """
    known = checks()
    later: list[Fault] = []
    try:
        Shape.model_validate(data)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            fault = _translated(found)
            if found["type"] == "unknown":
                yield fault
            else:
                later.append(fault)
    yield from _unknown(data, known)
    yield from later
    yield from _weights(data, own)
    yield from _rules(data)
    yield from _prices(data)
    yield from _missing_words(data, known)
    yield from _odd_words(data["lexicons"])


def _translated(error: Any) -> Fault:  # noqa: ANN401 - pydantic's typed dict
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


def _unknown(data: Mapping[str, Any], known: Mapping[str, Check]) -> Iterator[Fault]:
    for kind, _ in _tables(data.get("unpriced")):
        if kind not in MALFORMED:
            yield Fault(("unpriced", kind), f"there is no '{kind}'{meant(kind, MALFORMED)}")
    asked: dict[str, list[Key]] = {}
    for dimension, table in _tables(data.get("dimensions")):
        at: Key = ("dimensions", dimension)
        if dimension not in DIMENSIONS:
            yield from _own_dimension(at, dimension, table)
        for name, price in _tables(table.get("checks")):
            key = (*at, "checks", name)
            yield from _unknown_in_check(key, price, known)
            if not price.get("off"):
                asked.setdefault(check_id(dimension, name), []).append(key)
    # Findings and gains go by a check's id: asked twice, one would stand for both.
    for id_, keys in asked.items():
        if len(keys) > 1:
            guest = next(key for key in keys if key[3] == id_)
            host = next(key[1] for key in keys if key is not guest)
            yield Fault(guest, f"is asked in '{host}' already; only one dimension may ask it")


def _own_dimension(key: Key, name: str, table: dict[str, Any]) -> Iterator[Fault]:
    """Yield why a dimension that TDQS does not know is probably a misspelt one, or misnamed."""
    if "title" not in table:
        hint = meant(name, DIMENSIONS) or "; one of your own needs a title"
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
    if check is None and ("cues" not in price or id_ == name):
        own = [other.partition(".")[2] for other in known if other.startswith(f"{dimension}.")]
        hint = meant(name, own) or meant(name, known)
        yield Fault(key, f"there is no check '{id_}'{hint}")
        return
    if check is None and "title" not in price:
        yield Fault(key, "a check made of cues needs a title")
    options = [name.replace("_", "-") for name in check.options] if check else []
    allowed = [*(k for k in PRICE_KEYS if not check or k not in {"cues", "title"}), *options]
    for name in price:
        if name not in allowed:
            yield Fault((*key, name), f"'{id_}' has no option '{name}'{meant(name, allowed)}")


def _weights(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Fault]:
    dimensions = data["dimensions"]
    total = sum(table["weight"] for table in dimensions.values())
    if total != 100:  # noqa: PLR2004 - per cent
        changed = [name for name, table in _tables(own.get("dimensions")) if "weight" in table]
        key: Key = ("dimensions", *(changed or list(dimensions))[:1], "weight")
        yield Fault(key, f"the weights of all dimensions sum to {total}, not 100")


def _rules(data: Mapping[str, Any]) -> Iterator[Fault]:
    for kind in MALFORMED:
        if kind not in data["unpriced"]:
            yield Fault(("unpriced",), f"needs '{kind}', with a title and a level")
    if data["levels"]["error"] < data["levels"]["warning"]:
        yield Fault(("levels",), "error must not be below warning")
    low, high = data["scale"]["min"], data["scale"]["max"]
    for name, table in data["dimensions"].items():
        key: Key = ("dimensions", name)
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
    for name, table in data["dimensions"].items():
        for check, price in table["checks"].items():
            for limit in ("cap", "gate"):
                if limit in price and not low <= price[limit] <= high:
                    key = ("dimensions", name, "checks", check, limit)
                    yield Fault(key, f"must be on the scale, {low} to {high}")


# Every option of every check is a word list; a test holds the checks to that.
def _missing_words(data: Mapping[str, Any], known: Mapping[str, Check]) -> Iterator[Fault]:
    lists = data["lexicons"]
    for name in FACT_WORDS:
        if name not in lists:
            yield Fault(("lexicons",), f"needs the word list '{name}'")
    for dimension, table in data["dimensions"].items():
        for name, price in table["checks"].items():
            check = known.get(check_id(dimension, name))
            for option in check.options if check and not price.get("off") else ():
                written = option.replace("_", "-")
                list_ = price.get(written, written)
                if not isinstance(list_, str) or list_ not in lists:
                    hint = meant(list_, lists) or "; add it under [lexicons]"
                    message = f"needs the word list '{legible(str(list_), 80)}'{hint}"
                    yield Fault(("dimensions", dimension, "checks", name, written), message)


def _odd_words(lists: Mapping[str, list[str]]) -> Iterator[Fault]:
    for name, words in lists.items():
        for word in words:
            phrase = next(iter(WordList([word]).phrases), ())
            inner = any(part.endswith("*") for part in phrase[:-1])
            short = len(phrase) == 1 and phrase[0].endswith("*") and len(phrase[0]) <= STEM
            if not phrase or inner or short:
                why = f"* ends a last word, one alone after {STEM} letters or more"
                yield Fault(("lexicons", name), f"'{word}' matches nothing; {why}", word)
