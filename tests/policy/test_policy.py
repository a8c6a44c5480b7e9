"""A policy parses in its format's own reader, holds every tool once, keeps what people wrote."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tools import rubric, server

from toolgrade.cli import cli
from toolgrade.grading.grade import grade
from toolgrade.model import InputError
from toolgrade.policy import DIALECTS
from toolgrade.policy.rules import ACTIONS, Rule, quote_string, rules

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TOOLS = [
    {"name": "get_page", "description": "Get a page."},
    {"name": "get_secret", "description": "Get a secret."},
    {"name": "create_page", "description": "Create a page."},
    {"name": "run_job", "description": "Run a job."},
    {"name": "run_shell", "description": "Run any shell command."},
    {"name": "delete_page", "description": "Delete a page."},
    {"name": "trash_page", "description": "Move a page to the trash."},
    {"name": "pay_bill", "description": "Pay a bill."},
    {"name": "frobnicate"},
]
WANTED = {
    "get_page": "allow",
    "get_secret": "ask",
    "create_page": "limit",
    "run_job": "limit",
    "run_shell": "ask",
    "delete_page": "deny",
    "trash_page": "ask",
    "pay_bill": "ask",
    "frobnicate": "ask",
}
HOSTILE = [
    "a: b",
    "- x",
    "*",
    "&x",
    "no",
    "null",
    "1.0",
    "'",
    '"',
    "\\",
    "#x",
    "}{",
    "]",
    "a\nb",
    "a\r\n  rules: []",
    "\u2028x",
    "\u202ename",
    "\x00",
    "\x85x",
    "\ufeff",
    "🔥",
    "|x|",
    "`x`",
    "<b>",
    "a.b",
    "=",
    "[x]",
    "@x",
    "%x",
    "!x",
    "?",
    "~",
    "{{ x }}",
]


def found(tools: list[dict[str, Any]]) -> tuple[Rule, ...]:
    return rules(grade([server(tools)], rubric()).servers[0].tools)


def read(dialect: str, text: str, name: str = "example") -> dict[str, str]:
    """Return what a policy does to each tool it names, as its own format's reader sees it."""
    pairs: list[tuple[str, str]] = []
    if dialect in {"policylayer", "intercept"}:
        policy = json.loads(text) if dialect == "policylayer" else yaml.safe_load(text)
        assert policy["version"] == "1"
        assert policy["default"] == "deny"
        pairs = [(tool, "deny") for tool in policy["hide"]]
        pairs += [(tool, gateway_action(entry)) for tool, entry in policy["tools"].items()]
    elif dialect == "claude-code":
        permissions = json.loads(text)["permissions"]
        assert all(
            re.fullmatch(r"mcp__[\w-]+", r, re.ASCII) for v in permissions.values() for r in v
        )
        start = len(f"mcp__{name}__")
        pairs = [(rule[start:], kind) for kind in permissions for rule in permissions[kind]]
    elif dialect == "codex":
        table = tomllib.loads(text)["mcp_servers"][name]
        approved = {
            k for k, of in table.get("tools", {}).items() if of["approval_mode"] == "approve"
        }
        assert table["default_tools_approval_mode"] == "prompt"
        pairs = [(t, "allow" if t in approved else "ask") for t in table["enabled_tools"]]
        pairs += [(tool, "deny") for tool in table["disabled_tools"]]
    else:
        cells = [
            t.content
            for t in MarkdownIt("gfm-like").disable("linkify").parse(text)
            if t.type == "inline"
        ][2:]
        pairs = [(cells[i].strip("`"), cells[i + 1].split()[0]) for i in range(3, len(cells), 3)]
    assert len(dict(pairs)) == len(pairs), "every tool once"
    return dict(pairs)


def gateway_action(entry: dict[str, Any]) -> str:
    """Return what a gateway's entry does, by its documented rules."""
    if entry.get("deny_if"):
        assert all(set(rule) == {"conditions", "on_deny"} for rule in entry["deny_if"])
        return "ask"
    for limit in entry.get("limits", ()):
        assert set(limit) == {"counter", "window", "max", "scope"}
        assert limit["window"] in {"minute", "hour", "day"}
        return "limit"
    for rule in entry.get("rules", ()):
        assert rule["name"]
        assert set(rule) <= {"name", "action", "on_deny", "rate_limit"}
        assert ("rate_limit" in rule) is (rule.get("action") != "deny")
        assert re.fullmatch(r"\d+/(minute|hour|day)", rule.get("rate_limit", "1/day"))
        return "ask" if rule.get("action") == "deny" else "limit"
    return "allow"


def as_written(dialect: str, action: str) -> str:
    """Return what an action becomes where calls cannot be counted."""
    return "ask" if action == "limit" and dialect in {"claude-code", "codex"} else action


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_tool_has_one_rule_that_fits_what_it_can_do(dialect: str) -> None:
    text = DIALECTS[dialect].write("example", found(TOOLS))
    wanted = {tool: as_written(dialect, action) for tool, action in WANTED.items()}
    assert read(dialect, text) == wanted


