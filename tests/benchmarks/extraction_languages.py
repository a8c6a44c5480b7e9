"""How right the tools are that are read from Go, C#, Java, Rust and Kotlin.

`python tests/benchmarks/extraction_languages.py CHECKOUTS LISTS` reads each folder of CHECKOUTS,
named owner__repository@commit, and compares it with LISTS/owner__repository.json where there is
one: what that server lists, with "tools", and "source", where the list is from. Nothing is built or
run. With --update it rewrites reports/extraction-languages.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from extraction import EQUAL, FACTS, UNKNOWN, Result, compared

from toolgrade.source import SUFFIXES, read_package
from toolgrade.source.discover import discover
from toolgrade.source.nodes import Items, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.found import Findings

REPORT = Path(__file__).parent.parent.parent / "reports" / "extraction-languages.md"
LONGEST = 12
HEAD = """\
# Tools read from Go, C#, Java, Rust and Kotlin

Public repositories were checked out and read as `toolgrade grade FOLDER` reads them; nothing was
built or run. `python tests/benchmarks/extraction_languages.py CHECKOUTS LISTS --update` measures it
again. All of them were looked at while the reader was written: none is kept back.

Few servers in these languages can be started without an account, so most rows have nothing to be
compared with. What they show is how much was found, how much of that is unknown, and whether each
text stands in the file and line that is named: *at its place* counts the names, descriptions and
parameter texts whose first characters were found there.
"""


@dataclass
class Seen:
    """What was read in one checkout."""

    name: str
    tools: int = 0
    unread: int = 0
    parameters: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    texts: int = 0
    placed: int = 0


def seen(folder: Path) -> Seen:
    """Return what is read in a checkout."""
    found = Seen(folder.name.replace("__", "/"))
    for package in discover(folder, SUFFIXES, str):
        _count(found, read_package(package))
    return found


def _count(found: Seen, findings: Findings) -> None:
    found.tools += len(findings.tools)
    found.unread += len(findings.unread)
    for tool in findings.tools:
        entries = tool.definition.entries
        schema = entries.get("inputSchema")
        properties = schema.entries.get("properties") if isinstance(schema, Table) else None
        known = {
            "description": isinstance(entries.get("description"), Text | None),
            "parameters": isinstance(properties, Table | None) and isinstance(schema, Table),
        }
        if isinstance(properties, Table):
            found.parameters += len(properties.entries)
        for fact, holds in known.items():
            found.unknown[fact] = found.unknown.get(fact, 0) + (not holds)
        for text in _texts(tool.definition):
            found.texts += 1
            found.placed += _stands(text)


def _texts(value: Any) -> Iterator[Text]:
    match value:
        case Table(entries):
            for key, inner in entries.items():
                if key in {"name", "title", "description"} and isinstance(inner, Text):
                    yield inner
                else:
                    yield from _texts(inner)
        case Items(items):
            for inner in items:
                yield from _texts(inner)


def _stands(text: Text) -> bool:
    """Whether the first word of a text stands where it is said to, or the name it is made of."""
    blank = len(text.value) - len(text.value.lstrip())
    spot = text.spot(blank) or text.at
    word = text.value.split()[:1] or [""]
    there = spot.file.text[spot.offset :]
    plain = word[0][:LONGEST].partition("\\")[0].partition('"')[0]
    return there.startswith(plain) or there[:1].lower() == plain[:1].lower()


def rows(all_seen: list[Seen]) -> Iterator[str]:
    """Yield the table of what was read."""
    yield (
        "| Repository | Tools | Not readable | Description unknown | Parameters unknown "
        "| Parameters | Texts | At its place |"
    )
    yield "| :-- | --: | --: | --: | --: | --: | --: | --: |"
    for one in all_seen:
        unknown = [one.unknown.get(fact, 0) for fact in ("description", "parameters")]
        counts = (one.tools, one.unread, *unknown, one.parameters, one.texts, one.placed)
        yield f"| {one.name} | {' | '.join(map(str, counts))} |"


def compared_rows(results: list[tuple[str, Result]]) -> Iterator[str]:
    """Yield the table of what was compared."""
    yield "| Repository | Listed | Found | Missed | Not listed | " + " | ".join(FACTS) + " |"
    yield "| :-- | --: | --: | --: | --: |" + " :-: |" * len(FACTS)
    for _, r in results:
        extra = len(r.extra) + len(r.conditional)
        counts = (r.listed, r.both, len(r.missed), extra)
        facts = (r.facts[fact] for fact in FACTS)
        cells = (f"{f[EQUAL]}/{f[UNKNOWN]}/{f.total() - f[EQUAL] - f[UNKNOWN]}" for f in facts)
        yield f"| {r.package} | {' | '.join(map(str, counts))} | {' | '.join(cells)} |"
    yield ""
    for source, r in results:
        yield f"- {r.package}: {source}"
        for title, names in (("missed", r.missed), ("not listed", [*r.extra, *r.conditional])):
            if names:
                more = f" and {len(names) - 8} more" if len(names) > 8 else ""
                yield f"  - {title}: {', '.join(names[:8])}{more}"
        for name, fact, _, _ in r.wrong[:20]:
            yield f"  - different: {fact} of {name}"


@click.command()
@click.argument("checkouts", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("lists", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--update", is_flag=True, help="Rewrite reports/extraction-languages.md.")
def main(checkouts: Path, lists: Path, *, update: bool) -> None:
    """Measure, and print what was found."""
    folders = sorted(path for path in checkouts.iterdir() if path.is_dir())
    results: list[tuple[str, Result]] = []
    for folder in folders:
        file = lists / f"{folder.name.partition('@')[0]}.json"
        if file.is_file():
            listed = json.loads(file.read_text(encoding="utf-8"))
            name = folder.name.replace("__", "/")
            capture = {"package": name, "version": "", "tools": listed["tools"]}
            results.append((listed["source"], compared(capture, folder)))
    lines = ["", *rows([seen(folder) for folder in folders])]
    lines += ["", "## Beside what a server lists", "", "Equal / unknown / different.", ""]
    lines += compared_rows(results)
    text = HEAD + "".join(f"{line}\n" for line in lines)
    click.echo(text)
    if update:
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
