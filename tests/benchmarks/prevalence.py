"""How often real tools exceed what clients limit. To measure again, from the top of a checkout:
`python tests/benchmarks/prevalence.py FOLDER > reports/clients.md`, where FOLDER holds a folder of
saved servers for each collection.

In brackets are the shares that were published for the whole of three collections.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.clients import MEASURES, check_compatibility, limits, parts, select_clients
from toolgrade.grading.grade import grade
from toolgrade.inputs import InputError, read
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Server
    from toolgrade.schema import Node

PUBLISHED = ("toucan", "metorial", "livemcpbench")
NAMES = "[A-Za-z0-9_-]+"
UNIONS = ["oneOf", "anyOf", "allOf"]
HARD: dict[str, tuple[str, Any]] = {
    "name outside `[A-Za-z0-9_-]`": ("name-characters", NAMES),
    "name > 64": ("name-length", 64),
    "root type not object": ("root-type", "object"),
    "no `inputSchema`": ("field-types", ["inputSchema"]),
    "root composition": ("root-keywords", UNIONS),
    "root without `properties`": ("root-properties", True),
    "bad property key": ("property-names", "[a-zA-Z0-9_.-]{1,64}"),
    "array without items": ("array-items", "any"),
    "`$ref` anywhere": ("keywords-anywhere", ["$ref"]),
    "type list": ("single-types", "everywhere"),
    "boolean subschema": ("boolean-schemas", ["properties", "items", "anyOf"]),
    "outputSchema root not object": ("output-root-type", "object"),
    "description > 1,024": ("description-length", 1024),
}
SOFT: dict[str, tuple[str, Any]] = {
    "nested anyOf": ("nested-unions", ["anyOf"]),
    "exclusiveMinimum/Maximum": ("keywords", ["exclusiveMinimum", "exclusiveMaximum"]),
    "non-string const/enum": ("text-values", ["enum", "const"]),
}
UNTYPED, BARE = "untyped subschema at any depth", "nested object without properties"
DRAFT: dict[str, tuple[str, Any]] = {"draft-07 `$schema`": ("declared-dialect", ["draft-07"])}
ANY_HARD, ANY_SOFT = "**any hard portability rule**", "any client rule except draft-07"
SHOWN = 60
ROWS = {
    ANY_HARD: ("4.9 / 12.9", "6.4 / 15.3", "5.5 / 12.9"),
    ANY_SOFT: ("14.6 / 26.2", "15.0 / 33.3", "21.8 / 37.1"),
    "draft-07 `$schema`": ("44.4 / 33.7", "40.5 / 35.9", "30.6 / 31.4"),
    "nested anyOf": ("4.9 / 9.2", "5.5 / 13.2", "15.0 / 21.4"),
    UNTYPED: ("3.9 / 4.8", "2.5 / 6.6", "1.7 / 8.6"),
    "root without `properties`": ("1.7 / 2.6", ".75 / 3.2", ".2 / 1.4"),
    "description > 1,024": ("1.6 / 6.8", "1.7 / 6.7", "4.0 / 8.6"),
    "exclusiveMinimum/Maximum": ("1.1 / 3.0", "1.0 / 3.2", ".4 / 2.9"),
    BARE: ("1.0 / 3.1", "1.5 / 4.6", "1.0 / 2.9"),
    "name outside `[A-Za-z0-9_-]`": (".5 / .8", "2.0 / 1.2", "0 / 0"),
    "type list": (".4 / .9", ".7 / 2.1", ".4 / 1.4"),
    "`$ref` anywhere": (".4 / 1.0", ".8 / 2.2", "1.0 / 1.4"),
    "array without items": (".3 / 1.4", ".2 / .8", "0 / 0"),
    "non-string const/enum": (".1 / .3", ".5 / 2.0", ".4 / 1.4"),
    "boolean subschema": (".10 / .11", ".05 / .07", "0 / 0"),
    "bad property key": (".10 / .11", ".06 / .14", "0 / 0"),
    "root composition": (".02 / .11", ".27 / .70", "0 / 0"),
    "root type not object": ("-", "-", "-"),
    "no `inputSchema`": ("-", "-", "-"),
    "name > 64": ("0", "0", "-"),
    "outputSchema root not object": ("-", "-", "-"),
}
DIFFERENCES = """\
## Why they differ

* The published shares are of whole collections, the folders here hold samples of them, picked to
  vary. One generated server of hundreds of tools moves a row of tools and not the row of servers:
  draft-07 and untyped subschemas of *toucan*, `$ref` and names with dots of *metorial*. The sample
  of *livemcpbench* is 53 servers, so each of them is two per cent.
* By servers, which no large one can move, the rows agree within what a sample allows: *any hard
  rule* 13.9 and 16.5 for a published 12.9 and 15.3; *any client rule* 26.0 and 35.9 for 26.2 and
  33.3: in the sample of *metorial* nested unions, its largest row, are more frequent.
* *No `inputSchema`* is nearly all of *docker-mcp-registry* and part of *mcpm*: those lists name
  tools and arguments and leave the input schema out. No server would answer so.
* *live* is of 2026, asked of the packages themselves; the collections were crawled in 2025. SDKs
  have changed since: no root lacks `properties`, half of the servers write unions for optional
  values, and fewer declare draft-07. Three in ten have a description of over 1,024 characters.