@pytest.mark.parametrize("dialect", ["policylayer", "intercept", "codex"])
def test_hostile_names_are_read_back_as_they_are(dialect: str) -> None:
    text = DIALECTS[dialect].write("example", found([{"name": name} for name in HOSTILE]))
    wild = {"*"} if dialect != "codex" else set()
    assert set(read(dialect, text)) == set(HOSTILE) - wild


def test_hostile_names_stay_within_their_cell_and_their_rule() -> None:
    hostile = found([{"name": name} for name in HOSTILE])
    page = (
        MarkdownIt("gfm-like").disable("linkify").render(DIALECTS["markdown"].write("x", hostile))
    )
    assert page.count("<tr>") == len(HOSTILE) + 1
    assert "<b>" not in page
    assert all(
        action == "ask"
        for action in read(
            "claude-code", DIALECTS["claude-code"].write("example", hostile)
        ).values()
    )


def test_a_name_no_file_can_hold_gets_no_rule_and_is_denied_by_default() -> None:
    lone = found([{"name": "\ud800"}, {"name": "get_page"}])
    for dialect in ("policylayer", "intercept", "codex"):
        text = DIALECTS[dialect].write("example", lone)
        assert set(read(dialect, text)) == {"get_page"}
        text.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_string_is_one_string_in_yaml_and_in_toml(text: str) -> None:
    assert yaml.safe_load(quote_string(text)) == text
    assert tomllib.loads(f"x = {quote_string(text)}") == {"x": text}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_only_a_promise_or_a_hint_lets_through_is_asked_for(dialect: str) -> None:
    hinted = [{"name": "frobnicate", "annotations": {"readOnlyHint": True}}]
    lying = [{"name": "x", "description": "Create a page.", "annotations": {"readOnlyHint": True}}]
    for tools in (hinted, lying):
        assert set(read(dialect, DIALECTS[dialect].write("example", found(tools))).values()) == {
            "ask"
        }


def test_of_two_tools_of_one_name_the_stricter_rule_stands() -> None:
    twice = [{"name": "x", "description": text} for text in ("Get a page.", "Delete a page.")]
    for tools in (twice, twice[::-1]):
        assert [rule.action for rule in found(tools)] == ["deny"]
    alike = found([{"name": "get.page"}, {"name": "get:page", "description": "Delete a page."}])
    text = DIALECTS["claude-code"].write("my server", alike)
    assert list(read("claude-code", text, "my_server").items()) == [("get_page", "deny")]


