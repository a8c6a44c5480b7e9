"""The schema changelog: each kind by example, and a validator as the judge of what is breaking."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from steps import lines_run

from toolgrade.compare.kinds import INPUT, OUTPUT
from toolgrade.compare.references import choices, resolve_reference
from toolgrade.compare.schema import changes

UNHURRIED = settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])

SCALARS: list[Any] = [None, True, 0, 1, 2.5, -3, "", "a", "bb"]
LISTS: list[Any] = [[], [1], ["a"], ["a", "a"], [1, "bb"], [None, True, 0]]
FLAT: list[Any] = [{}, *({k: v} for k in "abx" for v in (*SCALARS, [], ["a"], [1]))]
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


def rooted(schema: Any, *needed: str, **more: Any) -> Any:
    """An input schema whose parameter "a" is `schema`."""
    return {"type": "object", "properties": {"a": schema}, "required": [*needed], **more}


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two versions of a schema that differ in one or two places; two unlike ones say little."""
    if draw(st.booleans()):
        one, two = draw(leaf()), draw(leaf())
        kept = {k: two[k] for k in two if k in one or draw(st.booleans())}
        return rooted({**one}), rooted({**one, **kept})
    old = draw(ROOTS)
    other = draw(ROOTS)
    new = {**old}
    for key in draw(st.lists(st.sampled_from([*other]), min_size=1, max_size=2)):
        new[key] = other[key]
    if draw(st.booleans()) and old["properties"]:
        name = draw(st.sampled_from([*old["properties"]]))
        one, two = old["properties"][name], draw(SCHEMAS)
        if isinstance(one, dict) and isinstance(two, dict):
            mixed = {
                **one,
                **{k: two[k] for k in draw(st.sets(st.sampled_from([*two, "x"]))) if k in two},
            }
            new["properties"] = {**old["properties"], name: mixed}
    return (old, new) if draw(st.booleans()) else (new, old)


def described(value: Any, schema: Any, root: Any, depth: int = 0, *, nested: bool = False) -> bool:
    """Whether a valid value holds only properties that its schema declares or offers: what nobody
    was told of is not held against a change.
    """
    if schema is False or depth > 12:
        return schema is not False
    schema = resolve_reference(schema, root)
    several = choices(schema, root)
    if several is not None:
        return any(
            valid(value, {**one, "$defs": root.get("$defs", {})})
            and described(value, one, root, depth + 1, nested=nested)
            for one in several
        )
    below = lambda inner, of: described(inner, of, root, depth + 1, nested=True)  # noqa: E731
    if isinstance(value, list):
        items = schema.get("items", {})
        return isinstance(items, list) or all(below(item, items) for item in value)
    if not isinstance(value, dict):
        return True
    declared, further = schema.get("properties"), schema.get("additionalProperties", True)
    free = {} if nested and declared is None and further is True else False
    others = further if isinstance(further, dict) else free
    return all(below(value[name], (declared or {}).get(name, others)) for name in value)


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


# Each row: what was, what is, and the kinds of change by the second half of their id.
INTEGER = {"type": "integer"}
STRING, NODE = {"type": "string"}, {"$ref": "#/$defs/Node"}
LINKED = {"Node": {"type": "object", "properties": {"b": NODE, "v": STRING}}}


def either(*kinds: str) -> Any:
    """A choice of objects that are told apart by the value of one property."""
    one = [
        {"type": "object", "properties": {"b": {"const": kind}, "a": STRING}, "required": ["b"]}
        for kind in kinds
    ]
    return rooted({"oneOf": one, "discriminator": {"propertyName": "b"}})


def priced(pattern: str, words: str) -> Any:
    """Two parameters, of which one has a pattern and the other words, that may hold a "$"."""
    inner = {"b": {**STRING, "pattern": pattern}, "a": {**STRING, "description": words}}
    return {"type": "object", "properties": inner, "required": ["b"]}


