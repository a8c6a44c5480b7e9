"""What reading alone cannot tell is unknown, and is never taken for absent or guessed."""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from reading import FAST, LOW, OFFICIAL, server, tool

from toolgrade.cli import cli
from toolgrade.grading.grade import grade
from toolgrade.model import InputError, Server, Source, Tool
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "description from a call": ("@mcp.tool(description=make())\ndef a(): ...", ["/description"]),
    "description from the environment": (
        "import os\n@mcp.tool(description=os.environ['D'])\ndef a(): ...",
        ["/description"],
    ),
    "f-string of an argument": (
        "def f(x):\n    @mcp.tool(description=f'Reads {x}.')\n    def a(): ...",
        ["/description"],
    ),
    "constant that is changed": (
        "D = 'x'\ndef f():\n    global D\n@mcp.tool(description=D)\ndef a(): ...",
        ["/description"],
    ),
    "constant bound twice": (
        "D = 'x'\nD = 'y'\n@mcp.tool(description=D)\ndef a(): ...",
        ["/description"],
    ),
    "constant of itself": ("D = D + 'x'\n@mcp.tool(description=D)\ndef a(): ...", ["/description"]),
    "constants in a circle": (
        "D = E\nE = D\n@mcp.tool(description=D)\ndef a(): ...",
        ["/description"],
    ),
    "a gigabyte": ("@mcp.tool(description='a' * 10**9)\ndef a(): ...", ["/description"]),
    "a tower of powers": (
        "@mcp.tool(description='a' * 9**9**9)\ndef a(): ...",
        ["/description"],
    ),
    "a growing text": (
        "A = 'x' * 1000\nB = A * 1000\nC = B + B\n@mcp.tool(description=C)\ndef a(): ...",
        ["/description"],
    ),
    "recursion": (
        "def f(): return f()\n@mcp.tool(description=f())\ndef a(): ...",
        ["/description"],
    ),
    "annotations": ("@mcp.tool(annotations=make())\ndef a(): ...", ["/annotations"]),
    "one hint": (
        "from mcp.types import ToolAnnotations\n"
        "@mcp.tool(annotations=ToolAnnotations(readOnlyHint=flag()))\ndef a(): ...",
        ["/annotations/readOnlyHint"],
    ),
    "type of another library": (
        "from other import T\n@mcp.tool()\ndef a(x: T, y: int): ...",
        [f"/inputSchema/properties/x/{key}" for key in ("description", "title", "type")],
    ),
    "type of another library, with what is written of it": (
        "from other import T\nfrom typing import Annotated\nfrom pydantic import Field\n"
        "@mcp.tool()\ndef a(x: Annotated[T, Field(description='X.')], y: T = Field(title='Y')): ...",
        [
            "/inputSchema/properties/x/title",
            "/inputSchema/properties/x/type",
            "/inputSchema/properties/y/description",
            "/inputSchema/properties/y/type",
        ],
    ),
    "enum of one value that is computed": (
        "from enum import Enum\nclass T(str, Enum):\n    A = ('A',)\n    B = 'B'\n"
        "@mcp.tool()\ndef a(x: T, y: list[T]): ...",
        [
            *(f"/inputSchema/properties/x/{key}" for key in ("description", "title", "type")),
            *(f"/inputSchema/properties/y/items/{key}" for key in ("description", "type")),
        ],
    ),
    "text of a parameter": (
        "from pydantic import Field\n@mcp.tool()\ndef a(x: int = Field(description=make())): ...",
        ["/inputSchema/properties/x/description"],
    ),
    "default": (
        "import os\n@mcp.tool()\ndef a(x: str = os.getenv('X')): ...",
        ["/inputSchema/properties/x/default"],
    ),
    "signature that a decorator changes": (
        "def d(f):\n    def g(*args, **kwargs): ...\n    g.__signature__ = 1\n    return g\n"
        "@mcp.tool()\n@d\ndef a(x: int): 'A.'",
        ["/inputSchema", "/outputSchema"],
    ),
    "returns another library's": (
        "from other import T\n@mcp.tool()\ndef a() -> T: ...",
        ["/outputSchema"],
    ),
    "everything": (
        "@mcp.tool('a', **make())\ndef a(): ...",
        ["/annotations", "/description", "/title"],
    ),
}


