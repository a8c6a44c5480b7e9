"""The house stands: imports point down, pages and prices are complete, start-up stays light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from tools import commands_of, rubric

import toolgrade
from toolgrade.checks import checks
from toolgrade.cli import cli
from toolgrade.files.shipped import FOLDER
from toolgrade.model import COHERENCE, MALFORMED, SHADOWED
from toolgrade.outputs import REPORTERS
from toolgrade.rubric.files import read_with_parents, tables
from toolgrade.rubric.rules import check_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(toolgrade.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
LOOSE = {"__init__", "__main__", "api"}
"""The only modules that lie at the package's root."""
ASKED_FOR = (
    *("toolgrade.rubric.proof", "toolgrade.agreement", "toolgrade.policy"),
    "toolgrade.catalog",
)
"""Packages that only a function imports, when it needs them; these may import what is slow."""
SLOW = (
    *("pydantic", "jsonschema", "jinja2", "mcp", "numpy", "scipy", "asyncio", "bpe_openai"),
    *("ruamel", "tomlkit", "PIL", "rensa"),
)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        module = node.module or ""
        return [
            inner if (inner := f"{module}.{alias.name}") in MODULES else module
            for alias in node.names
        ]
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


@cache
def imports_of(name: str) -> set[str]:
    """Return the modules that a module imports: at its top, in a function, for types."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    found = {module for node in ast.walk(tree) for module in imported(node)}
    return {module for module in found if module.split(".")[0] == "toolgrade"} - {name}


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the import circles of a graph: each the names that reach one another."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return [error.args[1]]
    return []


def packages() -> list[str]:
    """Return the dotted name of each package, the top one among them."""
    return sorted(name for name, path in MODULES.items() if path.name == "__init__.py")


def part_of(package: str, module: str) -> str | None:
    """Return the module or package directly inside of `package` that `module` belongs to."""
    if not module.startswith(f"{package}."):
        return None
    return ".".join(module.split(".")[: package.count(".") + 2])


def test_no_modules_import_one_another() -> None:
    assert circles({name: imports_of(name) for name in MODULES}) == []


@pytest.mark.parametrize("package", packages())
def test_no_parts_of_a_package_import_one_another(package: str) -> None:
    edges: dict[str, set[str]] = {}
    for name in MODULES:
        here = part_of(package, name)
        there = {part_of(package, module) for module in imports_of(name)}
        if here:
            edges.setdefault(here, set()).update(part for part in there - {here} if part)
    assert circles(edges) == []


def floors() -> dict[str, int]:
    """Return the floor of each part of the package: 0 if it imports none of the others."""
    below: dict[str, set[str]] = {}
    for name in MODULES:
        if here := part_of("toolgrade", name):
            there = {part_of("toolgrade", module) for module in imports_of(name)}
            below.setdefault(here, set()).update(part for part in there - {here} if part)
    found: dict[str, int] = {}
    for part in TopologicalSorter(below).static_order():
        found[part] = 1 + max((found[lower] for lower in below[part]), default=-1)
    return {part.removeprefix("toolgrade."): floor for part, floor in found.items()}


def test_the_architecture_page_shows_the_floors() -> None:
    page = (PACKAGE.parent / ".github" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (`[a-z`, ]+`) \|", page, re.MULTILINE)
    shown = {name: int(floor) for floor, names in rows for name in re.findall(r"[a-z]+", names)}
    assert shown == {name: floor for name, floor in floors().items() if name != "__main__"}


def test_no_module_is_loose_at_the_root() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} <= LOOSE


@pytest.mark.parametrize("name", [n for n in MODULES if not n.startswith(ASKED_FOR)])
def test_nothing_slow_is_imported_at_start(name: str) -> None:
    for node in at_start(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        for module in imported(node):
            assert module.split(".")[0] not in SLOW
            assert not module.startswith(ASKED_FOR)


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


def list_imports(*words: str) -> list[str]:
    """Return the modules that a command imports, in a process of its own."""
    code = (
        "import sys\nfrom toolgrade.cli import main\nsys.argv = ['toolgrade', *sys.argv[1:]]\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()


def test_a_command_imports_only_what_it_needs(tmp_path: Path) -> None:
    version = {name for name in list_imports("--version") if name.split(".")[0] == "toolgrade"}
    assert version == {"toolgrade"} | {
        f"toolgrade.{name}" for name in ("cli", "cli.ending", "files", "files.version")
    }
    tools = tmp_path / "tools.json"
    tools.write_text('{"tools": [{"name": "get_page", "description": "Get a page."}]}')
    graded = list_imports("grade", str(tools), "-o", f"json:{tmp_path / 'report.json'}")
    idle = [
        *("toolgrade.inputs.git", "toolgrade.source", "toolgrade.policy", "toolgrade.catalog"),
        *("toolgrade.configs.clients", "toolgrade.live.fetch", "toolgrade.listing.report"),
        *("multiprocessing", "logging", "html", "traceback"),
    ]
    assert [name for name in idle if name in graded] == []


def modules_where(is_so: Callable[[ast.AST], bool]) -> set[str]:
    """Return the modules of the package that hold such a node."""
    return {name for name in MODULES if any(map(is_so, nodes(name)))}


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))))


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def chooses_by_number(node: ast.AST) -> bool:
    """Whether it is `"is" if n == 1 else "are"`, or builds a plural so."""
    if not (isinstance(node, ast.IfExp) and isinstance(node.test, ast.Compare)):
        return False
    test = isinstance(node.test.ops[0], ast.Eq | ast.NotEq) and ast.unparse(node.test)
    ones = test and not isinstance(node.test.left, ast.Attribute) and test.endswith("= 1")
    return bool(ones) and is_text(node.body) and is_text(node.orelse)


def counts_more(node: ast.AST) -> bool:
    """Whether it is a text such as f"and {n} more"."""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return any(
        isinstance(one, ast.FormattedValue)
        and isinstance(after, ast.Constant)
        and re.match(r" more(?! like| of| are)\b", str(after.value)) is not None
        for one, after in pairwise(parts)
    )


def suggests(node: ast.AST) -> bool:
    return "did you mean" in str(getattr(node, "value", "")) or (
        isinstance(node, ast.Attribute) and node.attr == "get_close_matches"
    )


def walks_dimensions(node: ast.AST) -> bool:
    """Whether it goes through the findings of each of a score's dimensions."""
    if not isinstance(node, ast.FunctionDef):
        return False
    loops = [one for one in ast.walk(node) if isinstance(one, ast.For | ast.comprehension)]
    of_dimensions = {
        ast.unparse(one.target) for one in loops if ".dimensions" in ast.unparse(one.iter)
    }
    walked = {ast.unparse(one.iter) for one in loops}
    walked |= {ast.unparse(n.value) for n in ast.walk(node) if isinstance(n, ast.YieldFrom)}
    return any(f"{name}.findings" in walked for name in of_dimensions)


