"""Builds a Launch from what a file says, and rejects values that no process can be given.

No message shows a value: any of them may be a key.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from toolgrade.configs.launch import Launch
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def make_command_launch(
    name: str, words: list[str], env: Mapping[str, str], folder: Path
) -> Launch:
    """Return how to start a command in `folder`. Raises InputError."""
    _reject_unfit(*words, *env, *env.values(), str(folder))
    if not words[0].strip():
        raise InputError("names an empty command; write the program to start")
    if any(not key or "=" in key for key in env):
        raise InputError('"env" has a name that no variable can have; use letters, digits and _')
    # A bare name is looked up in PATH.
    program = str(resolve_path(folder, words[0])) if {"/", os.sep} & set(words[0]) else words[0]
    argv = (program, *words[1:])
    return Launch(name, argv, tuple(env.items()), str(folder), private=True)


def make_url_launch(name: str, url: str, headers: Mapping[str, str]) -> Launch:
    """Return how to ask a URL. Raises InputError."""
    _reject_unfit(url, *headers, *headers.values())
    try:
        split = urlsplit(url)
        sound = split.scheme.lower() in {"http", "https"} and bool(split.hostname)
    except ValueError:
        sound = False
    if not sound:
        raise InputError(
            "its address is not an http(s) URL; write one such as https://example.com/mcp"
        )
    return Launch(name, url=url, headers=tuple(headers.items()), private=True)


def resolve_path(folder: Path, path: str) -> Path:
    """Return a path relative to `folder`, or to the home folder if it begins with "~"."""
    return folder / os.path.expanduser(path)  # noqa: PTH111 - pathlib's raises for another's home


def expand_texts(values: object, expand: Callable[[str], str], what: str = "args") -> list[str]:
    """Return a list of texts, expanded. Numbers and booleans are spelled as in JSON."""
    if values is None:
        return []
    if not isinstance(values, list):
        raise InputError(f'"{what}" is not a list of texts; write it as ["A", "B"]')
    return [expand(_text(value, what)) for value in values]


def expand_pairs(values: object, expand: Callable[[str], str], what: str) -> dict[str, str]:
    """Return a table of texts, expanded, without those that are null."""
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise InputError(f'"{what}" is not a table of texts; write it as {{"NAME": "VALUE"}}')
    return {k: expand(_text(v, what)) for k, v in values.items() if v is not None}


def _text(value: object, what: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise InputError(f'"{what}" holds a value that is not a text; put it in quotes')


def _reject_unfit(*words: str) -> None:
    for word in words:
        try:
            unfit = b"\0" in os.fsencode(word)
        except UnicodeEncodeError:
            unfit = True
        if unfit:
            raise InputError("holds a character that a process cannot be given; remove it")
