"""`toolgrade fix`: a list that chosen clients take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from toolgrade.cli.writing import keep_apart, write
from toolgrade.inputs.named import GIT, is_code, is_url
from toolgrade.model import InputError
from toolgrade.wording.counts import format_count
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.fixes.adapt import Adapted
    from toolgrade.model import ServerReport

_SPELLED = {"llama.cpp": "llama-cpp", "llamacpp": "llama-cpp"}
_LONGEST = 300


def _read_names(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    names = (name for value in values for name in value.replace(",", " ").split())
    return tuple(dict.fromkeys(_SPELLED.get(name.lower(), name) for name in names))


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--for",
    "clients",
    multiple=True,
    required=True,
    callback=_read_names,
    metavar="CLIENT,...",
    help="The clients that are to take every tool, such as gemini, openai, llama.cpp, claude or "
    "portable; repeats. `toolgrade explain client` lists them.",
)
@click.option(
    "-o", "--output", default="", metavar="OUT", help="Where to save; without it, to the screen."
)
def fix(file: str, clients: tuple[str, ...], output: str) -> None:
    """Write a saved list in a way that these clients take it, and say what was lost.

    FILE is a saved tools/list file. What a client refuses or loses is written in another way that
    says the same, if there is one; else a rule is left out, and said in the description. Each loss
    is a line on stderr: whether the schema takes more calls than before, takes less, or wants other
    ones (a parameter or a tool with another name). What is still not taken is a line too.
    Exit status: 0, or 2 if the file could not be read or written.

    \b
    Example:
      toolgrade fix --for gemini,openai tools.json -o fixed.json
    """
    from toolgrade.clients import select_clients  # noqa: PLC0415 - start-up time
    from toolgrade.fixes.adapt import adapt  # noqa: PLC0415 - start-up time
    from toolgrade.fixes.plan import change_definitions  # noqa: PLC0415 - start-up time
    from toolgrade.gates.pipeline import Request, run  # noqa: PLC0415 - start-up time
    from toolgrade.inputs import read  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    if is_url(file) or file.startswith(GIT) or file == "-" or is_code(file):
        raise click.UsageError(
            "fix reads a saved list: save the tools with `toolgrade fetch -o tools.json`"
        )
    asked = select_clients(clients)
    keep_apart([("the output", output)], [file])
    report = run(read(file), Rubric.load(), Request(clients=clients)).report
    done = [adapt(server, asked) for server in report.servers]
    changed = {
        id(server.tools[index].tool): definition
        for server, adapted in zip(report.servers, done, strict=True)
        for index, definition in adapted.definitions.items()
    }
    texts = change_definitions(report.servers, changed)
    if not texts:
        raise InputError(f"{file}: is not a JSON file of its own, so it cannot be written anew")
    write(iter([texts[0]]), output)
    for server, adapted in zip(report.servers, done, strict=True):
        for line in _list_lines(server, adapted):
            click.echo(f"toolgrade: {line}", err=True)
    click.echo(f"toolgrade: {_summarise(done)}", err=True)


def _list_lines(server: ServerReport, adapted: Adapted) -> Iterator[str]:
    """Yield what was lost, and what is left, a line each."""
    for index, losses in adapted.losses.items():
        name = make_legible(server.tools[index].tool.name or f"tool {index}")
        for loss in losses:
            where = f"{name} {loss.pointer}"
            yield make_legible(f"{where}: {loss.what} ({loss.effect})", _LONGEST)
    for left in adapted.left:
        name = server.server.name
        if left.tool is not None:
            name = server.tools[left.tool].tool.name or f"tool {left.tool}"
        titles = ", ".join(left.clients)
        yield make_legible(f"{name}: not taken by {titles}: {left.note}", _LONGEST)


def _summarise(done: list[Adapted]) -> str:
    losses = sum(len(lost) for one in done for lost in one.losses.values())
    left = sum(len(one.left) for one in done)
    kept = "nothing was lost" if not losses else f"{format_count(losses, 'loss')} said above"
    rest = f"; {format_count(left, 'limit')} still passed" if left else ""
    return f"{kept}{rest}"
