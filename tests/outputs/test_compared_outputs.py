"""A comparison in each format: what it says, that it fits, and that words of others stay inert."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_markdown import ANY_TEXT, INERT, MARKS, parse
from tools import rubric

from toolgrade.compare import compare
from toolgrade.compare.definitions import FIELDS
from toolgrade.compare.kinds import INPUT, OUTPUT, TOOL
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model.comparison import Change
from toolgrade.outputs.columns import columns
from toolgrade.outputs.compared import REPORTERS
from toolgrade.outputs.compared.terminal import render as terminal
from toolgrade.outputs.visible import visible

if TYPE_CHECKING:
    from toolgrade.model.comparison import Comparison

SERVERS = Path(__file__).parents[1] / "servers"
SCHEMA = json.loads(files("toolgrade.outputs").joinpath("compare.schema.json").read_text("utf-8"))
UNHURRIED = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def sample(**more: Any) -> Comparison:
    old, new = (
        grade(read(str(SERVERS / name)), rubric())
        for name in ("example-before.json", "example.json")
    )
    return compare(old, new, names=("old.json", "new.json"), **more)


# Long ones are cut, and with them what fits.
SHORT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20) | st.text(
    "`|\\@#$*_[]()<>!&~:/w.a\n -", max_size=20
)
SAMPLE = sample(fail_on="warning")
SAME = compare(*[grade(read(str(SERVERS / "example.json")), rubric())] * 2)


def written(format_: str, found: Comparison) -> str:
    return "".join(REPORTERS[format_](found))


def with_words(words: str, times: int = 1) -> Comparison:
    """The sample with `words` wherever a stranger's text can stand."""
    server = SAMPLE.servers[0]
    tools = []
    for pair in server.tools:
        sides = [
            side and replace(side, tool=replace(side.tool, name=words))
            for side in (pair.before, pair.after)
        ]
        changes = tuple(c._replace(subject=words, before=words, after=words) for c in pair.changes)
        moves = tuple(m._replace(note=words, title=words, check=words) for m in pair.moves[:2])
        tools.append(replace(pair, before=sides[0], after=sides[1], changes=changes, moves=moves))
    spoken = replace(server, name=words, tools=tuple(tools) * times, moves=tools[0].moves)
    stamp = replace(SAMPLE.rubric, name=words, version=words)
    return replace(SAMPLE, old=words, new=words, servers=(spoken, spoken), rubric=stamp)