CHANGES: list[tuple[Any, Any, list[str]]] = [
    (rooted(STRING), rooted(STRING), []),
    (rooted(STRING), {"properties": {"a": STRING}}, []),
    (rooted(STRING), {"type": "object", "properties": {}}, ["property-removed"]),
    ({"type": "object"}, rooted(STRING), ["property-added"]),
    ({"type": "object"}, rooted(STRING, "a"), ["required-added"]),
    (rooted(STRING), rooted(STRING, "a"), ["made-required"]),
    (rooted(STRING, "a"), rooted(STRING), ["made-optional"]),
    (rooted({"type": "number"}), rooted({"type": "integer"}), ["type-narrowed"]),
    (rooted({"type": "integer"}), rooted({"type": "number"}), ["type-widened"]),
    (rooted(STRING), rooted({"type": "integer"}), ["type-changed"]),
    (rooted(STRING), rooted({"type": ["string", "null"]}), ["type-widened"]),
    (rooted(STRING), rooted({"anyOf": [STRING, {"type": "null"}]}), ["type-widened"]),
    (rooted({"anyOf": [STRING, {"type": "null"}]}), rooted(STRING), ["type-narrowed"]),
    (rooted({"anyOf": [STRING, {"type": "null"}]}), rooted({"type": ["null", "string"]}), []),
    (rooted({"enum": ["a", "bb"]}), rooted({"enum": ["a"]}), ["value-removed"]),
    (rooted({"enum": ["a"]}), rooted({"enum": ["bb", "a"]}), ["value-added"]),
    (rooted({"enum": ["a", "bb"]}), rooted({"enum": ["bb", "a"]}), []),
    (rooted({"const": 1}), rooted({"enum": [1.0]}), []),
    (rooted({"enum": [1]}), rooted({"enum": [True]}), ["type-changed"]),
    (
        rooted({"const": 1}),
        rooted({"const": 1, "enum": [None, True]}),
        ["value-removed"],
    ),
    (rooted(STRING), rooted({**STRING, "enum": ["a"]}), ["values-listed"]),
    (rooted({**STRING, "enum": ["a"]}), rooted(STRING), ["values-freed"]),
    (rooted({"minimum": 0}), rooted({"minimum": 1}), ["bound-tightened"]),
    (rooted({"minimum": 1}), rooted({"minimum": 0}), ["bound-loosened"]),
    (rooted(INTEGER), rooted({**INTEGER, "maximum": 2**53 - 1}), ["machine-bound"]),
    (rooted({**INTEGER, "minimum": 1 - 2**53}), rooted(INTEGER), ["machine-bound"]),
    (rooted({**INTEGER, "maximum": 2**63}), rooted({**INTEGER, "maximum": 0}), ["bound-tightened"]),
    (rooted(INTEGER), rooted({**INTEGER, "format": "int64"}), ["machine-bound"]),
    (rooted({**INTEGER, "minimum": 1}), rooted({**INTEGER, "exclusiveMinimum": 0}), []),
    (
        rooted({**INTEGER, "exclusiveMinimum": 0}),
        rooted({**INTEGER, "minimum": 1.5}),
        ["bound-tightened"],
    ),
    (
        rooted({"type": "number", "minimum": 1}),
        rooted({"type": "number", "exclusiveMinimum": 0}),
        ["bound-loosened"],
    ),
    (rooted({"maxLength": 3}), rooted({"maxLength": 1}), ["bound-tightened"]),
    (rooted({"maxLength": 1}), rooted({}), ["bound-loosened"]),
    (rooted({}), rooted({"minLength": 0}), []),
    (rooted({}), rooted({"pattern": "^a"}), ["rule-added"]),
    (rooted({"pattern": "^a"}), rooted({}), ["rule-removed"]),
    (rooted({"pattern": "^a"}), rooted({"pattern": "b"}), ["rule-changed"]),
    (rooted({}), rooted({"uniqueItems": False}), []),
    (rooted(STRING), rooted(STRING, additionalProperties=False), ["undeclared-refused"]),
    (
        rooted(STRING, additionalProperties=True),
        rooted(STRING, additionalProperties=False),
        ["closed"],
    ),
    (rooted(STRING, additionalProperties=False), rooted(STRING), ["opened"]),
    (rooted(STRING), rooted(STRING, additionalProperties=True), []),
    (rooted(STRING, additionalProperties=True), rooted(STRING, additionalProperties={}), []),
    (rooted(STRING), rooted(STRING, unevaluatedProperties=True), []),
    (rooted(rooted(STRING)), rooted(rooted(STRING, additionalProperties={})), []),
    (
        rooted({"allOf": [STRING, {"pattern": "a"}]}),
        rooted({"allOf": [{"pattern": "a"}, STRING]}),
        [],
    ),
    (
        rooted({"allOf": [STRING, {"minLength": 1}]}),
        rooted({"allOf": [{"minLength": 2}, STRING]}),
        ["bound-tightened"],
    ),
    (rooted({"oneOf": [{"const": "a"}, {"const": 1}]}), rooted({"enum": [1, "a"]}), []),
    (
        rooted({"oneOf": [{"const": "a"}, {"const": "bb"}]}),
        rooted({"const": "a"}),
        ["value-removed"],
    ),
    (
        rooted({"oneOf": [{"const": "a", "title": "A"}, {"const": "bb"}]}),
        rooted({"oneOf": [{"const": "bb"}, {"const": "a", "title": "B"}]}),
        ["text-changed"],
    ),
    (rooted({"anyOf": [{"enum": ["a"]}, {"type": "null"}]}), rooted({"enum": [None, "a"]}), []),
    (rooted({**STRING, "enum": ["a", 1]}), rooted({"enum": ["a"]}), []),
    (rooted({"not": {"enum": ["a", 1]}}), rooted({"not": {"enum": [1, "a"]}}), []),
    (
        rooted({"not": {"const": "a"}}),
        rooted({"not": {"const": "a", "title": "A"}}),
        ["text-changed"],
    ),
    (
        rooted({"patternProperties": {"$": STRING}}),
        rooted({"patternProperties": {"$": {**STRING, "title": "A"}}}),
        ["text-changed"],
    ),
    (either("a", "b"), either("b", "a"), []),
    (either("a"), either("a", "b"), ["type-widened"]),
    (either("a", "b"), either("b"), ["type-narrowed"]),
    (priced("^[0-9]+$", "USD or $"), priced("^[0-9]+$", "USD"), ["text-changed"]),
    (priced("^a$", "A"), priced("^b$", "A"), ["rule-changed"]),
    (
        rooted({"const": "$ref"}, **{"$defs": LINKED}),
        rooted({"const": "$ref"}, **{"$defs": {}}),
        [],
    ),
    (
        rooted({"not": NODE}, **{"$defs": LINKED}),
        rooted({"not": NODE}, **{"$defs": LINKED, "title": "Another"}),
        ["text-changed"],
    ),
    (
        rooted({"not": NODE}, **{"$defs": LINKED}),
        rooted({"not": NODE}, **{"$defs": {"Node": {"type": "array"}}}),
        ["rule-changed"],
    ),
    (rooted({**STRING, "default": 1}), rooted({**STRING, "default": True}), ["default-changed"]),
    (rooted(STRING), rooted({**STRING, "description": "Its name."}), ["text-changed"]),
    (rooted(STRING), rooted({**STRING, "x-order": 1, "examples": ["a"]}), []),
    (
        rooted(rooted(STRING)),
        rooted(rooted({"type": "integer"}, "a")),
        ["type-changed", "made-required"],
    ),
    (rooted({"items": {}}), rooted({"items": STRING}), ["type-narrowed"]),
    (rooted(NODE, **{"$defs": LINKED}), rooted(NODE, **{"$defs": LINKED}), []),
    (
        rooted(NODE, **{"$defs": LINKED}),
        rooted(NODE, **{"$defs": {"Node": {**LINKED["Node"], "required": ["v"]}}}),
        ["made-required"],
    ),
    (rooted(STRING), rooted({"$ref": "#/$defs/s"}, **{"$defs": {"s": STRING}}), []),
    (rooted(STRING), rooted({"allOf": [{"$ref": "#/$defs/s"}]}, **{"$defs": {"s": STRING}}), []),
    (rooted({"type": "object"}), rooted(rooted(STRING)), ["property-added", "type-narrowed"]),
    ({"required": ["a"]}, {"required": ["a"], "properties": {"a": {}}}, ["property-added"]),
]


