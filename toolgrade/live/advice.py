"""Says why a server failed and what to do, from what it wrote before it ended.

Most failures of real packages have one of three causes: a missing key or setting, a change between
the majors of the MCP SDK, or missing arguments.
"""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

from toolgrade.wording.ci_commands import defuse_commands
from toolgrade.wording.secrets import mask_argv, mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CLOSED = (401, 403)
_NOT_FOUND = 404
_BAD_REQUEST = 400
_MOVED, _REFUSED = 3, 4
_LINES = 10
_WIDTH = 200

_WANTS_MCP_2 = re.compile(
    r"cannot import name 'MCPServer' from 'mcp"
    r"|No module named '(?:mcp_types|mcp\.server\.mcpserver)"
)
_WANTS_MCP_1 = re.compile(
    r"cannot import name '\w{1,80}' from 'mcp[.'\s]"
    r"|No module named 'mcp\."
    r"|module 'mcp[\w.]{0,80}' has no attribute"
    r"|'(?:Server|MCPServer|FastMCP)' object has no attribute"
    r"|AttributeError: [^\n]{0,120}\b(?:list_tools|call_tool)\b"
    r"|(?:ImportError|NameError|AttributeError): [^\n]{0,120}\bMcpError\b"
)
_SETTING = re.compile(
    r"api[ _-]?key|(?-i:KeyError: '[A-Z][A-Z0-9_]*')|env(?:ironment)? var|credential"
    r"|access[ _-]?token|auth(?:entication)? token"
    r"|_(?:KEY|TOKEN|SECRET|PASSWORD|URL|HOST|USER|ID)\b[^\n]{0,60}"
    r"(?:required|missing|not set|must be|undefined|not found|not provided|not configured)"
    r"|(?:required|missing|set|provide|configure|without)\b[^\n]{0,60}"
    r"_(?:KEY|TOKEN|SECRET|PASSWORD|URL|HOST|USER|ID)\b",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,30}){1,6}\b")
_ARGUMENTS = re.compile(
    r"^[ \t]*+usage:|arguments? (?:are|is) required|(?:missing|required) (?:argument|option)",
    re.IGNORECASE | re.MULTILINE,
)
_SERVES_HTTP = re.compile(r"(?:running|listening|serving|started|available)[^\n]{0,80}\bhttps?://")


def advise(words: str, argv: Sequence[str]) -> str:
    """Return what to do about a server that wrote `words` and failed, or "" if they do not say.

    `argv` is empty if its command must not be shown.
    """
    if _WANTS_MCP_2.search(words):
        return f"it needs version 2 of the MCP SDK: {_with_sdk('mcp>=2', argv)}"
    if _WANTS_MCP_1.search(words):
        return f"it was written for version 1 of the MCP SDK: {_with_sdk('mcp<2', argv)}"
    for line in words.splitlines():
        if _SETTING.search(line[: _WIDTH * 2]):
            found = _VARIABLE.search(line[: _WIDTH * 2])
            return (
                f"it asks for a key or setting: pass it with --env {found[0] if found else 'NAME'}"
            )
    if _ARGUMENTS.search(words):
        return "it asks for arguments: add them to the command after --"
    if _SERVES_HTTP.search(words):
        return "it serves HTTP: give its address instead, or look for an option such as stdio"
    return ""


def describe_exit(stage: str, status: int | None) -> str:
    """Return how a server ended that did not answer the request `stage`."""
    if status is None:
        return f"closed its output before it answered {stage}"
    if status < 0:
        return f"was ended by signal {-status} before it answered {stage}"
    return f"exited with status {status} before it answered {stage}"


def explain_connection_failure(error: BaseException) -> str:
    """Return why there was no answer over HTTP, from what the SDK raised."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    kind = type(error).__name__
    if "Connect" in kind:
        said = clean_words(str(error)) or kind
        return f"cannot be reached ({said}); check the address, and that the server is running"
    # Other messages may quote a header, which may hold a key.
    return f"the connection failed ({kind}); check the address"


def explain_http_answer(status: int | None, content_type: str, failure: str) -> str:
    """Return what the last HTTP answer says about a failure, or `failure` if it says nothing."""
    if status in _CLOSED:
        return f"answers HTTP {status}: add a key with --header 'Authorization: Bearer …'"
    if status is not None and status // 100 == _MOVED:
        return f"answers HTTP {status}, a redirect elsewhere: give the address it leads to"
    if status == _NOT_FOUND:
        return "answers HTTP 404: no MCP server at this path (often it is /mcp or /sse)"
    if status is not None and status >= _BAD_REQUEST:
        return f"answers HTTP {status}: {failure}"
    if content_type.startswith("text/html"):
        return "answers with a web page: give the address of the MCP endpoint (often /mcp or /sse)"
    return failure


def speaks_older(status: int | None) -> bool:
    """Return whether HTTP `status` is what an SSE server answers to Streamable HTTP."""
    return status is not None and status // 100 == _REFUSED and status not in _CLOSED


def last_lines(words: str, known: Iterable[str]) -> str:
    """Return the last lines of a server's stderr, each on its own line, to show under an error.

    They are escaped and cut, and `known` secrets and anything like one are masked.
    """
    lines = [line for line in mask_text(words, known).splitlines() if line.strip()]
    return "".join(f"\n    {clean_words(line)}" for line in lines[-_LINES:])


def clean_words(words: str, width: int = _WIDTH) -> str:
    """Return a server's words as one harmless line of at most `width` characters."""
    cut = words.strip()[: width + 1]
    line = "".join(
        char
        if char.isprintable()
        else " "
        if char in "\n\t\r"
        else char.encode("unicode_escape").decode()
        for char in cut
    )
    line = defuse_commands(line)
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _with_sdk(pin: str, argv: Sequence[str]) -> str:
    masked = mask_argv(argv) or ("",)
    program = PurePath(masked[0]).name.removesuffix(".exe")
    if program == "uvx":
        return shlex.join([masked[0], "--with", pin, *masked[1:]])
    if program == "uv" and masked[1:2] == ("run",):
        return shlex.join([*masked[:2], "--with", pin, *masked[2:]])
    return f"pip install '{pin}' where it is installed"