@pytest.mark.parametrize("case", [c for c in CASES if c != "everything"])
def test_what_cannot_be_told_is_unknown(tmp_path: Path, case: str) -> None:
    text, unknown = CASES[case]
    assert sorted(tool(tmp_path, text).unknown) == unknown


@pytest.mark.parametrize("text", ["{'x': T}", "{**T}", "{T: {}}"])
def test_a_low_level_schema_may_be_unknown_in_part(tmp_path: Path, text: str) -> None:
    source = (
        f"from other import T\n@server.list_tools()\ndef f():\n    return [types.Tool(name='a', "
        f"inputSchema={{'type': 'object', 'properties': {text}}})]"
    )
    found = tool(tmp_path, source, LOW)
    assert len(found.unknown) == 1
    assert found.input_schema is not None
    assert found.input_schema["type"] == "object"


def test_a_name_that_is_computed_is_no_tool_but_is_counted(tmp_path: Path) -> None:
    text = "@mcp.tool(name=make())\ndef a(): 'A.'\n@mcp.tool()\ndef b(): 'B.'"
    found = server(tmp_path, {"server.py": OFFICIAL + text})
    assert [t.name for t in found.tools] == ["b"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]
    assert "1 registration cannot be read" in found.malformed[0].note
    assert f"{tmp_path.name}/server.py:4" in found.malformed[0].note
    assert not found.complete


