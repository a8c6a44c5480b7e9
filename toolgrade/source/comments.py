"""Reads comments that ignore a finding: `# toolgrade: ignore[check] reason`.

A language says where its comments are, for only it can tell them from texts. What such a comment
says, and to which part of which tool it belongs, is the same for all.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.model import IgnoreComment
from toolgrade.model.pointers import make_pointer
from toolgrade.source.found import Asked
from toolgrade.source.nodes import File, Items, Scalar, Table, Text, Unknown
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ast_grep_py import SgNode

    from toolgrade.model import Place, Pointer
    from toolgrade.model.pointers import Trail
    from toolgrade.source.allowance import Allowance
    from toolgrade.source.found import Declared
    from toolgrade.source.nodes import Node, Spot

_NAME = "toolgrade"

MAX_COMMENTS = 1000
"""Such comments that are read in one file."""

_BEGINS = re.compile(
    r"[#/*]\s{0,9}((?P<right>toolgrade:\s{0,9}ignor)"
    r"|(?i:toolgrade\s{0,9}(?::\s{0,9}(?:ignor|disabl)|(?:ignore|disable)\s{0,9}\[)))"
)
"""How such a comment begins; what is spelled nearly so is reported, and not obeyed."""
_SAYS = re.compile(r"e\s{0,9}\[([^\[\]]*)\](.*)")
_ANOTHER = re.compile(r"\s(?:#|//)\s|\*/")
_LONGEST = 2000
_LONGEST_CHECK = 80
_LONGEST_REASON = 500
_FAR = 10

_SCRIPT = ("comment",), ("template_string",)
_KINDS = {
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "javascript": _SCRIPT,
    "go": (("comment",), ("raw_string_literal",)),
    "rust": (("line_comment", "block_comment"), ("string_literal", "raw_string_literal")),
    "java": (("line_comment", "block_comment"), ("string_literal",)),
    "kotlin": (("line_comment", "multiline_comment"), ("string_literal",)),
    "csharp": (
        ("comment",),
        ("verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"),
    ),
}
"""How the grammars call comments, and the texts that may be longer than a line."""


class Layout(NamedTuple):
    """Where the comments of a file are, characters `start` to `end`, and the texts in it that
    are longer than a line; `mark` begins a comment that ends with its line.
    """

    comments: Iterable[tuple[int, int]]
    texts: Sequence[tuple[int, int]]
    mark: str


def is_addressed(text: str) -> bool:
    """Whether a text has in it what every such comment has: else it is not looked at again."""
    return _NAME in text.lower()


def read_layout(file: File, grammar: str, allowance: Allowance) -> Layout:
    """Return the layout that a syntax tree shows; of the comments, those addressed to toolgrade. An
    empty one if there is nothing left to parse the file with.
    """
    if not allowance.parse_with(grammar, file.label, file.text):
        return Layout((), (), "//")
    from ast_grep_py import SgRoot  # noqa: PLC0415 - only files that hold such a comment need it

    root = SgRoot(file.text, grammar).root()
    comments, texts = _KINDS[grammar]
    lines = list(_spans(root, texts, lambda text: "\n" in text))
    return Layout(_spans(root, comments, is_addressed), lines, "//")


def _spans(
    root: SgNode, kinds: Iterable[str], wanted: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    for node in root.find_all({"rule": {"any": [{"kind": kind} for kind in kinds]}}):
        # A position costs a walk along its line: none is asked for that is not needed.
        if wanted(text := node.text().rstrip()):
            start = node.range().start.index
            yield start, start + len(text)


def find_ignore_comments(file: File, layout: Layout) -> Iterator[Asked]:
    """Yield what the comments of a file ask to leave: the first MAX_COMMENTS, in order."""
    begins = {file.place(end - 1).line: file.place(start).line for start, end in layout.texts}
    yield from islice(_parse_ignore_comments(file, layout, begins), MAX_COMMENTS)


def _parse_ignore_comments(
    file: File, layout: Layout, begins: Mapping[int, int]
) -> Iterator[Asked]:
    for start, end in layout.comments:
        lines: tuple[int, int] | None = None
        for offset, said in _find_ignore_texts(file.text, start, end):
            lines = lines or _lines(file, start, end, layout.mark, begins)
            found = _SAYS.match(said)
            names = [name.strip() for name in found[1].split(",")] if found else []
            yield Asked(
                file.place(offset),
                tuple(dict.fromkeys(make_legible(n, _LONGEST_CHECK) for n in names if n)),
                make_legible(found[2].lstrip(" \t:-–—"), _LONGEST_REASON) if found else "",  # noqa: RUF001 - people write dashes
                lines,
            )


def _find_ignore_texts(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield what follows each "toolgrade: ignor" that begins a comment, a line of one, or another
    comment in one, as in `# noqa: E501  # toolgrade: ...`; with its offset. Of
    what is spelled only nearly so, nothing follows.
    """
    for found in _BEGINS.finditer(text, start, end):
        rest = text[found.end() : min(end, found.end() + _LONGEST)].partition("\n")[0]
        said = _ANOTHER.split(rest, maxsplit=1)[0].rstrip()
        yield found.start(1), said if found["right"] else ""


