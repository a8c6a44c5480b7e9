"""Answers tools/list with the array itself."""

from stdio import result, serve, tool

serve(lambda request: result(request, [tool("one")]))
