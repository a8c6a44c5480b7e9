"""The place of every character: of the very character, however the string is put together."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import FAST, OFFICIAL, written

from toolgrade.inputs import read

if TYPE_CHECKING:
    from toolgrade.model import Tool


def only_tool(folder: Path, text: str) -> Tool:
    ((found,),) = [server.tools for server in read(str(written(folder, {"s.py": text.encode()})))]
    return found


def character(text: str, tool: Tool, pointer: str, start: int) -> str | None:
    place = tool.origin.place(pointer, start)
    return None if place is None else text.split("\n")[place.line - 1][place.column - 1 :]


TEXTS = {
    "plain": '"Reads it."',
    "joined": '"Reads " \'it\'\n    # not this\n    """, and\nmore."""',
    "escapes": r'"Reads\tit \x41 \u00e4 \N{BULLET} \d \\ \" ' + "\\\n" + 'on."',
    "raw": r'r"Reads \d it." R"\'x\'"',
    "added": '"Reads " + NAME + "."',
    "f-string": 'f"Reads {NAME} and {{that}} {NAME!s}." "And" f"{NAME}x"',
    "dedent": 'textwrap.dedent("""\\\n    Reads it.\n\n      And\n    more.\n    """).strip()',
    "cleandoc": 'inspect.cleandoc("""Reads it.\n\n        And\n          more.\n    """)',
    "format": '"Reads {} and {{that}}, {n}.".format(NAME, n=NAME)',
    "percent": '"Reads %s 100 %% %s." % (NAME, NAME)',
    "replace": '"Reads XX and XX.".replace("XX", NAME)',
    "join": '" / ".join(["Reads", NAME, "it."])',
    "upper": '"reads it".capitalize()',
    "wide": '"Läse ä 日本 😀 it"  # ä',
}


@pytest.mark.parametrize("kind", TEXTS)
def test_each_character_of_a_description_is_placed(tmp_path: Path, kind: str) -> None:
    text = (
        f"import textwrap, inspect\nNAME = 'nämé'\n{OFFICIAL}@mcp.tool(description=(\n"
        f"    {TEXTS[kind]}\n))\ndef a(): ...\n"
    )
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape that is none
        exec(f"import textwrap, inspect\nNAME = 'nämé'\nx = (\n    {TEXTS[kind]}\n)", scope)
    tool = only_tool(tmp_path, text)
    assert tool.description == scope["x"]
    assert tool.description
    told = 0
    for at, char in enumerate(tool.description):
        found = character(text, tool, "/description", at)
        if found is not None and char != "\n":
            assert found[0] in {char, char.lower(), "\\"}, (at, char, found)
            told += 1
    assert told >= 0.8 * len(tool.description.replace("\n", ""))


@given(st.lists(st.tuples(st.text(max_size=12), st.sampled_from(["", "f", "3"])), min_size=1))
def test_any_string_is_placed_or_said_to_be_unplaced(parts: list[tuple[str, str]]) -> None:
    written_ = []
    for value, kind in parts:
        literal = repr(value)
        if kind == "f":
            literal = "f" + literal.replace("{", "{{").replace("}", "}}")
        elif kind == "3" and "\\" not in literal:
            literal = literal[0] * 2 + literal + literal[0] * 2
        written_.append(literal)
    code = f"({' '.join(written_)})"
    try:
        value = eval(code)
    except SyntaxError:
        return
    text = f"# coding: utf-8\n{OFFICIAL}@mcp.tool(description={code})\ndef a(): 'D.'\n"
    if "\r" in text or "\0" in text or not value:
        return
    with tempfile.TemporaryDirectory() as folder:
        tool = only_tool(Path(folder), text)
    assert tool.description == value
    for at, char in enumerate(value):
        found = character(text, tool, "/description", at)
        if found is not None:
            assert found.startswith((char, "\\")) or char == "\n", (at, char, found)


def test_what_is_described_apart_from_the_tool_is_placed(tmp_path: Path) -> None:
    text = FAST + (
        "from typing import Annotated\nfrom pydantic import Field\n\n"
        "@mcp.tool(annotations={'readOnlyHint': True})\n"
        "async def find(query: str, limit: Annotated[int, Field(description='How many.')] = 5):\n"
        '    """Finds rows.\n\n    Args:\n        query: What to look\n            for.\n    """\n'
    )
    tool = only_tool(tmp_path, text)
    places = {
        "/name": "find(",
        "/description": "Finds",
        "/annotations/readOnlyHint": "True}",
        "/inputSchema/properties/limit/description": "How",
        "/inputSchema/properties/query/description": "What",
        "/inputSchema/properties/limit": "limit:",
        "": "async def",
    }
    for pointer, word in places.items():
        found = character(text, tool, pointer, 0)
        assert found is not None, pointer
        assert found.startswith(word), (pointer, found)
    found = character(text, tool, "/inputSchema/properties/query/description", 13)
    assert found is not None
    assert found.startswith("for.")
    assert tool.origin.place("/nowhere") is None
    assert tool.origin.place("/name", 99) is None
