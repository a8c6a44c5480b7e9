"""A file in newer Python than the one that runs is read but for what is new in it."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import OFFICIAL, server

from toolgrade.source.python.newer import downgrade_source

if TYPE_CHECKING:
    from pathlib import Path

NEWER = {
    "alias": "type Name = str",
    "generic alias": "type Pair[T] = tuple[T, T]",
    "alias over lines": "type Pair[\n    T,\n] = (\n    tuple[T, T]\n)",
    "generic function": "async def f[T: (int, str), *Ts](x: T) -> T:\n    return x",
    "generic class": "class Box[T](list):\n    x: T",
    "generic over lines": "class Box[\n    T,\n    U,\n]:\n    x: T",
    "same quotes": 'x = f"{d["a"]} and {", ".join(d)}"',
    "same quotes, nested": "x = f'{f'{d['a']}'}' 'more'",
    "after a string": 'x = ("a" f"{d["a"]}" "b")',
    "over lines": 'x = f"""{d["""a"""]}\n{\n    1\n}"""',
    "a backslash": "x = f\"{'\\n'.join(d)}\"",
    "a comment that is none": "y = '# no comment'; x = f'{d['a']}'  # one: f'{'",
    "several exceptions": "try:\n    pass\nexcept KeyError, ValueError:\n    pass",
    "template": 'x = t"{d["a"]}"',
}


@pytest.mark.parametrize("case", NEWER)
def test_what_is_new_is_left_out_and_all_else_keeps_its_place(case: str) -> None:
    text = f"before = 1\n{NEWER[case]}\nafter = 'x'\n"
    found = downgrade_source(text)
    assert [len(line) for line in found.split("\n")] == [len(line) for line in text.split("\n")]
    last = ast.parse(found).body[-1]
    assert isinstance(last, ast.Assign)
    assert ast.unparse(last) == "after = 'x'"


@pytest.mark.parametrize("case", NEWER)
def test_the_tools_of_a_newer_file_are_found(tmp_path: Path, case: str) -> None:
    text = f"d = {{}}\n{NEWER[case]}\n@mcp.tool()\ndef a(n: int = 2): 'A.'\n"
    found = server(tmp_path, {"server.py": OFFICIAL + text})
    assert [t.description for t in found.tools] == ["A."]
    assert not found.malformed


def test_a_newer_type_is_unknown(tmp_path: Path) -> None:
    text = (
        "type Name = str\nd = {'a': 1}\n@mcp.tool(description=f'A {d[\"a\"]} {d['a']}')\n"
        "def a(n: Name, m: int): ..."
    )
    (tool,) = server(tmp_path, {"server.py": OFFICIAL + text}).tools
    unknown = {f"/inputSchema/properties/n/{key}" for key in ("description", "title", "type")}
    assert unknown <= tool.unknown
    assert tool.unknown - unknown <= {"/description"}
    if sys.version_info < (3, 12):
        assert "/description" in tool.unknown


@given(st.text(alphabet="\"'{}[]()ft#\\\n =:,type deflsx", max_size=60))
def test_any_text_keeps_its_length_and_lines(text: str) -> None:
    found = downgrade_source(text)
    assert len(found) == len(text)
    assert found.count("\n") == text.count("\n")
