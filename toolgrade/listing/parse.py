"""JSON data in the wire's shape to servers and tools: one lenient set of rules for every reader.

A strict parser would turn away the definitions most in need of grading. So a field of the wrong
type counts as absent and is noted, and a tool that cannot be named keeps its place in the list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolgrade.listing.definition import definition
from toolgrade.model import InputError, Malformed, Server, Tool
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolgrade.model import Origin, Pointer, Source

_WANTED = 'expected a tools/list result {"tools": [...]}, an array of tools, or one tool'
_SEVERAL = "servers"
# The only members an MCPB manifest may give a tool are its name and its description.
_UNSEEN_IN_MANIFEST = ("title", "inputSchema", "outputSchema", "annotations")
_TAKEN = Malformed("duplicate-name", "/name", "give each tool a different name")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader knows of the data besides itself.

    `label` begins error messages, `stem` names a server that does not name itself, `origin` gives
    the origin of the definition at a pointer, `repaired` what was repaired in it and `unknown` what
    the reader could not see of it (pointers from it).
    """

    source: Source
    label: str
    stem: str
    origin: Callable[[Pointer], Origin]
    repaired: Callable[[Pointer], tuple[Malformed, ...]]
    unknown: Callable[[Pointer], frozenset[Pointer]] = lambda _: frozenset()


@dataclass(frozen=True, slots=True)
class _Listing:
    """A list of tools as found, with the members around it.

    `pointer` is the list's; None where the document's root is the one tool.
    """

    tools: list[Any]
    pointer: Pointer | None
    around: Mapping[str, Any]
    complete: bool = True


def servers(data: object, reading: Reading) -> tuple[Server, ...]:
    """Return every server in `data`, in order. Raises InputError if there is no tool in it.

    A server without a tool is kept only with others that have some.
    """
    found = tuple(_listings(data, "", reading.label))
    if not any(listing.tools for listing in found):
        raise InputError(
            f"{reading.label}: the tool list is empty: nothing to grade; "
            "see whether the server needs a key, a setting or an argument to show its tools"
        )
    return tuple(_server(listing, reading) for listing in found)


def _listings(data: object, pointer: Pointer, label: str) -> Iterator[_Listing]:
    if isinstance(data, list):
        yield from _in_array(data, pointer, label)
    elif not isinstance(data, dict):
        raise InputError(f"{label}: names no tool: {_WANTED}")
    elif isinstance(several := data.get(_SEVERAL), list):
        yield from _each(several, f"{pointer}/{_SEVERAL}", label)
    elif _holds_tools(data):
        yield _in_object(data, pointer, label)
    elif _is_tool(data):
        # The rest of its server is elsewhere.
        yield _Listing([data], None, {}, complete=False)
    else:
        raise InputError(f"{label}: names no tool: {_WANTED}")


def _in_array(data: list[Any], pointer: Pointer, label: str) -> Iterator[_Listing]:
    if any(isinstance(item, dict) and _holds_tools(item) for item in data):
        yield from _each(data, pointer, label)
    elif data and not any(isinstance(item, dict) and _is_tool(item) for item in data):
        raise InputError(f"{label}: names no tool: {_WANTED}")
    else:
        yield _Listing(data, pointer, {})


def _each(data: list[Any], pointer: Pointer, label: str) -> Iterator[_Listing]:
    for index, item in enumerate(data):
        if not (isinstance(item, dict) and _holds_tools(item)):
            raise InputError(
                f'{label}: {pointer}/{index} is not a server: expected {{"tools": [...]}}'
            )
        yield _in_object(item, f"{pointer}/{index}", label)


def _in_object(data: Mapping[str, Any], pointer: Pointer, label: str) -> _Listing:
    result = data.get("result")
    if "tools" not in data and isinstance(result, dict):
        data, pointer = {**data, **result}, f"{pointer}/result"
    tools = data.get("tools")
    if not isinstance(tools, list):
        raise InputError(f"{label}: {_why_none(data, pointer)}")
    # An empty cursor is still a cursor.
    complete = data.get("nextCursor") is None and data.get("tools_generated") is not True
    return _Listing(tools, f"{pointer}/tools", data, complete)


def _why_none(data: Mapping[str, Any], pointer: Pointer) -> str:
    if "tools" in data:
        return f'"tools" at {pointer or "the top"} is not an array; {_WANTED}'
    if _is_manifest(data):
        return "the manifest lists no tools; grade the server itself: its command after --"
    error = data.get("error")
    if error is None:
        return f"a response without a tools/list result; {_WANTED}"
    said = error.get("message") if isinstance(error, dict) else error
    return (
        f'the server answered with an error: "{make_legible(str(said))}"; save a tools/list result'
    )


def _holds_tools(data: Mapping[str, Any]) -> bool:
    result = data.get("result")
    is_response = "jsonrpc" in data and ("error" in data or "result" in data)
    return (
        "tools" in data
        or is_response
        or _is_manifest(data)
        or (isinstance(result, dict) and "tools" in result)
    )


def _is_manifest(data: Mapping[str, Any]) -> bool:
    return "manifest_version" in data or "dxt_version" in data


def _is_tool(data: Mapping[str, Any]) -> bool:
    # Whatever has a name and a version is a package.json or one of its many kin.
    return (
        "inputSchema" in data
        or "input_schema" in data
        or ("name" in data and "version" not in data)
    )


def _server(listing: _Listing, reading: Reading) -> Server:
    unseen = _UNSEEN_IN_MANIFEST if _is_manifest(listing.around) else ()
    tools: list[Tool] = []
    taken: set[str] = set()
    for index, raw in enumerate(listing.tools):
        pointer = "" if listing.pointer is None else f"{listing.pointer}/{index}"
        tool = definition(raw, index, reading.origin(pointer), reading.repaired(pointer), unseen)
        if unknown := reading.unknown(pointer):
            tool = replace(tool, unknown=tool.unknown | unknown)
        if tool.name in taken:
            tool = replace(tool, malformed=(*tool.malformed, _TAKEN))
        if tool.name is not None:
            taken.add(tool.name)
        tools.append(tool)
    instructions = listing.around.get("instructions")
    home = (listing.pointer or "").removesuffix("/tools")
    return Server(
        name=_name(listing.around) or reading.stem,
        tools=tuple(tools),
        source=reading.source,
        instructions=instructions if isinstance(instructions, str) else None,
        complete=listing.complete,
        malformed=_find_notices_around(listing, home, reading),
        origin=reading.origin(home),
        version=_read_version(listing.around),
    )


def _find_notices_around(
    listing: _Listing, home: Pointer, reading: Reading
) -> tuple[Malformed, ...]:
    """Return what was repaired around the tools, with pointers that start at the server."""
    if listing.pointer is None:
        return ()
    tools = f"{listing.pointer[len(home) :]}/"
    return tuple(m for m in reading.repaired(home) if not m.pointer.startswith(tools))


def _read_version(around: Mapping[str, Any]) -> str | None:
    info = around.get("serverInfo")
    version = info.get("version") if isinstance(info, dict) else None
    if version is None and (_is_manifest(around) or "package" in around):
        version = around.get("version")
    return version if isinstance(version, str) and version.strip() else None


def _name(around: Mapping[str, Any]) -> str | None:
    info = around.get("serverInfo")
    names = [
        info.get("name") if isinstance(info, dict) else None,
        *(around.get(key) for key in ("serverName", "server", "package")),
        around.get("name") if _is_manifest(around) else None,
    ]
    return next((name for name in names if isinstance(name, str) and name.strip()), None)
