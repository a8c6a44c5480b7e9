"""Where the comments of a Python file are, and not what looks like one in a string."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from toolgrade.source.comments import Layout

if TYPE_CHECKING:
    from toolgrade.source.allowance import Allowance
    from toolgrade.source.nodes import File

_OPEN = ("FSTRING_START", "TSTRING_START")
_CLOSE = ("FSTRING_END", "TSTRING_END")


def layout(file: File, _path: str, allowance: Allowance) -> Layout:
    """Return where comments and long texts are; of a file that is not Python, those before the
    error.
    """
    if not allowance.parse(file.label, file.text):
        return Layout((), (), "#")
    comments: list[tuple[int, int]] = []
    texts: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []

    def span(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
        return file.lines[start[0] - 1] + start[1], file.lines[end[0] - 1] + end[1]

    try:
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "COMMENT":
                comments.append(span(token.start, token.end))
            elif kind in _OPEN:
                opened.append(token.start)
            elif kind in _CLOSE:
                texts.append(span(opened.pop(), token.end))
            elif kind == "STRING" and token.start[0] < token.end[0]:
                texts.append(span(token.start, token.end))
    except (SyntaxError, tokenize.TokenError):
        pass
    return Layout(comments, texts, "#")
