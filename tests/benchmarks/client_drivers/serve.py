"""Serve one definition over stdio, as a server without an SDK: `serve.py FILE ID [FLAG ...]`.

It answers the handshake of 2024-11-05 to 2025-11-25. With the flag `modern` it also answers
`server/discover` of 2026-07-28, and every result then has what that revision asks for. With
`companion` it lists a plain tool too, which shows whether a client lost one tool or the list.
A definition's `answers` and `omits` change what it answers to a method.
"""

import json
import sys

INFO = {"name": "harbour", "version": "1.0.0"}
CAPABILITIES = {"tools": {}}
COMPLETE = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
COMPANION = {
    "name": "companion",
    "description": "Name the harbour.",
    "inputSchema": {"type": "object", "properties": {"language": {"type": "string"}}},
}
REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def find_definition(path: str, name: str) -> dict:
    """Return the definition `name`."""
    with open(path, encoding="utf-8") as lines:  # noqa: PTH123  # pathlib is slow to import
        return next(row for row in map(json.loads, lines) if row["id"] == name)


def answer(method: str, params: dict, tools: list[object], *, modern: bool) -> dict | None:
    """Return the result for `method`, or None for a method that is not served."""
    more = COMPLETE if modern else {}
    if method == "initialize":
        asked = params.get("protocolVersion")
        version = asked if asked in REVISIONS else REVISIONS[-1]
        return {"protocolVersion": version, "capabilities": CAPABILITIES, "serverInfo": INFO}
    if method == "server/discover" and modern:
        return {**more, "supportedVersions": ["2026-07-28"], "capabilities": CAPABILITIES}
    if method == "tools/list":
        return {**more, "tools": tools}
    if method == "tools/call":
        text = [{"type": "text", "text": "{}"}]
        return {**more, "content": text, "structuredContent": {}}
    return {} if method == "ping" else None


def main() -> None:
    """Answer every request on standard input until it ends."""
    path, name, *flags = sys.argv[1:]
    definition, modern = find_definition(path, name), "modern" in flags
    tools = definition["tools"] + [COMPANION] * ("companion" in flags)
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request or "method" not in request:
            continue
        result = answer(request["method"], request.get("params") or {}, tools, modern=modern)
        if result is not None:
            result |= definition.get("answers", {}).get(request["method"], {})
            for key in definition.get("omits", {}).get(request["method"], ()):
                result.pop(key, None)
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        missing = {"code": -32601, "message": "Method not found"}
        reply |= {"error": missing} if result is None else {"result": result}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
