"""What ajv compiles of an output schema, as `listTools` of the TypeScript SDK 1.32.2 was seen to
do; and what of it differs under 2.4.0, which compiles the dialect that is declared.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolgrade.clients import ajv
from toolgrade.clients.ajv.addresses import UnresolvedError, join

DRAFT_07 = "http://json-schema.org/draft-07/schema"
COMPILES = [
    '{"properties":{"r":{"$ref":"#"}}}',
    '{"properties":{"r":{"$ref":"#/"}}}',
    '{"properties":{"r":{"$ref":"#/$defs/a~1b"}},"$defs":{"a/b":{}}}',
    '{"properties":{"r":{"$ref":"#/$defs/a%20b"}},"$defs":{"a b":{"type":"string"}}}',
    '{"properties":{"r":{"$ref":"#/$defs/L/anyOf/0"}},"$defs":{"L":{"anyOf":[{"type":"string"}]}}}',
    '{"properties":{"r":{"$ref":"#x"}},"$defs":{"D":{"$anchor":"x","type":"string"}}}',
    '{"properties":{"r":{"$ref":"b"}},"$id":"https://e.example/a","$defs":{"D":{"$id":"b"}}}',
    f'{{"properties":{{"r":{{"$ref":"{DRAFT_07}#"}}}}}}',
    '{"properties":{"r":{"$ref":"#/$defs/A"}},"$defs":{"A":{"properties":{"x":{"$ref":"#/$defs/A"}}}}}',
    '{"properties":{"r":{"$id":"x"},"s":{"$id":"y"}}}',
    '{"properties":{"id":{"type":"string"}}}',
    '{"properties":{"r":{"then":true}}}',
    '{"properties":{"r":{"if":{"type":"any"},"then":true}}}',
    '{"properties":{"r":{"patternProperties":{"(?P<x>a)":{}}}}}',
    '{"properties":{"r":{"type":["string","null"],"nullable":true}}}',
    '{"properties":{"r":{"type":""}}}',
    '{"properties":{"r":{"x":{"type":"any"}}}}',
    '{"$defs":{"unused":{"type":"any"}}}',
    '{"properties":{"__proto__":{"type":"any"}}}',
    '{"dependencies":{"a":["b"]}}',
    f'{{"$id":"{DRAFT_07}","properties":{{"r":{{"type":"any"}}}}}}',
    '{"$id":0}',
]
DOES_NOT_COMPILE = [
    '{"properties":{"r":{"$ref":"#/$defs/none"}}}',
    '{"properties":{"r":{"$ref":"#x"}},"$anchor":"x"}',
    '{"properties":{"r":{"$ref":"#/properties/r"}}}',
    '{"properties":{"r":{"$ref":"#/$defs/A"}},"$defs":{"A":{"$ref":"#/$defs/A"}}}',
    '{"properties":{"r":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"any"}}}',
    '{"properties":{"r":{"$ref":"%"}}}',
    '{"properties":{"r":{"$ref":"#/%ZZ"}}}',
    '{"properties":{"r":{"$ref":"https://e.example/a"}}}',
    '{"properties":{"r":{"$id":"x"},"s":{"$id":"x"}}}',
    '{"properties":{"r":{"$anchor":"x"},"s":{"$anchor":"x"}}}',
    '{"$id":"x","properties":{"r":{"$id":"x","type":"string"}}}',
    '{"$id":"x","properties":{"r":{"$id":"%zz"}}}',
    '{"$id":"#x","properties":{"r":{"$ref":""}}}',
    '{"properties":{"r":{"$anchor":"1 2"}}}',
    '{"$id":true}',
    '{"$id":[]}',
    '{"id":"x"}',
    '{"properties":{"r":{"id":null}}}',
    '{"then":null}',
    '{"properties":{"r":{"else":"x"}}}',
    '{"properties":{"r":{"if":{"type":"any"},"then":{"type":"string"}}}}',
    '{"properties":{"r":{"type":"string","nullable":"yes"}}}',
    '{"properties":{"r":{"type":null}}}',
    '{"properties":{"r":{"format":1}}}',
    '{"properties":{"r":{"patternProperties":{"(?P<x>a)":{}},"additionalProperties":false}}}',
    '{"properties":{"r":{"pattern":"[1-\\\\/]"}}}',
    '{"properties":{"r":{"additionalProperties":null}}}',
]
BY_DIALECT: list[tuple[str, dict[str, bool]]] = [
    ('{"properties":{"r":{"items":[{}]}}}', {"07": True, "2019": True, "2020": False}),
    ('{"properties":{"r":{"prefixItems":{}}}}', {"07": True, "2019": True, "2020": False}),
    ('{"prefixItems":[{"type":"any"}]}', {"07": True, "2019": True, "2020": False}),
    ('{"dependentRequired":{"a":1}}', {"07": True, "2019": False, "2020": False}),
    ('{"unevaluatedItems":{"type":"any"}}', {"07": True, "2019": False, "2020": False}),
    ('{"$dynamicRef":"x"}', {"07": True, "2019": False, "2020": False}),
    ('{"items":[],"additionalItems":null}', {"07": False, "2019": False, "2020": False}),
    (f'{{"$ref":"{DRAFT_07}"}}', {"07": True, "2019": False, "2020": False}),
]
DIALECTS = {"07": ajv.DRAFT_07, "2019": ajv.DRAFT_2019, "2020": ajv.DRAFT_2020}


def compiles(written: str, dialect: ajv.Dialect) -> bool:
    root: dict[str, Any] = {"type": "object", **json.loads(written)}
    return ajv.find_fault(root, (None, "outputSchema"), dialect, follows=True) is None


@pytest.mark.parametrize("written", COMPILES)
def test_a_schema_compiles(written: str) -> None:
    assert compiles(written, ajv.DRAFT_07)


@pytest.mark.parametrize("written", DOES_NOT_COMPILE)
def test_a_schema_does_not_compile(written: str) -> None:
    assert not compiles(written, ajv.DRAFT_07)


@pytest.mark.parametrize(("written", "expected"), BY_DIALECT)
def test_a_dialect_has_keywords_of_its_own(written: str, expected: dict[str, bool]) -> None:
    assert {name: compiles(written, dialect) for name, dialect in DIALECTS.items()} == expected


@pytest.mark.parametrize(
    ("base", "address", "joined"),
    [
        ("https://e.example/a/b?q#f", "c", "https://e.example/a/c"),
        ("https://e.example/a/b", "../../c/./d", "https://e.example/c/d"),
        ("https://e.example", "c", "https://e.example/c"),
        ("https://e.example/a", "#/x", "https://e.example/a#/x"),
        ("https://e.example/a", "//other/b", "https://other/b"),
        ("a", "b#c", "b#c"),
        ("a/b", "../../c", "../c"),
        ("urn:x:y", "#z", "urn:x:y#z"),
        ("", "a b", "a%20b"),
    ],
)
def test_addresses_are_joined(base: str, address: str, joined: str) -> None:
    assert join(base, address) == joined


@pytest.mark.parametrize("address", ["%", "a%zz", "a b:c"])
def test_a_malformed_address_is_refused(address: str) -> None:
    with pytest.raises(UnresolvedError):
        join("https://e.example/", address)
