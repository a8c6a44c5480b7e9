"""Keys of `_meta` that a client reads, and how they are to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.model.pointers import make_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolgrade.model import Pointer

_LARGEST_RESULT = 500_000
_LONGEST_STATUS = 64


def _is_status(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_STATUS


_OPENAI: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "openai/outputTemplate": (
        lambda value: isinstance(value, str) and "://" in value,
        "write the address of a resource, ui://...,",
    ),
    "openai/widgetAccessible": (lambda value: isinstance(value, bool), "write true or false"),
    "openai/visibility": (lambda value: value in ("public", "private"), "write public or private"),
    "openai/toolInvocation/invoking": (_is_status, "write a text of at most 64 characters"),
    "openai/toolInvocation/invoked": (_is_status, "write a text of at most 64 characters"),
}


def find_ui_faults(given: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield what hosts of MCP Apps do not read."""
    ui = given.get("ui")
    if not isinstance(ui, dict):
        return
    address = ui.get("resourceUri", "ui://")
    if not (isinstance(address, str) and address.startswith("ui://")):
        yield "/_meta/ui/resourceUri", "give the resource an address that starts with ui://"
    seen = ui.get("visibility", ["model"])
    names = seen if isinstance(seen, list) else [None]
    if not names or not all(name in ("model", "app") for name in names):
        yield "/_meta/ui/visibility", 'list "model", "app" or both as visibility'


def find_vendor_faults(given: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield what Claude does not read."""
    for key in ("anthropic/alwaysLoad", "anthropic/requiresUserInteraction"):
        if key in given and not isinstance(given[key], bool):
            yield make_pointer(((None, "_meta"), key)), f"make {key} true or false"
    key = "anthropic/maxResultSizeChars"
    size = given.get(key, 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= _LARGEST_RESULT:
        yield make_pointer(((None, "_meta"), key)), f"give {key} a number up to {_LARGEST_RESULT:,}"


def find_openai_faults(
    given: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Iterator[tuple[Pointer, str]]:
    """Yield what ChatGPT does not read."""
    for key, (is_read, advice) in _OPENAI.items():
        if key in given and not is_read(given[key]):
            yield make_pointer(((None, "_meta"), key)), f"{advice} as {key}"
    key = "openai/fileParams"
    named = given.get(key, [])
    if not isinstance(named, list) or any(one not in [*parameters] for one in named):
        yield make_pointer(((None, "_meta"), key)), f"list parameters of this tool as {key}"
