"""Two tools, instructions, and the usual noise on stderr."""

import sys

from stdio import result, serve, tool

sys.stderr.write("listening, all is well\n" * 5000)
serve(
    lambda request: result(request, {"tools": [tool("one", title="Eins ß"), tool("two")]}),
    instructions="Use one before two.",
)
