"""Three pages; the cursor after the first is the empty string."""

from stdio import Message, result, serve, tool

NEXT = {None: "", "": "zwei\u2028?", "zwei\u2028?": None}


def page(request: Message) -> None:
    cursor = request.get("params", {}).get("cursor")
    result(request, {"tools": [tool(f"after {cursor!r}")], "nextCursor": NEXT[cursor]})


serve(page)
