"""Clients' configs: where each keeps its servers, how it spells one, and which variables it has.

They are recognised by content, since many clients share a file name and most share a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.configs import variables
from toolgrade.configs.entries import Config, Listed, describe_servers, format_name
from toolgrade.configs.launches import (
    expand_pairs,
    expand_texts,
    make_command_launch,
    make_url_launch,
    resolve_path,
)
from toolgrade.model import InputError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

    from toolgrade.configs.entries import Setting
    from toolgrade.configs.launch import Launch

_OFF = "is disabled there"


@dataclass(frozen=True, slots=True)
class Client:
    """A config format: `table` leads to the servers, `variables` are what it expands in them.

    Among the formats whose table exists, the first one wins that has no `marks` (keys, or
    "key=value", "[]" being a list), has a server with one of them, or is in its `folder`. `listed`
    says that the table is a list.
    """

    table: tuple[str, ...]
    variables: re.Pattern[str]
    marks: frozenset[str] = frozenset()
    folder: str = ""
    listed: bool = False


CLIENTS: dict[str, Client] = {
    "Codex": Client(("mcp_servers",), variables.NONE),
    "Zed": Client(("context_servers",), variables.NONE),
    "opencode": Client(("mcp",), variables.CURLY, frozenset({"type=local", "type=remote"})),
    "opencode 2": Client(
        ("mcp", "servers"),
        variables.CURLY,
        frozenset({"type=local", "type=remote", "command=[]"}),
    ),
    "VS Code": Client(("servers",), variables.BRACES),
    "VS Code, settings.json": Client(("mcp", "servers"), variables.BRACES),
    "dev container": Client(("customizations", "vscode", "mcp", "servers"), variables.BRACES),
    "Continue": Client(("mcpServers",), variables.SECRETS, listed=True),
    "Gemini CLI": Client(
        ("mcpServers",),
        variables.DOLLARS,
        frozenset({"httpUrl", "trust", "includeTools", "excludeTools"}),
        folder=".gemini",
    ),
    # A client that does not expand a variable passes its name on, which no server can use.
    "Claude, Cursor, Windsurf, Cline, Copilot and others": Client(
        ("mcpServers",), variables.BRACES
    ),
}


def detect_client_config(data: Any, file: Path) -> Config | None:  # noqa: ANN401 - whatever a file holds
    """Return the servers that a client's config lists, in order, or None for any other data."""
    if not isinstance(data, dict):
        return None
    data = _with_project(data)
    for client in CLIENTS.values():
        entries = _entries(data, client)
        if entries is not None and _is_by(client, entries, file):
            inputs = _inputs(data)
            servers = tuple(
                Listed(
                    name,
                    partial(_launch, name, entry, client, inputs),
                    _OFF if _is_off(entry) else "",
                )
                for name, entry in entries
            )
            return Config(describe_servers([server.name for server in servers]), servers)
    return None


def _entries(data: dict[str, Any], client: Client) -> list[tuple[str, Any]] | None:
    found: Any = data
    for key in client.table:
        found = found.get(key) if isinstance(found, dict) else None
    if client.listed:
        rows = found if isinstance(found, list) else []
        return [
            (format_name(row.get("name")), row) for row in rows if isinstance(row, dict)
        ] or None
    if not isinstance(found, dict):
        return None
    return [(format_name(name), entry) for name, entry in found.items()]


def _is_by(client: Client, entries: list[tuple[str, Any]], file: Path) -> bool:
    return (
        not client.marks
        or (bool(client.folder) and file.absolute().parent.name == client.folder)
        or any(
            bool({key, f"{key}={_spell(value)}"} & client.marks)
            for _, entry in entries
            if isinstance(entry, dict)
            for key, value in entry.items()
        )
    )


def _spell(value: object) -> str:
    if isinstance(value, list):
        return "[]"
    return value if isinstance(value, str) else ""


def _with_project(data: dict[str, Any]) -> dict[str, Any]:
    """Return Claude Code's state, with the servers that it keeps for the working folder."""
    project = data.get("projects")
    project = project.get(str(Path.cwd())) if isinstance(project, dict) else None
    own = project.get("mcpServers") if isinstance(project, dict) else None
    everywhere = data.get("mcpServers", {})
    if not isinstance(own, dict) or not isinstance(everywhere, dict):
        return data
    return {**data, "mcpServers": {**everywhere, **own}}


def _inputs(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults of the inputs that VS Code asks its user for, by id."""
    inside = data.get("mcp")
    asked = data.get("inputs", inside.get("inputs") if isinstance(inside, dict) else None)
    asked = [one for one in asked if isinstance(one, dict)] if isinstance(asked, list) else []
    return {one["id"]: one.get("default") for one in asked if isinstance(one.get("id"), str)}


def _is_off(entry: object) -> bool:
    return isinstance(entry, dict) and (
        entry.get("disabled") is True or False in (entry.get("enabled"), entry.get("isActive"))
    )


def _launch(
    name: str,
    entry: Any,  # noqa: ANN401 - any JSON
    client: Client,
    inputs: Mapping[str, Any],
    setting: Setting,
) -> Launch:
    if not isinstance(entry, dict):
        raise InputError(
            'is not a table with a command or a URL; write {"command": ...} or {"url": ...}'
        )
    if isinstance(entry.get("command"), dict):  # Zed, until 2025
        entry = {**entry, **entry["command"], "command": entry["command"].get("path")}

    def expand(text: str) -> str:
        return variables.expand_variables(text, client.variables, setting, inputs)

    command = entry.get("command")
    if command:
        words = expand_texts(command if isinstance(command, list) else [command], expand, "command")
        (cwd,) = expand_texts([entry.get("cwd") or "."], expand, "cwd")
        folder = resolve_path(setting.workspace, cwd)
        env = _environment(entry, setting, expand)
        return make_command_launch(
            name, [*words, *expand_texts(entry.get("args"), expand)], env, folder
        )
    url = next(
        (entry[key] for key in ("httpUrl", "serverUrl", "url", "baseUrl") if entry.get(key)), None
    )
    if not isinstance(url, str):
        raise InputError("names neither a command nor a URL; add one of them")
    return make_url_launch(name, expand(url), _headers(entry, setting, expand))


def _environment(
    entry: Mapping[str, Any], setting: Setting, expand: Callable[[str], str]
) -> dict[str, str]:
    env: dict[str, str] = {}
    if isinstance(entry.get("envFile"), str):
        env |= variables.read_env_file(resolve_path(setting.workspace, expand(entry["envFile"])))
    passed = entry.get("env_vars")  # Codex: names alone
    for each in passed if isinstance(passed, list) else []:
        name = each.get("name") if isinstance(each, dict) else each
        if isinstance(name, str) and name in setting.values:
            env[name] = setting.values[name]
    for key in ("env", "environment"):
        env |= expand_pairs(entry.get(key), expand, key)
    return {**env, **setting.given}


def _headers(
    entry: Mapping[str, Any], setting: Setting, expand: Callable[[str], str]
) -> dict[str, str]:
    headers: dict[str, str] = {}
    options = entry.get("requestOptions")
    if isinstance(options, dict):  # Continue
        headers |= expand_pairs(options.get("headers"), expand, "headers")
    for key in ("headers", "http_headers"):
        headers |= expand_pairs(entry.get(key), expand, key)
    for header, name in expand_pairs(
        entry.get("env_http_headers"), str, "env_http_headers"
    ).items():
        headers[header] = setting.variable(name)
    if isinstance(token := entry.get("bearer_token_env_var"), str):  # Codex, as the one above
        headers["Authorization"] = f"Bearer {setting.variable(token)}"
    return headers
