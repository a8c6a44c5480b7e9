"""A client's config that grows while it is read is one line, soon, or is graded."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Done

_LETTERS = "abcdefghij"


def _repeat(line: str) -> str:
    """Return ten levels, each nine times the one before it."""
    levels = (
        line.format(name=name, nine=",".join([f"*{before}"] * 9))
        for before, name in pairwise(_LETTERS)
    )
    return "".join(levels)


BOMBS = {
    "lists": "a: &a [x]\n" + _repeat("{name}: &{name} [{nine}]\n") + "mcpServers: *j\n",
    "tables": "a: &a {command: x}\n"
    + _repeat("{name}: &{name} {{p: [{nine}]}}\n")
    + "mcpServers: {s: {command: x, args: *j}}\n",
    "merged": "a: &a {command: x}\n"
    + _repeat("{name}: &{name} {{<<: [{nine}]}}\n")
    + "mcpServers: {s: *j}\n",
    "keys": "? &a [x]\n: b\nmcpServers: {*a : b}\n",
    "circle": "mcpServers: &a\n  x: *a\n",
    "circle of a list": "mcpServers:\n  x: {command: x, args: &a [*a]}\n",
    "deep lists": "mcpServers: " + "[" * 20_000,
    "deep tables": "mcpServers: " + "{a: " * 20_000,
    "tags": "mcpServers: !!python/object/apply:os.system ['touch MARKER']\n",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_config_in_yaml_that_grows_is_one_line(
    home: Path, run_apart: Callable[..., Done], kind: str
) -> None:
    (home / "client.yaml").write_text(BOMBS[kind])
    done = run_apart("grade", "client.yaml")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("toolgrade: client.yaml: ")
    assert not (home / "MARKER").exists()
