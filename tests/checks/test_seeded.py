"""Forty-two seeded defects: each is found where it was put, and its near miss is not."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tools import SOURCE, rubric

from toolgrade.clients import check_compatibility, select_clients
from toolgrade.grading.grade import grade
from toolgrade.listing.parse import Reading, servers
from toolgrade.model import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "seeded.toml").read_text(encoding="utf-8")
)
DEFECTS = [pytest.param(defect, id=defect["what"]) for defect in DATA["defect"]]


def merged(base: Any, change: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    return {**base, **{key: merged(base.get(key), value) for key, value in change.items()}}


def spoilt(defect: dict[str, Any], change: str, also: str, drop: Iterable[str]) -> list[Any]:
    tools: list[Any] = copy.deepcopy(DATA["tool"])
    for at, tool in enumerate(tools):
        if tool["name"] == defect.get("tool"):
            tools[at] = merged(tool, defect.get(change, {}))
            for key in drop:
                tools[at].pop(key, None)
            if change == "change" and "repeat" in defect:
                times = range(defect["repeat"])
                tools[at]["description"] = " ".join(
                    f"{tools[at]['description']} {n}" for n in times
                )
    more = defect.get("many" if change == "change" else "near_many", 0)
    return tools + defect.get(also, []) + [{"name": f"count_shelf_{n}"} for n in range(more)]


def found(tools: list[Any]) -> set[tuple[str | None, str]]:
    """Return what is to mend: the tool's name, None for the server's own, and the check."""
    reading = Reading(SOURCE, "tools.json", "library", lambda _: NOWHERE, lambda _: ())
    report = grade(servers({"tools": tools}, reading), rubric())
    report = check_compatibility(report, select_clients(["portable"]))
    return {
        (tool and tool.tool.name, finding.check)
        for _, tool, finding in report.findings()
        if finding.level
    }


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_seeded_defect_is_found(defect: dict[str, Any]) -> None:
    tools = spoilt(defect, "change", "also", defect.get("drop", ()))
    wanted = {(defect.get("tool"), check) for check in defect["checks"]}
    assert found(tools) & wanted - found(DATA["tool"])


@pytest.mark.parametrize("defect", DEFECTS)
def test_its_near_miss_stays_silent(defect: dict[str, Any]) -> None:
    tools = spoilt(defect, "near", "near_also", ())
    assert tools != DATA["tool"]
    near = {None, *(tool["name"] for tool in tools)}
    unwanted = {(name, check) for name in near for check in defect["checks"]}
    assert found(tools) & unwanted == set()


def test_there_are_forty_two() -> None:
    assert len({defect["what"] for defect in DATA["defect"]}) == 42
