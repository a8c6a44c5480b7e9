"""One line of more than a megabyte."""

from stdio import result, serve, tool

serve(lambda request: result(request, {"tools": [tool("one", description="ü" * 1_200_000)]}))
