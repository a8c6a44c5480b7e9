"""Variables in a config, as each client writes them, and their values.

A value may be a key: messages show only the variable's name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.configs.launches import resolve_path
from toolgrade.files.opening import read_file
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.configs.entries import Setting

_FILE_BYTES = 64 * 1024
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_FORM = (
    r"(?P<kind>env|input|file|command|config):(?P<rest>[^{}]+)"
    rf"|(?P<name>{_NAME})(?P<or>:-(?P<default>[^{{}}]*))?"
)

NONE = re.compile(r"(?!)")
"""Codex and Zed expand nothing."""

BRACES = re.compile(rf"\$\{{(?:{_FORM}|(?P<slash>/))\}}")
"""`${env:X}` (VS Code, Cursor, Windsurf, Cline), `${X}` and `${X:-default}` (Claude Code),
`${input:id}` (VS Code), `${workspaceFolder}` and its kin.
"""

DOLLARS = re.compile(rf"\$(?:\{{(?:{_FORM}|(?P<slash>/))\}}|(?P<loose>{_NAME}))")
"""Gemini CLI's `$X` and `${X}`. If `$X` is not set, it stays as it is."""

CURLY = re.compile(r"\{(?P<kind>env|file):(?P<rest>[^{}]+)\}")
"""opencode's `{env:X}` and `{file:path}`."""

SECRETS = re.compile(r"\$\{\{\s*(?:secrets|inputs)\.(?P<bare>[A-Za-z0-9_.-]+)\s*\}\}")
"""Continue's `${{ secrets.X }}`."""


def expand_variables(
    text: str, pattern: re.Pattern[str], setting: Setting, inputs: Mapping[str, Any]
) -> str:
    """Return `text` with its variables replaced by their values, which are not expanded again.

    `inputs` are the defaults of what the client would ask its user, by id. Raises InputError if a
    variable is not set.
    """

    def value(found: re.Match[str]) -> str:
        groups = found.groupdict()
        if loose := groups.get("loose"):
            return setting.values.get(loose, found[0])
        return _value(groups, setting, inputs)

    return pattern.sub(value, text)


def _value(found: dict[str, str | None], setting: Setting, inputs: Mapping[str, Any]) -> str:
    name = found.get("bare") or found.get("name")
    if found.get("slash"):
        return os.sep
    if name is None:
        return _resolve_kind(found.get("kind"), found.get("rest") or "", setting, inputs)
    if name in _PLACES:
        return _place(name, setting)
    if found.get("or"):
        # As in a shell, an empty value counts as not set.
        return setting.values.get(name) or found.get("default") or ""
    return setting.variable(name)


def _resolve_kind(kind: str | None, rest: str, setting: Setting, inputs: Mapping[str, Any]) -> str:
    if kind == "env":
        return setting.variable(rest)
    if kind == "file":
        return _content(resolve_path(setting.folder, rest))
    if kind == "input":
        default = inputs.get(rest)
        if rest not in setting.given and isinstance(default, str):
            return default
        return setting.answer(rest, "input")
    raise InputError(
        f"${{{kind}:…}} has a value only inside the client; write the value in its place"
    )


_PLACES = (
    *("workspaceFolder", "workspaceFolderBasename", "workspaceRoot", "userHome", "cwd"),
    *("pathSeparator", "CLAUDE_PROJECT_DIR", "CLAUDE_PLUGIN_ROOT", "extensionPath"),
)


def _place(name: str, setting: Setting) -> str:
    if name == "userHome":
        return str(Path.home())
    if name == "pathSeparator":
        return os.sep
    if name == "workspaceFolderBasename":
        return setting.workspace.name
    if name in {"extensionPath", "CLAUDE_PLUGIN_ROOT"}:
        return str(setting.folder)
    return str(setting.workspace)


def _content(path: Path) -> str:
    try:
        return read_file(path, _FILE_BYTES).decode().strip()
    except (OSError, ValueError):
        raise InputError(
            "a file that it takes a value from cannot be read; see its path and its rights"
        ) from None


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=VALUE lines of an env file. Raises InputError."""
    values = {}
    for line in _content(path).splitlines():
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            values[name.strip()] = value[1:-1] if quoted else value
    return values
