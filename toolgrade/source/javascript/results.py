"""What a tool's function returns, as far as it is written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.javascript.scopes import FUNCTIONS
from toolgrade.source.javascript.syntax import strip_wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.syntax import Node

_MOST_NODES = 2_000
_CONTENT, _STRUCTURED, _ERROR = "content", "structuredContent", "isError"


def returns_text_only(function: Node) -> bool:
    """Return whether each result of a function is an object with `content` and without
    `structuredContent`. Errors are left aside; what is not written out as an object may be either.
    """
    body = function.get_field("body")
    if body is None:
        return False
    returned = [body] if body.kind != "statement_block" else _find_returned(body)
    results = [_list_keys(strip_wrappers(one)) if one else None for one in returned]
    plain = [keys for keys in results if keys is None or _ERROR not in keys]
    return bool(plain) and all(
        keys is not None and _CONTENT in keys and _STRUCTURED not in keys for keys in plain
    )


def _find_returned(body: Node) -> list[Node | None]:
    """Return what a body's own return statements return; [None] if it is too long to tell."""
    found: list[Node | None] = []
    work = [body]
    for _ in range(_MOST_NODES):
        if not work:
            return found
        node = work.pop()
        if node.kind == "return_statement":
            found.append(node.children[0] if node.children else None)
        elif node.kind not in FUNCTIONS:
            work += node.children
    return [None]


def _list_keys(node: Node) -> set[str] | None:
    """Return the keys of an object that is written out; None for anything else."""
    if node.kind != "object":
        return None
    keys = set(_name_members(node))
    return None if "" in keys else keys


def _name_members(node: Node) -> Iterator[str]:
    """Yield the name of each member of an object; "" for one that is not known."""
    for member in node.children:
        key = member.get_field("key") if member.kind == "pair" else None
        if member.kind == "shorthand_property_identifier":
            yield member.text
        elif key is not None and key.kind in {"property_identifier", "string"}:
            yield key.text.strip("\"'")
        else:
            yield ""
