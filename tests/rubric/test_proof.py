"""A rubric's writer gets one fault at a time: the file, the line, the way out, and the line."""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from toolgrade.checks import checks
from toolgrade.files.shipped import FOLDER
from toolgrade.grading.grade import grade
from toolgrade.model import COHERENCE, DIMENSIONS, RubricError, Server, Source, Tool
from toolgrade.rubric import Rubric
from toolgrade.rubric.rules import PRICE_KEYS
from toolgrade.view import FACTS, SERVER_FACTS

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(path for path in FOLDER.glob("*.toml") if "[dimensions" in path.read_text())
TDQS = (FOLDER / "tdqs.toml").read_text(encoding="utf-8")
HEAD = 'extends = "tdqs"\nname = "mine"\n'
SERVER = Server(
    "s",
    (
        Tool("get_a", description="Get a page by its number.", input_schema={"type": "object"}),
        Tool("b", 1, description="Delete b.", input_schema={"properties": {"n": {"type": "null"}}}),
        Tool("c", 2),
    ),
    Source("file", "path", "t.json"),
)


def fault(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RubricError) as caught:
        Rubric.prove(path)
    return str(caught.value)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_rubrics_are_proved(path: Path) -> None:
    assert (
        Rubric.prove(path) == Rubric.load(path.stem)
        or Rubric.prove(path).stamp == Rubric.load(path.stem).stamp
    )


def test_every_option_is_a_word_list() -> None:
    # The proof knows no other kind of option; a check that wants one must teach it.
    assert [c.id for c in checks().values() if set(c.options) != c.words] == []


def test_a_rubric_of_three_lines(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + "dimensions.usage.checks.exclusion.met = 1.5\n")
    mine, shipped = Rubric.prove(path), Rubric.load("tdqs")
    assert mine.stamp.name == "mine"
    assert mine.stamp.digest != shipped.stamp.digest
    assert sum(rules.words.weight for rules in mine.dimensions) == 100
    prices = {q.check.id: q.price.met for rules in mine.dimensions for q in rules.questions}
    assert prices["usage.exclusion"] == Decimal("1.5")
    assert prices["usage.alternative"] == next(
        q.price.met
        for rules in shipped.dimensions
        for q in rules.questions
        if q.check.id == "usage.alternative"
    )


def test_a_check_made_of_words(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD + "[dimensions.behavior]\n"
        'checks.privacy = { title = "Speaks of privacy", cues = ["personal data"], met = 2 }\n'
    )
    tool = Tool("count", description="Count the visits of a day. The count keeps no personal data.")
    report = grade([Server("s", (tool,), SERVER.source)], Rubric.prove(path))
    found = {f.check: f for _, _, f in report.findings()}["behavior.privacy"]
    assert (found.share, found.delta, found.title) == (1, 2, "Speaks of privacy")
    assert [quote.text for quote in found.quotes] == ["personal data"]


def test_words_added_and_dropped_and_checks_off(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD + "dimensions.purpose.checks.verb.off = true\n"
        '[lexicons]\nwhen-cues = { add = ["at dawn"], drop = ["use when"] }\n'
        'vague-verbs = { file = "words.txt" }\n'
    )
    (tmp_path / "words.txt").write_text("# mine\njuggle\n\n")
    mine = Rubric.prove(path)
    assert "purpose.verb" not in {q.check.id for r in mine.dimensions for q in r.questions}
    assert "at dawn" in mine.words["when-cues"].entries
    assert "use when" not in mine.words["when-cues"].entries
    assert mine.words["vague-verbs"].entries == ("juggle",)


def usage(lines: str) -> str:
    return f"{HEAD}[dimensions.usage]\n{lines}\n"


