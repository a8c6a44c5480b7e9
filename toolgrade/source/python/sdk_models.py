"""Serialize the official SDK's own models as JSON-RPC messages contain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.nodes import Scalar, Table, Unknown
from toolgrade.source.python.values import External

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Instance

HINTS = {
    "read_only_hint": "readOnlyHint",
    "destructive_hint": "destructiveHint",
    "idempotent_hint": "idempotentHint",
    "open_world_hint": "openWorldHint",
}
"""The names of hints in the SDK's second version, and those in its first version and in JSON."""

_CAMEL = {"input_schema": "inputSchema", "output_schema": "outputSchema", **HINTS}
_MODELS = ("Tool", "ToolAnnotations", "ListToolsResult")


def serialize_model(ev: Interpreter, value: Instance) -> Node:
    """Return one of the SDK's own models as it is on the wire: without what is None."""
    if not isinstance(value.kind, External):
        return Unknown("it is an object of the package's own", value.at)
    name = value.kind.path.rpartition(".")[2]
    if name not in _MODELS or not value.kind.path.startswith(("mcp.", "mcp_types.", "fastmcp.")):
        return Unknown(f"{value.kind.path} is made at run time", value.at)
    if value.args or not value.called:
        return Unknown("it is made at run time", value.at)
    entries = {key: ev.data(one) for key, one in value.kwargs.items()}
    return convert_keys_to_camel(Table(entries, value.at, value.keys))


def convert_keys_to_camel(table: Table) -> Table:
    """Return a table with the keys spelled as in JSON, without values that are None."""
    kept = {
        _CAMEL.get(key, key): one
        for key, one in table.entries.items()
        if not (isinstance(one, Scalar) and one.value is None)
    }
    return Table(kept, table.at, {_CAMEL.get(key, key): at for key, at in table.keys.items()})