def kinds(old: Any, new: Any, table: Any = INPUT) -> list[str]:
    return [c.kind.id.partition(".")[2] for c in changes(old, new, "inputSchema", table)]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_a_change_is_told_by_its_kind(old: Any, new: Any, expected: list[str]) -> None:
    assert kinds(old, new) == expected


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_what_is_told_to_break_refuses_a_value(old: Any, new: Any, expected: list[str]) -> None:
    unheard = {"property-removed"}  # without a word, where further properties are passed over
    breaks = any(INPUT[kind].breaking for kind in expected if kind not in unheard)
    refused = [v for v in POOL if valid(v, old) and described(v, old, old) and not valid(v, new)]
    offered = [v for v in POOL if valid(v, old) and not valid(v, new)]
    assert bool(offered if "closed" in expected else refused) is breaks


def test_the_two_sides_know_the_same_changes() -> None:
    assert INPUT.keys() == OUTPUT.keys()
    shown = {kind for *_, expected in CHANGES for kind in expected}
    assert shown == INPUT.keys() - {"not-followed"}


@pytest.mark.parametrize(
    ("kind", "reader"),
    [
        ("property-removed", True),
        ("property-added", False),
        ("made-optional", True),
        ("made-required", False),
        ("type-widened", True),
        ("type-narrowed", False),
        ("value-added", True),
        ("value-removed", False),
        ("bound-loosened", True),
    ],
)
def test_for_results_the_direction_is_reversed(kind: str, *, reader: bool) -> None:
    assert OUTPUT[kind].breaking is reader