# What is written, the line at fault, what is said of it, and the words of the line that is quoted.
FAULTS: dict[str, tuple[str, int, str, str]] = {
    "unknown dimension of coherence": (
        HEAD + "[coherence.nameing]\nweight = 25",
        3,
        "nameing: there is no dimension 'nameing'; did you mean 'naming'?",
        "[coherence.nameing]",
    ),
    "weights of coherence": (
        HEAD + "[coherence.naming]\nweight = 30",
        4,
        "naming.weight: the weights of coherence sum to 105, not 100",
        "weight = 30",
    ),
    "a tool's check asked of a server": (
        HEAD + '[coherence.naming]\nchecks."usage.when" = { met = 1 }',
        4,
        "naming.usage.when: 'usage.when' is a check of a tool; move it to the other table",
        'checks."usage.when" = { met = 1 }',
    ),
    "a server's check asked of a tool": (
        usage('checks."naming.one-order" = { met = 1 }'),
        4,
        "usage.naming.one-order: 'naming.one-order' is a check of a server",
        'checks."naming.one-order" = { met = 1 }',
    ),
    "a tool's fact in a server's condition": (
        HEAD + '[coherence.count]\nchecks.no-copies = { when = "length < 8" }',
        4,
        "the facts are tool_count, distinct_count",
        'checks.no-copies = { when = "length < 8" }',
    ),
    "gate in coherence": (
        HEAD + "[coherence.count]\nchecks.no-copies = { gate = 1 }",
        4,
        "count.no-copies.gate: a gate holds a tool's dimensions; give a cap",
        "checks.no-copies = { gate = 1 }",
    ),
    "cues in coherence": (
        HEAD + '[coherence.count]\nchecks.mine = { title = "T", cues = ["a"], met = 1 }',
        4,
        "count.mine: there is no check 'count.mine'",
        'checks.mine = { title = "T", cues = ["a"], met = 1 }',
    ),
    "three dimensions of coherence": (
        HEAD.replace("name", 'replaces = ["coherence"]\nname')
        + '[coherence.count]\ntitle = "C"\nquestion = "Q"\nimportance = "I"\nweight = 100\n'
        "anchors = {}\nbaseline = [{ score = 3 }]\nchecks = {}",
        4,
        "needs 'disambiguation': give all four dimensions, or none",
        "[coherence.count]",
    ),
    "unknown check": (
        usage("checks.alternativ = { met = 1.0 }"),
        4,
        "usage.alternativ: there is no check 'usage.alternativ'; did you mean 'alternative'?",
        "checks.alternativ = { met = 1.0 }",
    ),
    "unknown top-level key": (
        HEAD + "\ntier = { A = 4 }",
        4,
        "tier: there is no key 'tier' here; did you mean 'tiers'?",
        "tier = { A = 4 }",
    ),
    "unknown dimension": (
        HEAD + "[dimensions.behaviour]\nweight = 20",
        3,
        "behaviour: there is no dimension 'behaviour'; did you mean 'behavior'?",
        "[dimensions.behaviour]",
    ),
    "dimension of one's own with an odd name": (
        HEAD + '[dimensions.My_own]\ntitle = "Mine"',
        3,
        "My_own: name a dimension in lower-case letters",
        "[dimensions.My_own]",
    ),
    "dimension named as the sum of all": (
        HEAD + '[dimensions.tdqs]\ntitle = "Mine"',
        3,
        "tdqs: name a dimension in lower-case letters, digits and hyphens, not 'tdqs'",
        "[dimensions.tdqs]",
    ),
    "dimension of one's own without what it needs": (
        HEAD + '[dimensions.limitation]\ntitle = "Limits"',
        3,
        "limitation: needs 'question'",
        "[dimensions.limitation]",
    ),
    "check asked in two dimensions": (
        usage('checks."behavior.bounds" = { met = 1 }'),
        4,
        "behavior.bounds: is asked in 'behavior' already; remove it from one of the two",
        'checks."behavior.bounds"',
    ),
    "check by its id in its own dimension": (
        usage('checks."usage.when" = { met = 1 }'),
        4,
        "usage.usage.when: write 'when' here, in its own dimension",
        'checks."usage.when"',
    ),
    "unknown check of another dimension": (
        usage('checks."behavior.bouns" = { met = 1 }'),
        4,
        "there is no check 'behavior.bouns'; did you mean 'behavior.bounds'?",
        'checks."behavior.bouns"',
    ),
    "cues under a full id": (
        usage('checks."behavior.mine" = { title = "x", cues = ["a b"] }'),
        4,
        "there is no check 'behavior.mine'",
        'checks."behavior.mine"',
    ),
    "judge that sees nothing known": (
        HEAD + 'sees = "schema"',
        3,
        "sees: should be 'definition' or 'description'",
        'sees = "schema"',
    ),
    "replaces what is not there": (
        HEAD + 'replaces = ["dimensions"]',
        3,
        "replaces: there is no table 'dimensions' here to replace it",
        "replaces",
    ),
    "replaces no list": (
        HEAD + 'replaces = "tiers"',
        3,
        'replaces: give a list of tables, such as ["dimensions"]',
        "replaces",
    ),
    "unknown key of a dimension": (
        usage("wieght = 3"),
        4,
        "usage.wieght: there is no key 'wieght' here; did you mean 'weight'?",
        "wieght = 3",
    ),
    "unknown option": (
        usage('checks.when = { wen-cues = "when-cues" }'),
        4,
        "usage.when.wen-cues: 'usage.when' has no option 'wen-cues'; did you mean 'when-cues'?",
        "checks.when =",
    ),
    "cues on a check that is there": (
        usage('checks.when.cues = ["a b"]'),
        4,
        "usage.when.cues: 'usage.when' has no option 'cues'",
        "checks.when.cues",
    ),
    "unknown kind of remark": (
        HEAD + '[unpriced]\nnamless = { title = "x", level = "note" }',
        4,
        "unpriced.namless: there is no 'namless'; did you mean 'nameless'?",
        "namless",
    ),
    "missing word list": (
        usage('checks.when.when-cues = "my-cues"'),
        4,
        "usage.when.when-cues: needs the word list 'my-cues'",
        'checks.when.when-cues = "my-cues"',
    ),
    "word list that is none": (
        HEAD + "[lexicons]\nwhen-cues = 3",
        4,
        "lexicons.when-cues: give a list of words",
        "when-cues = 3",
    ),
    "word that is none": (
        HEAD + '[lexicons]\nwhen-cues = [\n  "use when",\n  12,\n]',
        6,
        "lexicons.when-cues: write words in quotes; 12 has none",
        "12,",
    ),
    "word list edited wrongly": (
        HEAD + '[lexicons]\nwhen-cues = { plus = ["x"] }',
        4,
        "lexicons.when-cues: give a list of words",
        "plus",
    ),
    "word list in no file": (
        HEAD + '[lexicons]\nwhen-cues = { file = "gone.txt" }',
        4,
        "lexicons.when-cues: there is no file 'gone.txt'",
        "gone.txt",
    ),
    "word that can never match": (
        HEAD + '[lexicons]\nwhen-cues = ["use when",\n"de*"]',
        5,
        "lexicons.when-cues: 'de*' matches nothing",
        '"de*"]',
    ),
    "lexicons are no table": (HEAD + "lexicons = 3", 3, "must be a table", "lexicons = 3"),
    "reward below nothing": (
        usage("checks.when = { met = -1 }"),
        4,
        "usage.when.met: should be greater than or equal to 0",
        "checks.when",
    ),
    "penalty above nothing": (
        usage("checks.when = { unmet = 1 }"),
        4,
        "usage.when.unmet: should be less than or equal to 0",
        "checks.when",
    ),
    "penalty above nothing in a case": (
        usage('checks.when.cases = [{ when = "annotated", unmet = 1 }]'),
        4,
        "usage.when.cases.0.unmet: should be less than or equal to 0",
        "checks.when.cases",
    ),
    "price in quotes": (
        usage('checks.when = { met = "1" }'),
        4,
        "usage.when.met: must be a number, not '1'",
        "checks.when",
    ),
    "price true": (usage("checks.when.met = true"), 4, "must be a number, not True", "true"),
    "price nan": (usage("checks.when.met = nan"), 4, "must be a number from", "nan"),
    "price infinite": (usage("checks.when.met = inf"), 4, "must be a number from", "inf"),
    "price beyond reason": (usage("checks.when.met = 1e9999"), 4, "must be a number from", "1e9"),
    "price too fine": (usage("checks.when.met = 0.1234"), 4, "more than three", "0.1234"),
    "check that is no table": (usage("checks.when = 3"), 4, "usage.when: ", "checks.when = 3"),
    "weights": (
        HEAD + "[dimensions.completeness]\nweight = 15",
        4,
        "completeness.weight: the weights of all dimensions sum to 105, not 100",
        "weight = 15",
    ),
    "weight in quotes": (usage('weight = "20"'), 4, "usage.weight: should be a valid", "weight"),
    "no baseline": (usage("baseline = []"), 4, "the last rung must hold always", "baseline = []"),
    "no last rung": (
        usage('baseline = [{ when = "english", score = 2 }]'),
        4,
        "usage.baseline: the last rung must hold always",
        "baseline =",
    ),
    "rung after the last": (
        usage('baseline = [\n{ score = 2 },\n{ when = "english", score = 2 }]'),
        6,
        "usage.baseline: no rung may follow the one without 'when'",
        "english",
    ),
    "condition": (
        usage('checks.when = { when = "complexityy < 3" }'),
        4,
        "usage.when.when: cannot read 'complexityy < 3'; the facts are param_count",
        "complexityy",
    ),
    "condition of a rung": (
        usage('baseline = [\n{ when = "annotatd", score = 1 },\n{ score = 2 }]'),
        5,
        "usage.baseline.0.when: cannot read 'annotatd'",
        "annotatd",
    ),
    "cap off the scale": (usage("checks.when.cap = 6"), 4, "usage.when.cap: must be on", "cap"),
    "gate off the scale": (usage("checks.when.gate = 0"), 4, "usage.when.gate: must be on", "gate"),
    "gate between points": (usage("checks.when.gate = 1.5"), 4, "usage.when.gate: ", "gate"),
    "scale upside down": (
        HEAD + "scale = { min = 5, max = 1 }",
        3,
        "scale: min must be below max",
        "scale",
    ),
    "tiers that rise": (
        HEAD + "[tiers]\nA = 2.0\nB = 3.0",
        3,
        "tiers: must fall from tier to tier",
        "[tiers]",
    ),
    "level of a check that is none": (
        usage('checks.when.level = "fatal"'),
        4,
        "usage.when.level: ",
        "level",
    ),
    "levels upside down": (HEAD + "levels.error = 0.01", 3, "levels: error must not", "levels"),
    "cuts that fall": (
        usage("cuts = [4.5, 3.5, 2.5, 1.5]"),
        4,
        "usage.cuts: give 4 rising cuts from 1 to 5",
        "cuts",
    ),
    "too few cuts": (usage("cuts = [1.5, 2.5]"), 4, "usage.cuts: give 4 rising cuts", "cuts"),
    "cuts off the scale": (usage("cuts = [0, 2, 3, 9]"), 4, "usage.cuts: give 4", "cuts"),
    "cues without a title": (
        usage('checks.mine = { cues = ["x"] }'),
        4,
        "usage.mine: a check made of cues needs a title",
        "checks.mine",
    ),
    "no cues": (usage('checks.mine = { title = "x", cues = [] }'), 4, "usage.mine.cues:", "cues"),
    "server without weight": (
        HEAD + "server = { mean = 0, worst = 0 }",
        3,
        "server: mean and worst cannot both be 0",
        "server",
    ),
    "level that is none": (
        HEAD + '[unpriced]\nnameless.level = "fatal"',
        4,
        "unpriced.nameless.level: should be 'error', 'warning' or 'note'",
        "nameless.level",
    ),
    "misspelt before missing": (
        'nam = "mine"\n',
        1,
        "nam: there is no key 'nam' here; did you mean 'name'?",
        'nam = "mine"',
    ),
    "not TOML": (HEAD + "weight ==", 3, "is not TOML: Invalid value", "weight =="),
    "not TOML at the end": (HEAD + "a = [1,\n\n", 3, "is not TOML: ", "a = [1,"),
    "extends nothing known": (
        'extends = "tqds"\n',
        1,
        "extends: extends 'tqds', which is neither a file nor shipped; did you mean 'tdqs'?",
        'extends = "tqds"',
    ),
    "extends a number": ("extends = 3", 1, "must be the name of a rubric", "extends = 3"),
    "extends itself": ('extends = "mine.toml"', 1, "cannot extend itself", "extends"),
    "extends itself by a detour": (
        'extends = "../deep/../deep/mine.toml"',
        1,
        "cannot extend itself",
        "extends",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_shown_with_its_line(name: str, tmp_path: Path) -> None:
    text, line, message, quoted = FAULTS[name]
    path = tmp_path / "deep" / "mine.toml"
    path.parent.mkdir()
    first, second = fault(path, text).split("\n")
    assert first.startswith(f"{path}:{line}: ")
    assert message in first
    assert second.startswith("    ")
    assert quoted in second
    assert second.strip().startswith(text.split("\n")[line - 1].strip()[:60])


def without(head: str) -> str:
    """Return the shipped rubric without the statement that begins with `head`."""
    lines = TDQS.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(head))
    end = start + 1
    while end < len(lines) and lines[end].startswith((" ", "]")):
        end += 1
    return "\n".join((*lines[:start], *lines[end:]))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("scale", "needs 'scale'"),
        ("tiers", "needs 'tiers'"),
        ("levels", "needs 'levels'"),
        ("server", "needs 'server'"),
        ("name ", "needs 'name'"),
        ("anchors", "purpose: needs 'anchors'"),
        ("baseline", "purpose: needs 'baseline'"),
        ("nameless", "unpriced: needs 'nameless'"),
        ("when-cues", "needs the word list 'when-cues'"),
        ("action-verbs", "lexicons: needs the word list 'action-verbs'"),
    ],
)
def test_what_is_missing_is_named(head: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    for words in (FOLDER / "lexicons").iterdir():
        (tmp_path / "lexicons" / words.name).write_bytes(words.read_bytes())
    assert message in fault(tmp_path / "mine.toml", without(head))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert fault(path, b"a = 1\nb = '\xff'\n").startswith(f"{path}:2: is not UTF-8 text")
    assert fault(path, "a = " + "[" * 9_000).startswith(f"{path}: nests too deeply")
    assert "larger than 1 MB" in fault(path, "#" * 2**20 + "\n")
    with pytest.raises(RubricError, match="cannot be read: it is a folder"):
        Rubric.prove(tmp_path)
    with pytest.raises(RubricError, match="cannot be read: No such file"):
        Rubric.prove(tmp_path / "gone.toml")
    with pytest.raises(RubricError, match=r"no such rubric and no such file; shipped: .*tdqs"):
        Rubric.load("gone.toml")


def test_a_fault_in_what_is_extended_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(usage("checks.nope = { met = 1 }"))
    message = fault(tmp_path / "mine.toml", 'extends = "base.toml"\n')
    assert message.startswith(f"{tmp_path / 'base.toml'}:4: usage.nope: there is no check")


def test_a_chain_of_files_is_bounded(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"r{number}.toml").write_text(f'extends = "r{number + 1}.toml"\n')
    with pytest.raises(RubricError, match=r"r7\.toml:1: extends: extends more than 8 files"):
        Rubric.prove(tmp_path / "r0.toml")
    (tmp_path / "a.toml").write_text('extends = "b.toml"\n')
    (tmp_path / "b.toml").write_text('extends = "a.toml"\n')
    with pytest.raises(RubricError, match=r"b\.toml:1: .*cannot extend itself"):
        Rubric.prove(tmp_path / "a.toml")


def test_the_quoted_line_is_harmless(tmp_path: Path) -> None:
    message = fault(tmp_path / "mine.toml", f'na\u0301me\u202e = "{"x" * 500}"\n')
    assert "\u202e" not in message
    assert max(map(len, message.split("\n")[1:])) < 140


STATEMENT = re.compile(r"(?m)^([a-zA-Z][\w. -]*?) *=")
JUNK = st.sampled_from(
    [
        "nan",
        "-1",
        "0",
        "6",
        "true",
        '"x"',
        "[]",
        "{}",
        "[1]",
        '["x y"]',
        "1.5",
        '{ met = "a" }',
        '"not english and length < 3"',
        "{ min = 1, max = 5 }",
        "[{ score = 2 }]",
        "1979-05-27",
    ]
)


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_proved_can_judge(data: Any, tmp_path: Path) -> None:
    statements = list(STATEMENT.finditer(TDQS))
    at = data.draw(st.integers(0, len(statements) - 1))
    headers = list(re.finditer(r"(?m)^\[.*\]$", TDQS[: statements[at].start()]))
    table = headers[-1][0] if headers else ""
    value = data.draw(JUNK)
    path = tmp_path / "mine.toml"
    text = f'extends = "tdqs"\n{table}\n{statements[at][1]} = {value}\n'
    path.write_text(text)
    try:
        rubric = Rubric.prove(path)
    except RubricError as error:
        # What is wrong with this file is shown in this file.
        assert str(error).startswith(f"{path}:")  # noqa: PT017 - either outcome is right
        assert str(error).count("\n") == 1  # noqa: PT017 - as above
    else:
        assert len(grade([SERVER], rubric).servers[0].tools) == 3


SCHEMA = json.loads((FOLDER / "rubric.schema.json").read_text(encoding="utf-8"))


def schema_faults(text: str) -> list[str]:
    """Return the places an editor with the schema would underline."""
    data = json.loads(json.dumps(tomllib.loads(text)))
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(data)]


