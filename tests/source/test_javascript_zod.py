"""Zod's schemas are spelled as zod itself spells them on the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading import server

HOME = Path(__file__).parent / "zod"
EXPECTED = json.loads((HOME / "expected.json").read_text(encoding="utf-8"))
"""What zod 3.25 with zod-to-json-schema 3.25 and zod 4.6 made of each expression."""

NOT_TOLD = {
    3: {
        "z.record(z.string().min(1), z.number())",
        "z.object({ a: z.union([z.string(), z.undefined()]) })",
        "z.object({ a: z.preprocess((v) => v, z.string()) })",
        "z.string().ip()",
        "z.string().cuid()",
        'z.literal(["a", "b"])',
        "z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() }))",
    },
    4: {
        "z.string().email()",
        "z.string().uuid()",
        "z.string().datetime()",
        'z.object({ a: z.string().catch("x") })',
        "z.string().base64()",
        "z.string().cuid()",
        "z.email()",
        "z.uuid()",
        "z.iso.datetime()",
        "z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() }))",
        'z.record(z.enum(["a", "b"]), z.number())',
        'z.object({ a: z.string().min(1).max(2).email().describe("A.").optional() })',
    },
}
"""Expressions of which some is unknown: patterns of zod's own, and what differs by version."""

CASES = [
    pytest.param(line, int(major), wire, id=f"zod {major}: {line}")
    for line, made in EXPECTED.items()
    for major, wire in made.items()
]


def without(unknown: frozenset[str], value: Any, pointer: str) -> Any:
    """Return JSON without what is said not to be known."""
    if isinstance(value, dict):
        inner = ((k, v, f"{pointer}/{k}") for k, v in value.items())
        return {k: without(unknown, v, p) for k, v, p in inner if p not in unknown}
    if isinstance(value, list):
        return [without(unknown, v, f"{pointer}/{i}") for i, v in enumerate(value)]
    return value


@pytest.mark.parametrize(("line", "major", "wire"), CASES)
def test_a_schema_is_what_zod_makes_of_it(
    line: str, major: int, wire: dict[str, Any], tmp_path: Path
) -> None:
    (found,) = server(
        tmp_path,
        {
            "package.json": json.dumps(
                {"name": "s", "dependencies": {"zod": f"^{major}.{6 if major == 4 else 0}.0"}}
            ),
            "index.ts": 'import { z } from "zod";\nconst S = z.string().describe("S.");\n'
            f'server.registerTool("t", {{ inputSchema: {{ it: {line} }} }}, run);',
        },
    ).tools
    assert bool(found.unknown) == (line in NOT_TOLD[major])
    assert found.input_schema == without(found.unknown, wire, "/inputSchema")


VERSIONS = [
    ("import from zod/v3", 'import { z } from "zod/v3";', {"zod": "^4"}, False),
    ("import from zod/v4", 'import { z } from "zod/v4";', {"zod": "^3.25"}, None),
    ("newest of a range", 'import { z } from "zod";', {"zod": "^3.25 || ^4"}, None),
    ("the SDK's own", 'import { z } from "zod";', {}, None),
    ("required", 'const { z } = require("zod");', {"zod": "3"}, False),
    ("all of it", 'import * as z from "zod";', {"zod": "3"}, False),
    ("compiled", 'const zod_1 = require("zod"); const z = zod_1.z;', {"zod": "3"}, False),
]


@pytest.mark.parametrize(("why", "line", "wanted", "additional"), VERSIONS)
def test_the_version_is_what_the_package_asks_for(
    why: str, line: str, wanted: dict[str, str], additional: object, tmp_path: Path
) -> None:
    (found,) = server(
        tmp_path,
        {
            "package.json": json.dumps({"name": why, "dependencies": wanted}),
            "a.js": f'{line}\nserver.tool("t", {{ x: z.string() }}, run);',
        },
    ).tools
    assert found.input_schema is not None
    assert found.input_schema.get("additionalProperties") is additional
