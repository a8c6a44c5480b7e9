"""The MCP registry's server.json: packages that a runner starts, and remotes to call.

A server has one tool list, so one of them is enough: the first package that can be started here, or
else the first remote.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.configs.entries import INSTEAD, Config, Listed, format_name
from toolgrade.configs.launches import make_command_launch, make_url_launch
from toolgrade.wording.legible import make_legible
from toolgrade.wording.secrets import mask_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolgrade.configs.entries import Setting
    from toolgrade.configs.launch import Launch

_RUNNERS: dict[str, tuple[tuple[str, ...], str, frozenset[str]]] = {
    "npm": (("npx", "-y"), "@", frozenset({"", "https://registry.npmjs.org"})),
    "pypi": (("uvx",), "==", frozenset({"", "https://pypi.org", "https://pypi.org/simple"})),
}
"""By kind of package: what starts it, the sign before its version, and its registries. A package of
another registry is not started: the runner would take one of the same name from its own registry.
"""

_PACKAGE = re.compile(r"(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9~][\w.~-]*")
_VERSION = re.compile(r"[A-Za-z0-9][\w.+!-]*")
_VARIABLE = re.compile(r"\{([A-Za-z_][\w.-]*)\}")
_SCHEMA = "server.schema.json"
_SHOWN = 80


def detect_server_json(data: Any) -> Config | None:  # noqa: ANN401 - whatever a file holds
    """Return the server that a server.json describes, or None for any other data."""
    if not (isinstance(data, dict) and isinstance(data.get("name"), str)):
        return None
    packages, remotes = _tables(data.get("packages")), _tables(data.get("remotes"))
    typed = [one for one in packages if _get_value(one, "registryType")]
    if _SCHEMA not in _word(data.get("$schema")) and not (typed or remotes):
        return None
    return _choose_way(format_name(data["name"]), packages, remotes)


def _choose_way(name: str, packages: list[dict[str, Any]], remotes: list[dict[str, Any]]) -> Config:
    """Return the first way to reach the server from here, or say which ways it has."""
    kinds = []
    for package in packages:
        transport = package.get("transport", {})
        kind = _word(_get_value(package, "registryType"))
        started = _build_start_command(package, kind)
        if isinstance(transport, dict) and transport.get("type", "stdio") != "stdio":
            kinds.append(f"{kind} over HTTP")
        elif started:
            way = partial(_from_package, name, package, started)
            return _config(name, way, " ".join(started))
        else:
            kinds.append(kind)
    for remote in remotes:
        if isinstance(remote.get("url"), str):
            way = partial(_from_remote, name, remote)
            return _config(name, way, make_legible(mask_url(remote["url"])))
    found = make_legible(", ".join(dict.fromkeys(kinds)), _SHOWN) or "no package and no remote"
    return Config(f"describes a server that cannot be started here ({found}); {INSTEAD}", ())


def _config(name: str, way: Callable[[Setting], Launch], said: str) -> Config:
    return Config(f"describes a server that is not running ({said})", (Listed(name, way),))


def _build_start_command(package: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """Return what starts a package at its version, () where that is not known or not safe."""
    if kind not in _RUNNERS:
        return ()
    runner, sign, known = _RUNNERS[kind]
    base = _word(_get_value(package, "registryBaseUrl")).rstrip("/")
    identifier, version = _word(package.get("identifier")), _word(package.get("version"))
    sound = _PACKAGE.fullmatch(identifier) and (not version or _VERSION.fullmatch(version))
    if base not in known or not sound:
        return ()
    return (*runner, f"{identifier}{sign}{version}" if version else identifier)


def _from_package(
    name: str, package: Mapping[str, Any], started: tuple[str, ...], setting: Setting
) -> Launch:
    *runner, reference = started
    options = [w for w in _arguments(package, "runtimeArguments", setting) if w not in runner]
    words = [*runner, *options, reference, *_arguments(package, "packageArguments", setting)]
    env = _values(_tables(_get_value(package, "environmentVariables")), setting, setting.values)
    # Not in the server's own repository, where npx would take the package for one that is there.
    return make_command_launch(name, words, {**env, **setting.given}, Path.home())


def _from_remote(name: str, remote: Mapping[str, Any], setting: Setting) -> Launch:
    url = _fill_variables(remote["url"], remote, setting)
    return make_url_launch(name, url, _values(_tables(remote.get("headers")), setting, {}))


def _arguments(package: Mapping[str, Any], key: str, setting: Setting) -> Iterator[str]:
    for argument in _tables(_get_value(package, key)):
        flag, hint = _word(argument.get("name")), _word(_get_value(argument, "valueHint"))
        value = _value(argument, (hint or flag).lstrip("-"), setting)
        asks = hint or argument.get("description") or argument.get("format")
        if flag and argument.get("type") == "named" and (value is not None or not asks):
            yield flag
        if value is not None:
            yield value


def _values(
    given: list[dict[str, Any]], setting: Setting, known: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables or headers that have a value, which `known` may give."""
    found = {
        name: _value(one, name, setting, known)
        for one in given
        if isinstance(name := one.get("name"), str)
    }
    return {name: value for name, value in found.items() if value is not None}


def _value(
    one: Mapping[str, Any], name: str, setting: Setting, known: Mapping[str, str] | None = None
) -> str | None:
    """Return the value of an argument, variable or header: fixed, from us, or the default."""
    if isinstance(value := one.get("value"), str):
        return _fill_variables(value, one, setting)
    if name in (ours := {**(known or {}), **setting.given}):
        return ours[name]
    if isinstance(default := one.get("default"), str | int | float):
        return _fill_variables(str(default), one, setting)
    return setting.answer(name, "value of") if _get_value(one, "isRequired") is True else None


def _fill_variables(text: str, one: Mapping[str, Any], setting: Setting) -> str:
    """Return a text with its declared variables filled in."""
    declared = one.get("variables")
    known: dict[str, Any] = declared if isinstance(declared, dict) else {}

    def value(found: re.Match[str]) -> str:
        variable = known.get(found[1])
        if not isinstance(variable, dict):
            return found[0]
        filled = _value({**variable, "variables": None}, found[1], setting)
        return setting.answer(found[1], "value of") if filled is None else filled

    return _VARIABLE.sub(value, text)


def _tables(values: object) -> list[dict[str, Any]]:
    return (
        [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _get_value(table: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a value by its key. Keys had underscores until September 2025."""
    return table.get(key, table.get(re.sub("[A-Z]", lambda c: f"_{c[0].lower()}", key)))