def test_the_editor_s_schema_accepts_what_is_shipped_and_taught() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for path in SHIPPED:
        text = path.read_text(encoding="utf-8")
        assert schema_faults(text) == []
        assert text.startswith("#:schema ./rubric.schema.json\n")
    taught = (FOLDER / "README.md").read_text(encoding="utf-8").split("```toml\n")[1]
    assert schema_faults(taught.split("```")[0]) == []


# What needs the checks, the word lists, or several values at once only the proof can find.
UNSEEN_BY_SCHEMA = {
    *("unknown check", "unknown option", "unknown kind of remark", "missing word list"),
    *("word list in no file", "word that can never match", "weights", "no last rung"),
    *("rung after the last", "condition", "condition of a rung", "cap off the scale"),
    *("gate off the scale", "scale upside down", "tiers that rise", "levels upside down"),
    *("cuts that fall", "too few cuts", "cuts off the scale", "server without weight"),
    *("extends nothing known", "extends itself", "extends itself by a detour", "price too fine"),
    *("not TOML", "not TOML at the end", "unknown dimension", "check asked in two dimensions"),
    *("dimension of one's own without what it needs", "check by its id in its own dimension"),
    *("unknown check of another dimension", "cues under a full id", "replaces what is not there"),
    *("weights of coherence", "a tool's check asked of a server", "gate in coherence"),
    *("a server's check asked of a tool", "a tool's fact in a server's condition"),
    *("cues in coherence", "three dimensions of coherence"),
    "price nan",  # JSON has no such number: validators differ
}


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - UNSEEN_BY_SCHEMA))
def test_the_editor_s_schema_sees_the_fault_too(name: str) -> None:
    assert schema_faults(FAULTS[name][0])


def test_the_editor_s_schema_knows_the_facts_and_keys() -> None:
    assert ", ".join(FACTS) in SCHEMA["$defs"]["condition"]["description"]
    assert set(SCHEMA["$defs"]["price"]["properties"]) == set(PRICE_KEYS)
    assert ", ".join(SERVER_FACTS) in SCHEMA["$defs"]["condition"]["description"]
    assert set(SCHEMA["properties"]["dimensions"]["properties"]) == set(DIMENSIONS)
    assert set(SCHEMA["properties"]["coherence"]["properties"]) == set(COHERENCE)
