"""An agreement as tables for the terminal and Markdown, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from toolgrade.agreement.distribution import read_published_figures
from toolgrade.agreement.labels import IN_TENTHS, WHOLE
from toolgrade.agreement.measure import COUNT, MEDIAN, OURS, UNREAD
from toolgrade.agreement.table import Table, plain, render_markdown_table
from toolgrade.model import COHERENCE
from toolgrade.outputs.phrases import explain_sum
from toolgrade.outputs.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.agreement.figures import Figures
    from toolgrade.agreement.labels import Labelled
    from toolgrade.agreement.measure import Agreement, Miss
    from toolgrade.agreement.targets import Target

_NAMES = {
    "error": "mean absolute error",
    "error_whole": "mean absolute error of whole points",
    "kappa": "quadratic weighted kappa",
    "within_one": "within one",
    "pearson": "Pearson",
    "tier": "same tier",
    "order": "same order",
    "order_within": "same order, one server",
}
_NEAR = 0.05
_PER_CENT = frozenset(("within_one", "tier", "order", "order_within"))


def tables(agreement: Agreement) -> Iterator[Table]:
    """Yield every table, the targets first; before them, of servers, what they come to."""
    if WHOLE in agreement.subjects:
        yield _trust_table(agreement)
    for series, targets in agreement.targets.items():
        yield _target_table(f"Targets: {series}", agreement.subjects, targets)
    for title, cell in _FIGURES.items():
        yield _figure_table(title, agreement, cell)
    if any(noise.n for noise in agreement.noise.values()):
        yield _noise_table(agreement)
    for subject, figures in agreement.series[OURS].items():
        yield _confusion_table(subject, figures)


def _trust_table(agreement: Agreement) -> Table:
    """Return our error next to the best that any rule could reach and to what needs no rule."""
    again = read_published_figures(agreement.rubric.name).get("again", {})
    names = agreement.series if f"{OURS}, {UNREAD}" in agreement.series else {}
    half = f", {UNREAD}" if names else ""
    rows = []
    for spelled, name in (("toolgrade", OURS), ("always the median", MEDIAN), (COUNT, COUNT)):
        figures = agreement.series[f"{name}{half}"]
        cells = (_number(figures[s].error_whole if s in figures else None) for s in COHERENCE)
        rows.append((spelled, *cells))
    own = agreement.series[f"{OURS}{half}"]
    rows.append(("the judge itself, again", *(_number(again.get(s)) for s in COHERENCE)))
    rows.append(("so ours is", *(_rate_trust(own.get(s), again.get(s)) for s in COHERENCE)))
    of = "servers never read" if half else "all servers"
    title = f"How far to trust each: mean error in whole points, {of}"
    return Table(title, ("", *COHERENCE), tuple(rows))


def _rate_trust(figures: Figures | None, again: float | None) -> str:
    if figures is None or figures.error_whole is None or again is None:
        return "-"
    return "a guide" if figures.error_whole <= again + _NEAR else "a hint"


def _target_table(title: str, subjects: Sequence[str], targets: Sequence[Target]) -> Table:
    rows: dict[str, dict[str, str]] = {}
    for target in targets:
        name = f"{_NAMES[target.figure]}, {'at most' if target.at_most else 'at least'}"
        rows.setdefault(name, {})[target.subject] = _format_target(target)
    return Table(
        title,
        ("", *subjects),
        tuple((name, *(row.get(s, "") for s in subjects)) for name, row in rows.items()),
    )


def _format_target(target: Target) -> str:
    spell = _share if target.figure in _PER_CENT else _number
    if target.reached is None:
        return "-"
    if target.reached:
        return f"{spell(target.value)} ok"
    return f"{spell(target.value)} {'>' if target.at_most else '<'}{spell(target.threshold)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


_FIGURES: dict[str, Callable[[Figures], str]] = {
    "Definitions": lambda f: str(f.n),
    "Mean absolute error, before rounding to whole points": lambda f: _number(f.error),
    "Mean absolute error of whole points": lambda f: _number(f.error_whole),
    "Exact (TDQS: within 0.1)": lambda f: _share(f.exact),
    "Within one": lambda f: _share(f.within_one),
    "Quadratic weighted kappa": lambda f: _number(f.kappa),
    "Pearson": lambda f: _number(f.pearson),
    "Spearman": lambda f: _number(f.spearman),
    "Same tier": lambda f: _share(f.tier),
    "Same order (labels 2 or more apart, TDQS 0.5)": lambda f: _share(f.order.same),
    "Same order within one server": lambda f: _share(f.order_within.same),
    "Pairs within one server": lambda f: str(f.order_within.pairs),
}


def _figure_table(title: str, agreement: Agreement, cell: Callable[[Figures], str]) -> Table:
    rows = tuple(
        (name, *(cell(figures[s]) if s in figures else "-" for s in agreement.subjects))
        for name, figures in agreement.series.items()
    )
    return Table(title, ("", *agreement.subjects), rows)


def _noise_table(agreement: Agreement) -> Table:
    noise = agreement.noise
    return Table(
        "The judge against itself, on definitions judged again",
        ("", *noise),
        (
            ("definitions", *(str(n.n) for n in noise.values())),
            ("exact", *(_share(n.exact) for n in noise.values())),
            ("within one", *(_share(n.within_one) for n in noise.values())),
            ("apart on average", *(_number(n.error) for n in noise.values())),
        ),
    )


def _confusion_table(subject: str, figures: Figures) -> Table:
    if subject in IN_TENTHS:
        keys = [tier for tier in "ABCDF" if _has_tier(tier, figures)]
        header, bias = ("label", *keys), {}
    else:
        keys = list("12345")
        header = ("label", *keys, "bias")
        bias = {f"{b.label:.0f}": f"{b.bias:+.2f}" for b in figures.bias}
    rows = tuple(
        (label, *(_count(row.get(key)) for key in keys), *((bias.get(label, "-"),) if bias else ()))
        for label, row in figures.confusion.items()
    )
    return Table(f"{subject}: labels (rows) and our scores", header, rows)


def _has_tier(tier: str, figures: Figures) -> bool:
    return tier in figures.confusion or any(tier in row for row in figures.confusion.values())


def _count(weight: float | None) -> str:
    return "" if weight is None else f"{weight:g}"


def render_terminal(agreement: Agreement) -> Iterator[str]:
    """Yield the tables and the worst misses as plain text."""
    yield f"{_summary(agreement)}\n"
    for table in tables(agreement):
        yield from plain(table)
    yield from _misses(agreement, "\n{}\n", "  {}: {} ({})\n", "      {}\n")


def comparison(agreement: Agreement) -> Iterator[str]:
    """Yield as plain text only the tables that compare one series with another."""
    for title, cell in _FIGURES.items():
        yield from plain(_figure_table(title, agreement, cell))


def render_markdown(agreement: Agreement) -> Iterator[str]:
    """Yield the tables and the worst misses as Markdown."""
    yield f"{_summary(agreement)}\n"
    for table in tables(agreement):
        yield from render_markdown_table(table)
    yield from _misses(agreement, "\n### {}\n\n", "- {}: `{}` (`{}`)\n", "  {}\n")


def _summary(agreement: Agreement) -> str:
    stamp = agreement.rubric
    whole = WHOLE in agreement.subjects
    what = "servers" if whole else f"definitions of {agreement.servers} servers"
    return (
        f"Rubric {stamp.name} {stamp.version} ({stamp.digest}) against "
        f"{agreement.definitions} labelled {what}."
    )


def _misses(agreement: Agreement, heading: str, first: str, rest: str) -> Iterator[str]:
    for subject, misses in agreement.misses.items():
        if misses:
            yield heading.format(f"{subject}: worst misses")
        for miss in misses:
            labels = ", ".join(f"{label:g}" for label in miss.labels)
            off = f"label {labels}, expected {miss.expected:.2f}"
            yield first.format(
                off, _make_quotable(_describe_row(miss.row)), _make_quotable(miss.row.id)
            )
            yield from (rest.format(line) for line in _sums(miss))


def _describe_row(row: Labelled) -> str:
    return f"{len(row.server.tools)} tools" if row.whole else row.tool.name or ""


def _make_quotable(text: str) -> str:
    """Return someone else's words on one line, safe between backticks."""
    return visible(text, lines=False).replace("`", "'")


