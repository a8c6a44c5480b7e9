"""Reads files that list servers instead of tools. It starts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.configs import bundle, clients, registry

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.configs.entries import Config

__all__ = ["detect_config"]


def detect_config(data: Any, file: Path, *, packed: bool = False) -> Config | None:  # noqa: ANN401 - whatever a file holds
    """Return the servers in a client's config, a server.json or an MCPB manifest, or None.

    `file` is where `data` was read from; `packed` says that it was inside a bundle.
    """
    return (
        bundle.detect_manifest(data, packed=packed)
        or clients.detect_client_config(data, file)
        or registry.detect_server_json(data)
    )