* A server's name counts in names' lengths. In these folders a file's name often takes its place,
  which is longer than what people write in a configuration: read *Cursor* and *Gemini*,
  `name-length`, below as an upper bound.
"""


def _beside(schemas: Iterable[Node]) -> Iterator[str]:
    """Yield the rows that no client limits in these words."""
    says = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}
    for node in schemas:
        if isinstance(node.schema, dict):
            keys = node.schema.keys()
            if not says & keys:
                yield UNTYPED
            closed = {"properties", "additionalProperties"} & keys
            if node.depth and node.schema.get("type") == "object" and not closed:
                yield BARE


class Shares:
    """How many tools and servers of a collection there are, and hit each row."""

    def __init__(self) -> None:
        self.tools = self.servers = 0
        self.hit_tools: Counter[str] = Counter()
        self.hit_servers: Counter[str] = Counter()
        self.sizes: list[int] = []

    def add(self, server: Server) -> None:
        self.servers += 1
        self.sizes.append(len(server.tools))
        seen: set[str] = set()
        for _, part in parts(server, of_server=False):
            self.tools += 1
            hit = {
                row
                for row, (measure, is_) in (HARD | SOFT | DRAFT).items()
                if next(iter(MEASURES[measure].ask(part, is_)), None)
            }
            hit |= set(_beside(part.schemas))
            hit |= {ANY_HARD} if hit & set(HARD) else set()
            hit |= {ANY_SOFT} if hit & {*HARD, *SOFT, UNTYPED, BARE} else set()
            self.hit_tools.update(hit)
            seen |= hit
        self.hit_servers.update(seen)

    def cell(self, row: str) -> str:
        tools = 100 * self.hit_tools[row] / max(self.tools, 1)
        servers = 100 * self.hit_servers[row] / max(self.servers, 1)
        return f"{tools:.1f} / {servers:.1f}" if tools >= 1 else f"{tools:.2f} / {servers:.1f}"


def servers(folder: Path) -> Iterator[Server]:
    for path in sorted(folder.rglob("*.json")):
        try:
            yield from read(str(path))
        except InputError:
            continue


def by_client(found: list[Server]) -> Iterator[str]:
    """Yield for each limit of each client the share of tools and of servers that pass it."""
    rubric, asked = Rubric.load(), select_clients(["all", "frameworks"])
    tools: Counter[tuple[str, str]] = Counter()
    held: Counter[tuple[str, str]] = Counter()
    count = 0
    for server in found:
        judged = check_compatibility(grade([server], rubric), asked).servers[0]
        seen = {(o.client, o.measure) for o in (judged.clients.obstacles if judged.clients else ())}
        for tool in judged.tools:
            count += tool.clients is not None
            hit = {(o.client, o.measure) for o in tool.clients or ()}
            tools.update(hit)
            seen |= hit
        held.update(seen)
    for limit in limits():
        if limit.like:
            continue  # as often as in the client that it comes from
        key = limit.client.key, limit.measure
        value = ", ".join(limit.is_) if isinstance(limit.is_, list) else str(limit.is_)
        cut = value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
        shown = "" if limit.is_ is True else f" `{cut}`".replace("|", "\\|")
        of_tools = "" if MEASURES[limit.measure].of_server else f"{100 * tools[key] / count:.2f}"
        yield (
            f"| {limit.client.title} | {limit.measure}{shown} | {limit.effect} | {limit.basis} "
            f"| {of_tools} | {100 * held[key] / len(found):.1f} |"
        )


def main(folder: Path) -> Iterator[str]:
    everything: list[Server] = []
    shares: dict[str, Shares] = {}
    for collection in sorted(path for path in folder.iterdir() if path.is_dir()):
        found = list(servers(collection))
        everything += found
        shares[collection.name] = Shares()
        for server in found:
            shares[collection.name].add(server)
    names = [*PUBLISHED, *(name for name in shares if name not in PUBLISHED)]
    yield "# How often real tools exceed what clients limit\n"
    yield (
        "Per cent of tools / per cent of servers with at least one. In brackets what was published "
        "in 2026 for the whole collection. `python tests/benchmarks/prevalence.py FOLDER` measures "
        "it again.\n"
    )
    heads = [f"{name}, {shares[name].tools:,} / {shares[name].servers:,}" for name in names]
    yield f"| What | {' | '.join(heads)} |"
    yield f"| --- |{' --- |' * len(names)}"
    for row, published in ROWS.items():
        cells = [
            f"{shares[name].cell(row)} [{published[PUBLISHED.index(name)]}]"
            if name in PUBLISHED
            else shares[name].cell(row)
            for name in names
        ]
        yield f"| {row} | {' | '.join(cells)} |"
    sizes = [
        " / ".join(
            f"{100 * sum(n > most for n in shares[name].sizes) / shares[name].servers:.1f}"
            for most in (40, 80, 100, 128)
        )
        for name in names
    ]
    yield f"| servers above 40 / 80 / 100 / 128 tools | {' | '.join(sizes)} |"
    yield "\n" + DIFFERENCES
    yield "## Each limit, over all of them\n"
    yield f"{sum(s.tools for s in shares.values()):,} tools of {len(everything):,} servers.\n"
    yield "| Client | Limit | Effect | Basis | % of tools | % of servers |"
    yield "| --- | --- | --- | --- | ---: | ---: |"
    yield from by_client(everything)


if __name__ == "__main__":
    for line in main(Path(sys.argv[1])):
        sys.stdout.write(line + "\n")