def _sums(miss: Miss) -> Iterator[str]:
    for dimension in miss.score.dimensions:
        if miss.subject == dimension.key or miss.subject in IN_TENTHS:
            known = ", ".join(f"{label:g}" for label in miss.row.values(dimension.key))
            published = f" (label {known})" if known and miss.subject in IN_TENTHS else ""
            yield f"{dimension.key}: {explain_sum(dimension)}{published}"


def as_json(agreement: Agreement) -> Iterator[str]:
    """Yield the agreement as one JSON document."""
    document = {
        "schema": "toolgrade-agreement/1",
        "rubric": {
            "name": agreement.rubric.name,
            "version": agreement.rubric.version,
            "digest": agreement.rubric.digest,
        },
        "definitions": agreement.definitions,
        "servers": agreement.servers,
        "series": {
            name: {subject: asdict(figures) for subject, figures in row.items()}
            for name, row in agreement.series.items()
        },
        "targets": {
            name: [{**asdict(target), "reached": target.reached} for target in row]
            for name, row in agreement.targets.items()
        },
        "noise": {subject: asdict(noise) for subject, noise in agreement.noise.items()},
        "misses": {
            subject: [
                {
                    "id": miss.row.id,
                    "tool": None if miss.row.whole else miss.row.tool.name,
                    "labels": list(miss.labels),
                    "expected": round(miss.expected, 3),
                    "sums": list(_sums(miss)),
                }
                for miss in row
            ]
            for subject, row in agreement.misses.items()
        },
    }
    yield json.dumps(document, indent=2, ensure_ascii=True)
    yield "\n"


SHOWN: dict[str, Callable[[Agreement], Iterator[str]]] = {
    "terminal": render_terminal,
    "json": as_json,
    "markdown": render_markdown,
}
