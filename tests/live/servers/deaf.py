"""Ignores every request it does not know, server/discover among them."""

from stdio import hello, read, result, tool

while True:
    request = read()
    if request["method"] == "initialize":
        hello(request, version="2025-06-18")
    elif request["method"] == "tools/list":
        result(request, {"tools": [tool("one")]})
