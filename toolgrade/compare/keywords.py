"""What single keywords say of a value, two versions side by side: kind, keyword, before, after.

The kind is the second half of a Kind's id; the keyword is "" where several make up one fact.
"""

from __future__ import annotations

from os.path import commonprefix
from typing import TYPE_CHECKING, Any, TypeAlias

from toolgrade.compare.references import as_json, listed_values, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Schema: TypeAlias = Mapping[str, Any]
    Found: TypeAlias = tuple[str, str, str, str]
    Same: TypeAlias = Callable[[object, object], bool]

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_MOST_NAMED = 10
_RUN_UP = 10
_LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_COUNTS = frozenset({"minLength", "minItems", "minProperties"})
# Each of these means something else next to another of its group: to add one may also loosen.
_GROUPED = frozenset(
    {"patternProperties", "prefixItems", "additionalItems", "contains", "minContains"}
    | {"maxContains", "if", "then", "else"}
)
_RULES = frozenset(
    {"not", "oneOf", "pattern", "format", "multipleOf", "uniqueItems", "propertyNames", "$ref"}
    | {"dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties"}
    | {"unevaluatedItems", "contentEncoding", "contentMediaType", "contentSchema", "$dynamicRef"}
    | {"$recursiveRef"}
)
_NONE = "none"


def compare_words(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield what changed of what refuses no value: title, description and default."""
    for key in ("title", "description"):
        if old.get(key) != new.get(key):
            yield "text-changed", key, *excerpts(old.get(key), new.get(key))
    before, after = (as_json(side["default"]) if "default" in side else "" for side in (old, new))
    if before != after:
        yield "default-changed", "", before or _NONE, after or _NONE


def compare_types(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield how the types that a schema takes have moved."""
    before, after = types(old) or TYPES, types(new) or TYPES
    ours, theirs = _with_integers(before), _with_integers(after)
    if ours != theirs:
        kind = "widened" if ours < theirs else "narrowed" if theirs < ours else "changed"
        yield f"type-{kind}", "", _spell_types(before), _spell_types(after)


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


def compare_rules(old: Schema, new: Schema, same: Same) -> Iterator[Found]:
    """Yield how bounds and every other keyword that can refuse a value have moved."""
    for keyword in [*old, *(key for key in new if key not in old)]:
        if keyword in _LOWER | _UPPER:
            yield from _compare_bound(keyword, old, new, same)
        elif keyword in _RULES | _GROUPED:
            yield from compare_rule(keyword, old, new, same)


def _compare_bound(keyword: str, old: Schema, new: Schema, same: Same) -> Iterator[Found]:
    before, after = (side.get(keyword, 0 if keyword in _COUNTS else None) for side in (old, new))
    if not all(limit is None or _is_number(limit) for limit in (before, after)):
        yield from compare_rule(keyword, old, new, same)
    elif before != after:
        looser = after is None or (before is not None and (after < before) is (keyword in _LOWER))
        kind = "bound-loosened" if looser else "bound-tightened"
        yield kind, keyword, _spell_rule(keyword, before), _spell_rule(keyword, after)


def compare_rule(keyword: str, old: Schema, new: Schema, same: Same) -> Iterator[Found]:
    """Yield how a keyword has changed of which only this is known: without it, nothing is refused.

    A keyword of a group may do the opposite next to another.
    """
    before, after = old.get(keyword), new.get(keyword)
    if keyword == "uniqueItems":
        before, after = before or None, after or None
    if same(before, after):
        return
    kind = "added" if before is None else "removed" if after is None else "changed"
    kind = "changed" if keyword in _GROUPED else kind
    yield f"rule-{kind}", keyword, _spell_rule(keyword, before), _spell_rule(keyword, after)


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