@UNHURRIED
@given(edited())
def test_results_that_do_not_break_are_results_that_readers_know(pair: tuple[Any, Any]) -> None:
    old, new = pair
    found = changes(old, new, "outputSchema", OUTPUT)
    # That readers pass over properties they do not know is a custom, which no validator keeps.
    customs = {OUTPUT[kind] for kind in ("property-added", "required-added", "opened")}
    if any(change.kind.breaking or change.kind in customs for change in found):
        return
    for value in POOL:
        if valid(value, new) and described(value, new, new):
            assert valid(value, old), value


def test_a_change_says_where_it_is_and_what_it_was() -> None:
    old = rooted({"type": "array", "items": rooted({"enum": ["a", "bb"]})})
    new = rooted({"type": "array", "items": rooted({"enum": ["a"]})})
    [change] = changes(old, new, "inputSchema", INPUT)
    assert change.pointer == "/inputSchema/properties/a/items/properties/a"
    assert (change.subject, change.before, change.after) == ("a[].a", '"bb"', "")


def test_a_pointer_spells_hostile_names_as_the_rfc_has_it() -> None:
    old, new = ({"properties": {"a/~b": {"type": kind}}} for kind in ("string", "integer"))
    [change] = changes(old, new, "inputSchema", INPUT)
    assert change.pointer == "/inputSchema/properties/a~1~0b"


def nest(depth: int, inner: Any) -> Any:
    for _ in range(depth):
        inner = {"anyOf": [{"type": "object", "properties": {"a": inner}}, {"type": "null"}]}
    return inner


HOSTILE = {
    "a reference to itself": ({"$ref": "#/$defs/a"}, {"$defs": {"a": {"$ref": "#/$defs/a"}}}),
    "references in a ring": (
        {"$ref": "#/$defs/a"},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    ),
    "a reference to the root": ({"$ref": "#"}, {}),
    "choices in choices": (nest(30, {"type": "string"}), {}),
    "wrong types": (
        {"type": 7, "enum": {}, "properties": [], "required": "a", "items": 3, "anyOf": {}},
        {"required": [1, None], "additionalProperties": "no", "$defs": [], "allOf": 3},
    ),
    "many choices": ({"anyOf": [{"const": n} for n in range(2000)]}, {}),
    "numbers as words": ({"minimum": "1", "maximum": True, "maxLength": None}, {}),
}


@pytest.mark.parametrize(("schema", "more"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_schemas_are_compared_with_bounded_work(schema: Any, more: Any) -> None:
    edited = (rooted(nest(30, STRING)), rooted(nest(30, {"type": "integer"}), **more))
    sides = (rooted(schema, **more), rooted({"type": "string"}))
    for old, new in (*product(sides, repeat=2), edited):
        for table in (INPUT, OUTPUT):
            found = changes(old, new, "inputSchema", table)
            assert found == changes(old, new, "inputSchema", table)
            assert all(len(c.before) <= 80 and len(c.after) <= 80 for c in found)
            assert lines_run(partial(changes, old, new, "inputSchema", table)) < 50_000
    assert any(change.kind.breaking for change in changes(*edited, "x", INPUT))


def test_what_is_too_large_to_compare_says_so_and_counts_as_breaking() -> None:
    many = {f"p{n}": STRING for n in range(6000)}
    old = {"type": "object", "properties": many}
    wider = {"type": ["string", "null"]}
    new = {"type": "object", "properties": {name: wider for name in many}}  # noqa: C420 - dicts
    assert "not-followed" in kinds(old, new)
    assert INPUT["not-followed"].breaking


def endless(title: str) -> Any:
    """A choice that leads to itself without going down a value, under another title."""
    again = {"anyOf": [{"$ref": "#/$defs/again", "title": title}, {"type": "null"}]}
    return rooted({"$ref": "#/$defs/again"}, **{"$defs": {"again": again}})


@pytest.mark.parametrize(
    ("old", "new", "followed"),
    [
        (endless("A"), endless("B"), False),
        (rooted(nest(70, STRING)), rooted(nest(70, {"type": "integer"})), False),
        (rooted({"items": {}}), rooted({"$ref": "#/properties/a", "items": NODE}), True),
        (rooted({"additionalProperties": {}}), rooted(NODE, **{"$defs": LINKED}), True),
        (
            rooted({"allOf": [{"type": "object"}, {}]}),
            rooted({"allOf": [NODE, {}]}, **{"$defs": LINKED}),
            True,
        ),
    ],
)
def test_what_leads_to_itself_or_far_down_is_followed_so_far_only(
    old: Any, new: Any, *, followed: bool
) -> None:
    for one, other in ((old, new), (new, old)):
        assert ("not-followed" not in kinds(one, other)) is followed
