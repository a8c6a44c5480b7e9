"""An answer that is cut off, and nothing after it."""

from stdio import Message, raw, serve


def listed(request: Message) -> None:
    raw(f'{{"jsonrpc": "2.0", "id": {request["id"]}, "result": {{"tools": [{{"name": "o')


serve(listed)
