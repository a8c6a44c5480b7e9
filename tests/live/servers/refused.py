"""Answers that can be read and that clients refuse, or show only in part; argv says which."""

import json
import sys
import time

from stdio import hello, raw, read, result, tool

MODE = sys.argv[1]
INFO = {"name": "fixture", "version": "1"}
HELLO = {
    "version": {"version": "2099-01-01"},
    "info": {"serverInfo": {"name": "fixture"}},
    "instructions": {"instructions": None},
    "capabilities": {"capabilities": {}},
    "late": {"capabilities": {"tools": {"listChanged": True}}},
    "later": {"capabilities": {"tools": {"listChanged": True}}},
}
asked = 0
while True:
    request = read()
    method = request.get("method")
    if method == "initialize":
        if MODE == "mark":
            sys.stdout.write("\ufeff")
        hello(request, **HELLO.get(MODE, {}))
    elif method == "tools/list":
        asked += 1
        tools = [tool("one")]
        if MODE == "latin":
            said = {"jsonrpc": "2.0", "id": request["id"], "result": {"tools": [tool("eins ß")]}}
            line = json.dumps(said, ensure_ascii=False).encode("latin-1")
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
        elif MODE == "cursor":
            result(request, {"tools": tools, "nextCursor": None})
        elif MODE == "pages" and asked == 1:
            result(request, {"tools": tools, "nextCursor": "two"})
        elif MODE in {"late", "later"} and asked == 1:
            result(request, {"tools": []})
            if MODE == "late":
                time.sleep(0.2)
                raw(json.dumps({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}))
        else:
            result(request, {"tools": tools})