def closed(schema: Any) -> Any:
    """The schema with every object closed, as this version has it."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if "required" in schema and isinstance(schema["required"], list):
        inner["additionalProperties"] = False
    return inner


# --- JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [SAMPLE, SAME], ids=["moved", "nothing moved"])
def test_the_json_is_valid_and_has_no_other_field(found: Comparison) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    data = json.loads(written("json", found))
    Draft202012Validator(SCHEMA).validate(data)
    Draft202012Validator(closed(SCHEMA)).validate(data)


@pytest.mark.parametrize("key", ["old", "missed", "breaking", "servers"])
def test_the_schema_misses_a_field_that_is_not_there(key: str) -> None:
    data = json.loads(written("json", SAMPLE))
    del data[key]
    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_the_json_says_what_moved() -> None:
    data = json.loads(written("json", SAMPLE))
    [server] = data["servers"]
    changes = [(t["after"] or t["before"], c) for t in server["tools"] for c in t["changes"]]
    assert data["breaking"] == sum(change["breaking"] for _, change in changes) == 5
    assert ("water_bed", "input.bound-tightened", "seconds", "maximum 900", "maximum 600") in [
        (t["name"], c["kind"], c["subject"], c["before"], c["after"]) for t, c in changes
    ]
    assert (server["before"]["descriptionQualityScore"], data["failOn"]) == (3.4, "warning")
    assert data["missed"][0] == "5 breaking changes"


@UNHURRIED
@given(ANY_TEXT)
def test_the_json_is_ascii_whatever_the_words(words: str) -> None:
    text = written("json", with_words(words))
    assert text.isascii()
    assert json.loads(text)["old"] == words


def test_every_kind_fits_the_schema() -> None:
    pattern = SCHEMA["$defs"]["change"]["properties"]["kind"]["pattern"]
    listed = [kind for table in (TOOL, INPUT, OUTPUT) for kind in table.values()]
    assert len({kind.id for kind in listed}) == len(listed)
    for kind in listed:
        assert re.search(pattern, kind.id)
        assert kind.title
        assert kind.why


# --- Markdown -----------------------------------------------------------------------------------


def shape(text: str) -> list[str]:
    return [token.type for token in parse(text) if token.type not in {"text", "code_inline"}]


def html(text: str) -> set[str]:
    return {token.content for token in parse(text) if token.type.startswith("html")}


@UNHURRIED
@given(SHORT)
@example("a\\|b")
@example("</details><script>")
@example("\n\n</details>\n\n# a")
@example("![x](http://evil.test)")
def test_words_change_neither_the_structure_nor_what_acts(words: str) -> None:
    text = written("markdown", with_words(words or "-"))
    assert {t.type for t in parse(text)} <= {*INERT, "html_block"}
    folds = {"Definition changes", "Findings that moved"}
    opened = re.findall(r"^<details><summary>([A-Za-z ]+) \(\d+\)</summary>$", text, re.MULTILINE)
    assert set(opened) == folds
    assert html(text) <= {"</details>\n"} | {h for h in html(text) if h.startswith("<details>")}
    assert len(html(text)) == 3
    assert shape(text) == shape(written("markdown", with_words("words")))


@UNHURRIED
@given(MARKS)
@example("@@octocat fixes #1 at https://evil.test and WWW.evil.test for $x$")
def test_what_is_linked_after_escaping_stands_in_code(words: str) -> None:
    tokens = parse(written("markdown", with_words(words)))
    running = " ".join(token.content for token in tokens if token.type == "text")
    assert not re.search(r"[@#$]|://|www\.", running, re.IGNORECASE)


def test_the_comment_begins_with_the_verdict_and_fits_on_a_screen() -> None:
    text = written("markdown", SAMPLE)
    assert text.startswith("**5 breaking changes**; quality 3.4 B → 2.4 C (-1.0); ")
    visible_part = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert len([line for line in visible_part.splitlines() if line]) <= 25
    assert "| `delete_plan` | 4.4 → 3.0 (-1.4) | " in text
    assert "- **tool removed** (a call by this name fails): `ring_bell`" in text
    assert "**Fails `--fail-on warning`:** 5 breaking changes; " in text


def test_every_row_has_as_many_cells_as_its_table() -> None:
    for found in (SAMPLE, with_words("a|b")):
        for block in re.findall(r"(?:^\|.*\n)+", written("markdown", found), re.MULTILINE):
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}) == 1


@pytest.mark.parametrize("words", ["\u524a|" * 200, "*" * 300, "a"])
def test_the_comment_stays_under_what_github_takes_and_says_what_was_cut(words: str) -> None:
    text = written("markdown", with_words(words, times=300))
    assert len(text) < 65_536
    assert text.count("</details>") == 2
    assert re.search(r"^[\d,]{3,} more lines in `-o json`\.$", text, re.MULTILINE)


# --- terminal -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("words", ["a", "\u524a" * 90, "a " * 99, "\x1b[2J\u202e\n"])
def test_no_line_is_wider_than_the_terminal(width: int, words: str) -> None:
    text = "".join(terminal(with_words(words, times=3), width=width))
    assert max(map(columns, text.splitlines())) <= width


@UNHURRIED
@given(ANY_TEXT)
@example("\x1b]8;;http://evil.test\x07")
def test_no_control_character_reaches_the_terminal(words: str) -> None:
    text = "".join(terminal(with_words(words)))
    assert visible(text) == text
    plain = "".join(terminal(with_words("words")))
    assert len(text.split("\n\n")) == len(plain.split("\n\n"))


def test_colour_says_nothing_that_words_do_not() -> None:
    colored = "".join(terminal(SAMPLE, color=True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == "".join(terminal(SAMPLE))


def test_what_breaks_comes_before_scores_and_scores_before_findings() -> None:
    text = "".join(terminal(SAMPLE))
    heads = ["5 breaking changes", "Fails --fail-on", "What breaks", "\nTools\n", "New or worse"]
    heads += ["Gone or better", "Other changes of definitions"]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)


# --- all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["terminal", "markdown"])
def test_nothing_moved_is_said_in_a_line(format_: str) -> None:
    assert re.match(r"\**Nothing moved", written(format_, SAME))
    assert len(written(format_, SAME).splitlines()) < 5


@pytest.mark.parametrize("format_", ["terminal", "markdown"])
@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        (FIELDS, "Definition changes of 2 tools are unknown: a saved report"),
        (("/title", "/inputSchema"), "2 tools not fully known on both sides"),
    ],
)
def test_what_is_not_known_is_said(format_: str, unknown: tuple[str, ...], says: str) -> None:
    server = SAMPLE.servers[0]
    tools = tuple(replace(pair, unknown=unknown) for pair in server.tools[:2])
    found = replace(SAMPLE, servers=(replace(server, tools=tools),))
    assert says in " ".join(written(format_, found).split())


@pytest.mark.parametrize("format_", ["terminal", "markdown"])
@pytest.mark.parametrize(("unknown", "says"), [((), "breaks"), (("/title",), "is known to break")])
def test_that_nothing_breaks_is_said_only_where_it_is_known(
    format_: str, unknown: tuple[str, ...], says: str
) -> None:
    server = SAMPLE.servers[0]
    tools = tuple(replace(pair, unknown=unknown, changes=()) for pair in server.tools)
    found = replace(SAMPLE, servers=(replace(server, tools=tools),))
    assert written(format_, found).lstrip("*").startswith(f"Nothing {says}")


@pytest.mark.parametrize("format_", REPORTERS)
def test_the_same_comparison_gives_the_same_text(format_: str) -> None:
    assert written(format_, SAMPLE) == written(format_, sample(fail_on="warning"))


def test_a_kind_that_comes_up_often_in_a_tool_is_told_once() -> None:
    pair = SAMPLE.servers[0].tools[0]
    many = tuple(Change(INPUT["property-added"], "/a", f"p{n}", "", "string") for n in range(9))
    server = replace(SAMPLE.servers[0], tools=(replace(pair, changes=many, moves=()),))
    text = written("markdown", replace(SAMPLE, servers=(server,)))
    assert "- parameter added: `list_beds` `p0`, `p1`, `p2` and 6 more\n" in text


def test_what_breaks_in_several_parameters_of_a_tool_takes_a_line() -> None:
    pair = SAMPLE.servers[0].tools[0]
    kind = INPUT["type-changed"]
    many = tuple(Change(kind, "/a", f"p{n}", "string", "integer") for n in range(4))
    server = replace(SAMPLE.servers[0], tools=(replace(pair, changes=many, moves=()),))
    text = written("markdown", replace(SAMPLE, servers=(server,)))
    assert text.count(kind.title) == 2  # what breaks, and all changes
    assert "`p0` (string → integer), `p1` (string → integer), `p2`" in text
    assert "and 1 more" in text


@pytest.mark.parametrize("width", [40, 57, 80, 200])
@pytest.mark.parametrize(
    "words", ["::add-mask::x", "##[error]", "a ::set-env name=x::y", "a" * 60 + ":" * 60]
)
def test_no_line_is_a_command_to_the_runner_of_a_ci_job(words: str, width: int) -> None:
    shown = "".join(terminal(with_words(words), width=width))
    assert not re.search(r"^\s*::|##\[", shown, re.MULTILINE)
    assert all(columns(line) <= width for line in shown.splitlines())
