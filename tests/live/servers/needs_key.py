"""Will not start without its key."""

import os
import sys

from stdio import result, serve, tool

if "FIXTURE_API_KEY" not in os.environ:
    sys.stderr.write("Error: FIXTURE_API_KEY environment variable is required\n")
    sys.exit(1)
serve(lambda request: result(request, {"tools": [tool(os.environ["FIXTURE_API_KEY"])]}))
