"""Always one more page, and always the same one."""

from stdio import result, serve, tool

serve(lambda request: result(request, {"tools": [tool("one")], "nextCursor": "again"}))
