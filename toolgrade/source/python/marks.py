"""Tell from a text alone what it may hold, so that most files and statements are never parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

# Each pattern begins with a literal: searching for that is ten times as quick as for the rest.
_TOOL = re.compile(
    r"tool(?:(?:(?<=[.@]tool)|(?<=\badd_tool)|(?<=\bremove_tool))\b|(?<=\btool)\("
    r"|s(?:(?<=list_tools)|(?<=\bregister_tools)\(|(?<=\btools)=|/list))"
)
_QUOTED = re.compile(r"""tool(?<=["']tool)["']""")
_CALLS = (".mount(", "import_server(", "register_all(", "ListToolsRequest")
LISTING = frozenset(
    {
        "on_list_tools",
        "list_tools",
        "transform_tools",
        "_list_tools",
        "_list_tools_mcp",
        "_list_tools_middleware",
        "_mcp_list_tools",
        "_handle_list_tools",
    }
)
"""Methods of a subclass that receive the tools before they are sent to a client."""
LISTING_OF_A_SERVER = frozenset({"get_tools"})
"""Methods that do so only in a subclass of a server."""
INSIDE = frozenset({"_tool_manager", "_local_provider"})
"""Where a server keeps its tools, which only the SDK should touch."""
_REWRITING = (
    "list_tools",
    "transform_tools",
    "get_tools",
    *sorted(INSIDE),
    "def tool(",
    "remove_tool",
)


def may_register(text: str) -> bool:
    """Whether code may register a tool itself."""
    if "tool" in text and (_TOOL.search(text) or ("getattr" in text and _QUOTED.search(text))):
        return True
    return any(call in text for call in _CALLS)


def may_rewrite(text: str) -> bool:
    """Whether code may change or hide tools that are registered."""
    return any(word in text for word in _REWRITING) or (".disable(" in text and "tool" in text)


def calls_one_of(text: str, helpers: AbstractSet[str]) -> bool:
    """Whether code may register a tool with one of `helpers`, by a call or as a decorator."""
    return any(_calls(text, name) for name in helpers if name in text)


def _calls(text: str, name: str) -> bool:
    """Whether a text holds `name(` or `@name`."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        before, after = text[at - 1 : at], text[end : end + 1]
        is_start = not (before.isalnum() or before == "_")
        is_end = not (after.isalnum() or after == "_")
        if is_start and is_end and (after == "(" or before == "@"):
            return True
        at = text.find(name, end)
    return False
