"""Prints what is no message between its messages: text, a log line in JSON, bytes, blanks."""

import sys

from stdio import Message, raw, result, serve, tool

raw("Server running on stdio")
raw('{"level": "info", "msg": "ready"}')
raw("")
sys.stdout.buffer.write(b"\xff\xfe caf\xe9\n")
sys.stdout.flush()


def listed(request: Message) -> None:
    raw("[1, 2]")
    raw("42")
    result(request, {"tools": [tool("one")]})


serve(listed)
