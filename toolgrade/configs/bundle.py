"""MCP bundles (MCPB, once DXT): the manifest names a server's tools and how to start it.

A bundle is a zip. Only its manifest is unpacked, in memory and with a bound; nothing is started.
"""

from __future__ import annotations

import io
import os
import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.configs.entries import Config, Listed, format_name
from toolgrade.configs.launches import expand_pairs, expand_texts, make_command_launch
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.configs.entries import Setting
    from toolgrade.configs.launch import Launch

MANIFEST = "manifest.json"
MAX_BYTES = 16 * 2**20
"""The largest manifest that is unpacked."""

MAX_FILES = 100_000
_INSTEAD = f"give the {MANIFEST} of the unpacked bundle"
_ENTRY = b"PK\x01\x02"
_VARIABLE = re.compile(r"\$\{(user_config\.)?([A-Za-z_][\w.-]*|/)\}")
_FOLDERS = {"DESKTOP": "Desktop", "DOCUMENTS": "Documents", "DOWNLOADS": "Downloads"}


def manifest(content: bytes, label: str) -> bytes:
    """Return the bytes of a bundle's manifest. Raises InputError."""
    import zipfile  # noqa: PLC0415 - start-up time
    import zlib  # noqa: PLC0415 - as above

    if content.count(_ENTRY) > MAX_FILES:
        raise InputError(
            f"{label}: a zip of more than {MAX_FILES:,} files, not an MCP bundle; {_INSTEAD}"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo(MANIFEST).compress_type not in {
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            }:
                # Other methods unpack whole blocks, whose size has no bound.
                raise NotImplementedError
            with archive.open(MANIFEST) as file:
                found = file.read(MAX_BYTES + 1)
    except KeyError:
        raise InputError(
            f"{label}: a zip without {MANIFEST}, so not an MCP bundle; {_INSTEAD}"
        ) from None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        # RuntimeError means a password or (NotImplementedError) an unknown compression.
        raise InputError(f"{label}: a zip that cannot be unpacked; pack the bundle again") from None
    if len(found) > MAX_BYTES:
        raise InputError(f"{label}: its {MANIFEST} is larger than {MAX_BYTES >> 20} MB; {_INSTEAD}")
    return found


def detect_manifest(data: Any, *, packed: bool) -> Config | None:  # noqa: ANN401 - whatever a file holds
    """Return the server that an MCPB manifest describes, or None for any other data."""
    if not (isinstance(data, dict) and ("manifest_version" in data or "dxt_version" in data)):
        return None
    name = format_name(data.get("name"))
    launch = _refuse if packed else partial(_launch, name, data)
    return Config(
        "describes a server that is not running", (Listed(name, launch),), names_tools=True
    )


def _refuse(_: Setting) -> Launch:
    raise InputError(f"a packed bundle is not started: unpack it and give its {MANIFEST}")


def _launch(name: str, data: Mapping[str, Any], setting: Setting) -> Launch:
    server = data.get("server")
    config = server.get("mcp_config") if isinstance(server, dict) else None
    if not isinstance(config, dict):
        raise InputError("its manifest has no server.mcp_config; pass the command after --")
    platforms = config.get("platform_overrides")
    own = platforms.get(sys.platform) if isinstance(platforms, dict) else None
    own = own if isinstance(own, dict) else {}
    asked = data.get("user_config")
    asked = asked if isinstance(asked, dict) else {}

    def expand(text: str) -> str:
        return _VARIABLE.sub(lambda found: " ".join(_values(found, asked, setting)), text)

    args: list[str] = []
    for word in expand_texts({**config, **own}.get("args"), str):
        alone = _VARIABLE.fullmatch(word)
        # An option may have several values, such as folders; each becomes an argument.
        args += _values(alone, asked, setting) if alone else [expand(word)]
    command = expand_texts([{**config, **own}.get("command")], expand, "command")
    env = expand_pairs(config.get("env"), expand, "env") | expand_pairs(
        own.get("env"), expand, "env"
    )
    return make_command_launch(name, [*command, *args], {**env, **setting.given}, setting.folder)


def _values(found: re.Match[str], asked: Mapping[str, Any], setting: Setting) -> list[str]:
    name = found[2]
    if found[1]:
        option = asked.get(name)
        return _resolve_option(name, option if isinstance(option, dict) else {}, setting)
    if name in _FOLDERS:
        return [str(Path.home() / _FOLDERS[name])]
    if name in {"/", "pathSeparator"}:
        return [os.sep]
    return [{"__dirname": str(setting.folder), "HOME": str(Path.home())}.get(name, found[0])]


def _resolve_option(name: str, option: Mapping[str, Any], setting: Setting) -> list[str]:
    """Return the values of an option that a client would ask for: from --env, or the default."""
    default = option.get("default")
    if name in setting.given or (default is None and option.get("required") is True):
        return [setting.answer(name, "option")]
    if default is None:
        return [""]
    home = str(Path.home())
    found = expand_texts(default if isinstance(default, list) else [default], str, "user_config")
    return [text.replace("${HOME}", home) for text in found]
