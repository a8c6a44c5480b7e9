"""The `tdqs` package is the oracle: whatever its ToolDefinition accepts must give its signals."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from toolgrade.model import Signals, Tool
from toolgrade.signals import canonical, signals

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NODE = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}, "required": ["next"]}
OBJECT = {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"]}
UNION = {"anyOf": [OBJECT, {"type": "string"}, {"type": "null"}]}


def schema(properties: Any, *required: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


SHAPES: dict[str, dict[str, Any]] = {
    "bare": {"name": "ping"},
    "nulls": {"name": "ping", "inputSchema": None, "annotations": None, "title": None},
    "empty schema": {"name": "ping", "inputSchema": {}, "outputSchema": {}, "annotations": {}},
    "output schema": {"name": "ping", "outputSchema": {"type": "object"}},
    "hints": {
        "name": "a",
        "annotations": {"readOnlyHint": True, "openWorldHint": "yes", "idempotentHint": 1},
    },
    "unknown fields": {"name": "a", "_meta": {"x": 1}, "icons": []},
    "title equal": {"name": "ping", "title": "ping"},
    "title shorter": {"name": "ping_host", "title": "Ping"},
    "title longer": {"name": "ping", "title": "Ping a host"},
    "title longer in UTF-16 only": {"name": "ab", "title": "\U0001f600\U0001f600"},
    "flat": {"inputSchema": schema({"a": {}, "b": {"type": "string"}}, "a", "b")},
    "described": {"inputSchema": schema({"a": {"description": " "}, "b": {"description": ""}})},
    "coverage in doubles": {
        "inputSchema": schema({f"p{i}": {"description": "x" if i < 29 else ""} for i in range(200)})
    },
    "coverage rounds up": {
        "inputSchema": schema({f"p{i}": {"description": "x" if i < 1 else 0} for i in range(8)})
    },
    "enums": {"inputSchema": schema({"a": {"enum": [1]}, "b": {"enum": []}, "c": {"enum": "x"}})},
    "nested": {"inputSchema": schema({"a": {"type": "object"}, "b": OBJECT}, "b")},
    "optional nested": {"inputSchema": schema({"b": OBJECT})},
    "odd properties": {"inputSchema": schema({"a": True, "b": None, "c": [], "d": "x"}, "a", "d")},
    "properties are a list": {"inputSchema": schema(["a"], "a")},
    "required twice, unknown, no name": {"inputSchema": schema({"a": {}}, "a", "a", "z", 3, None)},
    "required is true": {"inputSchema": {"properties": {"a": {}}, "required": True}},
    "array of objects": {"inputSchema": schema({"a": {"items": OBJECT}}, "a")},
    "array at the root": {"inputSchema": schema({"a": {}}, "a", items=OBJECT)},
    "tuple items": {"inputSchema": schema({"a": {"items": [OBJECT]}}, "a")},
    "all of": {"inputSchema": schema({"a": {"allOf": [OBJECT, UNION, 3]}}, "a")},
    "all of at the root": {"inputSchema": schema({"a": {}}, "a", allOf=[OBJECT, OBJECT])},
    "not": {"inputSchema": schema({"a": {"not": {"items": OBJECT}}}, "a")},
    "nullable": {"inputSchema": schema({"a": {"anyOf": [OBJECT, {"type": ["null"]}]}}, "a")},
    "only null": {"inputSchema": schema({"a": {"anyOf": [{"type": "null"}]}}, "a")},
    "union": {"inputSchema": schema({"a": UNION}, "a")},
    "one of and any of": {"inputSchema": schema({"a": {"oneOf": [OBJECT, {}], **UNION}}, "a")},
    "of equal fields the first choice": {
        "inputSchema": schema({"a": {"oneOf": [{"anyOf": [{}, {}]}, {"anyOf": [{}, {}, {}]}]}}, "a")
    },
    "deepest choice is not the widest": {
        "inputSchema": schema({"a": {"oneOf": [OBJECT, schema({"x": OBJECT})]}}, "a")
    },
    "reference": {
        "inputSchema": schema({"a": {"$ref": "#/$defs/O"}}, "a", **{"$defs": {"O": OBJECT}})
    },
    "reference hides its siblings": {
        "inputSchema": schema(
            {"a": {"$ref": "#/definitions/S", **OBJECT}}, "a", definitions={"S": {}}
        )
    },
    "escaped reference": {
        "inputSchema": schema({"a": {"$ref": "#/$defs/a%20b"}}, "a", **{"$defs": {"a b": OBJECT}})
    },
    "deep, external and broken references": {
        "inputSchema": schema(
            {
                "a": {"$ref": "#/$defs/O/properties/a"},
                "b": {"$ref": "https://example.test/#/$defs/O"},
                "c": {"$ref": "#/$defs/"},
                "d": {"$ref": "#/$defs/none"},
                "e": {"$ref": 5, **OBJECT},
                "f": {"$ref": "#"},
            },
            *"abcdef",
            **{"$defs": {"O": OBJECT}},
        )
    },
    "reference at the root": {
        "inputSchema": schema({"a": {}}, "a", **{"$ref": "#/$defs/O", "$defs": {"O": OBJECT}})
    },
    "recursion": {"inputSchema": {**NODE, "$defs": {"Node": NODE}}},
    "recursion spelled twice": {
        "inputSchema": {
            **schema({"a": {"$ref": "#/$defs/N"}, "b": {"$ref": "#/$defs/%4E"}}, "a", "b"),
            "$defs": {"N": schema({"x": {"$ref": "#/$defs/%4e"}, "y": {}}, "x", "y")},
        }
    },
    "mutual recursion": {
        "inputSchema": schema(
            {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/B"}},
            "a",
            "b",
            **{
                "$defs": {
                    "A": schema({"b": {"$ref": "#/$defs/B"}, "o": {"$ref": "#/$defs/O"}}, "b", "o"),
                    "B": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/O"}]},
                    "O": OBJECT,
                }
            },
        )
    },
    "floats": {"inputSchema": {"x": [1.0, -0.0, 1.5, 1e-7, 1.5e-5, -2.5e-6, 1e21, 1e22, 1.7e308]}},
    "large integers": {"inputSchema": {"x": [2**53, 2**53 + 1, -(2**63), 10**20, 10**21, 10**30]}},
    "not finite": {"inputSchema": {"x": [float("nan"), float("inf"), -float("inf")]}},
    "numbers in words": {"description": "at least 1.5, or:2.0 [3e5], 1234567890123456789"},
    "control characters": {"description": '\x00\x1f\x7f\x80\u2028 "\\/\b\f\n\r\t'},
    "keys by UTF-16": {"inputSchema": {"\ufffd": 1, "\U0001f600": 2, "a": 3, "\ue000": 4, "Z": 5}},
    "keys that are numbers": {"inputSchema": {"10": 1, "9": 2, "-1": 3, "01": 4, "": 5}},
    "lone surrogates in a value": {"inputSchema": {"default": "\ud800 \udfff"}},
}  # fmt: skip


def read(definition: dict[str, Any]) -> Tool:
    return Tool(
        name=definition["name"],
        title=definition.get("title"),
        description=definition.get("description"),
        input_schema=definition.get("inputSchema"),
        output_schema=definition.get("outputSchema"),
        annotations=definition.get("annotations"),
    )


def oracle(definition: dict[str, Any]) -> Any:
    tdqs = pytest.importorskip("tdqs")
    tool = tdqs.ToolDefinition.model_validate(definition)
    return tdqs.compute_context_signals(tool).model_dump(by_alias=False)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_shapes_equal_the_oracle(shape: dict[str, Any]) -> None:
    definition = {"name": "tool", **shape}
    assert dataclasses.asdict(signals(read(definition))) == oracle(definition)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([1e-5, 1.25e-6, 1e16, 2**53 + 1, 12345678901234567])
    | st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(["a", "b", "c"])
REFERENCES = st.sampled_from(
    ["#/$defs/a", "#/$defs/b", "#/$defs/c", "#/$defs/%61", "#/definitions/a", "#/$defs/z", "#"]
)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=3)
    parts = {
        "type": st.sampled_from(["object", "null", ["null"], "string", ["null", "string"]]),
        "properties": st.dictionaries(NAMES, inner, max_size=3) | VALUES,
        "required": st.lists(NAMES | st.integers(), max_size=4) | VALUES,
        "items": inner,
        "allOf": several,
        "oneOf": several,
        "anyOf": several,
        "not": inner,
        "$ref": REFERENCES | st.integers(),
        "enum": st.lists(SCALARS, max_size=2),
        "description": st.text(max_size=5),
    }
    return st.fixed_dictionaries({}, optional=parts)


INNER = st.recursive(st.just({}) | VALUES, _schemas, max_leaves=12)
DEFINED = st.dictionaries(NAMES, INNER, max_size=3)
INPUT_SCHEMAS = st.builds(
    lambda top, defs, old: {**top, "$defs": defs, "definitions": old},
    _schemas(INNER),
    DEFINED,
    DEFINED,
)
DEFINITIONS = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=6)},
    optional={
        "title": st.none() | st.text(max_size=8),
        "description": st.none() | st.text(max_size=30),
        "inputSchema": st.none() | INPUT_SCHEMAS,
        "outputSchema": st.none() | st.dictionaries(st.text(max_size=3), VALUES, max_size=3),
        "annotations": st.none()
        | st.dictionaries(
            st.sampled_from(["readOnlyHint", "destructiveHint", "idempotentHint", "title"]),
            VALUES,
            max_size=3,
        ),
    },
)


@UNHURRIED
@given(DEFINITIONS)
def test_any_definition_equals_the_oracle(definition: dict[str, Any]) -> None:
    assert dataclasses.asdict(signals(read(definition))) == oracle(definition)


@UNHURRIED
@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5))
@example({"\U0001f600": 1, "\uffff": 2})
@example({"a": -1.0})
@example({"a": [9007199254740993]})
@example({"a": 1e16})
def test_the_fast_way_writes_what_the_exact_way_does(value: dict[str, Any]) -> None:
    fast = canonical.canonical_bytes(Tool("t", input_schema=value))
    assert fast == canonical._exact(json_definition(value)).encode()  # noqa: SLF001 - the slow way


def json_definition(schema: dict[str, Any]) -> dict[str, Any]:
    absent = dict.fromkeys(("annotations", "description", "outputSchema", "title"))
    return {**absent, "inputSchema": schema, "name": "t"}


@UNHURRIED
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_as_themselves(number: float) -> None:
    assert float(canonical._number(number)) == number  # noqa: SLF001 - the slow way


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**400, "null"),  # JSON.parse gives Infinity
        (-(10**400), "null"),
        (1e-6, "0.000001"),  # ECMA-262, Number::toString: exponents from 1e-7 on
        (1.5e-7, "1.5e-7"),
        (-1.25e-5, "-0.0000125"),
        (1e21, "1e+21"),
        (123456.0, "123456"),
    ],
)
def test_numbers_as_javascript_writes_them(value: float, text: str) -> None:
    data = canonical.canonical_bytes(Tool("t", input_schema={"x": value}))
    assert f'"x":{text}}}'.encode() in data


def test_an_integer_of_more_digits_than_python_writes_is_null() -> None:
    data = canonical.canonical_bytes(Tool("t", input_schema={"x": 10**5000}))
    assert b'"inputSchema":{"x":null}' in data


def test_lone_surrogates_are_escaped_where_the_oracle_refuses_them() -> None:
    data = canonical.canonical_bytes(Tool("t", description="\ud800x", input_schema={"\udfff": 1}))
    assert b'"description":"\\ud800x"' in data
    assert b'{"\\udfff":1}' in data


def fan(levels: int, part: str) -> dict[str, Any]:
    """A schema whose definitions refer twice to the next: 2 ** levels paths."""
    defs: dict[str, Any] = {}
    for level in range(levels):
        target = {"$ref": f"#/$defs/d{level + 1}"}
        pairs = schema({"x": target, "y": target}, "x", "y") if part == "properties" else {}
        defs[f"d{level}"] = pairs or {part: [target, dict(target)]}
    defs[f"d{levels}"] = OBJECT
    return schema({"top": {"$ref": "#/$defs/d0"}}, "top", **{"$defs": defs})


@pytest.mark.parametrize("part", ["properties", "allOf", "oneOf"])
def test_small_fans_equal_the_oracle(part: str) -> None:
    definition = {"name": "fan", "inputSchema": fan(7, part)}
    assert dataclasses.asdict(signals(read(definition))) == oracle(definition)


def test_large_fans_are_measured_exactly_without_following_every_path() -> None:
    found = signals(Tool("fan", input_schema=fan(30, "allOf")))
    assert found.required_field_count == 1 + 2**30 * 2
    assert found.schema_depth == 2
    choices = signals(Tool("fan", input_schema=fan(30, "oneOf")))
    assert choices.union_choice_count == 30


def clique(size: int) -> dict[str, Any]:
    """Definitions that each refer to all the others: size! paths."""
    defs = {
        f"d{one}": {"allOf": [{"$ref": f"#/$defs/d{other}"} for other in range(size)] + [OBJECT]}
        for one in range(size)
    }
    return schema({"top": {"$ref": "#/$defs/d0"}}, "top", **{"$defs": defs})


def test_recursion_equals_the_oracle_while_that_can_be_followed() -> None:
    definition = {"name": "clique", "inputSchema": clique(6)}
    assert dataclasses.asdict(signals(read(definition))) == oracle(definition)


def test_recursion_beyond_patience_ends_and_is_repeatable() -> None:
    tool = Tool("clique", input_schema=clique(40))
    assert signals(tool) == signals(tool)
    assert signals(tool).required_field_count > 0


def test_long_chains_and_deep_nesting_need_no_recursion() -> None:
    chain = {f"d{n}": {"items": {"$ref": f"#/$defs/d{n + 1}"}} for n in range(5000)}
    chain["d5000"] = {**OBJECT, "items": {"$ref": "#/$defs/d0"}}
    top = schema({"top": {"$ref": "#/$defs/d0"}}, "top", **{"$defs": chain})
    assert signals(Tool("chain", input_schema=top)).required_field_count == 3
    deep: dict[str, Any] = OBJECT
    for _ in range(128):
        deep = schema({"next": deep}, "next")
    found = signals(Tool("deep", input_schema=deep))
    assert (found.schema_depth, found.required_field_count) == (10, 10)


def test_every_signal_has_a_value() -> None:
    found = signals(Tool("ping"))
    assert all(getattr(found, f.name) is not None for f in dataclasses.fields(Signals))
