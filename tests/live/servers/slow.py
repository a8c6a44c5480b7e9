"""Takes its time to start."""

import time

from stdio import result, serve, tool

time.sleep(1)
serve(lambda request: result(request, {"tools": [tool("one")]}))
