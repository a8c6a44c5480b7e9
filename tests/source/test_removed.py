"""A tool that is taken away as soon as its module is loaded is none of the server's tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reading import FAST, OFFICIAL, server

if TYPE_CHECKING:
    from pathlib import Path

TWO = "@mcp.tool()\ndef a(): 'A.'\n@mcp.tool()\ndef b(): 'B.'\n"
BOTH = ["a", "b"]

TAKEN = {
    "by name": (OFFICIAL, "mcp.remove_tool('a')", ["b"]),
    "by a name of the package": (OFFICIAL, "NAME = 'a'\nmcp.remove_tool(NAME)", ["b"]),
    "from where a server keeps its own": (FAST, "mcp.local_provider.remove_tool('a')", ["b"]),
    "several in a loop": (OFFICIAL, "for name in ('a', 'c'):\n    mcp.remove_tool(name)", ["b"]),
    "by itself": (FAST, "a.remove()", ["b"]),
    "disabled": (FAST, "a.disable()", ["b"]),
    "disabled as what registering gives": (
        FAST,
        "def c(): 'C.'\nmade = mcp.tool(c)\nmade.disable()",
        BOTH,
    ),
    "disabled by name": (FAST, "mcp.disable(names={'a'})", ["b"]),
    "disabled by key": (FAST, "mcp.disable(keys={'tool:a'})", ["b"]),
    "disabled, but perhaps not for good": (FAST, "a.disable()\ndef f(): a.enable()", BOTH),
    "by a name made at run time": (OFFICIAL, "mcp.remove_tool(make())", BOTH),
    "under a condition": (OFFICIAL, "if flag():\n    mcp.remove_tool('a')", BOTH),
    "by a function that may be called": (OFFICIAL, "def f():\n    mcp.remove_tool('a')", BOTH),
    "from another server": (FAST, "other = FastMCP('o')\nother.remove_tool('a')", BOTH),
    "from something else": (OFFICIAL, "shed = {}\nshed.remove_tool('a')", BOTH),
    "and put there anew": (
        OFFICIAL,
        "mcp.remove_tool('a')\n@mcp.tool(name='a')\ndef other(): 'Other.'",
        BOTH,
    ),
    "under its name on the server that it is mounted on": (
        FAST,
        "main = FastMCP('m')\nmain.mount(mcp, 'x')\nmain.remove_tool('x_a')",
        ["x_b"],
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken_away_is_gone(tmp_path: Path, case: str) -> None:
    head, text, left = TAKEN[case]
    found = server(tmp_path, {"server.py": head + TWO + text})
    assert sorted(str(t.name) for t in found.tools) == left


def test_what_another_module_takes_away_is_gone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "tools.py": OFFICIAL + TWO,
        "main.py": "from tools import mcp\nmcp.remove_tool('b')\nmcp.run()",
    }
    assert [t.name for t in server(tmp_path, files).tools] == ["a"]