def _lines(
    file: File, start: int, end: int, mark: str, begins: Mapping[int, int]
) -> tuple[int, int]:
    """Return the first and the last line that a comment speaks for: its own, from where a text
    begins that ends there; if nothing else is on its own, the next, past some other comments.
    """
    line = file.place(end - 1).line
    first = file.lines[file.place(start).line - 1]
    past = file.text.find("\n", end)
    if file.text[first:start].strip() or file.text[end : past if past >= 0 else None].strip():
        return begins.get(line, line), line
    for begin in file.lines[line : line + _FAR]:
        line += 1
        if not file.text[begin : begin + _LONGEST].lstrip(" \t").startswith(mark):
            break
    return line, line


def match_comments_to_tools(
    comments: Sequence[Asked], tools: Sequence[Declared]
) -> Iterator[IgnoreComment]:
    """Yield the comments with the parts of tools that they belong to: on a line of a value, or of
    the name by which a table holds it. On a line of a tool's name, of its registration or where its
    definition begins, a comment belongs to the tool as a whole.
    """
    if not comments:
        return
    standing: dict[tuple[str, int], set[tuple[int, Pointer]]] = {}
    for index, tool in enumerate(tools):
        for spot in (tool.at, tool.definition.at):
            standing.setdefault(_line(spot), set()).add((index, ""))
        for pointer, line in _locate_values(tool.definition, None):
            target = index, "" if pointer == "/name" else pointer
            standing.setdefault(line, set()).add(target)
    for one in comments:
        lines = ((one.at.file, line) for line in range(one.lines[0], one.lines[1] + 1))
        found = {target for line in lines for target in standing.get(line, ())}
        yield IgnoreComment(one.at, one.checks, one.reason, tuple(sorted(found)))


def _locate_values(node: Node, trail: Trail) -> Iterator[tuple[Pointer, tuple[str, int]]]:
    """Yield the values in a definition by pointer, with each of their lines."""
    if isinstance(node, Table):
        inside: Iterable[tuple[str | int, Any]] = node.entries.items()
        yield from ((make_pointer((trail, key)), _line(at)) for key, at in node.keys.items())
    elif isinstance(node, Items):
        inside = enumerate(node.items)
    else:
        return
    for key, one in inside:
        pointer = make_pointer((trail, key))
        yield from ((pointer, line) for line in _lines_of(one))
        yield from _locate_values(one, (trail, key))


def _lines_of(node: Node) -> Iterator[tuple[str, int]]:
    if not isinstance(node, Text | Scalar | Items | Table | Unknown):
        return
    yield _line(node.at)
    for run in node.runs if isinstance(node, Text) else ():
        first = run.literal.spot(run.start) if run.literal else None
        last = run.literal.spot(run.start + run.length - 1) if run.literal else None
        if first and last:
            yield from ((first.file.label, n) for n in range(_line(first)[1], _line(last)[1] + 1))


def _line(spot: Spot) -> tuple[str, int]:
    place: Place = spot.place
    return place.file, place.line
