"""The house stands: imports point down, pages and prices are complete, start-up stays light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from tools import rubric

import toolgrade
from toolgrade.checks import checks
from toolgrade.cli import cli
from toolgrade.model import COHERENCE, MALFORMED, SHADOWED
from toolgrade.rubric.files import merged, tables
from toolgrade.rubric.rules import check_id
from toolgrade.shipped import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(toolgrade.__file__).parent
MODULES = {
    path.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", "."): path
    for path in PACKAGE.rglob("*.py")
}
FLOORS = (
    ("", "model", "shipped"),
    ("comparison", "unobeyed", "unseen"),
    ("text", "inputs", "outputs", "signals", "frame"),
    ("schema", "toml"),
    ("view",),
    ("risk",),
    ("check", "condition"),
    ("checks",),
    ("rubric", "proof"),
    ("scoring", "remarks"),
    ("sums",),
    ("whatif", "shadowing"),
    ("grade", "explain", "each", "clients", "tokens"),
    ("profiles",),
    ("ignores", "baseline", "bars"),
    ("baseline_file", "config"),
    ("agreement", "compare", "policy"),
    ("cli",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
DOORS = {("proof", "rubric"), ("rubric", "proof")}
"""Rooms of one floor that know each other: a rubric of one's own is proved when it is loaded."""
ASKED_FOR = ("proof", "agreement", "policy")
"""Rooms opened only by a function that needs them; these may import what is slow."""
SLOW = (
    *("pydantic", "jsonschema", "jinja2", "mcp", "numpy", "scipy", "asyncio", "bpe_openai"),
    *("ruamel", "tomlkit"),
)


def room(module: str) -> str:
    return [*module.split("."), ""][1]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        if node.module == "toolgrade":
            return [f"toolgrade.{alias.name}" for alias in node.names if alias.name[0] != "_"]
        return [node.module or ""]
    return []


def at_start(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what runs when a module is imported, but for what only type checkers read."""
    work: list[ast.AST] = [*tree.body]
    while work:
        node = work.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            work += node.orelse
            continue
        yield node
        work += ast.iter_child_nodes(node)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    here = room(name)
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        for there in map(room, (m for m in imported(node) if m.split(".")[0] == "toolgrade")):
            if there != here and (here, there) not in DOORS:
                assert FLOOR[there] < FLOOR[here], f"{name} imports {there}"


@pytest.mark.parametrize("name", [n for n in MODULES if room(n) not in ASKED_FOR])
def test_nothing_slow_is_imported_at_start(name: str) -> None:
    for node in at_start(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        for module in imported(node):
            assert module.split(".")[0] not in SLOW
            assert room(module) not in ASKED_FOR or not module.startswith("toolgrade.")


def test_grading_a_file_imports_nothing_slow(tmp_path: Path) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text('{"tools": [{"name": "get_page", "description": "Get a page."}]}')
    code = (
        "import sys\nfrom toolgrade.cli import cli\n"
        "cli(['grade', sys.argv[1], '-o', 'json:' + sys.argv[2]], standalone_mode=False)\n"
        f"print([name for name in {SLOW} if name in sys.modules])"
    )
    argv = [sys.executable, "-c", code, str(tools), str(tmp_path / "report.json")]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert '"name":"get_page"' in (tmp_path / "report.json").read_text()


def test_a_check_is_found_by_its_id() -> None:
    for id_, check in checks().items():
        module, _, name = id_.partition(".")
        where = f"coherence.{module}" if module in COHERENCE else module
        assert check.ask.__module__ == f"toolgrade.checks.{where}"
        assert check.ask.__name__ == name.replace("-", "_")


SHIPPED = [path for path in FOLDER.glob("*.toml") if "[dimensions" in path.read_text()]


def test_the_default_rubric_prices_or_levels_every_check() -> None:
    # Others may ask fewer questions; that they ask none that is not there is for the proof.
    priced = {
        check_id(dimension, name)
        for _, dimension, table in tables(merged(FOLDER / "tdqs.toml"))
        for name in table["checks"]
    }
    levelled = set(merged(FOLDER / "tdqs.toml")["unpriced"]) - {*MALFORMED, SHADOWED}
    assert priced | levelled == set(checks())
    assert priced & levelled == set()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_word_list_is_used(path: Path) -> None:
    used = {"action-verbs", "foreign-function-words", "function-words", "read-verbs", "write-verbs"}
    used |= {name.replace("_", "-") for check in checks().values() for name in check.words}
    assert set(merged(path)["lexicons"]) - used == set()


PRODUCTS = frozenset(
    "airtable anthropic asana atlassian aws azure brave chatgpt chrome claude confluence discord "  # noqa: SIM905 - read as one line
    "docker dropbox figma github gitlab gmail google hubspot jira kubernetes mongodb mysql notion "
    "openai paypal playwright postgres puppeteer reddit salesforce sentry shopify slack spotify "
    "stripe supabase tavily telegram todoist trello twitter whatsapp youtube zapier".split()
)


def test_risk_names_no_product() -> None:
    words = re.findall(r"[a-z]+", (FOLDER / "risk.toml").read_text(encoding="utf-8").lower())
    assert PRODUCTS & set(words) == set()


def test_word_lists_name_no_product() -> None:
    # A rubric that knows a product's name pays that product's servers for being it.
    named = {
        (name, entry)
        for name, words in rubric().words.items()
        for entry in words.entries
        if set(re.findall(r"\w+", entry.lower())) & PRODUCTS
    }
    assert named == set()


def commands(group: click.Group, path: str = "toolgrade") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize("path", dict(commands(cli)))
def test_every_command_has_help_with_an_example(path: str) -> None:
    command = dict(commands(cli))[path]
    text = command.get_help(click.Context(command, info_name=path))
    examples = text.partition("Example")[2]
    assert f"  {path}" in examples
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts[0]} says what it is for"
