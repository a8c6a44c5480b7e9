"""How right the tools are that are read from npm packages, beside what the servers really list.

`python tests/benchmarks/extraction_npm.py NAME=CAPTURES...` fetches each captured npm package at
its version, reads what it ships (nothing is installed or run), and compares, as extraction.py does
for PyPI. With --update it rewrites reports/extraction-npm.md. npm_packages.py has the rule of
scope.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import click
from extraction import Result, compared, tables
from npm_packages import NAMES, Captured, captured, excluded, unpacked

REPORT = Path(__file__).parent.parent.parent / "reports" / "extraction-npm.md"
SETS = {
    "corpus": (
        "packages that were looked at while the reader was written. Half of them were kept back at "
        "first; the first look at those found recall 31.9 %, precision 96.7 %, no description, "
        "type, requirement or annotation different, but of 1.4 % of the tools a parameter missing."
    ),
    "fresh": (
        "packages captured later. The first look at them, before anything they showed was mended, "
        "found recall 74.1 %, precision 90.3 %, unknown 9.6 % of the descriptions and 12.1 % of "
        "the parameters, and 2.1 % of the output schemas different: zod 4 spells a choice "
        "between types otherwise before 4.5, and is unknown since where it is bundled or pinned."
    ),
    "kept back": (
        "packages captured with the fresh ones that nobody looked into. The first look found "
        "recall 99.8 %, precision 92.1 %, unknown 7.0 % of the descriptions and 12.5 % of the "
        "parameters; no description, parameter, parameter text, annotation or output schema was "
        "different, but the types of 0.2 % of the tools and the requirements of 0.5 % were. The "
        "requirements were mended from the differing schemas alone, the one type is still wrong; "
        "nothing else was changed because of that look, and no source of theirs was opened."
    ),
}
HEAD = f"""\
# Tools read from npm packages, beside what the servers list

Each npm package was fetched at the version of a captured `tools/list`, what it ships was read
(nothing was installed or run), and the two were compared. Most ship compiled JavaScript, some in
one bundled file. `python tests/benchmarks/extraction_npm.py NAME=CAPTURES... --update` measures it
again; CAPTURES is a folder of such lists, NAME what it is called here.

In scope, by a rule that was fixed before anything was measured: packages whose own code holds a
registration, and in which at least {NAMES:.0%} of the listed names stand in quotes.

{"".join(f"- *{title}*: {said}{chr(10)}" for title, said in SETS.items())}
*Withheld*: found, not listed, and registered under a condition. *Unknown* is what the reader says
that it cannot tell; *different* is wrong. Aims: recall 90 %, precision 99 %, description equal or
unknown 99 %, unknown at most 20 %.
"""


@click.command()
@click.argument("sets", nargs=-1, required=True, metavar="NAME=CAPTURES...")
@click.option("--cache", type=click.Path(path_type=Path), help="Where packages are fetched to.")
@click.option("--update", is_flag=True, help="Rewrite reports/extraction-npm.md.")
def main(sets: tuple[str, ...], cache: Path | None, *, update: bool) -> None:
    """Measure, and print what was found."""
    cache = cache or Path(tempfile.gettempdir()) / "toolgrade-extraction-npm"
    set_of: dict[str, str] = {}
    packages: list[Captured] = []
    for one in sets:
        name, _, folder = one.rpartition("=")
        for package in captured(Path(folder)):
            if package.package not in set_of:
                set_of[package.package] = name or "captured"
                packages.append(package)
    results: list[Result] = []
    left: list[tuple[str, str]] = []
    with ProcessPoolExecutor() as pool:
        for package, found in zip(
            packages, pool.map(_measured, packages, repeat(cache)), strict=True
        ):
            if isinstance(found, str):
                left.append((package.package, found))
            else:
                results.append(found)
    names = list(dict.fromkeys(set_of[r.package] for r in results))
    made = tables(results, left, set_of.__getitem__, names, ("90 %", "20 %"))
    text = f"{HEAD}\n" + "".join(f"{line}\n" for line in made)
    click.echo(text)
    if update:
        REPORT.write_text(text, encoding="utf-8")


def _measured(one: Captured, cache: Path) -> Result | str:
    """Return what came of one package, or why it is left out."""
    folder = unpacked(one, cache)
    listed = {"package": one.package, "version": one.version, "tools": one.tools}
    return excluded(one, folder) or compared(listed, folder)


if __name__ == "__main__":
    main()
