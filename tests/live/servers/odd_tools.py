"""Tools that the SDK's own client refuses: no name, null schemas, wrong types, NaN."""

from stdio import result, serve, tool

ODD = [
    {"description": "nameless"},
    tool("null", inputSchema=None, annotations=None),
    tool("wrong", description=7, inputSchema=[]),
    tool("nan", inputSchema={"type": "object", "maximum": float("nan")}),
    None,
]
serve(lambda request: result(request, {"tools": ODD}))
