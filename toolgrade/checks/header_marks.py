"""Parameters that are marked as HTTP headers with `x-mcp-header`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolgrade.schema import Node

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_TYPES = ("string", "integer", "boolean")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_SECRETS = frozenset(
    {"password", "passwd", "passphrase", "pwd", "secret", "credential", "credentials", "jwt"}
    | {"apikey", "authorization"}
)
_SECRET_PAIRS = frozenset(
    {"api_key", "access_key", "private_key", "secret_key", "signing_key", "encryption_key"}
    | {"access_token", "auth_token", "api_token", "bearer_token", "refresh_token", "id_token"}
    | {"session_token", "security_token", "token"}
)


def find_header_fault(node: Node, name: object, taken: set[str]) -> str:
    """Return what is wrong with the header that a parameter names; "" for nothing."""
    kind = node.schema.get("type") if isinstance(node.schema, dict) else None
    path = node.pointer.split("/")
    if not isinstance(name, str) or not _HEADER.fullmatch(name):
        return "set x-mcp-header to the name of an HTTP header"
    if name.lower() in taken:
        return "use each header once"
    if kind not in _HEADER_TYPES:
        return "mark as a header only a string, an integer or a boolean"
    if _is_secret(path[-1]):
        return "leave x-mcp-header away from a secret: proxies see and log headers"
    if path[1] != "inputSchema" or any(step != "properties" for step in path[2::2]):
        return "mark as a header only what is reached through properties"
    return ""


def _is_secret(parameter: str) -> bool:
    words = [word.lower() for word in _WORD.findall(parameter)]
    return bool(words) and (words[-1] in _SECRETS or "_".join(words[-2:]) in _SECRET_PAIRS)
