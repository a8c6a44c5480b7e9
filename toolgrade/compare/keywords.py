"""What single keywords say of a value, two versions side by side: kind, keyword, before, after.

The kind is the second half of a Kind's id; the keyword is "" where several make up one fact.
"""

from __future__ import annotations

from math import ceil, floor, inf
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, TypeAlias

from toolgrade.compare.references import LABELS, as_json, listed_values, types
from toolgrade.compare.vocabulary import (
    ANYTHING_GOES,
    GROUPED,
    LEAST_COUNTS,
    LOWER,
    RULES,
    TYPES,
    UPPER,
    is_machine_bound,
    is_number_format,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.compare.sameness import Sameness

    Schema: TypeAlias = Mapping[str, Any]
    Found: TypeAlias = tuple[str, str, str, str]

_MOST_NAMED = 10
_MOST_DEEP = 100
_RUN_UP = 10
_RANGES = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_NONE = "none"


def compare_words(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield what changed of what refuses no value: title, description and default."""
    for key in ("title", "description"):
        if old.get(key) != new.get(key):
            yield "text-changed", key, *excerpts(old.get(key), new.get(key))
    ours, theirs = (side.get(LABELS, {}) for side in (old, new))
    for value in ours:
        if value in theirs and ours[value] != theirs[value]:
            yield "text-changed", "enum", *excerpts(ours[value], theirs[value])
    before, after = (as_json(side["default"]) if "default" in side else "" for side in (old, new))
    if before != after:
        yield "default-changed", "", before or _NONE, after or _NONE


def compare_types(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield how the types that a schema takes have moved, unless listed values show it better."""
    if None not in (listed_values(old), listed_values(new)) and _share_a_type(old, new):
        return
    before, after = types(old) or TYPES, types(new) or TYPES
    ours, theirs = _with_integers(before), _with_integers(after)
    if ours != theirs:
        kind = "widened" if ours < theirs else "narrowed" if theirs < ours else "changed"
        yield f"type-{kind}", "", _spell_types(before), _spell_types(after)


def _share_a_type(old: Schema, new: Schema) -> bool:
    before, after = types(old) or frozenset(), types(new) or frozenset()
    return not before or not after or bool(_with_integers(before) & _with_integers(after))


def compare_values(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield how the listed values (enum, const) have moved."""
    before, after = listed_values(old), listed_values(new)
    if before is None and after is None:
        return
    if before is None:
        yield "values-listed", "", "", spelled_list(after)
    elif after is None:
        yield "values-freed", "", spelled_list(before), ""
    else:
        ours, theirs = dict.fromkeys(map(as_json, before)), dict.fromkeys(map(as_json, after))
        if gone := [key for key in ours if key not in theirs]:
            yield "value-removed", "", ", ".join(gone), ""
        if more := [key for key in theirs if key not in ours]:
            yield "value-added", "", "", ", ".join(more)


def compare_rules(old: Schema, new: Schema, same: Sameness) -> Iterator[Found]:
    """Yield how bounds and every other keyword that can refuse a value have moved."""
    respelled = frozenset(
        keyword for pair in _RANGES if _is_respelled(pair, old, new) for keyword in pair
    )
    for pair in _RANGES:
        if respelled.issuperset(pair):
            yield from _compare_range(pair, old, new)
    for keyword in [*old, *(key for key in new if key not in old)]:
        if keyword in respelled:
            continue
        if keyword in LOWER | UPPER:
            yield from _compare_bound(keyword, old, new, same)
        elif keyword in RULES | GROUPED:
            yield from compare_rule(keyword, old, new, same)


def _is_respelled(pair: tuple[str, str], old: Schema, new: Schema) -> bool:
    """Whether a bound is written with other keywords than before: `minimum` 1, or above 0."""
    sides = [{key: side[key] for key in pair if key in side} for side in (old, new)]
    if not all(sides) or sides[0].keys() == sides[1].keys():
        return False
    return all(_is_number(limit) for side in sides for limit in side.values())


def _compare_range(pair: tuple[str, str], old: Schema, new: Schema) -> Iterator[Found]:
    whole = all(_takes_whole_numbers(side) for side in (old, new))
    before, after = (_find_limit(pair, side, whole=whole) for side in (old, new))
    if before == after:
        return
    kind = "bound-tightened" if after > before else "bound-loosened"
    ours, theirs = (
        " and ".join(_spell_rule(k, side[k]) for k in pair if k in side) for side in (old, new)
    )
    yield kind, "", ours, theirs


def _takes_whole_numbers(schema: Schema) -> bool:
    named = types(schema)
    return named is not None and "number" not in named


def _find_limit(pair: tuple[str, str], side: Schema, *, whole: bool) -> tuple[float, bool]:
    """Return the tightest bound, turned so that a higher one is tighter, and whether it is itself
    refused. Of whole numbers, the one above 0 is 1.
    """
    inclusive, exclusive = pair
    sign = 1 if inclusive in LOWER else -1
    limits = []
    for keyword in pair:
        if keyword not in side or is_machine_bound(keyword, side[keyword]):
            continue
        limit = sign * side[keyword]
        if not whole:
            limits.append((limit, keyword == exclusive))
        else:
            limits.append((floor(limit) + 1 if keyword == exclusive else ceil(limit), False))
    return max(limits, default=(-inf, False))


def _compare_bound(keyword: str, old: Schema, new: Schema, same: Sameness) -> Iterator[Found]:
    before, after = (
        side.get(keyword, 0 if keyword in LEAST_COUNTS else None) for side in (old, new)
    )
    if not all(limit is None or _is_number(limit) for limit in (before, after)):
        yield from compare_rule(keyword, old, new, same)
    elif before != after:
        shown = _spell_rule(keyword, before), _spell_rule(keyword, after)
        felt = [None if n is None or is_machine_bound(keyword, n) else n for n in (before, after)]
        if felt[0] == felt[1]:
            yield "machine-bound", keyword, *shown
            return
        before, after = felt
        looser = after is None or (before is not None and (after < before) is (keyword in LOWER))
        yield ("bound-loosened" if looser else "bound-tightened"), keyword, *shown


def compare_rule(keyword: str, old: Schema, new: Schema, same: Sameness) -> Iterator[Found]:
    """Yield how a keyword has changed of which only this is known: without it, nothing is refused.

    A keyword of a group may do the opposite next to another.
    """
    sides = [
        {keyword: side[keyword]} if _says_something(keyword, side) else {} for side in (old, new)
    ]
    before, after = (side.get(keyword) for side in sides)
    shown = _spell_rule(keyword, before), _spell_rule(keyword, after)
    if before is None and after is None:
        return
    if before is not None and after is not None and same.refuses_the_same(*sides):
        ours, theirs = (" ".join(_find_words(side)) for side in sides)
        if ours != theirs:
            yield "text-changed", keyword, *excerpts(ours, theirs)
        return
    if keyword == "format" and all(n is None or is_number_format(n) for n in (before, after)):
        yield "machine-bound", keyword, *shown
        return
    kind = "added" if before is None else "removed" if after is None else "changed"
    kind = "changed" if keyword in GROUPED else kind
    yield f"rule-{kind}", keyword, *shown


def _says_something(keyword: str, schema: Schema) -> bool:
    value = schema.get(keyword)
    if keyword == "uniqueItems":
        return bool(value)
    if keyword in ANYTHING_GOES:
        return value not in (True, {}, None)
    return value is not None


def _find_words(schema: object, depth: int = 0) -> Iterator[str]:
    """Yield what a schema says in words, whatever the order in which it is written."""
    if depth > _MOST_DEEP:
        return
    if isinstance(schema, dict):
        for key, value in sorted(schema.items()):
            if key in {"title", "description"} and isinstance(value, str):
                yield value
            else:
                yield from _find_words(value, depth + 1)
    elif isinstance(schema, list):
        yield from sorted(word for one in schema for word in _find_words(one, depth + 1))


def excerpts(old: object, new: object) -> tuple[str, str]:
    """Return two versions of a text from a word or two before the first that differs."""
    texts = [text if isinstance(text, str) else "" for text in (old, new)]
    alike = len(commonprefix(texts))  # noqa: RUF071 - characters are meant
    start = texts[0].rfind(" ", 0, max(0, alike - _RUN_UP)) + 1
    before, after = ((f"…{text[start:]}" if start else text) or _NONE for text in texts)
    return before, after


def spelled_list(listed: list[Any] | None) -> str:
    """Return the first of some values, spelled."""
    more = ["…"] if len(listed or ()) > _MOST_NAMED else []
    return ", ".join([*map(as_json, (listed or ())[:_MOST_NAMED]), *more])


def spelled_type(schema: object) -> str:
    """Return what a schema takes in a few words: "integer", "string or null", "any"."""
    if not isinstance(schema, dict):
        return "any"
    if (listed := listed_values(schema)) is not None:
        return f"one of {spelled_list(listed)}"
    if isinstance(reference := schema.get("$ref"), str):
        return reference.rpartition("/")[2]
    several = schema.get("anyOf", schema.get("oneOf"))
    if "type" not in schema and isinstance(several, list):
        return " or ".join(dict.fromkeys(map(spelled_type, several[:_MOST_NAMED])))
    return _spell_types(types(schema) or TYPES)


def _with_integers(names: frozenset[str]) -> frozenset[str]:
    return names | {"integer"} if "number" in names else names


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spell_types(names: frozenset[str]) -> str:
    return "any" if names == TYPES else " or ".join(sorted(names, key=lambda n: (n == "null", n)))


def _spell_rule(keyword: str, value: object) -> str:
    return _NONE if value is None else f"{keyword} {as_json(value)}"
