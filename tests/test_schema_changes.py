"""The schema changelog: each kind by example, and a validator as the judge of what is breaking."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from toolgrade.compare.kinds import INPUT, OUTPUT
from toolgrade.compare.references import choices, resolved
from toolgrade.compare.schema import changes

UNHURRIED = settings(
    deadline=None, max_examples=1500, suppress_health_check=[HealthCheck.too_slow]
)

# --- A validator as the judge -------------------------------------------------------------------

SCALARS: list[Any] = [None, True, 0, 1, 2.5, -3, "", "a", "bb"]
LISTS: list[Any] = [[], [1], ["a"], ["a", "a"], [1, "bb"], [None, True, 0]]
FLAT: list[Any] = [{}, *({k: v} for k in "abx" for v in (*SCALARS, [], ["a"]))]
PAIRS = [{"a": v, "b": w} for v, w in product([1, "a", None, 2.5, True], [0, "bb", None])]
DEEP = [{k: v} for k in "ab" for v in (*FLAT[:24], *PAIRS[:6])]
POOL: list[Any] = [*SCALARS, *LISTS, *FLAT, *PAIRS, *DEEP, [{"a": 1}], [{"a": "a"}, {}]]


def leaf() -> st.SearchStrategy[Any]:
    limits = st.integers(-1, 3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "integer", "number", "null", "boolean", "object"])
            | st.lists(
                st.sampled_from(["string", "integer", "null", "array"]),
                min_size=1,
                max_size=2,
                unique=True,
            ),
            "enum": st.lists(
                st.sampled_from([None, True, 0, 1, "a", "bb"]), min_size=1, max_size=3, unique=True
            ),
            "const": st.sampled_from([1, "a"]),
            "minimum": limits,
            "exclusiveMinimum": limits,
            "maximum": limits,
            "minLength": st.integers(0, 2),
            "maxLength": st.integers(0, 2),
            "minItems": st.integers(0, 2),
            "uniqueItems": st.booleans(),
            "pattern": st.sampled_from(["^a", "b"]),
            "multipleOf": st.sampled_from([1, 2]),
            "default": st.sampled_from([1, True, "a"]),
            "title": st.sampled_from(["A", "B"]),
        },
    )


def composed(inner: st.SearchStrategy[Any], *, refs: bool = True) -> st.SearchStrategy[Any]:
    members = st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    several = st.lists(inner, min_size=1, max_size=2)
    keyed = st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string"]),
            "properties": members,
            "required": st.lists(st.sampled_from("ab"), unique=True, max_size=2),
            "additionalProperties": st.booleans() | inner,
            "items": inner,
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "prefixItems": several,
            "contains": inner,
            "minContains": st.integers(0, 1),
            "patternProperties": st.dictionaries(st.just("^a"), inner, max_size=1),
            "minProperties": st.integers(0, 2),
            **({"$ref": st.sampled_from(["#/$defs/D", "#/$defs/Node"])} if refs else {}),
        },
    )
    pure = st.sampled_from(["anyOf", "oneOf", "allOf"]).flatmap(
        lambda keyword: several.map(lambda listed: {keyword: listed})
    )
    return keyed | pure | members.map(lambda found: {"type": "object", "properties": found})


def node(payload: Any) -> Any:
    members = {"a": payload, "b": {"$ref": "#/$defs/Node"}}
    return {"type": "object", "properties": members}


SCHEMAS = st.recursive(leaf() | st.booleans(), composed, max_leaves=5)
ROOTS = st.builds(
    lambda members, rest, defs: {**rest, "properties": members, "type": "object", "$defs": defs},
    st.dictionaries(st.sampled_from("ab"), SCHEMAS, max_size=2),
    st.fixed_dictionaries(
        {},
        optional={
            "required": st.lists(st.sampled_from("ab"), unique=True, max_size=2),
            "additionalProperties": st.booleans() | leaf(),
            "allOf": st.lists(SCHEMAS, min_size=1, max_size=1),
        },
    ),
    # References that lead round without going down a value have no meaning to judge by.
    st.fixed_dictionaries({"D": composed(leaf(), refs=False), "Node": leaf().map(node)}),
)


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two versions of a schema that differ in one or two places; two unlike ones say little."""
    old = draw(ROOTS)
    other = draw(ROOTS)
    new = {**old}
    for key in draw(st.lists(st.sampled_from([*other]), min_size=1, max_size=2)):
        new[key] = other[key]
    if draw(st.booleans()) and old["properties"]:
        name = draw(st.sampled_from([*old["properties"]]))
        one, two = old["properties"][name], draw(SCHEMAS)
        if isinstance(one, dict) and isinstance(two, dict):
            mixed = {**one, **{k: two[k] for k in draw(st.sets(st.sampled_from([*two, "x"]))) if k in two}}
            new["properties"] = {**old["properties"], name: mixed}
    return (old, new) if draw(st.booleans()) else (new, old)


def described(value: Any, schema: Any, root: Any, depth: int = 0, *, nested: bool = False) -> bool:
    """Whether a valid value holds only properties that its schema declares or offers: what nobody
    was told of is not held against a change.
    """
    if depth > 12:
        return True
    if schema is False:
        return False
    schema = resolved(schema, root)
    several = choices(schema, root)
    if several is not None:
        return any(
            valid(value, {**one, "$defs": root.get("$defs", {})})
            and described(value, one, root, depth + 1, nested=nested)
            for one in several
        )
    if isinstance(value, list):
        items = schema.get("items", {})
        return isinstance(items, list) or all(
            described(item, items, root, depth + 1, nested=True) for item in value
        )
    if not isinstance(value, dict):
        return True
    declared = schema.get("properties")
    further = schema.get("additionalProperties", True)
    for name, inner in value.items():
        if isinstance(declared, dict) and name in declared:
            if not described(inner, declared[name], root, depth + 1, nested=True):
                return False
        elif isinstance(further, dict):
            if not described(inner, further, root, depth + 1, nested=True):
                return False
        elif not (nested and declared is None):
            return False
    return True


def valid(value: Any, schema: Any) -> bool:
    return Draft202012Validator(schema).is_valid(value)


@UNHURRIED
@given(edited())
def test_what_is_not_breaking_takes_every_value_that_was_described(pair: tuple[Any, Any]) -> None:
    old, new = pair
    if any(change.kind.breaking for change in changes(old, new, "inputSchema", INPUT)):
        return
    for value in POOL:
        if valid(value, old) and described(value, old, old):
            assert valid(value, new), value
