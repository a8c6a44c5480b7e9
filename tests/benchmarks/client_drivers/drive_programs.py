"""Coding agents: what claude, codex, gemini or opencode (the flavour) send to the mock model.

A program starts with a batch of servers, each with one definition, since it takes seconds to start.
A plain server is in every batch and has to arrive. Tools are written as if their server were h000.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drive import FLAVOUR
from model import MockModel

if TYPE_CHECKING:
    from collections.abc import Callable

DEFINITIONS, OUT = Path(sys.argv[1]), Path(sys.argv[2])
BATCH = 30
SECONDS = 180
PLAIN = "h999"
PROMPT = "Say done."
MODEL = MockModel()
WORK = Path("work").absolute()
HOME = Path("home").absolute()
Servers = dict[str, list[str]]


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def as_table(servers: Servers, **more: Any) -> dict[str, Any]:
    return {name: {"command": argv[0], "args": argv[1:], **more} for name, argv in servers.items()}


def set_up_claude(servers: Servers) -> tuple[list[str], dict[str, str]]:
    write_json(WORK / "mcp.json", {"mcpServers": as_table(servers)})
    options = ["--mcp-config", "mcp.json", "--strict-mcp-config", "--model", "claude-sonnet-4-5"]
    return ["-p", PROMPT, *options], {
        "ANTHROPIC_BASE_URL": MODEL.url,
        "ANTHROPIC_API_KEY": "none",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "ENABLE_TOOL_SEARCH": "false",
        "MCP_CONNECTION_NONBLOCKING": "0",
    }


def set_up_codex(servers: Servers) -> tuple[list[str], dict[str, str]]:
    lines = [
        'model = "gpt-5"',
        'model_provider = "mock"',
        "[model_providers.mock]",
        'name = "mock"',
        f'base_url = "{MODEL.url}/v1"',
        'wire_api = "responses"',
        'env_key = "MOCK_KEY"',
    ]
    for name, argv in servers.items():
        lines += [f"[mcp_servers.{name}]", f"command = {json.dumps(argv[0])}"]
        lines += [f"args = {json.dumps(argv[1:])}"]
    home = WORK / "codex"
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text("\n".join(lines), encoding="utf-8")
    env = {"CODEX_HOME": str(home), "MOCK_KEY": "none"}
    return ["exec", "--skip-git-repo-check", PROMPT], env


def set_up_gemini(servers: Servers) -> tuple[list[str], dict[str, str]]:
    settings = {
        "mcpServers": as_table(servers, trust=True, timeout=15_000),
        "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": False}},
        "privacy": {"usageStatisticsEnabled": False},
        "general": {"disableAutoUpdate": True},
    }
    write_json(HOME / ".gemini" / "settings.json", settings)
    env = {"GOOGLE_GEMINI_BASE_URL": MODEL.url, "GEMINI_API_KEY": "none"}
    options = ["-m", "gemini-2.5-pro", "--skip-trust", "--approval-mode", "yolo"]
    return ["-p", PROMPT, *options], env


def set_up_opencode(servers: Servers) -> tuple[list[str], dict[str, str]]:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{MODEL.url}/v1", "apiKey": "none"},
        "models": {"gpt": {"tool_call": True}},
    }
    local = {name: {"type": "local", "command": argv} for name, argv in servers.items()}
    settings = {"model": "mock/gpt", "provider": {"mock": provider}, "mcp": local}
    write_json(WORK / "opencode.json", {**settings, "autoupdate": False, "share": "disabled"})
    off = ("MODELS_FETCH", "AUTOUPDATE", "LSP_DOWNLOAD")
    return ["run", PROMPT], {f"OPENCODE_DISABLE_{one}": "1" for one in off}


SET_UP: dict[str, tuple[str, Callable[[Servers], tuple[list[str], dict[str, str]]]]] = {
    "claude": ("mcp__{}__", set_up_claude),
    "codex": ("mcp__{}__", set_up_codex),
    "gemini": ("mcp_{}_", set_up_gemini),
    "opencode": ("{}_", set_up_opencode),
}
"""Each program's prefix for a server's tools, and how it is set up."""
PREFIX, SET_UP_PROGRAM = SET_UP[FLAVOUR]


def start(servers: Servers) -> dict[str, list[dict[str, Any]]]:
    """Return the tools of each server that the program sends to the model."""
    WORK.mkdir(exist_ok=True)
    arguments, env = SET_UP_PROGRAM(servers)
    passed = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    MODEL.asked.clear()
    subprocess.run(
        [str(Path("node_modules", ".bin", FLAVOUR).absolute()), *arguments],
        cwd=WORK,
        env={**passed, **env, "HOME": str(HOME)},
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
        check=True,
    )
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
    for tool in MODEL.take():
        matched = re.match(PREFIX.format(r"(h\d{3})"), str(tool["name"]))
        if matched and matched[1] in found:
            name = PREFIX.format("h000") + tool["name"][matched.end() :]
            found[matched[1]].append({**tool, "name": name})
    if not found.pop(PLAIN):
        raise RuntimeError("the plain server did not arrive")
    return found


def try_batch(names: list[str], *flags: str) -> list[list[dict[str, Any]]]:
    """Return the tools that arrive of each definition."""
    serve = str(Path(__file__).with_name("serve.py"))
    command = [sys.executable, "-S", serve, str(DEFINITIONS)]
    servers = {f"h{at:03}": [*command, name, *flags] for at, name in enumerate(names)}
    return list(start({**servers, PLAIN: [*command, "control"]}).values())


def main() -> None:
    """Write a row for each definition."""
    lines = DEFINITIONS.read_text(encoding="utf-8").splitlines()
    names = [json.loads(line)["id"] for line in lines]
    with OUT.open("a", encoding="utf-8") as rows:
        for first in range(0, len(names), BATCH):
            batch = names[first : first + BATCH]
            found = dict(zip(batch, try_batch(batch), strict=True))
            none = [name for name, tools in found.items() if not tools]
            companions = dict(zip(none, try_batch(none, "companion"), strict=True)) if none else {}
            for name, tools in found.items():
                row = {"id": name, "tools": tools}
                if name in companions:
                    row["companion"] = bool(companions[name])
                rows.write(json.dumps(row) + "\n")
            rows.flush()


main()
