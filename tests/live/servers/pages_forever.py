"""Always one more page, each with a new cursor."""

from stdio import Message, result, serve, tool


def page(request: Message) -> None:
    number = int(request.get("params", {}).get("cursor", "0")) + 1
    result(request, {"tools": [tool(f"t{number}")], "nextCursor": str(number)})


serve(page)
