"""`--fix` on source code: read again, it declares what the fixes say, and nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools import rubric

from toolgrade.cli import cli
from toolgrade.cli.fixing_code import GradedCode
from toolgrade.files.cache import switch_off
from toolgrade.fixes import rewrite
from toolgrade.fixes.code import texts
from toolgrade.fixes.code.files import CodeFile
from toolgrade.fixes.code.plan import CodePlan, plan_code
from toolgrade.fixes.kinds import ON_REQUEST
from toolgrade.gates.pipeline import Request, run
from toolgrade.inputs import read
from toolgrade.model import InputError
from toolgrade.source.allowance import LATE

CASES = tomllib.loads(Path(__file__).with_name("code_cases.toml").read_text(encoding="utf-8"))
FIXED = {case["id"]: case for case in CASES["fixed"]}
HEAD = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n"
PYTHON = (
    "from mcp.server import Server\nimport mcp.types as types\ns = Server('x')\n"
    "@s.list_tools()\nasync def tools():\n    return [\n        @@\n    ]\n"
)
JAVASCRIPT = (
    'import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";\n'
    "server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [\n"
    "        @@,\n] }));\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fix(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["grade", *arguments])


@pytest.mark.parametrize("name", FIXED)
def test_only_what_is_fixed_changes(name: str) -> None:
    file, before, after = (FIXED[name][key] for key in ("file", "before", "after"))
    Path(file).write_text(before)
    shown = fix(file, "--diff")
    assert Path(file).read_text() == before
    done = fix(file, "--fix", "-o", "json:out.json")
    assert done.exit_code == 0, done.output
    assert Path(file).read_text() == after
    # The diff is of the same edits: its new lines are the file's.
    new = [line[1:] for line in shown.stdout.splitlines()[2:] if line.startswith("+")]
    assert new
    assert set(new) <= set(after.splitlines())


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    "name",
    [
        "members on lines of their own, with comments",
        "a template, a call's settings, and a null",
    ],
)
def test_line_ends_tabs_and_the_mark_are_kept(mark: bytes, name: str) -> None:
    file, text = FIXED[name]["file"], FIXED[name]["before"]
    before = mark + text.replace("    ", "\t").replace("\n", "\r\n").encode()
    Path(file).write_bytes(before)
    fix(file, "--fix", "-o", "json:out.json")
    after = Path(file).read_bytes()
    assert after != before
    assert after.startswith(mark)
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert b"    " not in after


def test_another_encoding_is_kept() -> None:
    text = (
        "# coding: latin-1\n"
        + HEAD
        + '@mcp.tool(description="Gr\u00fc\u00dfe  an.")\ndef a_b(): ...\n'
    )
    Path("a.py").write_bytes(text.encode("latin-1"))
    fix("a.py", "--fix", "-o", "json:out.json")
    assert Path("a.py").read_bytes() == text.replace("  an", " an").encode("latin-1")


@pytest.mark.parametrize("case", CASES["left"], ids=lambda case: case["words"])
def test_what_is_left_is_said(case: dict[str, str]) -> None:
    Path("a.py").write_text(case["before"])
    done = fix("a.py", "--fix", "-o", "json:out.json")
    assert "not applied: " in done.stderr
    assert case["words"] in done.stderr
    assert Path("a.py").read_text() == case["before"]


def test_a_text_that_another_server_shares_is_left(here: Path) -> None:
    (here / "pyproject.toml").write_text('[project]\nname = "one"\n')
    (here / "a.py").write_text(
        HEAD + "SAID = 'Get  it.'\n@mcp.tool(description=SAID)\ndef a_b(): ...\n"
        "@mcp.tool(description=SAID + '\\n\\tall')\ndef c_d(): ...\n"
    )
    before = (here / "a.py").read_text()
    done = fix(".", "--fix", "-o", "json:out.json")
    assert "another tool has it too" in done.stderr
    assert (here / "a.py").read_text() == before


def test_a_file_that_changes_meanwhile_is_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "a.py").write_text(FIXED["a hint in a dict, and one in a call"]["before"])
    (here / "b.py").write_text(
        FIXED["a docstring keeps the line of its quotes"]["before"].replace("a_b", "e_f")
    )
    kept = (here / "a.py").read_text()
    write = GradedCode.write

    def change_meanwhile(*arguments: Any) -> None:
        (here / "b.py").write_text("# another\n")
        write(*arguments)

    monkeypatch.setattr(GradedCode, "write", change_meanwhile)
    done = fix(".", "--fix")
    assert "b.py: was changed while it was graded" in str(done.exception or done.output)
    assert (here / "a.py").read_text() == kept


EXPECTED = {
    "a comment is in the way",
    "nothing changes",
    "another fix changes the same place",
    "the words are written with escapes, or over several lines",
    "what is new needs escapes",
}
TEXTS = st.sampled_from(
    ["", "a", "Two  words. ", "It's  'so'.", 'Say  "x".', "a\tb  c", "\u00e9  e", "back\\slash  x"]
)
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXTS | st.none(),
        "description": TEXTS | st.none(),
        "type": st.sampled_from(["string", "any", "number"]),
        "enum": st.just(["a", "b", "a"]),
        "exclusiveMinimum": st.booleans(),
        "minimum": st.integers(-3, 3),
        "items": st.just([{"type": "string"}]),
    },
)
HINTS = st.sampled_from(["readonlyHint", "title", "idempotentHint"])
ROOTS = st.fixed_dictionaries(
    {"properties": st.dictionaries(st.sampled_from(["q", "r s", "class"]), SCHEMAS, max_size=2)},
    optional={"required": st.none() | st.just(["q", "q"]), "type": st.just("object")},
)
TOOLS = st.fixed_dictionaries(
    {"name": st.sampled_from(["get_page", "list_pages"]), "inputSchema": ROOTS},
    optional={
        "description": TEXTS,
        "annotations": st.dictionaries(HINTS, st.booleans() | st.none(), max_size=3),
    },
)


def spell(value: Any, data: Any, depth: int, *, is_python: bool) -> str:
    """Return JSON data as someone might write it: other quotes, layouts and comments."""
    if isinstance(value, str):
        plain = json.dumps(value, ensure_ascii=data.draw(st.booleans()))
        is_simple = not re.search(r"['\\\"]", value)
        return f"'{value}'" if is_simple and data.draw(st.booleans()) else plain
    if not isinstance(value, dict | list):
        return repr(value) if is_python else json.dumps(value)
    if isinstance(value, list):
        held = [spell(one, data, depth + 1, is_python=is_python) for one in value]
    else:
        held = [
            f"{key if key.isidentifier() and not is_python else json.dumps(key)}: "
            f"{spell(one, data, depth + 1, is_python=is_python)}"
            for key, one in value.items()
        ]
    marks = "[]" if isinstance(value, list) else "{}"
    if not held or data.draw(st.booleans()):
        end = data.draw(st.sampled_from(["", ","])) if held else ""
        return f"{marks[0]}{', '.join(held)}{end}{marks[1]}"
    inner = "    " * (depth + 1)
    note = data.draw(st.sampled_from(["", "  # note" if is_python else "  // note"]))
    return (
        f"{marks[0]}\n"
        + "".join(f"{inner}{one},{note}\n" for one in held)
        + f"{'    ' * depth}{marks[1]}"
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tool=TOOLS, is_python=st.booleans(), data=st.data())
def test_fixed_source_reads_as_the_fixed_definition(
    tool: Any, *, is_python: bool, data: Any
) -> None:
    file = Path("a.py" if is_python else "a.mjs")
    written = spell(tool, data, 2, is_python=is_python)
    text = (PYTHON if is_python else JAVASCRIPT).replace("@@", written)
    file.write_text(text, encoding="utf-8")
    with switch_off():
        (server,) = read(str(file))
        (graded,) = run([server], rubric(), Request()).report.servers
        code = GradedCode(str(file))
        plan = plan_code([graded], lambda one: one.safe and one.kind not in ON_REQUEST, code)
        code.write(plan)
        (again,) = read(str(file))
    old, new = server.tools[0], again.tools[0]
    assert new.raw == rewrite(old.raw or {}, plan.applied.get((0, 0), ()))
    assert all(one.why in EXPECTED for one in plan.refused), plan.refused
    # Comments stay.
    assert file.read_text(encoding="utf-8").count(" note\n") == written.count(" note\n")


@pytest.mark.parametrize(
    ("head", "generator"),
    [
        ("// Code generated by protoc-gen-go. DO NOT EDIT.", "protoc-gen-go"),
        ("/* This file was generated by openapi-mcp-generator */", "openapi-mcp-generator"),
        ("# Auto-generated, do not edit", ""),
        ("// tools that are generated by a model", None),
        ("text = 'do not edit'", None),
    ],
)
def test_generated_files_are_known(head: str, generator: str | None) -> None:
    assert CodeFile("a.js", f"{head}\nx\n".encode()).find_generator() == generator


BLANKS = HEAD + "@mcp.tool(description='Get a  page.')\ndef get_page(page: int): ...\n"


def plan_file(seconds: float = 60) -> tuple[GradedCode, CodePlan]:
    Path("server.py").write_text(BLANKS)
    report = run(read("server.py"), rubric(), Request()).report
    code = GradedCode("server.py", seconds)
    return code, plan_code(report.servers, lambda one: one.kind == "blanks", code)


def test_a_text_that_repeats_its_words_is_compared_no_longer_than_it_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = texts.Comparer()
    with pytest.raises(texts.CannotPlaceError, match="too long to compare"):
        begun.compare("a b " * 9_000, "a b " * 9_000 + "a")
    monkeypatch.setattr(texts, "MOST_STEPS", 20)
    comparer = texts.Comparer()
    assert comparer.compare("a b", "a c") == comparer.compare("a b", "a c") == ((2, 3, "c"),)
    with pytest.raises(texts.CannotPlaceError, match="too long to compare"):
        comparer.compare("a b c d e f", "a b c d e g")


def test_nothing_is_fixed_when_the_time_is_over() -> None:
    _, plan = plan_file(seconds=0)
    assert not plan.files
    assert {one.why for one in plan.refused} == {LATE}


def test_no_link_is_followed_that_took_the_place_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, plan = plan_file()
    assert plan.files
    other = tmp_path / "other.py"
    other.write_text(BLANKS)
    file = Path("server.py")
    file.unlink()
    file.symlink_to(other)
    with pytest.raises(InputError, match="a link"):
        code.write(plan)
    # In the moment before it is written, too.
    monkeypatch.setattr(GradedCode, "load", lambda *_: plan.files[0][0])
    with pytest.raises(InputError, match="not a regular file any more"):
        code.write(plan)
    assert other.read_text() == BLANKS
    file.unlink()
    file.write_text(BLANKS)
    code.write(plan)
    assert "Get a page." in file.read_text()