EDITED = {
    "policylayer": ('"get_page": {}', '"get_page": {"require": [{"conditions": []}]}'),
    "intercept": (
        '"get_page":\n    rules: []',
        '"get_page":   # ours\n    rules: [{name: x, rate_limit: 1/day}]',
    ),
    "claude-code": ('"permissions": {', '"model": "ours", "permissions": {'),
    "codex": ('"get_page",  #', '"get_page",  # ours'),
    "markdown": ("| `get_page` | allow |", "| `get_page` | deny by decision 7 |"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_update_keeps_what_a_person_wrote_and_adds_what_is_new(
    dialect: str, tmp_path: Path
) -> None:
    old, new = EDITED[dialect]
    text = DIALECTS[dialect].write("example", found(TOOLS)).replace(old, new)
    assert new in text
    file, source = tmp_path / "policy", tmp_path / "tools.json"
    file.write_text(text)
    more = [
        *TOOLS[:-1],
        {"name": "purge_all", "description": "Purge all."},
        {"name": "list_pages", "description": "List pages."},
    ]
    source.write_text(json.dumps({"serverInfo": {"name": "example"}, "tools": more}))
    argv = ["policy", str(source), "--for", dialect, "--name", "example", "--update", str(file)]
    done = CliRunner().invoke(cli, argv)
    assert done.exit_code == 0, done.output
    updated = file.read_text()
    kept = {"policylayer": '"conditions": []', "markdown": "decision 7"}
    assert kept.get(dialect, "ours") in updated
    assert ("new: " in updated) is (dialect in {"intercept", "codex", "markdown"})
    before, after = read(dialect, text), read(dialect, updated)
    assert after == {**before, "purge_all": "deny", "list_pages": "allow"}
    assert "new: purge_all" in done.stderr
    again = CliRunner().invoke(cli, argv)
    assert file.read_text() == updated
    assert "new:" not in again.stderr


def test_an_update_tells_what_it_would_do_otherwise_and_what_is_gone(tmp_path: Path) -> None:
    file, source = tmp_path / "policy.json", tmp_path / "tools.json"
    file.write_text('{"version": "1", "default": "deny", "tools": {"delete_page": {}, "old": {}}}')
    source.write_text(json.dumps({"tools": TOOLS[5:6]}))
    argv = ["policy", str(source), "--for", "policylayer", "--update", str(file)]
    told = CliRunner().invoke(cli, argv).stderr
    assert "kept: delete_page is 'allow', would now be 'deny'" in told
    assert "no longer listed by the server: old" in told
    assert json.loads(file.read_text())["tools"] == {"delete_page": {}, "old": {}}


def test_a_rule_for_a_whole_server_leaves_nothing_to_add() -> None:
    for whole in ("mcp__example", "mcp__example__*"):
        text = json.dumps({"model": "x", "permissions": {"allow": [whole]}})
        updated = DIALECTS["claude-code"].update(text, "example", found(TOOLS))
        assert not updated.new
        assert json.loads(updated.text)["model"] == "x"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00", "tools: [", "a = ", "- 1", "[" * 9999])
def test_a_file_that_is_no_policy_is_refused_and_left_as_it_is(
    dialect: str, text: str, tmp_path: Path
) -> None:
    file, source = tmp_path / "policy", tmp_path / "tools.json"
    file.write_text(text)
    source.write_text(json.dumps({"tools": TOOLS}))
    argv = ["policy", str(source), "--for", dialect, "--name", "example", "--update", str(file)]
    done = CliRunner().invoke(cli, argv)
    if dialect == "codex" and text in {"", "[1]"}:
        assert done.exit_code == 0  # a configuration all the same: an empty one, and a table "1"
        return
    assert done.exception
    assert "left as it is" in str(done.exception), done.exception
    assert file.read_text() == text


def run(*argv: str) -> Result:
    return CliRunner().invoke(cli, ["policy", *argv])


def test_several_servers_get_a_file_each(tmp_path: Path) -> None:
    source, folder = tmp_path / "two.json", tmp_path / "policies"
    names = ["a", "../A", "é/", "b" * 300]
    source.write_text(json.dumps([{"serverInfo": {"name": n}, "tools": TOOLS} for n in names]))
    done = run(str(source), "--for", "policylayer", "-o", f"{folder}/")
    assert done.exit_code == 0, done.output
    made = sorted(file.name for file in folder.iterdir())
    assert made == ["A-2.json", "a.json", f"{'b' * 80}.json", "server.json"]
    for file in folder.iterdir():
        assert set(read("policylayer", file.read_text())) == {tool["name"] for tool in TOOLS}
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["two.json"]


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        ([], "give -o FOLDER/ for a file each"),
        (["-o", "one.json"], "give -o FOLDER/ for a file each"),
        (["--update", "one.json"], "--update is for one"),
        (["--name", "a", "-o", "x/"], "--name is for one"),
        (["--for", "claude-code", "-o", "x/"], "needs the server's name in your client's config"),
    ],
)
def test_what_is_for_one_server_is_refused_for_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], hint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.json").write_text(json.dumps([{"name": n, "tools": TOOLS} for n in "ab"]))
    done = run("two.json", *argv)
    assert isinstance(done.exception, InputError)
    assert hint in str(done.exception)
    assert [file.name for file in tmp_path.iterdir()] == ["two.json"]
    assert run().exit_code == 2


@pytest.mark.parametrize("dialect", ["claude-code", "codex"])
def test_rules_that_name_the_server_need_its_name_in_the_client(
    tmp_path: Path, dialect: str
) -> None:
    source = tmp_path / "tools.json"
    source.write_text(json.dumps({"serverInfo": {"name": "Example Server"}, "tools": TOOLS}))
    refused = run(str(source), "--for", dialect)
    assert isinstance(refused.exception, InputError)
    assert "give --name NAME" in str(refused.exception)
    done = run(str(source), "--for", dialect, "--name", "mine")
    assert done.exit_code == 0, done.output
    assert set(read(dialect, done.stdout, "mine")) == {tool["name"] for tool in TOOLS}


def test_a_clients_config_names_its_servers(tmp_path: Path) -> None:
    code = (
        "from mcp.server import MCPServer\n"
        "app = MCPServer('Own Name')\n"
        "@app.tool()\n"
        "def get_page(id: str) -> str:\n"
        '    """Get a page."""\n'
        "    return id\n"
        "app.run()\n"
    )
    (tmp_path / "server.py").write_text(code)
    entry = {"command": sys.executable, "args": [str(tmp_path / "server.py")]}
    config = tmp_path / ".mcp.json"
    config.write_text(json.dumps({"mcpServers": {"wiki": entry, "wiki-two": entry}}))
    folder = tmp_path / "policies"
    done = run(str(config), "--launch", "--for", "claude-code", "-o", f"{folder}/")
    assert done.exit_code == 0, done.output
    for name in ("wiki", "wiki-two"):
        text = (folder / f"{name}.json").read_text()
        assert json.loads(text)["permissions"]["allow"] == [f"mcp__{name}__get_page"]


def test_every_level_of_every_category_has_an_action() -> None:
    actions = {rule.action for rule in found(TOOLS)}
    assert actions == set(ACTIONS)
