"""Asks the client for things first, and answers only when it was answered."""

import json

from stdio import Message, raw, read, result, serve, tool


def ask(number: object, method: str) -> Message:
    raw(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": {}}))
    reply = read()
    if reply.get("id") != number:
        msg = f"expected the answer to {method}, got {reply}"
        raise SystemExit(msg)
    return reply


def listed(request: Message) -> None:
    raw(json.dumps({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}))
    methods = ("roots/list", "ping", "sampling/createMessage", "elicitation/create", "log")
    replies = {method: ask(f"s-{method}", method) for method in methods}
    shown = {method: reply.get("result", "refused") for method, reply in replies.items()}
    result(request, {"tools": [tool("one", description=json.dumps(shown))]})


serve(listed)
