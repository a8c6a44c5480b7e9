"""Fitting: known prices are found again, constraints hold, and the file keeps its comments."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from toolgrade.agreement import labels
from toolgrade.agreement.cuts import best_cuts
from toolgrade.agreement.design import Block, Design, Judgements
from toolgrade.agreement.fit import STEP, Fitted, Fitting
from toolgrade.agreement.labels import Labelled
from toolgrade.agreement.measure import score
from toolgrade.agreement.objective import Objective
from toolgrade.agreement.prices import slots
from toolgrade.agreement.writing import rewrite_numbers
from toolgrade.checks import checks
from toolgrade.cli import cli
from toolgrade.files.shipped import FOLDER
from toolgrade.model import InputError, Server, Source, Tool
from toolgrade.rubric import Rubric
from toolgrade.rubric.files import read

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """# Mine, and what I think of it.
extends = "tdqs"
name    = "mine"

[dimensions.behavior]   # only this is mine
baseline = [
  { when = "param_count > 0", score = 2.5, why = "has parameters" },  # a guess
  { score = 2.50, why = "has none" },
]
checks.alpha = { title = "Says alpha", cues = ["alpha"], met = 0.3, cases = [
  { when = "param_count > 0", met = 0.3 },   # dearer there
] }
checks.beta  = { title = "Says beta",  cues = ["beta"],  unmet = -0.2 }
checks.gamma = { title = "Says gamma", cues = ["gamma"], met = 0.5 }   # worth nothing, in truth
"""
TRUTH = {
    "behavior.baseline.0.score": 2,
    "behavior.baseline.1.score": 3,
    "behavior.checks.alpha.met": 1,
    "behavior.checks.alpha.cases.0.met": 2,
    "behavior.checks.beta.unmet": -1,
    "behavior.checks.gamma.met": 0,
}
WORDS = ("alpha", "beta", "gamma")


def truth(said: frozenset[str], *, parameters: bool) -> int:
    """What a judge of these prices would give: whole sums, so rounding hides nothing."""
    alpha = (2 if parameters else 1) * ("alpha" in said)
    return (2 if parameters else 3) + alpha - ("beta" not in said)


def definitions(score: Any = truth) -> list[dict[str, Any]]:
    rows = []
    every = [frozenset(c) for n in range(4) for c in itertools.combinations(WORDS, n)]
    for at, (said, parameters, _) in enumerate(itertools.product(every, (True, False), range(5))):
        properties = {"path": {"description": "Where."}} if parameters else {}
        tool = {
            "name": f"read_{at}",
            "description": f"Read a ledger of {' and '.join(sorted(said)) or 'nothing'}.",
            "inputSchema": {"type": "object", "properties": properties},
        }
        label = {"behavior": score(said, parameters=parameters)}
        rows.append({"id": str(at), "server": f"s{at % 11}", "tool": tool, "labels": [label]})
    return rows


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A rubric of its own in one dimension: the shipped checks there are off."""
    known = [id_.partition(".")[2] for id_ in checks() if id_.startswith("behavior.")]
    shipped = read(FOLDER / "tdqs.toml")["dimensions"]["behavior"]["checks"]
    off = "".join(f"checks.{name} = {{ off = true }}\n" for name in known if name in shipped)
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + off, encoding="utf-8")
    return path