def test_a_prefix_that_is_computed_makes_the_name_unknown(tmp_path: Path) -> None:
    text = (
        "m = FastMCP('m')\n@mcp.tool\ndef a(): 'A.'\n@m.tool\ndef b(): 'B.'\nm.mount(mcp, make())"
    )
    found = server(tmp_path, {"server.py": FAST + text})
    assert [t.name for t in found.tools] == ["b"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_judged_by_what_is_unknown(tmp_path: Path, case: str) -> None:
    text, unknown = CASES[case]
    found = server(tmp_path, {"server.py": OFFICIAL + text})
    report = grade([found], Rubric.load("tdqs"))
    (judged,) = report.servers[0].tools
    assert judged.signals is None
    assert (judged.score is None) is ("/description" in unknown)
    findings = [f for d in judged.score.dimensions for f in d.findings] if judged.score else []
    for finding in findings:
        assert not any(quote.pointer in unknown for quote in finding.quotes)
    asked = {finding.check for finding in findings}
    if "/inputSchema" in unknown:
        assert not asked & {"parameters.described", "parameters.typed"}


TWO = {"q": {"type": "string", "description": "Words."}, "n": {"type": "integer"}}
KNOWN = Tool("find", 0, description="Find rows.", input_schema={"properties": TWO})


@pytest.mark.parametrize(
    ("unknown", "baselines"),
    [
        ("/outputSchema", ("3", "2.2")),
        ("/inputSchema/required", ("3", "2.2")),
        ("/inputSchema/properties/q", ("3.9", "2.5")),
        ("/inputSchema", ("3.9", "2.5")),
    ],
)
def test_what_is_not_known_is_held_against_nobody(unknown: str, baselines: tuple[str, str]) -> None:
    tool = replace(KNOWN, unknown=frozenset({unknown}))
    found = Server("s", (tool,), Source("code", "path", "."))
    (report,) = grade([found], Rubric.load("tdqs")).servers[0].tools
    assert report.score is not None
    sums = {d.key: d for d in report.score.dimensions}
    sums = {key: sums[key] for key in ("parameters", "completeness")}
    assert tuple(str(d.baseline) for d in sums.values()) == baselines
    at_best = [key for key, d in sums.items() if d.why.startswith("at best")]
    assert at_best == ([] if baselines == ("3", "2.2") else [*sums])


def test_every_report_says_how_much_was_unknown(tmp_path: Path) -> None:
    text = "@mcp.tool(description=make())\ndef a(): ...\n@mcp.tool()\ndef b(): 'B.'"
    server(tmp_path, {"server.py": OFFICIAL + text})
    for name in ("terminal", "markdown", "html"):
        done = CliRunner().invoke(cli, ["grade", str(tmp_path), "-o", name])
        assert done.exit_code == 0
        assert "1 of 2 tools seen only in part" in done.stdout
    done = CliRunner().invoke(cli, ["grade", str(tmp_path), "-o", "json"])
    (found,) = json.loads(done.stdout)["servers"]
    assert found["source"]["kind"] == "code"
    assert [t["unknown"] for t in found["tools"]] == [["/description"], []]
    assert [t["origin"]["line"] for t in found["tools"]] == [4, 6]


CHANGES = {
    "a member of a member": "row[key()]['properties']['x'] = {}",
    "a function that is given it": "fill(row)",
    "a member in a loop": "for key in keys():\n        row[key] = 1",
    "an update at run time": "row.update(more())",
}


FOLLOWED = {
    "a member is set": ("row['inputSchema']['properties']['x'] = {'type': 'string'}", []),
    "a key by name": (
        "for key in ['x']:\n        row['inputSchema']['properties'][key] = {'type': 'string'}",
        [],
    ),
    "a method of a member": (
        "row['inputSchema']['properties'].update({'x': {'type': 'string'}})",
        [],
    ),
    "under a condition": (
        "if f:\n        row['inputSchema']['properties']['x'] = {'type': 'string'}",
        ["/inputSchema/properties"],
    ),
    "in a loop": (
        "for key in keys():\n        row['inputSchema']['properties'][key] = 1",
        ["/inputSchema/properties"],
    ),
    "a list in a loop": (
        "for key in keys():\n        row['inputSchema'].setdefault('required', []).append(key)",
        ["/inputSchema"],
    ),
    "given away": ("tidy(row['inputSchema'])", ["/inputSchema"]),
    "by another name": (
        "held = row['inputSchema']['properties']\n    held['x'] = make()",
        ["/inputSchema/properties/x"],
    ),
    "by a name for all of it": ("held = row\n    held['inputSchema'] = make()", ["/inputSchema"]),
    "each of a list": (
        "rows = [row]\n    for one in rows:\n        one['inputSchema'] = make()\n    row = rows[0]",
        ["/inputSchema"],
    ),
    "a list under a condition": (
        "names = ['a']\n    if f:\n        names.append('b')\n"
        "    row['inputSchema']['required'] = names",
        ["/inputSchema/required"],
    ),
}


@pytest.mark.parametrize("change", FOLLOWED)
def test_what_is_changed_in_place_is_followed_or_unknown(tmp_path: Path, change: str) -> None:
    code, unknown = FOLLOWED[change]
    source = (
        "def make(f):\n"
        "    row = {'name': 'a', 'inputSchema': {'type': 'object', 'properties': {}}}\n"
        f"    {code}\n    return types.Tool(**row)\n"
        "@server.list_tools()\nasync def f():\n    return [make(g())]"
    )
    (found,) = server(tmp_path, {"server.py": LOW + source}).tools
    assert sorted(found.unknown) == unknown
    if not unknown:
        assert found.input_schema is not None
        assert found.input_schema["properties"] == {"x": {"type": "string"}}


@pytest.mark.parametrize("change", CHANGES)
def test_a_table_that_is_changed_is_not_taken_as_it_was(tmp_path: Path, change: str) -> None:
    source = (
        "def make(f):\n    row = {'name': 'a', 'inputSchema': {'type': 'object', 'properties': {}}}\n"
        f"    {CHANGES[change]}\n    return types.Tool(**row)\n"
        "@server.list_tools()\nasync def f():\n"
        "    return [types.Tool(name='b', inputSchema={}), make(1)]"
    )
    found = server(tmp_path, {"server.py": LOW + source})
    assert [t.name for t in found.tools] == ["b"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]


@pytest.mark.parametrize(
    "text",
    [
        "ROWS[0]['description'] = make()\n",
        "for row in ROWS:\n    row['description'] = make()\n",
    ],
)
def test_a_constant_that_the_module_changes_is_none(tmp_path: Path, text: str) -> None:
    rows = "ROWS = [{'name': 'a', 'description': 'A.', 'inputSchema': {}}]\n"
    listing = (
        "@server.list_tools()\nasync def f():\n"
        "    return [types.Tool(name='b', inputSchema={}), *[types.Tool(**r) for r in ROWS]]"
    )
    found = server(tmp_path, {"server.py": LOW + rows + text + listing})
    assert [t.name for t in found.tools] == ["b"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]


def test_what_is_added_at_run_time_is_counted(tmp_path: Path) -> None:
    text = (
        "ROWS = [{'name': 'a', 'inputSchema': {}}]\ndef change():\n    ROWS.append(make())\n"
        "@server.list_tools()\nasync def f():\n    return [types.Tool(**row) for row in ROWS]"
    )
    found = server(tmp_path, {"server.py": LOW + text})
    assert [t.name for t in found.tools] == ["a"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]


SETS = {
    "joined": ("','.join({'b', 'a'})", None),
    "by name": ("','.join(WORDS)", None),
    "as a list": ("','.join(list(WORDS))", None),
    "one by one": ("','.join(w.upper() for w in WORDS)", None),
    "in a longer list": ("','.join(['x', *WORDS])", None),
    "added to a list": ("','.join(['x'] + list(WORDS))", None),
    "of a comprehension": ("','.join({w for w in ['a', 'b']})", None),
    "made of a list": ("','.join(set(['a', 'b']))", None),
    "mapped": ("','.join(map(str, WORDS))", None),
    "the first": ("list(WORDS)[0]", None),
    "in a loop": ("looped()", None),
    "in a loop over a set in order": ("looped(sorted(WORDS))", "ab"),
    "in order": ("','.join(sorted(WORDS))", "a,b"),
    "in an order of its own": ("','.join(sorted(WORDS, key=len))", None),
    "in order, one by one": ("','.join(w.upper() for w in sorted(WORDS))", "A,B"),
    "of one": ("','.join({'a'})", "a"),
    "asked for one": ("'yes' if 'a' in WORDS else 'no'", "yes"),
}


@pytest.mark.parametrize("case", SETS)
def test_the_order_of_a_set_is_unknown(tmp_path: Path, case: str) -> None:
    written, known = SETS[case]
    text = (
        "WORDS: set[str] = {'b', 'a'}\ndef looped(words=WORDS):\n    text = ''\n"
        "    for word in words:\n        text += word\n    return text\n"
        f"@mcp.tool(description={written})\ndef a(): ..."
    )
    found = tool(tmp_path, text)
    assert (found.description or None) == known
    assert ("/description" in found.unknown) is (known is None)


def test_what_is_in_a_set_is_registered_in_whatever_order(tmp_path: Path) -> None:
    text = "for name in {'a', 'b'}:\n    mcp.add_tool(run, name, description='Does ' + name)\n"
    found = server(tmp_path, {"server.py": OFFICIAL + "def run(): ...\n" + text})
    assert [(t.name, t.description) for t in found.tools] == [("a", "Does a"), ("b", "Does b")]


NAMELESS = {
    "one": ("@mcp.tool(name=make())\ndef a(): 'A.'", "1 tool registration, which cannot be"),
    "two": (
        "@mcp.tool(name=make())\ndef a(): 'A.'\n@mcp.tool(name=make())\ndef b(): 'B.'",
        "2 tool registrations, none of which can be",
    ),
}


@pytest.mark.parametrize("case", NAMELESS)
def test_a_package_without_a_name_that_can_be_read_says_so(tmp_path: Path, case: str) -> None:
    text, why = NAMELESS[case]
    with pytest.raises(InputError, match=why):
        server(tmp_path, {"server.py": OFFICIAL + text})


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        ('kwargs["structured_output"] = False', {"/outputSchema"}),
        ('kwargs.setdefault("description", "D.")', {"/description"}),
        ('kwargs.update(title="T", annotations=None)', {"/title", "/annotations"}),
        ("fn.description = 1", {"/description"}),
        ("print(fn)", set()),
    ],
)
def test_what_a_server_of_an_own_class_changes_is_unknown(
    tmp_path: Path, body: str, unknown: set[str]
) -> None:
    source = f"""
    from typing import Any
    from mcp.server.fastmcp import FastMCP

    class Own(FastMCP):
        def add_tool(self, fn: Any, *args: Any, **kwargs: Any) -> None:
            {body}
            super().add_tool(fn, *args, **kwargs)

    mcp = Own("s")

    @mcp.tool()
    def count(start: int) -> dict[str, int]:
        "Counts."
        return {{}}
    """
    (found,) = server(tmp_path, {"server.py": source}).tools
    assert (found.name, found.unknown) == ("count", unknown)


def test_a_wrapper_that_an_own_decorator_registers_is_no_tool_of_its_own(tmp_path: Path) -> None:
    source = OFFICIAL + textwrap.dedent("""
    import functools

    def tool(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            return fn(*args, **kwargs)
        mcp.tool()(wrapper)
        return fn

    @tool
    def one(first: int) -> str:
        "One."

    @tool
    def two(second: int) -> str:
        "Two."
    """)
    found = server(tmp_path, {"server.py": source})
    assert [(t.name, t.description) for t in found.tools] == [("one", "One."), ("two", "Two.")]
    assert not found.malformed
