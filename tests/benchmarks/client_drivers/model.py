"""A mock model on the loopback: it answers "Done." in four formats and keeps what it was asked.

OpenAI chat completions and responses, Anthropic messages, and Gemini's generateContent, each whole
or as a stream of events.
"""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TEXT = "Done."
USAGE = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}


def answer_chat(*, stream: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a chat completion, or the one object of it."""
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    message = {"role": "assistant", "content": TEXT}
    said = {"delta": message, "finish_reason": None} if stream else {"message": message}
    kind = "chat.completion.chunk" if stream else "chat.completion"
    common = {"id": "c1", "object": kind, "created": 1, "model": "mock"}
    choice = {"index": 0, "finish_reason": "stop", **said}
    if not stream:
        return [("", {**common, "choices": [choice], "usage": usage})]
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    return [
        ("", {**common, "choices": [choice]}),
        ("", {**common, "choices": [end], "usage": usage}),
    ]


def answer_responses(*, stream: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a response, or the one object of it."""
    part = {"type": "output_text", "text": TEXT, "annotations": []}
    item = {"type": "message", "id": "m1", "role": "assistant", "status": "completed"}
    item["content"] = [part]  # type: ignore[assignment]
    details = {"input_tokens_details": {"cached_tokens": 0}}
    details["output_tokens_details"] = {"reasoning_tokens": 0}
    whole = {"id": "r1", "object": "response", "created_at": 1, "model": "mock"}
    whole |= {"status": "completed", "output": [item], "usage": {**USAGE, **details}}
    whole |= {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True, "error": None}
    if not stream:
        return [("", whole)]
    at = {"output_index": 0, "item_id": "m1", "content_index": 0}
    events = [
        ("response.created", {"response": {**whole, "status": "in_progress", "output": []}}),
        ("response.output_item.added", {"output_index": 0, "item": {**item, "content": []}}),
        ("response.output_text.delta", {**at, "delta": TEXT}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response.completed", {"response": whole}),
    ]
    return [
        (name, {"type": name, "sequence_number": number, **event})
        for number, (name, event) in enumerate(events)
    ]


def answer_messages(*, stream: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a message, or the one object of it."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    whole = {"id": "m1", "type": "message", "role": "assistant", "model": "mock"}
    whole |= {"stop_reason": "end_turn", "stop_sequence": None, "usage": usage}  # type: ignore[dict-item]
    if not stream:
        return [("", {**whole, "content": [{"type": "text", "text": TEXT}]})]
    begun = {**whole, "stop_reason": None, "content": []}
    events = [
        ("message_start", {"message": begun}),
        ("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
        ("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": TEXT}}),
        ("content_block_stop", {"index": 0}),
        ("message_delta", {"delta": {"stop_reason": "end_turn"}, "usage": usage}),
        ("message_stop", {}),
    ]
    return [(name, {"type": name, **event}) for name, event in events]


def answer_gemini(*, stream: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return the one object of a generated content, which is also its stream."""
    del stream
    content = {"role": "model", "parts": [{"text": TEXT}]}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    candidate = {"content": content, "finishReason": "STOP", "index": 0}
    return [("", {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "mock"})]


ANSWERS = (
    ("/chat/completions", answer_chat),
    ("/responses", answer_responses),
    ("/messages", answer_messages),
    ("enerateContent", answer_gemini),
)


class Handler(BaseHTTPRequestHandler):
    """Answers one request and keeps its body."""

    protocol_version = "HTTP/1.1"

    def reply(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.reply("application/json", b'{"object":"list","data":[],"models":[]}')

    def do_HEAD(self) -> None:
        self.reply("application/json", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = json.loads(body or b"{}")
        path = self.path.partition("?")[0]
        answer = next((made for end, made in ANSWERS if end in path), None)
        if answer is None:
            self.reply("application/json", b"{}")
            return
        self.server.asked.append(asked)  # type: ignore[attr-defined]
        stream = bool(asked.get("stream")) or "streamGenerateContent" in path
        events = answer(stream=stream)
        if not stream:
            self.reply("application/json", json.dumps(events[0][1]).encode())
            return
        text = "".join(
            (f"event: {name}\n" if name else "") + f"data: {json.dumps(event)}\n\n"
            for name, event in events
        )
        text += "data: [DONE]\n\n" * (answer is answer_chat)
        self.reply("text/event-stream", text.encode())

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class MockModel:
    """A running mock model: `url` is its address and `asked` holds the bodies of the requests."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.asked = self.asked  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def take(self) -> list[dict[str, Any]]:
        """Return the tools of the requests since the last call, each once, in one form.

        Raise RuntimeError if there was no request.
        """
        if not self.asked:
            raise RuntimeError("no request to the model")
        tools = [tool for body in self.asked for tool in body.get("tools") or []]
        self.asked.clear()
        flat = [one for tool in tools for one in flatten(tool)]
        seen: dict[str, dict[str, Any]] = {}
        for one in map(read_tool, flat):
            seen.setdefault(json.dumps(one), one)
        return list(seen.values())


def flatten(tool: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tools that an entry of a request holds; a namespace's have its name in front."""
    if tool.get("type") == "namespace":
        return [{**one, "name": f"{tool['name']}__{one['name']}"} for one in tool["tools"]]
    return tool.get("functionDeclarations") or [tool]


def read_tool(tool: dict[str, Any]) -> dict[str, Any]:
    """Return the name, description and schema of a tool in any of the four wire formats."""
    one = tool.get("function") or tool
    keys = ("parameters", "input_schema", "parametersJsonSchema", "parameters_json_schema")
    schema = next((one[key] for key in keys if key in one), None)
    read = {"name": one.get("name"), "description": one.get("description"), "schema": schema}
    return read | ({"strict": one["strict"]} if one.get("strict") is not None else {})
