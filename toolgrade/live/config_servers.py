"""Starts or calls the servers that a file lists; one that fails hides no other."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.configs.entries import Setting
from toolgrade.live.fetch import as_json, fetch_each
from toolgrade.model import InputError
from toolgrade.wording.secrets import SHORTEST, is_secret, is_secret_name, mask_text

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.configs.entries import Config
    from toolgrade.configs.launch import Launch
    from toolgrade.live.options import Options

Shown = tuple[str, dict[str, Any]]
"""A server's name in the file, and what it shows a client."""


def fetch_servers(
    config: Config, file: Path, label: str, options: Options
) -> list[Shown | InputError]:
    """Return what each server shows, in the file's order, or why it could not be read.

    Servers that the file disables are skipped, with a notice. Raises InputError if none is left.
    """
    if not config.servers:
        raise InputError(f"{label}: {config.said}")
    for server in config.servers:
        if server.off:
            options.notice(f"{label}: {server.name} {server.off}; skipped")
    wanted = [server for server in config.servers if not server.off]
    if not wanted:
        raise InputError(f"{label}: disables all its servers: nothing to start; enable one")
    setting = Setting(file, os.environ, dict(options.env))
    ready: list[Launch | InputError] = []
    for server in wanted:
        name = f"{label}: {server.name}"
        try:
            launch = server.launch(setting)
            ready.append(replace(launch, name=name, known=_find_used_values(launch, setting)))
        except InputError as error:
            ready.append(InputError(f"{name}: {error}"))
    answers = iter(fetch_each([one for one in ready if not isinstance(one, InputError)], options))
    found = [one if isinstance(one, InputError) else next(answers) for one in ready]
    return [
        one if isinstance(one, InputError) else (server.name, one)
        for server, one in zip(wanted, found, strict=True)
    ]


def _find_used_values(launch: Launch, setting: Setting) -> tuple[str, ...]:
    """Return the secret values of the variables that appear in a server's command, environment,
    headers or URL.
    """
    words = [*launch.argv, *(text for pair in (*launch.env, *launch.headers) for text in pair)]
    whole = "\n".join((*words, launch.url))
    return tuple(
        value
        for name, value in setting.values.items()
        if len(value) >= SHORTEST
        and value in whole
        and (is_secret(name, value) if name in setting.given else _looks_secret(name, value))
    )


def _looks_secret(name: str, value: str) -> bool:
    """Return whether a variable of our own environment, most of which are settings, is a secret."""
    return is_secret(name, value) and (is_secret_name(name) or mask_text(value) != value)


def format_servers(found: list[Shown], label: str) -> str:
    """Return what servers show as the text of one file: a tools/list result, or several."""
    named = [_ensure_name(name, shown) for name, shown in found]
    return as_json(label, named[0] if len(named) == 1 else {"servers": named})


def _ensure_name(name: str, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what a server shows, with its name in the config if it gives none itself."""
    info = shown.get("serverInfo")
    own = info.get("name") if isinstance(info, dict) else None
    return shown if isinstance(own, str) and own.strip() else {**shown, "serverName": name}
