"""The options that say what is good enough, with the config's values under them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from toolgrade.model import SEVERITIES, RubricError, Thresholds
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from toolgrade.gates.config import Config
    from toolgrade.gates.pipeline import Request
    from toolgrade.model import Level, Severity
    from toolgrade.rubric import Rubric

_CONFIG = "toolgrade.gates.config"


def _read_config(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    """Put the config's values under those of the command line. Raises InputError."""
    from toolgrade.gates import config  # noqa: PLC0415 - start-up time

    path = Path(value) if value else config.nearest(Path.cwd())
    if path is None:
        return
    found = config.read(path)
    context.meta[_CONFIG] = found
    values = {key.replace("-", "_"): given for key, given in found.values.items()}
    if context.obj:  # a command after -- is what to grade
        values.pop("sources", None)
    context.default_map = values


def get_config(context: click.Context) -> Config | None:
    """Return the config of a run, None if it has none."""
    config: Config | None = context.meta.get(_CONFIG)
    return config


def make_option_error(
    context: click.Context, parameter: str, message: str, said: click.UsageError | None = None
) -> Exception:
    """Return the error for a parameter's value: with its line if the config gives it, else
    `said` or a UsageError.
    """
    config = get_config(context)
    if config and context.get_parameter_source(parameter) is ParameterSource.DEFAULT_MAP:
        return config.refusal(parameter.replace("_", "-"), message)
    return said or click.UsageError(f"--{parameter.replace('_', '-')}: {message}", context)


def _split(
    _context: click.Context, _option: click.Parameter, values: Sequence[str]
) -> tuple[str, ...]:
    words = (word.strip() for value in values for word in value.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def demand_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    """Give a command the options that `read_request` reads."""
    for option in (
        click.option(
            "--config",
            metavar="FILE",
            is_eager=True,
            expose_value=False,
            callback=_read_config,
            help="Instead of the nearest toolgrade.toml, or pyproject.toml with [tool.toolgrade].",
        ),
        click.option(
            "--allow-renames",
            is_flag=True,
            help="Let the way to the next tier rename or remove tools, which breaks their callers.",
        ),
        click.option(
            "--update-baseline",
            is_flag=True,
            help="Write this run's findings to the --baseline file.",
        ),
        click.option(
            "--baseline",
            metavar="FILE",
            help="Fail only on findings that are new or worse than those in FILE.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            callback=_split,
            metavar="CHECK",
            help="Leave out a check, or all of a dimension; repeats. Scores stay. For one tool: "
            "`toolgrade explain ignore`.",
        ),
        click.option(
            "--select",
            multiple=True,
            callback=_split,
            metavar="CHECK",
            help="Show and count only this check or dimension; repeats. Scores stay.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "note"]),
            help="Status 1 if any finding is of this level or above.",
        ),
        click.option(
            "--fail-on-risk",
            type=click.Choice(SEVERITIES, case_sensitive=False),
            help="Status 1 if a tool's risk (what it can do) is this or worse: "
            "`toolgrade explain risk`.",
        ),
        click.option(
            "--fail-under",
            metavar="SCORE|TIER",
            help="Status 1 if a tool or a server scores lower: a score from 1 to 5, or a tier, "
            "A (best) to D.",
        ),
    ):
        command = option(command)
    return command


def read_request(
    context: click.Context,
    rubric: Rubric,
    *,
    fail_under: str | None,
    fail_on: Level | None,
    fail_on_risk: Severity | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    allow_renames: bool,
) -> Request:
    """Return what the options of `demand_options` ask, proved. Raises UsageError, InputError."""
    from toolgrade.gates.baseline_file import check_replaceable, read  # noqa: PLC0415 - start-up time
    from toolgrade.gates.ignores import Ignore, explain_unknown_check, names  # noqa: PLC0415 - start-up time
    from toolgrade.gates.pipeline import Baseline, Request  # noqa: PLC0415 - start-up time

    config = get_config(context)
    known_names = names(rubric) if config or select or ignore else set()
    for parameter, words in (("select", select), ("ignore", ignore)):
        for word in words:
            if word not in known_names:
                message = explain_unknown_check(word, known_names)
                raise make_option_error(context, parameter, message)
    if config:
        config.prove(known_names)
    if update_baseline and not baseline:
        raise click.UsageError("--update-baseline needs to know the file: give --baseline", context)
    asked = config.values.get("sources", ()) if config else ()
    whole = _resolve_sources(asked) <= _resolve_sources(context.params["sources"])
    if baseline and update_baseline:
        if not whole:
            raise click.UsageError(
                "--update-baseline would forget the config's other sources; give no SOURCE", context
            )
        check_replaceable(Path(baseline))
    under = _read_threshold(context, fail_under, rubric) if fail_under is not None else None
    # With a baseline, whatever is new or worse fails, even when only a score is asked for.
    on = "note" if baseline and fail_on is None else fail_on
    said = tuple(Ignore(word, "--ignore on the command line") for word in ignore)
    known = read(Path(baseline), rubric.stamp) if baseline and not update_baseline else None
    return Request(
        ignores=(*config.ignores, *said) if config else said,
        select=select,
        baseline=Baseline(make_legible(baseline), known) if baseline else None,
        thresholds=Thresholds(on, under, fail_on_risk),
        whole=whole,
        renames=allow_renames,
    )


def load_rubric(context: click.Context, name: str) -> Rubric:
    """Return a run's rubric. Raises RubricError, or InputError with the config's line."""
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    config = get_config(context)
    if not config or context.get_parameter_source("rubric") is not ParameterSource.DEFAULT_MAP:
        return Rubric.load(name)
    try:
        return Rubric.load(name, config.folder)
    except RubricError as error:
        raise config.refusal("rubric", str(error)) from None


def _resolve_sources(sources: Iterable[str]) -> set[str]:
    """Return sources so that two spellings of one file or folder are the same."""
    from toolgrade.inputs.named import GIT  # noqa: PLC0415 - start-up time

    apart = ("http://", "https://", GIT)
    return {s if s.lower().startswith(apart) else os.path.realpath(s) for s in sources}


def _read_threshold(context: click.Context, text: str, rubric: Rubric) -> Decimal:
    """Return a score, given as a number or as a tier. Raises UsageError, InputError."""
    from toolgrade.gates.thresholds import parse_threshold  # noqa: PLC0415 - start-up time

    try:
        return parse_threshold(text, rubric)
    except ValueError as error:
        raise make_option_error(context, "fail_under", str(error)) from None
