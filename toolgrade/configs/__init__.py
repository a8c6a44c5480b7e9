"""Reads files that list servers instead of tools. It starts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.configs.entries import Config

__all__ = ["KEYS", "detect_config"]

KEYS = frozenset(
    {"manifest_version", "dxt_version", "$schema", "packages", "remotes", "projects", "mcpServers"}
    | {"mcp_servers", "context_servers", "mcp", "servers", "customizations"}
)
"""The keys of which a file that lists servers has one at its top, so that a file of tools costs no
import of what reads them.
"""


def detect_config(data: Any, file: Path, *, packed: bool = False) -> Config | None:  # noqa: ANN401 - whatever a file holds
    """Return the servers in a client's config, a server.json or an MCPB manifest, or None.

    `file` is where `data` was read from; `packed` says that it was inside a bundle.
    """
    if not (isinstance(data, dict) and KEYS & data.keys()):
        return None
    from toolgrade.configs import bundle, clients, registry  # noqa: PLC0415 - start-up time

    return (
        bundle.detect_manifest(data, packed=packed)
        or clients.detect_client_config(data, file)
        or registry.detect_server_json(data)
    )
