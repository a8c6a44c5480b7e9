"""How well the risk of a tool is read: writes reports/risk.md from labelled tools.

Run: python tests/benchmarks/risk.py LABELS > reports/risk.md. LABELS has an object a line with
"server", "tool", "description" (or null), "category" and "trust"; only what is `argued` counts. The
descriptions are other people's text and not in this repository; reports/risk/labels.jsonl holds the
same rows without them, and `by_name` is what can be told from names alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.agreement.split import is_held_out
from toolgrade.files.shipped import FOLDER
from toolgrade.listing.definition import definition
from toolgrade.model import CATEGORIES, NOWHERE, UNCLEAR, Server, Source
from toolgrade.risk import classify
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Risk

REPORTS = Path(__file__).parents[2] / "reports"
DANGEROUS = ("Destructive", "Financial")
Judged = tuple[dict[str, Any], "Risk"]


def judged(row: dict[str, Any]) -> Judged:
    """Return a labelled tool with what we say of it, alone and without a schema."""
    raw = {"name": row["tool"], "description": row.get("description") or ""}
    source = Source("file", "path", "labels")
    server = Server(row["server"], (definition(raw, 0, NOWHERE),), source, complete=False)
    return row, classify(Rubric.load().view(server).tool(0))


def rows(file: Path) -> list[dict[str, Any]]:
    """Return the labelled tools whose category was argued for."""
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [row for row in found if row.get("trust", "argued") == "argued"]


def macro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the mean over the labelled categories of 2 TP / (labelled + said)."""
    counts = Counter(pairs)
    scores = []
    for category in CATEGORIES:
        labelled = sum(n for (label, _), n in counts.items() if label == category)
        said = sum(n for (_, ours), n in counts.items() if ours == category)
        if labelled:
            scores.append(2 * counts[category, category] / (labelled + said))
    return sum(scores) / len(scores)


def figures(name: str, found: list[Judged]) -> str:
    """Return a line of the table of figures."""
    if not found:
        return f"| {name} | 0 | - | - | - |"
    pairs = [(row["category"], risk.category) for row, risk in found]
    right = sum(label == ours for label, ours in pairs)
    dangerous = [ours for label, ours in pairs if label in DANGEROUS]
    share = f"{right / len(pairs) * 100:.1f} % ({right})"
    missed = f"{dangerous.count('Read')} of {len(dangerous)}"
    return f"| {name} | {len(pairs)} | {share} | {macro_f1(pairs):.2f} | {missed} |"


def halves(what: str, found: list[Judged]) -> Iterator[str]:
    """Yield the figures of all tools, of the servers we read, and of those nobody read."""
    yield figures(what, found)
    for name, wanted in (("read", False), ("unread", True)):
        half = [pair for pair in found if is_held_out(pair[0]["server"]) is wanted]
        yield figures(f"{what}, {name}", half)


HEAD = (
    "| Tools | Number | Category right | Macro F1 | Destructive or Financial called Read |\n"
    "| :-- | --: | --: | --: | --: |"
)


def confusion(found: list[Judged]) -> Iterator[str]:
    """Yield a table: what a label says down, what we say across."""
    counts = Counter((row["category"], risk.category) for row, risk in found)
    across = (*CATEGORIES, UNCLEAR)
    yield f"| Label \\ ours | {' | '.join(across)} |"
    yield f"| :-- |{' --: |' * len(across)}"
    for label in CATEGORIES:
        yield f"| {label} | {' | '.join(str(counts[label, ours] or '') for ours in across)} |"


def confidence(found: list[Judged]) -> Iterator[str]:
    """Yield how often each degree of being sure is right."""
    yield "| How sure | Number | Right |"
    yield "| :-- | --: | --: |"
    for step in ("high", "medium", "low"):
        hits = [row["category"] == r.category for row, r in found if r.confidence == step]
        if hits:
            yield f"| {step} | {len(hits)} | {sum(hits) / len(hits) * 100:.0f} % |"


def digest() -> str:
    """Return what changes when the words or prices of risk.toml change."""
    return hashlib.sha256((FOLDER / "risk.toml").read_bytes()).hexdigest()[:16]


def by_name() -> list[str]:
    """Return the section that needs no description: what names alone tell."""
    found = [judged(row) for row in rows(REPORTS / "risk" / "labels.jsonl")]
    return [
        "## By name alone",
        "",
        "The same tools without any description.",
        "",
        HEAD,
        *halves("all", found),
    ]


def disagreements(found: list[Judged]) -> Iterator[str]:
    """Yield the labels we do not meet on servers we read, each argued."""
    argued = tomllib.loads((REPORTS / "risk" / "argued.toml").read_text(encoding="utf-8"))
    yield "| Tool | Label | Ours | Whose fault | Why |"
    yield "| :-- | :-- | :-- | :-- | :-- |"
    for row, risk in found:
        if row["category"] != risk.category and not is_held_out(row["server"]):
            key = f"{row['server']}/{row['tool']}"
            case = argued[key]
            cells = (f"`{key}`", row["category"], risk.category, case["fault"], case["why"])
            yield f"| {' | '.join(cells)} |"


def report(file: Path) -> str:
    """Return the whole page."""
    found = [judged(row) for row in rows(file)]
    told = [pair for pair in found if pair[0]["description"]]
    bare = [pair for pair in found if not pair[0]["description"]]
    lines = [
        "# How well risk is read",
        "",
        "Tools whose category somebody argued for, in a gateway's shipped policies or a public",
        "catalogue, against what `toolgrade` says of the same name and description. None has a",
        'schema or annotations here, so a real definition tells more. "Unclear" counts as wrong.',
        "A third of the servers were set aside, and their tools never read while the words were",
        "chosen.",
        "",
        f"Rules: `rubrics/risk.toml`, digest `{digest()}`. Made by `tests/benchmarks/risk.py`.",
        "",
        HEAD,
        *halves("with a description", told),
        *halves("without", bare),
        "",
        "## What is taken for what",
        "",
        "With a description:",
        "",
        *confusion(told),
        "",
        "Without:",
        "",
        *confusion(bare),
        "",
        "## How sure it is",
        "",
        *confidence(found),
        "",
        *by_name(),
        "",
        "## Where we disagree, on servers we read",
        "",
        *disagreements(found),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(report(Path(sys.argv[1])))
