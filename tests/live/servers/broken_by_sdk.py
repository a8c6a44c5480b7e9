"""What a package written for version 1 of the SDK does under version 2."""

import sys

sys.stderr.write(
    "Traceback (most recent call last):\n"
    '  File "server.py", line 1, in <module>\n'
    "    from mcp.server import FastMCP\n"
    "ImportError: cannot import name 'FastMCP' from 'mcp.server' (/x/mcp/server/__init__.py)\n"
)
sys.exit(1)
