"""The syntax tree of a TypeScript or JavaScript file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source import tree

if TYPE_CHECKING:
    from toolgrade.source.nodes import File

Node = tree.Node

MAX_LEVELS = 2_000
"""Nodes within nodes that are looked into."""

GRAMMARS = {
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".jsx": "tsx",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
}

_WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
        "await_expression",
        "yield_expression",
    }
)


_CALLEES = frozenset({"parenthesized_expression", "sequence_expression", "call_expression"})


def parse(file: File, suffix: str) -> Node:
    """Return the tree of a file; what is not JavaScript is ERROR in it and is passed over."""
    return tree.parse(file, GRAMMARS[suffix], MAX_LEVELS)


def strip_wrappers(node: Node) -> Node:
    """Return an expression without the parentheses, casts and awaits around it."""
    while node.children:
        if node.kind in _WRAPPERS:
            # `<T>x` has its type first; the others have their expression first.
            node = node.children[-1 if node.kind == "type_assertion" else 0]
        elif _awaits(node) and arguments(node):
            node = arguments(node)[-1]
        else:
            break
    return node


def _awaits(node: Node) -> bool:
    """Return whether a call is `await (0, f)`, which the grammar takes for a call of `await`."""
    function = node.get_field("function") if node.kind == "call_expression" else None
    return function is not None and function.text == "await"


def find_call(name: Node) -> tuple[Node, Node] | None:
    """Return the call that the name at a node is the function or method of, and what is called."""
    top, parent = name, name.parent
    while parent:
        if parent.kind == "member_expression":
            if parent.get_field("property") is not top:
                return None
        elif parent.kind == "arguments":
            if not (parent.parent and _awaits(parent.parent) and parent.children[-1] is top):
                return None
        elif parent.kind == "call_expression" and not _awaits(parent):
            return (parent, top) if parent.get_field("function") is top else None
        elif parent.kind not in _CALLEES:
            return None
        top, parent = parent, parent.parent
    return None


def arguments(call: Node) -> list[Node]:
    """Return the arguments of a call or a `new`."""
    given = call.get_field("arguments")
    return given.children if given and given.kind == "arguments" else []
