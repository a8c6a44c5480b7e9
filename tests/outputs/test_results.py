"""A finding keeps its fingerprint while its tool is edited, moved or saved under another name."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric

from reports import sample_report
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import LEVELS
from toolgrade.outputs.results import Result, describe_result, results

if TYPE_CHECKING:
    from collections.abc import Callable

SERVERS = Path(__file__).parents[1] / "servers"
EXAMPLE = json.loads((SERVERS / "example.json").read_text("utf-8"))


def found(path: Path) -> list[Result]:
    return results(grade(read(str(path)), rubric()))


def keyed(path: Path) -> dict[tuple[str, str], str]:
    return {
        (describe_result(r).partition(":")[0], r.finding.check): r.fingerprint for r in found(path)
    }


def reversed_(listing: Any) -> None:
    listing["tools"].reverse()


def reworded(listing: Any) -> None:
    for tool in listing["tools"]:
        tool["description"] = f"{tool.get('description', '')} It has 7 limits."


def grown(listing: Any) -> None:
    listing["tools"].insert(0, {"name": "new_tool", "description": "Make a new thing."})


def named(listing: Any) -> None:
    listing["serverInfo"] = {"name": "renamed", "version": "2"}


@pytest.mark.parametrize("change", [reversed_, reworded, grown, named])
def test_a_fingerprint_survives(change: Callable[[Any], None], tmp_path: Path) -> None:
    listing = copy.deepcopy(EXAMPLE)
    change(listing)
    (tmp_path / "other-name.json").write_text(json.dumps(listing), "utf-8")
    before, after = keyed(SERVERS / "example.json"), keyed(tmp_path / "other-name.json")
    same = before.keys() & after.keys()
    assert len(same) > 100
    assert {key: before[key] for key in same} == {key: after[key] for key in same}


def test_what_is_mended_leaves_the_others_theirs(tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    tool = {"name": "read_note", "description": 7, "annotations": []}
    path.write_text(json.dumps({"tools": [tool]}))
    before = {r.fingerprint for r in found(path) if r.finding.check == "malformed.wrong-type"}
    path.write_text(json.dumps({"tools": [tool | {"description": "Read one note."}]}))
    after = {r.fingerprint for r in found(path) if r.finding.check == "malformed.wrong-type"}
    assert len(before) == 2
    assert len(after) == 1
    assert after < before


@pytest.mark.parametrize("name", [path.name for path in SERVERS.glob("*.json")])
def test_no_two_results_share_a_fingerprint(name: str) -> None:
    prints = Counter(r.fingerprint for r in found(SERVERS / name))
    assert prints
    assert set(prints.values()) == {1}


def test_two_servers_with_the_same_tools_share_no_fingerprint() -> None:
    servers = read(str(SERVERS / "example.json")) * 2
    both = results(grade(servers, rubric()))
    assert len({r.fingerprint for r in both}) == len(both)


def test_the_most_urgent_stand_first_and_the_ignored_last() -> None:
    rows = [r.finding for r in results(sample_report())]
    assert [f.check for f in rows if f.ignored] == [rows[-1].check] == ["conciseness.repeats"]
    levels = [LEVELS.index(f.level or "note") for f in rows[:-1]]
    assert levels == sorted(levels)
    warnings = [f.gain for f in rows if f.level == "warning"]
    assert warnings == sorted(warnings, reverse=True)


def test_a_server_that_was_heard_and_not_read_has_no_place() -> None:
    clock = [r for r in results(sample_report()) if r.server.server.name == "clock"]
    assert clock
    assert [(r.file, r.place) for r in clock] == [(None, None)] * len(clock)
