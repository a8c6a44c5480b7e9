"""Where comments stand in a TypeScript or JavaScript file: what is in a string is none."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolgrade.inputs.code.comments import ADDRESS, Layout
from toolgrade.inputs.code.javascript.syntax import GRAMMARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ast_grep_py import SgNode

    from toolgrade.inputs.code.nodes import File


def layout(file: File, path: str) -> Layout:
    """Return where the comments addressed to toolgrade and the long texts of a file stand."""
    from ast_grep_py import SgRoot  # noqa: PLC0415 - only files that hold such a comment need it

    root = SgRoot(file.text, GRAMMARS[posixpath.splitext(path)[1]]).root()
    comments = _spans(root, "comment", lambda text: ADDRESS in text)
    texts = _spans(root, "template_string", lambda text: "\n" in text)
    return Layout(comments, list(texts), "//")


def _spans(root: SgNode, kind: str, wanted: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    # A position costs a walk along its line, so only those are asked for that are needed.
    for node in root.find_all(kind=kind):
        if wanted(node.text()):
            span = node.range()
            yield span.start.index, span.end.index
