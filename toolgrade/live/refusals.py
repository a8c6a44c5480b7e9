"""Why clients refuse a server whose answers can still be read: what the official SDKs check of the
handshake and of the list around the tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.model import SPECS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHOWN = 40


def check_handshake(hello: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the official SDKs refuse in an answer to `initialize`."""
    version = hello.get("protocolVersion")
    if not (isinstance(version, str) and version in SPECS):
        yield f"it answers with protocol version {str(version)[:_SHOWN]!r}, which is not known"
    info = hello.get("serverInfo")
    if not isinstance(info, dict):
        yield "it has no serverInfo"
    else:
        yield from (
            f"its serverInfo has no {field}"
            for field in ("name", "version")
            if not isinstance(info.get(field), str)
        )
    if "instructions" in hello and not isinstance(hello["instructions"], str):
        yield "its instructions are not a text; leave them out"
    if not isinstance(hello.get("capabilities"), dict):
        yield "it declares no capabilities"
    elif not isinstance(hello["capabilities"].get("tools"), dict):
        yield "it does not declare the capability tools, so clients never ask for the list"


def check_list(result: Mapping[str, Any], *, modern: bool) -> Iterator[str]:
    """Yield what the official SDKs refuse in an answer to `tools/list`, the tools aside."""
    if "nextCursor" in result and result["nextCursor"] is None:
        yield "its list ends with nextCursor: null; leave nextCursor out"
    if "_meta" in result and not isinstance(result["_meta"], dict):
        yield "the _meta of its list is not an object; leave it out"
    if modern and not isinstance(result.get("resultType"), str):
        yield "its list has no resultType, which sessions of 2026-07-28 require"


def may_change(hello: Mapping[str, Any]) -> bool:
    """Return whether a server declares that its list of tools may change."""
    capabilities = hello.get("capabilities")
    tools = capabilities.get("tools") if isinstance(capabilities, dict) else None
    return isinstance(tools, dict) and tools.get("listChanged") is True
