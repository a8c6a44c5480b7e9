"""No measure, check or output trusts the type of a value: any JSON may be in any place."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tools import rubric

from toolgrade.clients import check_compatibility, select_clients
from toolgrade.gates.profiles import PROFILES, review_servers
from toolgrade.gates.tokens import count_tokens
from toolgrade.grading.grade import grade
from toolgrade.inputs import InputError, read
from toolgrade.outputs import REPORTERS

if TYPE_CHECKING:
    from pathlib import Path

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | st.sampled_from(
        ["object", "array", "string", "null", "#", "#/$defs/a", "(?=a)", "[a-", "\\d"]
    )
)
KEYWORDS = [
    "$anchor",
    "$defs",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedProperties",
    "uniqueItems",
    "x-mcp-header",
]
FIELDS = [
    "title",
    "description",
    "inputSchema",
    "outputSchema",
    "annotations",
    "_meta",
    "icons",
    "execution",
]
HINTS = ["title", "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]


def _extend(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(("a", "$ref", "_b", "", "c d"))
    schemas = st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=5)
    return schemas | st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)


ANY = st.recursive(LEAVES, _extend, max_leaves=12)
SCHEMAS = st.dictionaries(st.sampled_from(KEYWORDS), ANY, max_size=7)
TOOLS = st.fixed_dictionaries(
    {"name": st.text(max_size=6) | ANY},
    optional={
        **dict.fromkeys(FIELDS, ANY),
        "inputSchema": SCHEMAS | ANY,
        "outputSchema": SCHEMAS | ANY,
        "annotations": st.dictionaries(st.sampled_from(HINTS), ANY) | ANY,
        "icons": st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(["src", "sizes"], ANY))),
        "execution": st.fixed_dictionaries({"taskSupport": ANY}),
    },
)


@settings(max_examples=20, deadline=None)
@given(tools=st.lists(TOOLS | ANY, min_size=1, max_size=3))
def test_any_json_in_any_place_is_graded(
    tmp_path_factory: Any,
    tools: list[Any],
) -> None:
    folder: Path = tmp_path_factory.mktemp("any")
    path = folder / "tools.json"
    path.write_text(json.dumps({"tools": tools}), encoding="utf-8")
    try:
        servers = read(str(path))
    except InputError:
        return
    asked = select_clients(["all", "frameworks"])
    report = check_compatibility(grade(servers, rubric()), asked)
    report = count_tokens(review_servers(report, PROFILES))
    for reporter in REPORTERS.values():
        # One form has no place for a server without a score, and says so.
        with suppress(InputError):
            assert all(isinstance(part, str) for part in reporter(report))
