"""What `grade` reports beside the scores if it is asked: clients, directories, tokens."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import click

from toolgrade.model import SPECS, STRICTEST

if TYPE_CHECKING:
    from toolgrade.model import Report


@dataclass(frozen=True, slots=True)
class Beside:
    """The options as given; `max_tokens` is None for no bar."""

    clients: tuple[str, ...]
    profile: tuple[str, ...]
    tokens: bool
    max_tokens: int | None

    @classmethod
    def from_options(cls, asked: dict[str, Any]) -> Beside:
        """Take these options out of all that were given."""
        return cls(**{field.name: asked.pop(field.name) for field in fields(cls)})

    def add_to(self, report: Report) -> Report:
        """Return the report with what was asked for. Raises InputError for an unknown name."""
        if self.clients:
            from toolgrade.clients import check_compatibility, select_clients  # noqa: PLC0415 - start-up time

            report = check_compatibility(report, select_clients(self.clients))
        if self.profile:
            from toolgrade.gates.profiles import review_servers  # noqa: PLC0415 - start-up time

            report = review_servers(report, self.profile)
        if self.tokens or self.max_tokens is not None:
            from toolgrade.gates.tokens import count_tokens  # noqa: PLC0415 - start-up time

            report = count_tokens(report)
        return report

    def check_token_limit(self, report: Report) -> Report:
        """Return the report with the bar it misses, if any."""
        if self.max_tokens is None:
            return report
        from toolgrade.gates.tokens import limit_tokens  # noqa: PLC0415 - start-up time

        return limit_tokens(report, self.max_tokens)


def _names(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(name for value in values for name in value.replace(",", " ").split())


def beside_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    """Give a command the options that Beside holds, and --spec."""
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
            help="Count what the definitions cost an agent (estimated without toolgrade[tokens]).",
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
            help="Show which clients take each tool: claude, ..., portable, all or frameworks.",
        ),
        click.option(
            "--spec",
            type=click.Choice((STRICTEST, *SPECS)),
            default=STRICTEST,
            show_default=True,
            metavar="REVISION",
            help="Hold schemas to one revision of the MCP specification.",
        ),
    ):
        command = option(command)
    return command
