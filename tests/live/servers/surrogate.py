"""Half a surrogate pair in a description."""

from stdio import result, serve, tool

serve(lambda request: result(request, {"tools": [tool("one", description="half \ud83d, é")]}))
