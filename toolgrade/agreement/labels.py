"""Labelled definitions or servers: what a judge published for them, one JSON object a line.

`tool` is in tools/list form; `labels` one or more judgements of this same definition, each with
any of the six dimensions (whole, 1 to 5) and `tdqs`. Optional: `id`, `server` (an opaque name:
definitions of one server are never on both sides of a cross-validation), `siblings` (names of the
server's other tools), `typesKnown` and `annotationsKnown` (false: what is missing was not seen).

A server's line has `tools` instead, the names of all its tools, or only how many there are; its
labels are on the four dimensions of coherence (whole, 1 to 5) and `coherence`. Descriptions and
schemas are then unknown. A file holds lines of one kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolgrade.files.opening import read_file
from toolgrade.grading.grade import judge, judge_coherence
from toolgrade.listing.definition import definition
from toolgrade.model import COHERENCE, DIMENSIONS, NOWHERE, InputError, Server, Source, Tool
from toolgrade.view import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from toolgrade.model import CoherenceScore, Pointer, ToolScore
    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import DimensionRules
    from toolgrade.view import ServerView, ToolView

_MAX_BYTES = 256 * 2**20

TDQS = "tdqs"
SUBJECTS = (*DIMENSIONS, TDQS)
"""What a judgement of a definition may score."""

WHOLE = "coherence"
SERVER_SUBJECTS = (*COHERENCE, WHOLE)
"""What a judgement of a server may score."""

IN_TENTHS = frozenset((TDQS, WHOLE))
"""The subjects that are sums of others."""

_LOWEST, _HIGHEST = 1, 5
_MOST_TOOLS = 10_000
_SPELLED = str.maketrans("0123456789", "abcdefghij")
_MOST_OF_ONE_SERVER = 20
_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_NAME_ONLY = frozenset(
    ("/title", "/description", "/inputSchema", "/outputSchema", "/annotations"),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A definition with its judgements; `server` holds the tool first, then its siblings. Or a
    `whole` server with its own.
    """

    id: str
    group: str
    server: Server
    labels: tuple[Mapping[str, float], ...]
    whole: bool = False

    @property
    def subjects(self) -> tuple[str, ...]:
        """What its labels may score, the sum of the others last."""
        return SERVER_SUBJECTS if self.whole else SUBJECTS

    @property
    def tool(self) -> Tool:
        """The labelled definition."""
        return self.server.tools[0]

    def values(self, subject: str) -> tuple[float, ...]:
        """Return every judgement of one dimension, or of "tdqs"."""
        return tuple(label[subject] for label in self.labels if subject in label)

    def view(self, rubric: Rubric) -> ToolView | ServerView:
        """Return the definition, or the server, as the rubric's checks see it."""
        view = rubric.view(self.server)
        return view if self.whole else view.tool(0)

    def rules(self, rubric: Rubric) -> tuple[DimensionRules, ...]:
        """Return what the rubric asks of it."""
        return rubric.coherence if self.whole else rubric.dimensions

    def score_with(self, rubric: Rubric) -> ToolScore | CoherenceScore:
        """Return the rubric's own judgement."""
        view = rubric.view(self.server)
        return judge_coherence(view, rubric) if self.whole else judge(view.tool(0), rubric)


def read(path: Path) -> tuple[Labelled, ...]:
    """Return a file's labelled definitions in order. Raises InputError naming the line."""
    try:
        # A string may hold other line ends.
        lines = read_file(path, _MAX_BYTES).decode().split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(_parse_line(line, number))
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}:{number}: {_describe_error(error)}") from error
    if not rows:
        raise InputError(f"{path}: holds no labelled definition; give one JSON object a line")
    if len({row.whole for row in rows}) > 1:
        raise InputError(f"{path}: holds definitions and servers; give a file to each")
    return tuple(rows)


