"""`toolgrade mcp`: toolgrade as an MCP server."""

from __future__ import annotations

from pathlib import Path

import click

from toolgrade.files.opening import is_folder
from toolgrade.model import InputError


@click.command()
@click.option(
    "--root",
    metavar="FOLDER",
    help="The folder whose files the tools may read; without it, they take texts only.",
)
def mcp(root: str | None) -> None:
    """Serve toolgrade to an agent: an MCP server on stdin and stdout.

    Its tools grade definitions, explain checks, suggest fixes and compare two versions. They start
    and write nothing. Needs the extra: pip install "toolgrade[live]".

    \b
    Example:
      toolgrade mcp --root .
    """
    from toolgrade.serving import serve  # noqa: PLC0415 - start-up time

    if root is not None and not is_folder(Path(root)):
        raise InputError(f"--root {root[:200]}: is not a folder")
    serve(Path(root) if root is not None else None)
