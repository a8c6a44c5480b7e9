"""Where comments stand in a Python file: what is in a string is none."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from toolgrade.inputs.code.comments import Layout

if TYPE_CHECKING:
    from toolgrade.inputs.code.nodes import File

_OPEN = ("FSTRING_START", "TSTRING_START")
_CLOSE = ("FSTRING_END", "TSTRING_END")


def layout(file: File, _path: str) -> Layout:
    """Return where comments and long texts stand; of a file that is no Python, those before the
    fault.
    """
    comments: list[tuple[int, int]] = []
    texts: list[tuple[int, int]] = []
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
            kind = tokenize.tok_name[token.type]
            start, end = (file.lines[row - 1] + at for row, at in (token.start, token.end))
            if kind == "COMMENT":
                comments.append((start, end))
            elif kind in _OPEN:
                opened.append(start)
            elif kind in _CLOSE:
                texts.append((opened.pop(), end))
            elif kind == "STRING" and token.start[0] < token.end[0]:
                texts.append((start, end))
    except (SyntaxError, tokenize.TokenError):
        pass
    return Layout(comments, texts, "#")