def _describe_error(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON: {error.msg} (column {error.colno})"
    return "nests too deeply" if isinstance(error, RecursionError) else str(error)


def _parse_line(line: str, number: int) -> Labelled:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError('give an object with "tool" and "labels"')  # noqa: TRY004 - one kind of fault
    if "tools" in row and "tool" not in row:
        return _labelled_server(row, number)
    tool = definition(row.get("tool"), 0, NOWHERE)
    if tool.name is None:
        raise ValueError('"tool" must be a definition with a name')
    tool = replace(tool, unknown=frozenset(_find_unknown(tool, row)))
    names = row.get("siblings", [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise ValueError('"siblings" must be a list of tool names')
    siblings = (
        Tool(name, index, unknown=_NAME_ONLY)
        for index, name in enumerate((n for n in names if n != tool.name), start=1)
    )
    group = str(row.get("server", f"line {number}"))
    source = Source("file", "path", group)
    server = Server(group, (tool, *siblings), source, complete=False)
    return Labelled(str(row.get("id", number)), group, server, _labels(row.get("labels"), SUBJECTS))


def _labelled_server(row: Mapping[str, Any], number: int) -> Labelled:
    given = row["tools"]
    labels = _labels(row.get("labels"), SERVER_SUBJECTS)
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given <= _MOST_TOOLS:
        if any(set(label) - {"count"} for label in labels):
            raise ValueError('labels: where "tools" is their number, only count can be judged')
        given = [f"tool {each}".translate(_SPELLED) for each in range(given)]
    if not (isinstance(given, list) and given and all(isinstance(n, str) and n for n in given)):
        raise ValueError('"tools" must be a list of tool names, or their number')
    group = str(row.get("server", f"line {number}"))
    tools = tuple(Tool(name, index, unknown=_NAME_ONLY) for index, name in enumerate(given))
    server = Server(group, tools, Source("file", "path", group))
    return Labelled(str(row.get("id", number)), group, server, labels, whole=True)


def _labels(given: object, subjects: Sequence[str]) -> tuple[Mapping[str, float], ...]:
    if not (isinstance(given, list) and given and all(isinstance(g, dict) for g in given)):
        raise ValueError('"labels" must be a list of judgements, one at least')
    for label in given:
        for subject, value in label.items():
            _prove(subject, value, subjects)
    return tuple(given)


def _prove(subject: str, value: object, subjects: Sequence[str]) -> None:
    if subject not in subjects:
        raise ValueError(
            f"labels: {subject!r} is not a dimension; choose from {', '.join(subjects)}"
        )
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"labels: {subject} must be a number")  # noqa: TRY004 - one kind of fault
    if not _LOWEST <= value <= _HIGHEST:
        raise ValueError(f"labels: {subject} must be from {_LOWEST} to {_HIGHEST}")
    if subject not in IN_TENTHS and value != int(value):
        raise ValueError(f"labels: {subject} must be a whole number")


def _find_unknown(tool: Tool, row: Mapping[str, Any]) -> Iterator[Pointer]:
    if row.get("typesKnown", True) is False:
        yield from _find_missing_types(tool.input_schema, "/inputSchema")
    if row.get("annotationsKnown", True) is False or tool.annotations == {}:
        yield "/annotations"
    elif tool.annotations:
        # What was visible is listed: a hint that is not may still exist.
        yield from (f"/annotations/{hint}" for hint in _HINTS if hint not in tool.annotations)


def _find_missing_types(schema: object, pointer: Pointer) -> Iterator[Pointer]:
    """Yield the pointer of the type of every property that shows none, at any depth."""
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        at = f"{pointer}/properties/{escape_key(name)}"
        if not (isinstance(member, dict) and "type" in member):
            yield f"{at}/type"
        yield from _find_missing_types(member, at)
    yield from _find_missing_types(schema.get("items"), f"{pointer}/items")


def weights(rows: Sequence[Labelled], subject: str) -> tuple[float, ...]:
    """Return what each definition weighs in figures on one dimension: 0 where it has no label, 1,
    or less where its server has more than 20 labelled definitions, which weigh 20 together.
    """
    counts: dict[str, int] = {}
    for row in rows:
        if row.values(subject):
            counts[row.group] = counts.get(row.group, 0) + 1
    return tuple(
        min(1.0, _MOST_OF_ONE_SERVER / counts[row.group]) if row.values(subject) else 0.0
        for row in rows
    )
