"""How a rubric's scores are spread over many servers, compared with what another judge published.

Servers are judged one at a time and only their figures kept, so a corpus of any size fits. What was
published is in published.toml, by the name of the rubric that follows its judge.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.agreement.table import Table, plain, render_markdown_table
from toolgrade.files.opening import is_folder
from toolgrade.files.shipped import read_shipped
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import InputError
from toolgrade.outputs.phrases import sum_name
from toolgrade.wording.counts import format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import RubricStamp, Server, ToolScore
    from toolgrade.rubric import Rubric


@dataclass(frozen=True, slots=True)
class Spread:
    """A dimension's whole scores: their mean, and the per cent below, at and above the middle of
    the scale. Below it is a smell.
    """

    mean: float
    below: float
    at: float
    above: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """A rubric's scores over `tools` of `servers`. Shares are per cent of the tools, `smelly` of
    those with a smell in any dimension; `left_out` counts the sources that gave no tool.
    """

    rubric: RubricStamp
    tools: int
    servers: int
    left_out: int
    mean: float
    median: float
    smelly: float
    tiers: Mapping[str, float]
    flags: Mapping[str, float]
    dimensions: Mapping[str, Spread]


class _Judged(NamedTuple):
    tdqs: float
    tier: str
    flags: tuple[str, ...]
    smelly: bool
    points: tuple[int, ...]


def files(sources: Iterable[str]) -> Iterator[str]:
    """Yield the JSON files below each folder, by path, and a file as it is."""
    for source in sources:
        path = Path(source)
        yield from (str(p) for p in sorted(path.rglob("*.json"))) if is_folder(path) else (source,)


def distribution(rubric: Rubric, sources: Iterable[str]) -> Distribution:
    """Judge every server of every source. Raises InputError where no tool could be judged."""
    judged: list[_Judged] = []
    counts: Counter[str] = Counter()
    for server in _servers(sources):
        found = [] if server is None else [_kept(s) for s in _scores(server, rubric)]
        counts["servers" if found else "left out"] += 1
        judged += found
    if not judged:
        raise InputError("no tool could be judged; give saved tools/list files or a folder of them")
    middle = float((rubric.scale[0] + rubric.scale[1]) / 2)
    columns = zip(*(one.points for one in judged), strict=True)
    flags = Counter(flag for one in judged for flag in one.flags)
    return Distribution(
        rubric=rubric.stamp,
        tools=len(judged),
        servers=counts["servers"],
        left_out=counts["left out"],
        mean=fmean(one.tdqs for one in judged),
        median=median(one.tdqs for one in judged),
        smelly=_per_cent(judged, lambda one: one.smelly),
        tiers={
            tier: _per_cent([one.tier for one in judged], tier.__eq__)
            for tier in (*rubric.tiers, "F")
        },
        flags={flag: 100 * count / len(judged) for flag, count in sorted(flags.items())},
        dimensions={
            dimension.key: _spread(points, middle)
            for dimension, points in zip(rubric.stamp.dimensions, columns, strict=True)
        },
    )


def _servers(sources: Iterable[str]) -> Iterator[Server | None]:
    """Yield every server of every source, None for a source that cannot be read."""
    for source in files(sources):
        try:
            yield from read(source)
        except InputError:
            yield None


def _scores(server: Server, rubric: Rubric) -> Iterator[ToolScore]:
    return (tool.score for tool in grade([server], rubric).servers[0].tools if tool.score)


def _kept(score: ToolScore) -> _Judged:
    points = tuple(dimension.score for dimension in score.dimensions)
    return _Judged(float(score.tdqs), score.tier, score.flags, bool(score.smells), points)


def _spread(points: Sequence[int], middle: float) -> Spread:
    return Spread(
        fmean(points),
        _per_cent(points, lambda point: point < middle),
        _per_cent(points, lambda point: point == middle),
        _per_cent(points, lambda point: point > middle),
    )


def _per_cent(values: Sequence[Any], holds: Callable[[Any], bool]) -> float:
    return 100 * sum(map(holds, values)) / len(values)


def read_published_figures(rubric: str) -> Mapping[str, Any]:
    """Return what the judge that a rubric follows has published; empty where it follows none."""
    path = Path(__file__).parent / "published.toml"
    tables: dict[str, dict[str, Any]] = tomllib.loads(read_shipped(path))
    return tables.get(rubric, {})


def tables(found: Distribution, published: Mapping[str, Any]) -> Iterator[Table]:
    """Yield the dimensions, then the tools as wholes, ours next to what was published."""
    yield _by_dimension(found, published.get("dimensions", {}))
    yield _by_tool(found, published)


_COLUMNS = {
    "mean": ("mean", 2),
    "below": ("below 3, %", 1),
    "at": ("3, %", 1),
    "above": ("above 3, %", 1),
}


def _by_dimension(found: Distribution, published: Mapping[str, Any]) -> Table:
    header, columns = [""], [tuple(found.dimensions)]
    for key, (name, places) in _COLUMNS.items():
        ours = {dim: getattr(spread, key) for dim, spread in found.dimensions.items()}
        theirs = {dim: published.get(dim, {}).get(key) for dim in found.dimensions}
        header.append(name)
        columns.append(tuple(_figure(ours[dim], places) for dim in found.dimensions))
        if any(value is not None for value in theirs.values()):
            header.append("published")
            columns.append(tuple(_figure(theirs[dim], places) for dim in found.dimensions))
    return Table("By dimension", tuple(header), tuple(zip(*columns, strict=True)))


def _by_tool(found: Distribution, published: Mapping[str, Any]) -> Table:
    whole, tiers, flags = (published.get(name, {}) for name in ("whole", "tiers", "flags"))
    name = sum_name(found.rubric)
    rows = [
        ("tools", str(found.tools), _count(whole.get("tools"))),
        ("servers", str(found.servers), _count(whole.get("servers"))),
        (f"{name}, mean", _figure(found.mean, 2), _figure(whole.get("mean"), 2)),
        (f"{name}, median", _figure(found.median, 1), _figure(whole.get("median"), 1)),
        ("a smell or more, %", _figure(found.smelly, 1), _figure(whole.get("smelly"), 1)),
    ]
    rows += [
        (f"tier {tier}, %", _figure(share, 1), _figure(tiers.get(tier), 1))
        for tier, share in found.tiers.items()
        if share or tier in tiers
    ]
    rows += [
        (f"{flag}, %", _figure(found.flags.get(flag, 0.0), 2), _figure(flags.get(flag), 2))
        for flag in (*found.flags, *(f for f in flags if f not in found.flags))
    ]
    return Table("By tool", ("", "here", "published"), tuple(rows))


def _figure(value: float | None, places: int) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)


def render_terminal(found: Distribution) -> Iterator[str]:
    """Yield a distribution as plain text."""
    yield from _render_distribution(found, plain)


def render_markdown(found: Distribution) -> Iterator[str]:
    """Yield a distribution as Markdown."""
    yield from _render_distribution(found, render_markdown_table)


def _render_distribution(
    found: Distribution, table: Callable[[Table], Iterator[str]]
) -> Iterator[str]:
    published = read_published_figures(found.rubric.name)
    stamp = found.rubric
    yield (
        f"Rubric {stamp.name} {stamp.version} ({stamp.digest}) over {found.tools} tools of "
        f"{format_count(found.servers, 'server')}.\n"
    )
    if published:
        yield f"Published: {published['source']}.\n"
    if found.left_out:
        yield f"Left out, because no tool could be read: {found.left_out}.\n"
    for one in tables(found, published):
        yield from table(one)


SHOWN: dict[str, Callable[[Distribution], Iterator[str]]] = {
    "terminal": render_terminal,
    "markdown": render_markdown,
}
