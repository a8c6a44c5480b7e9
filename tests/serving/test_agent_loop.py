"""The transcript of the agent is what the same moves give today."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolgrade.serving import answer
from toolgrade.serving.answers import Desk

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import agent_loop

if TYPE_CHECKING:
    from collections.abc import Callable

anyio = pytest.importorskip("anyio")


def test_the_transcript_is_up_to_date(current: Callable[[Path, str], None]) -> None:
    desk = Desk(None)

    async def ask(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        found, is_error = answer(desk, name, arguments)
        assert not is_error
        return found

    text = anyio.run(agent_loop.play, ask)
    assert "tier D\n" in text.split("## 2.")[0]
    assert text.count("tier A") >= 1
    assert "\n0 breaking changes." in text
    current(agent_loop.OUT, text)
