"""The config and `toolgrade init`: what a repository asks, and that nothing of its own is lost."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from toolgrade import __version__, cli

if TYPE_CHECKING:
    from collections.abc import Callable

SERVERS = Path(__file__).parents[1] / "servers"
IGNORE = '[[ignore]]\ncheck = "usage"\nreason = "said in the instructions"\n'


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Done]:
    """Run the command line in a repository that holds example.json."""
    (tmp_path / "example.json").write_bytes((SERVERS / "example.json").read_bytes())
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def toolgrade(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["toolgrade", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Done(int(ended.value.code or 0), *capfd.readouterr())

    return toolgrade


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sourcs = []", "toolgrade.toml:1: sourcs: there is no such key; did you mean 'sources'?"),
        ("\nfail_under = 3", "toolgrade.toml:2: fail_under: there is no such key; did you mean"),
        ('sources = "a.json"', "toolgrade.toml:1: sources: give a list"),
        ("sources = [\n1]", "toolgrade.toml:1: sources: give a list"),
        ('sources = [\n"npx -y server"]', "toolgrade.toml:2: sources: 'npx ...' looks like a com"),
        ('sources = ["-"]', "toolgrade.toml:1: sources: standard input"),
        ('command = "npx"', "toolgrade.toml:1: command: no config may launch a command"),
        ('headers = ["X: sesame"]', "toolgrade.toml:1: headers: secrets do not belong"),
        ('sources = ["https://me:sesame@a.test/mcp"]', "toolgrade.toml:1: sources: holds a pass"),
        ('fail-on = "fatal"', "toolgrade.toml:1: fail-on: 'fatal' is not one of"),
        ('fail-under = "Q"', "toolgrade.toml:1: fail-under: give a score from 1 to 5 or a tier"),
        ("fail-under = 9.5", "toolgrade.toml:1: fail-under: give a score from 1 to 5 or a tier"),
        ("fail-under = nan", "toolgrade.toml:1: fail-under: give a score from 1 to 5 or a tier"),
        ("fail-under = true", "toolgrade.toml:1: fail-under: give a score such as 3.5"),
        ("timeout = 0", "toolgrade.toml:1: timeout: give a number of seconds above 0"),
        (
            "timeout = nan",
            "toolgrade.toml:1: timeout: give a number of seconds above 0, at most 86",
        ),
        ("timeout = inf", "toolgrade.toml:1: timeout: give a number of seconds above 0"),
        ("timeout = 1e999999", "toolgrade.toml:1: timeout: give a number of seconds above 0"),
        ("timeout = 1e99999999999999999999", "toolgrade.toml: holds a number that is too large"),
        (f"timeout = {'9' * 400}", "toolgrade.toml:1: timeout: give a number of seconds above 0"),
        ('rubric = "tqds"', "toolgrade.toml:1: rubric: tqds: no such rubric"),
        (
            'outputs = ["jsn"]',
            "toolgrade.toml:1: outputs: 'jsn' is not a format; did you mean 'json'",
        ),
        (
            'outputs = ["json:../a.json"]',
            "toolgrade.toml:1: outputs: '../a.json' is outside the co",
        ),
        ('outputs = [\n"json:out/a"]', "toolgrade.toml:2: outputs: 'out/a' is outside the config"),
        ('outputs = ["json:example.json"]', "example.json: is read by this run"),
        ('select = ["usge"]', "toolgrade.toml:1: select: there is no check 'usge'; did you mean"),
        (IGNORE.replace("usage", "usge"), "toolgrade.toml:2: ignore: there is no check 'usge'; di"),
        ('[[ignore]]\ncheck = "usage"', "toolgrade.toml:1: ignore: needs 'reason'"),
        (IGNORE + "tols = 1", "toolgrade.toml:4: ignore.tols: there is no such key; did you mean"),
        (IGNORE.replace("said in the instructions", " "), "toolgrade.toml:3: ignore.reason: give"),
        ("ignore = 1", "toolgrade.toml:1: ignore: write each as a table, [[tool"),
        ("sources = [", "toolgrade.toml:1: is not TOML"),
        (
            'baseline = "gone.json"',
            "gone.json: there is no such baseline; write it with --update-baseline",
        ),
        ('baseline = "example.json"', "example.json: is not a baseline"),
    ],
)
def test_a_fault_in_a_config_is_one_line_with_its_place(
    run: Callable[..., Done], text: str, says: str
) -> None:
    Path("out").symlink_to("..")
    Path("toolgrade.toml").write_text(text)
    done = run("grade", "example.json")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(f"toolgrade: {says}")
    assert "sesame" not in done.err


def test_the_nearest_config_is_taken_with_its_paths(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("pyproject.toml").write_text('[tool.toolgrade]\nsources = ["example.json"]\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[project]\nname = "toolgrade-of-another"\n')
    monkeypatch.chdir(inner)
    assert run("grade").out.startswith("greenhouse ")
    (inner / ".git").mkdir()
    done = run("grade")
    assert (done.status, "no tools found" in done.err) == (2, True)
    assert run("grade", "--config", "../pyproject.toml").out.startswith("greenhouse ")


def test_two_configs_side_by_side_are_refused(run: Callable[..., Done]) -> None:
    Path("pyproject.toml").write_text("[tool.toolgrade]\n")
    Path("toolgrade.toml").write_text("")
    assert "keep one of them" in run("grade", "example.json").err


def test_the_command_line_wins(run: Callable[..., Done]) -> None:
    Path("toolgrade.toml").write_text('sources = ["gone.json"]\nfail-under = "A"\n' + IGNORE)
    assert run("grade", "example.json").status == 1
    done = run("grade", "example.json", "--fail-under", "1", "-o", "json")
    report = json.loads(done.out)
    assert (done.status, report["bars"]["failUnder"], report["missed"]) == (0, 1, [])
    reasons = re.findall(r'"ignored":"(.*?)"', done.out)
    assert set(reasons) == {"said in the instructions"}


def test_a_missed_bar_is_status_1_and_a_failed_source_2(run: Callable[..., Done]) -> None:
    done = run("grade", "example.json", "--fail-under", "a")
    assert done.status == 1
    assert "threshold missed: greenhouse: overall 3.0 is below 3.5\n" in done.err
    assert run("grade", "example.json", "gone.json", "--fail-under", "B").status == 2


@pytest.mark.parametrize("format_", ["terminal", "json", "html", "markdown"])
def test_every_report_shows_what_was_missed_and_why_something_is_ignored(
    run: Callable[..., Done], format_: str
) -> None:
    Path("toolgrade.toml").write_text(IGNORE.replace("said", "<b>`said"))
    done = run("grade", "example.json", "--fail-under", "A", "-o", format_)
    # What the screen does not show is on standard error, so that nothing is said twice.
    assert "overall 3.0 is below 3.5" in (done.err if format_ == "terminal" else done.out)
    assert "said in the instructions" in done.out
    assert format_ != "html" or "<b>`said" not in done.out


@pytest.mark.parametrize(
    ("format_", "before"),
    [
        ("github", "::warning title=Notice::"),
        ("markdown", "**Notices**\n\n- "),
        ("html", "<b>Notice:</b> "),
        ("json", '"notices":["'),
    ],
)
def test_every_report_that_is_read_tells_what_no_longer_serves(
    run: Callable[..., Done], format_: str, before: str
) -> None:
    Path("toolgrade.toml").write_text(IGNORE + 'tool = "gone"\n')
    done = run("grade", "example.json", "-o", format_)
    says = "toolgrade.toml:2: this ignore of usage no longer matches anything; remove it"
    assert f"{before}{says}" in done.out


def test_the_ratchet_holds_on_the_command_line(run: Callable[..., Done]) -> None:
    Path("toolgrade.toml").write_text('sources = ["example.json"]\nbaseline = "b.json"\n')
    assert run("grade").status == 2
    assert run("grade", "--update-baseline").status == 0
    kept = Path("b.json").read_bytes()
    assert run("grade").status == 0
    Path("example.json").write_text(
        Path("example.json").read_text().replace('"List ', '"Lists? ', 1)
    )
    done = run("grade", "-o", "json")
    states = set(re.findall(r'"state":"(\w+)"', done.out))
    assert done.status == bool(states & {"new", "worse"})
    listing = json.loads(Path("example.json").read_text())
    Path("other.json").write_text(json.dumps(listing))
    Path("toolgrade.toml").write_text(
        'sources = ["example.json", "other.json"]\nbaseline = "b.json"\n'
    )
    assert run("grade", "example.json", "--update-baseline").status == 2
    assert Path("b.json").read_bytes() == kept
    assert run("grade", "./other.json", "example.json", "--update-baseline").status == 0
    assert Path("b.json").read_bytes() != kept


@pytest.mark.parametrize("bar", [(), ("--fail-under", "1"), ("--fail-under", "D")])
def test_a_bar_beside_a_baseline_leaves_the_ratchet_on(
    run: Callable[..., Done], bar: tuple[str, ...]
) -> None:
    held = ("grade", "example.json", "--baseline", "b.json", *bar)
    assert run(*held, "--update-baseline").status == 0
    assert run(*held).status == 0
    listing = json.loads(Path("example.json").read_text())
    listing["tools"][0]["description"] = "Beds."
    Path("example.json").write_text(json.dumps(listing))
    done = run(*held)
    assert (done.status, "new or worse: " in done.err) == (1, True)


def test_a_baseline_never_replaces_what_is_none(run: Callable[..., Done]) -> None:
    kept = Path("example.json").read_bytes()
    done = run("grade", "example.json", "--baseline", "example.json", "--update-baseline")
    assert (done.status, Path("example.json").read_bytes()) == (2, kept)
    assert "is not a baseline" in done.err


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-30],
        lambda text: f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n",
    ],
)
def test_a_damaged_baseline_is_called_so_and_renewed(
    run: Callable[..., Done], damage: Callable[[str], str]
) -> None:
    held = ("grade", "example.json", "--baseline", "b.json")
    assert run(*held, "--update-baseline").status == 0
    kept = Path("b.json").read_text()
    Path("b.json").write_text(damage(kept))
    done = run(*held)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "b.json: is a damaged baseline, cut short or with a merge conflict in it; " in done.err
    assert run(*held, "--update-baseline").status == 0
    assert Path("b.json").read_text() == kept


def test_a_baseline_is_not_renewed_where_a_source_failed(run: Callable[..., Done]) -> None:
    done = run("grade", "example.json", "gone.json", "--baseline", "b.json", "--update-baseline")
    assert (done.status, Path("b.json").exists()) == (2, False)
    assert "not written, because a source could not be graded" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_baseline_that_cannot_be_written_is_one_line(run: Callable[..., Done]) -> None:
    Path("b.json").symlink_to("/dev/full")
    done = run("grade", "example.json", "--baseline", "b.json", "--update-baseline")
    assert done.status == 2
    assert done.err.count("\n") == 1


GOOD = (
    "List the notes in the user's notebook, newest first. Use when the user asks which notes there "
    "are; do not use it to read the text of one note. Returns up to 50 notes, each with its id, "
    "title and date; an empty list if there are none. Reads only, and needs no sign-in."
)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_init_writes_what_then_grades(run: Callable[..., Done], tmp_path: Path) -> None:
    assert run("init").status == 0
    config = tomllib.loads(Path("toolgrade.toml").read_text())
    assert config == {
        "sources": ["example.json"],
        "fail-under": "B",
        "fail-on": "warning",
        "baseline": "toolgrade-baseline.json",
    }
    assert run("grade").out.startswith("greenhouse ")
    before = files(tmp_path)
    assert set(before) == {
        ".github/workflows/toolgrade.yml",
        ".pre-commit-config.yaml",
        "example.json",
        "toolgrade-baseline.json",
        "toolgrade.toml",
    }
    again = run("init")
    assert (again.status, again.out.count("left as it is\n")) == (0, 3)
    assert files(tmp_path) == before


def test_init_says_what_its_threshold_makes_fail(run: Callable[..., Done]) -> None:
    done = run("init")
    assert "Today's tier is B." in done.out
    assert "Without toolgrade-baseline.json it would fail today:\n  greenhouse: 1 tool" in done.out
    assert run("grade").status == 0
    assert run("grade", "example.json", "--baseline", "").status == 1
    server = json.loads(Path("example.json").read_text())
    del server["tools"][0]["description"]
    Path("example.json").write_text(json.dumps(server))
    assert run("grade").status == 1


def test_init_of_a_good_server_says_that_nothing_fails(run: Callable[..., Done]) -> None:
    good = {"name": "list_notes", "description": GOOD, "annotations": {"readOnlyHint": True}}
    Path("example.json").write_text(
        json.dumps([good | {"inputSchema": {"type": "object", "properties": {}}}])
    )
    done = run("init")
    assert "Today's tier is A." in done.out
    assert "Nothing fails today" in done.out


def test_init_outside_a_repository_writes_nothing_unless_told_to(
    run: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / ".git").rmdir()
    before = files(tmp_path)
    done = run("init")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "add --here" in done.err
    assert files(tmp_path) == before
    assert run("init", "--here").status == 0
    assert Path("toolgrade.toml").exists()


def test_init_without_a_saved_list_names_source_code_that_declares_tools(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("example.json").unlink()
    Path("server.py").write_text(
        "from fastmcp import FastMCP\nmcp = FastMCP('s')\n\n\n"
        "@mcp.tool\ndef ring_bell() -> None:\n    'Ring the bell at the door of a barn.'\n"
    )
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    done = run("init")
    assert (done.status, "fetch" in done.out) == (0, False)
    assert tomllib.loads(Path("../toolgrade.toml").read_text())["sources"] == ["."]
    graded = run("grade", "--fail-under", "1")
    assert (graded.status, "ring_bell" in graded.out) == (0, True), graded.err


def test_what_init_suggests_in_comments_is_a_config_too(run: Callable[..., Done]) -> None:
    run("init")
    text = Path("toolgrade.toml").read_text()
    kept = [line for line in text.split("\n") if not re.match(r"# (?:\w+ )+\w+", line)]
    Path("toolgrade.toml").write_text("\n".join(line.removeprefix("# ") for line in kept))
    assert {"fail-under", "fail-on", "baseline", "ignore"} < set(
        tomllib.loads(Path("toolgrade.toml").read_text())
    )
    assert run("grade", "--update-baseline").err.count("no such key") == 0


def test_init_leaves_what_is_there_and_prints_what_to_add(
    run: Callable[..., Done], tmp_path: Path
) -> None:
    Path(".pre-commit-config.yaml").write_text("repos: []\n")
    Path("pyproject.toml").write_text("[tool.toolgrade]\n")
    before = files(tmp_path)
    Path(".github/workflows").mkdir(parents=True)
    Path(".github/workflows/toolgrade.yml").write_text("name: toolgrade\n")
    before = files(tmp_path)
    done = run("init")
    assert "- id: toolgrade-repository" in done.out
    assert f"add to it\n\n      - uses: toolgrade/toolgrade@v{__version__}\n" in done.out
    assert "repos:" not in done.out
    assert "name:" not in done.out
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("package.json", '{"name": "@me/mcp", "bin": {"mcp": "x.js"}}', "npx -y @me/mcp"),
        ("package.json", '{"name": "a\\nb", "bin": 1}', "npx -y your-server"),
        ("package.json", "[" * 100_000, "npx -y your-server"),
        ("pyproject.toml", '[project.scripts]\nmcp-me = "m:main"', "-- mcp-me"),
        ("pyproject.toml", "[project", "npx -y your-server"),
    ],
)
def test_init_tells_how_to_save_what_a_client_sees(
    run: Callable[..., Done], name: str, text: str, command: str
) -> None:
    Path("example.json").unlink()
    Path(name).write_text(text)
    assert run("init").status == 0
    (line,) = re.findall("^#   toolgrade fetch -o tools.json -- .*$", config_text(), re.MULTILINE)
    assert line.endswith(command)


def config_text() -> str:
    return Path("toolgrade.toml").read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_init_in_a_folder_that_is_read_only_is_one_line(
    run: Callable[..., Done], tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    done = run("init")
    tmp_path.chmod(0o700)
    assert (done.status, done.err.count("\n")) == (2, 1)


def test_init_where_a_file_stands_for_a_folder_is_one_line(run: Callable[..., Done]) -> None:
    Path(".github").write_text("")
    done = run("init")
    assert (done.status, done.err) == (
        2,
        "toolgrade: .github/workflows/toolgrade.yml: cannot be written: Not a directory\n",
    )


def test_grading_with_a_config_imports_nothing_slow(run: Callable[..., Done]) -> None:
    run("init")
    code = (
        "import sys\nfrom toolgrade.cli import cli\n"
        "cli(['grade', '--fail-under', '1', '-o', 'json:r.json'], standalone_mode=False)\n"
        "print([m for m in ('pydantic', 'jsonschema', 'jinja2', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def workflow() -> Any:
    return Path(".github/workflows/toolgrade.yml").read_text()


def test_the_workflow_pins_by_commit_and_may_only_read(run: Callable[..., Done]) -> None:
    run("init")
    used = re.findall(r"uses: (.*)", workflow())
    # A release cannot name its own commit: our action goes by its tag.
    others = [action for action in used if action != f"toolgrade/toolgrade@v{__version__}"]
    assert len(others) == len(used) - 1 > 0
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+", action) for action in others)
    assert re.findall(r": (\w+)$", workflow().partition("permissions:\n")[2].partition("steps")[0],
        re.MULTILINE) == ["read"]  # fmt: skip
    assert "${{" not in workflow()


def test_a_single_saved_list_is_compared_with_the_branch_and_two_are_not(
    run: Callable[..., Done],
) -> None:
    Path(".git/HEAD").write_text("ref: refs/heads/master\n")
    run("init")
    assert "fetch-depth: 0\n" in workflow()
    told = "sources: example.json\n          compare: git:origin/master:example.json\n"
    assert workflow().endswith(told)
    Path(".github/workflows/toolgrade.yml").unlink()
    Path("more.json").write_bytes(Path("example.json").read_bytes())
    run("init")
    assert workflow().endswith(f"toolgrade@v{__version__}\n")
    Path(".github/workflows/toolgrade.yml").unlink()
    Path("more.json").unlink()
    Path("example.json").rename("${{ github.token }}.json")
    run("init")
    assert "${{" not in workflow()


def test_init_in_a_subfolder_names_files_as_seen_from_there(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("example.json").unlink()
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    done = run("init")
    assert done.out.startswith("../toolgrade.toml: written\n")
    assert done.out.endswith("  toolgrade fetch -o ../tools.json -- npx -y your-server\n")
