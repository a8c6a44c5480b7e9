"""How every command names what to read: sources, and what a live server needs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from toolgrade.cli.requests import make_option_error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.live.options import Options


class WithCommand(click.Command):
    """A command whose words after `--` are a stdio server's argv, kept in `ctx.obj`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what follows `--` away before click reads the rest. Raises UsageError."""
        at = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[at + 1 :])
        if at == len(args) - 1:
            raise click.UsageError("give the server's command after --", ctx)
        try:
            return super().parse_args(ctx, args[:at])
        except click.NoSuchOption as error:
            if "--" not in args and not args[0].startswith("-"):
                # "grade npx -y server": the option is the server's own.
                hint = f"{error.format_message()} A server's command goes after --."
                raise click.UsageError(hint, ctx) from error
            raise
        except click.BadParameter as error:
            if error.param and error.param.name:
                raise make_option_error(ctx, error.param.name, error.message, error) from None
            raise


def _pairs(separator: str, texts: Iterable[str], what: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for text in texts:
        name, found, value = text.partition(separator)
        if not found or not name.strip():
            raise click.UsageError(f"give {what}")
        pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def _environment(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return --env values: NAME=VALUE as it is, NAME from our own environment."""
    pairs = []
    for text in given:
        name, found, value = text.partition("=")
        if not name:
            raise click.UsageError("give --env NAME or --env NAME=VALUE")
        if not found and name not in os.environ:
            raise click.UsageError(f"--env {name}: there is no such variable; give {name}=VALUE")
        pairs.append((name, value if found else os.environ[name]))
    return tuple(pairs)


def options(
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - as the option of its name
) -> Options:
    """Return what a live server needs, from the options of `live_options`. Raises UsageError."""
    from toolgrade.live.options import Options  # noqa: PLC0415 - start-up time

    return Options(
        timeout=timeout,
        headers=_pairs(":", header, "--header 'Name: value'"),
        env=_environment(env),
        notice=lambda text: click.echo(f"toolgrade: {text}", err=True),
        launch=launch,
        adopt=True,
    )


def refuse_for_config(options: Options) -> None:
    """Raise UsageError if anything is given that only what the command line names may get."""
    for given, name in (
        (options.launch, "--launch"),
        (options.headers, "--header"),
        (options.env, "--env"),
    ):
        if given:
            raise click.UsageError(
                f"{name} is for what the command line names, never for a config's sources: "
                "give the SOURCE, or a command after --"
            )


def _above_zero(_context: click.Context, _option: click.Parameter, value: float) -> float:
    from toolgrade.gates.config import LONGEST_TIMEOUT  # noqa: PLC0415 - start-up time

    if not 0 < value <= LONGEST_TIMEOUT:  # nor is NaN
        raise click.BadParameter(f"give a number of seconds above 0, at most {LONGEST_TIMEOUT}")
    return value


def live_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    """Give a command the options that `options` reads."""
    for option in (
        click.option(
            "--launch",
            is_flag=True,
            help="Start, or ask, the servers that SOURCE lists: a client's config, a server.json "
            "or an MCPB manifest. Without this option, none is started.",
        ),
        click.option(
            "--timeout",
            default=90.0,
            show_default=True,
            metavar="SECONDS",
            callback=_above_zero,
            help="How long a server may take, launch to last page.",
        ),
        click.option(
            "--env",
            multiple=True,
            metavar="NAME[=VALUE]",
            help="Pass a variable to the server, or set one that SOURCE names; repeats.",
        ),
        click.option(
            "--header",
            multiple=True,
            metavar="'NAME: VALUE'",
            help="Send an HTTP header to SOURCE, if it is a URL; repeats.",
        ),
    ):
        command = option(command)
    return command
