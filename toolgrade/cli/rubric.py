"""`toolgrade rubric`: prove a rubric file, measure it against labels, fit it to them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolgrade.cli.writing import outputs as read_outputs
from toolgrade.cli.writing import write
from toolgrade.model import InputError

if TYPE_CHECKING:
    from types import ModuleType


@click.group()
def rubric() -> None:
    """Work on a rubric file."""


@rubric.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def rubric_check(file: Path) -> None:
    """Prove that a rubric file can be used; the first fault is shown with its line.

    \b
    Example:
      toolgrade rubric check mine.toml
    """
    from toolgrade.files.opening import does_exist, is_file  # noqa: PLC0415 - start-up time
    from toolgrade.files.shipped import FOLDER  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    shipped = FOLDER / f"{file}.toml"
    stamp = Rubric.prove(file if does_exist(file) or not is_file(shipped) else shipped).stamp
    click.echo(f"{file}: {stamp.name} {stamp.version} ({stamp.digest}) can be used")


@rubric.command("agree")
@click.argument("file", metavar="NAME|FILE")
@click.argument("labels", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=partial(read_outputs, formats=("terminal", "json", "markdown")),
    metavar="FORMAT[:FILE]",
    help="terminal, json or markdown; repeats. Without FILE to the screen.",
)
@click.option(
    "--folds",
    type=click.IntRange(2),
    metavar="N",
    help="Show also what prices fitted to the other servers give, N times (needs toolgrade[fit]).",
)
@click.option("--held", is_flag=True, help="Show read servers and the unread third apart.")
@click.option(
    "--misses",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many worst misses to show.",
)
def rubric_agree(
    file: str,
    labels: Path,
    outputs: list[tuple[str, str]],
    folds: int | None,
    misses: int,
    *,
    held: bool,
) -> None:
    """Measure how well a rubric's scores agree with published ones.

    LABELS holds one JSON object a line: "tool" as in tools/list, "labels" a list of judgements, and
    perhaps "id", "server", "siblings", "typesKnown", "annotationsKnown".

    \b
    Example:
      toolgrade rubric agree tdqs labels.jsonl -o terminal -o markdown:agreement.md
    """
    from toolgrade.agreement.labels import read  # noqa: PLC0415 - start-up time
    from toolgrade.agreement.measure import agree  # noqa: PLC0415 - start-up time
    from toolgrade.agreement.show import SHOWN  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    rules, rows = Rubric.load(file), read(labels)
    beside = _fitting().predict_left_out(rules, file, rows, folds) if folds else {}
    agreement = agree(rules, rows, others=beside, held=held, most_misses=misses)
    for format_, target in outputs:
        write(SHOWN[format_](agreement), target)


@rubric.command("spread")
@click.argument("file", metavar="NAME|FILE")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=partial(read_outputs, formats=("terminal", "markdown")),
    metavar="FORMAT[:FILE]",
    help="terminal or markdown; repeats. Without FILE to the screen.",
)
def rubric_spread(file: str, sources: tuple[str, ...], outputs: list[tuple[str, str]]) -> None:
    """Show how a rubric's scores are spread over many servers, beside published figures.

    SOURCE is a saved tools/list file, or a folder of them. Means, the share of tools below the
    middle of the scale (a smell) and tiers are compared with those of the
    judge that a rubric follows.

    \b
    Example:
      toolgrade rubric spread tdqs servers/ -o terminal -o markdown:spread.md
    """
    from toolgrade.agreement.distribution import SHOWN, distribution  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    found = distribution(Rubric.load(file), sources)
    for format_, target in outputs:
        write(SHOWN[format_](found), target)


def _fitting() -> ModuleType:
    # The matrices are small: threads would cost more than they save, fivefold on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from toolgrade.agreement import refit  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise InputError(
            f"fitting needs {error.name}, which is not installed: pip install 'toolgrade[fit]'"
        ) from error
    return refit


@rubric.command("fit")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("labels", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", default="", metavar="OUT", help="Where to write; without it, over FILE."
)
def rubric_fit(file: Path, labels: Path, output: str) -> None:
    """Fit the baselines, prices and cuts that a rubric FILE writes to published scores.

    LABELS is as for agree. Met stays 0 or more and unmet 0 or less; numbers become whole tenths and
    stay near the file's own; comments stay. Needs toolgrade[fit].

    \b
    Example:
      toolgrade rubric fit mine.toml labels.jsonl -o fitted.toml
    """
    from toolgrade.agreement.labels import read  # noqa: PLC0415 - start-up time
    from toolgrade.agreement.show import comparison  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    refit = _fitting().refit(Rubric.prove(file), file, read(labels))
    write(iter([refit.text]), output or str(file), replaces=output in {"", str(file)})
    for change in refit.changes or ["no number changes"]:
        click.echo(change)
    write(comparison(refit.agreement), "")
