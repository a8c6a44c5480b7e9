"""Files that list servers instead of tools: nothing they name is started unless that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.configs import bundle, clients, registry

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.configs.entries import Config

__all__ = ["recognised"]


def recognised(data: Any, file: Path, *, packed: bool = False) -> Config | None:  # noqa: ANN401 - whatever a file holds
    """Return what `data` lists: a client's config, a server.json or an MCPB manifest; else None.

    `file` is where it stands; `packed` where it was found inside of a bundle.
    """
    return (
        bundle.recognised(data, packed=packed)
        or clients.recognised(data, file)
        or registry.recognised(data)
    )
