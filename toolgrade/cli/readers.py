"""The options that ask how others read the definitions: clients, directories, tokens, --spec."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from toolgrade.model import SPECS, STRICTEST

if TYPE_CHECKING:
    from toolgrade.gates.pipeline import Request


READER_OPTIONS = ("spec", "clients", "profile", "tokens", "max_tokens")


def add_readers(request: Request, asked: dict[str, Any]) -> Request:
    """Return a request with the values of READER_OPTIONS."""
    return replace(
        request,
        spec=asked["spec"],
        clients=asked["clients"],
        profiles=asked["profile"],
        tokens=asked["tokens"],
        max_tokens=asked["max_tokens"],
    )


def _names(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(name for value in values for name in value.replace(",", " ").split())


def reader_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    """Give a command the options that `add_readers` reads."""
    for option in (
        click.option(
            "--max-tokens",
            type=click.IntRange(1),
            metavar="N",
            help="Fail (exit 1) if a server's definitions cost more; counts them as --tokens does.",
        ),
        click.option(
            "--tokens",
            is_flag=True,
            help="Count the tokens that the definitions cost an agent (estimated unless "
            "toolgrade[tokens] is installed).",
        ),
        click.option(
            "--profile",
            multiple=True,
            callback=_names,
            metavar="NAME",
            help="Say if a directory's review would find it ready: anthropic-directory, "
            "openai-apps, glama, mcp-registry; repeats.",
        ),
        click.option(
            "--clients",
            multiple=True,
            callback=_names,
            metavar="NAME,...",
            help="Show which clients take each tool: claude, ..., portable, all or frameworks. "
            "`toolgrade explain client` lists them.",
        ),
        click.option(
            "--spec",
            type=click.Choice((STRICTEST, *SPECS)),
            default=STRICTEST,
            show_default=True,
            metavar="REVISION",
            help="The revision of the MCP specification that schemas must follow; "
            "`toolgrade explain spec` lists them.",
        ),
    ):
        command = option(command)
    return command
