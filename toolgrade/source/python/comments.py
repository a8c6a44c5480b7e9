"""Find the comments of a Python file, with a tokenizer: a `#` in a string does not start one."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from toolgrade.source.comments import Layout

if TYPE_CHECKING:
    from toolgrade.source.nodes import File

_OPEN = ("FSTRING_START", "TSTRING_START")
_CLOSE = ("FSTRING_END", "TSTRING_END")


def layout(file: File, _path: str) -> Layout:
    """Return the places of comments and long texts; if the file is not valid Python, those before
    the error.
    """
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
