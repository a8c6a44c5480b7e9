"""Begins a list of more tools than anyone has, and never ends it."""

import sys
import time

from stdio import Message, serve


def respond(request: Message) -> None:
    sys.stdout.write(f'{{"jsonrpc":"2.0","id":{request["id"]},"result":{{"tools":[')
    for _ in range(300):
        sys.stdout.write('{"name":"a"},' * 1000)
    sys.stdout.flush()
    time.sleep(600)


serve(respond)
