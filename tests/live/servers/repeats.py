"""Repeats SECRET in every text it sends, in the spellings of the JSON file SPELLINGS names.

Arguments: "fail" refuses the list, "die" ends instead.
"""

import json
import os
import sys
from pathlib import Path

from stdio import Message, error, result, serve, tool

SPELLINGS = json.loads(Path(os.environ["SPELLINGS"]).read_text())
ALL = " | ".join(SPELLINGS.values())


def respond(request: Message) -> None:
    if "fail" in sys.argv:
        error(request, ALL)
        return
    schema = {
        "type": "object",
        "properties": {
            f"p {spelled}": {"type": "string", "description": spelled, "default": spelled}
            for spelled in SPELLINGS.values()
        },
        "required": [f"p {SPELLINGS['plain']}"],
    }
    tools = [
        tool(
            f"t {name} {spelled}", description=f"Gets {spelled}", title=spelled, inputSchema=schema
        )
        for name, spelled in SPELLINGS.items()
    ]
    result(request, {"tools": tools})


for line in SPELLINGS.values():
    sys.stderr.write(f"{line}\n")
if "die" in sys.argv:
    sys.exit(3)
serve(respond, instructions=ALL, serverInfo={"name": f"s {SPELLINGS['plain']}", "version": ALL})
