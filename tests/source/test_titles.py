"""A title is the one that is written, or the one that the SDK makes from the name at last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reading import server

if TYPE_CHECKING:
    from pathlib import Path

MOUNTED = {
    "none": ("", "Jira Get User"),
    "one that is made from the name itself": ("annotations={'title': 'Get User'}", "Get User"),
    "one of its own": ("annotations={'title': 'Look Up'}", "Look Up"),
    "as an argument": ("title='Get User'", "Get User"),
    "as None": ("title=None", "Jira Get User"),
    "one made at run time": ("title=make()", None),
}


@pytest.mark.parametrize("case", MOUNTED)
def test_a_mount_changes_no_title_that_is_written(tmp_path: Path, case: str) -> None:
    given, title = MOUNTED[case]
    text = (
        "from fastmcp import FastMCP\nmain = FastMCP('main')\nsub = FastMCP('sub')\n"
        f"@sub.tool({given})\ndef get_user(): 'A.'\nmain.mount(sub, 'jira')\n"
    )
    (found,) = server(tmp_path, {"server.py": text}).tools
    assert (found.name, found.title) == ("jira_get_user", title)
    assert ("/title" in found.unknown) is (title is None)