def kept(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def fitting(rubric: Path, rows: list[dict[str, Any]]) -> Fitting:
    return Fitting.from_labels(
        Rubric.prove(rubric), read(rubric), labels.read(kept(rubric.parent, rows))
    )


def named(fitted: Fitted) -> dict[str, Decimal]:
    return {".".join(map(str, path[1:])): value for path, value in fitted.values.items()}


def test_known_prices_are_found_within_a_step(mine: Path) -> None:
    found = named(fitting(mine, definitions()).fit_all())
    assert found.keys() == TRUTH.keys(), "what the file does not write is not fitted"
    for name, price in TRUTH.items():
        assert abs(found[name] - price) <= STEP, name


def test_known_prices_are_found_from_nothing_too(mine: Path) -> None:
    series = fitting(mine, definitions()).restart().cross_validate()["behavior"]
    assert max(abs(p.expected - p.label) for p in series) <= 0.3


def test_doing_better_never_scores_worse_whatever_the_labels_say(mine: Path) -> None:
    def perverse(said: frozenset[str], *, parameters: bool) -> int:
        return 5 - truth(said, parameters=parameters)

    found = named(fitting(mine, definitions(perverse)).fit_all())
    for name, price in found.items():
        assert not name.endswith(".met") or price >= 0, name
        assert not name.endswith(".unmet") or price <= 0, name
        assert not name.endswith(".score") or 1 <= price <= 5, name
        assert price % STEP == 0, name
    assert found["behavior.checks.alpha.met"] == 0
    assert found["behavior.checks.beta.unmet"] == 0


def numberless(text: str) -> str:
    return re.sub(r"-?\b\d+(\.\d+)?\b", "#", text)


def test_only_numbers_change_in_the_file(mine: Path) -> None:
    text = mine.read_text(encoding="utf-8")
    after = rewrite_numbers(text, fitting(mine, definitions()).fit_all())
    assert after != text
    assert numberless(after) == numberless(text)
    assert "# dearer there" in after


def test_a_number_that_stays_keeps_its_spelling(mine: Path) -> None:
    text = mine.read_text(encoding="utf-8")
    made = fitting(mine, definitions())
    own = zip(made.design.slots, made.free, strict=True)
    same = Fitted({slot.path: slot.value for slot, free in own if free}, {})
    assert len(same.values) == len(TRUTH)
    assert rewrite_numbers(text, same) == text


def test_a_fitted_file_stays_as_it_is(mine: Path) -> None:
    made = fitting(mine, definitions())
    once = made.fit_all()
    mine.write_text(rewrite_numbers(mine.read_text(encoding="utf-8"), once), encoding="utf-8")
    twice = named(fitting(mine, definitions()).fit_all())
    assert all(abs(twice[name] - price) <= STEP for name, price in named(once).items())


def test_definitions_under_a_gate_or_a_cap_teach_nothing(mine: Path) -> None:
    text = mine.read_text(encoding="utf-8").replace("unmet = -0.2", "unmet = -0.2, cap = 1")
    mine.write_text(text, encoding="utf-8")
    rows = definitions()
    next(r for r in rows if "beta" in r["tool"]["description"])["tool"]["description"] = ""
    made = fitting(mine, rows)
    behavior = next(b for b in made.design.blocks if b.key == "behavior")
    learnt = {rows[at]["tool"]["description"] for at in behavior.judgements.row}
    assert learnt == {d for r in rows if "beta" in (d := r["tool"]["description"])}


def labels_row(description: str, number: int) -> Labelled:
    tool = Tool(f"delete_{number}", description=description, input_schema={"type": "object"})
    server = Server(f"s{number}", (tool,), Source("file", "path", "x"))
    return Labelled(str(number), f"s{number}", server, ({"behavior": 3},))


def test_sums_of_the_design_are_those_of_grading() -> None:
    """The matrix and `judge` are two ways to the same sum."""
    rubric = Rubric.load()
    rows = [labels_row(f"Deletes file {n}. Fails if it is open.", n) for n in range(3)]
    made = Fitting.from_labels(rubric, read(FOLDER / "tdqs.toml"), rows)
    numbers = np.array([float(slot.value) for slot in slots(rubric.dimensions, rubric.scale)])
    for at, scored in enumerate(score(rows, rubric)):
        for block, dimension in zip(made.design.blocks, scored.dimensions, strict=True):
            total = min(block.terms[at] @ numbers[block.columns], block.cap[at])
            assert float(dimension.expected) == pytest.approx(np.clip(total, 1, 5), abs=1e-3)


def random_objective(chance: np.random.Generator) -> Objective:
    """Two dimensions of three numbers, eight definitions, some under a cap."""
    blocks = []
    for at in range(2):
        rows = chance.permutation(8)[:6]
        judged = Judgements(rows, chance.integers(1, 6, 6).astype(float), chance.random(6))
        cap = np.where(chance.random(8) < 0.2, 2.0, np.inf)
        columns = slice(3 * at, 3 * at + 3)
        blocks.append(Block(f"d{at}", 0.5, columns, chance.random((8, 3)), cap, judged))
    tdqs = Judgements(np.arange(8), chance.uniform(1, 5, 8), chance.random(8))
    made = Design((), (), tuple(blocks), tdqs, ("s",) * 8)
    return Objective(made, chance.normal(2, 1, 6), chance.random(6))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_slope_is_that_of_the_loss(seed: int) -> None:
    chance = np.random.default_rng(seed)
    objective = random_objective(chance)
    at = chance.normal(2, 1, len(objective.centre))
    slope = objective(at)[1]
    off = check_grad(lambda x: objective(x)[0], lambda x: objective(x)[1], at, epsilon=1e-7)
    assert off <= 1e-3 * (1 + np.abs(slope).max())


def test_a_file_that_writes_no_number_is_told(mine: Path) -> None:
    mine.write_text('extends = "tdqs"\nname = "same"\n', encoding="utf-8")
    with pytest.raises(InputError, match="nothing to fit"):
        fitting(mine, definitions())


def test_cuts_are_found_where_whole_points_change() -> None:
    cuts = tuple(map(Decimal, ("1.4", "2.2", "3.8", "4.6")))
    sums = np.arange(10, 51) / 10
    label = 1 + sum((sums >= float(cut)).astype(float) for cut in cuts)
    judged = Judgements(np.arange(len(sums)), label, np.full(len(sums), 3.0))
    cap = np.full(len(sums), np.inf)
    block = Block("behavior", 1.0, slice(0, 1), sums[:, None], cap, judged)
    halves = tuple(map(Decimal, ("1.5", "2.5", "3.5", "4.5")))
    assert best_cuts(block, sums, halves) == cuts
    nobody = Judgements(np.arange(0), np.zeros(0), np.zeros(0))
    empty = Block("behavior", 1.0, slice(0, 1), sums[:, None], cap, nobody)
    assert best_cuts(empty, sums, halves) == halves


def test_cuts_are_fitted_and_written_only_where_the_file_has_them(mine: Path) -> None:
    text = mine.read_text(encoding="utf-8")
    assert not fitting(mine, definitions()).fit_all().cuts
    cuts = "cuts = [1.5, 2.5, 3.4, 4.5]  # where points change"
    text = text.replace("checks.alpha", f"{cuts}\nchecks.alpha", 1)
    mine.write_text(text, encoding="utf-8")
    fitted = fitting(mine, definitions()).fit_all()
    assert set(fitted.cuts) == {"behavior"}
    assert "]  # where points change" in rewrite_numbers(text, fitted)


def test_the_command_writes_where_it_is_told(mine: Path, tmp_path: Path) -> None:
    path = kept(tmp_path, definitions())
    before, out = mine.read_bytes(), tmp_path / "fitted.toml"
    command = ["rubric", "fit", str(mine), str(path)]
    told = CliRunner().invoke(cli, [*command, "-o", str(out)], catch_exceptions=False)
    assert told.exit_code == 0
    assert mine.read_bytes() == before
    assert "behavior.checks.gamma.met: 0.5 -> 0.0" in told.stdout
    assert "toolgrade, refitted " in told.stdout
    again = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert again.exit_code == 0
    assert mine.read_bytes() == out.read_bytes()
    assert Rubric.prove(out).stamp.name == "mine"


def test_agree_shows_what_left_out_servers_get(mine: Path, tmp_path: Path) -> None:
    command = ["rubric", "agree", str(mine), str(kept(tmp_path, definitions())), "--folds", "3"]
    result = CliRunner().invoke(cli, [*command, "-o", "json"], catch_exceptions=False)
    series = json.loads(result.stdout)["series"]
    mine_now, refitted = series["toolgrade"]["behavior"], series["toolgrade, refitted"]["behavior"]
    assert refitted["error"] < mine_now["error"]
    assert refitted["exact"] == 1


def test_without_the_extra_the_command_says_what_to_install(mine: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['scipy.optimize'] = None; from toolgrade.cli import main; main()"
    )
    command = ["rubric", "fit", str(mine), str(kept(tmp_path, definitions()))]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "pip install 'toolgrade[fit]'" in done.stderr
    assert "Traceback" not in done.stderr
