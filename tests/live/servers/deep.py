"""A schema nested a hundred thousand deep."""

import json

from stdio import Message, raw, serve

DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000


def listed(request: Message) -> None:
    answer = json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"tools": ["DEEP"]}})
    raw(answer.replace('"DEEP"', '{"name": "one", "inputSchema": ' + DEEP + "}"))


serve(listed)