def lists_formats(node: ast.AST) -> bool:
    """Whether it names several formats of `-o` in one list."""
    elements = node.elts if isinstance(node, ast.Tuple | ast.List) else []
    texts = {one.value for one in elements if isinstance(one, ast.Constant)}
    return len(texts & {*REPORTERS}) > 1 and len(texts - {*REPORTERS}) == 0


@pytest.mark.parametrize(
    ("is_so", "homes"),
    [
        (chooses_by_number, set()),
        (counts_more, {"wording.counts"}),
        (suggests, {"wording.suggest"}),
        (walks_dimensions, {"model.score"}),
        (lists_formats, {"outputs", "outputs.compared", "cli.rubric"}),
    ],
)
def test_what_many_need_is_written_once(is_so: Callable[[ast.AST], bool], homes: set[str]) -> None:
    assert modules_where(is_so) == {f"toolgrade.{home}" for home in homes}


@pytest.mark.parametrize(
    ("is_so", "code"),
    [
        (chooses_by_number, 'f"{n} tool" if n == 1 else f"{n} tools"'),
        (counts_more, 'f"{first} and {n} more"'),
        (suggests, "difflib.get_close_matches(word, known)"),
        (walks_dimensions, "def f(x):\n return [f for d in x.dimensions for f in d.findings]"),
        (walks_dimensions, "def f(x):\n for d in x.dimensions:\n  for f in d.findings: pass"),
        (lists_formats, '("terminal", "json")'),
    ],
)
def test_a_second_copy_is_found(is_so: Callable[[ast.AST], bool], code: str) -> None:
    assert any(map(is_so, ast.walk(ast.parse(code))))


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
        for _, dimension, table in tables(read_with_parents(FOLDER / "tdqs.toml"))
        for name in table["checks"]
    }
    levelled = set(read_with_parents(FOLDER / "tdqs.toml")["unpriced"]) - {*MALFORMED, SHADOWED}
    assert priced | levelled == set(checks())
    assert priced & levelled == set()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_word_list_is_used(path: Path) -> None:
    used = {"action-verbs", "foreign-function-words", "function-words", "read-verbs", "write-verbs"}
    used |= {"slot-words", "slot-endings", "short-facts", "generic-words"}
    used |= {name.replace("_", "-") for check in checks().values() for name in check.words}
    assert set(read_with_parents(path)["lexicons"]) - used == set()


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
        if name != "common-acronyms"  # to know a short form pays nothing
        for entry in words.entries
        if set(re.findall(r"\w+", entry.lower())) & PRODUCTS
    }
    assert named == set()


def commands(group: click.Group, path: str = "toolgrade") -> Iterator[tuple[str, click.Command]]:
    for name, command in commands_of(group).items():
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
