"""Measures of a whole server: how many tools, how much text, how many parameters a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.clients.facts import Fault, Whole

_BYTES_A_TOKEN = 4


def instructions_length(whole: Whole, most: int) -> Iterator[Fault]:
    """Has instructions that are not cut."""
    length = len(whole.server.instructions or "")
    if length > most:
        yield "/instructions", f"shorten the instructions: {length} characters, {most} at most"


def tool_count(whole: Whole, most: int) -> Iterator[Fault]:
    """Lists no more tools than are taken, were it the only server."""
    count = sum(not tool.is_app_only for tool in whole.server.tools)
    if count > most:
        yield (
            "/tools",
            f"list at most {most} tools, not {count}: split the server, or let users choose",
        )


def total_tokens(whole: Whole, most: int) -> Iterator[Fault]:
    """Takes no more of the context than is given at once, by an estimate."""
    tokens = whole.definition_bytes // _BYTES_A_TOKEN
    if tokens > most:
        yield "/tools", f"cut the definitions to {most} tokens: they are about {tokens}"


def optional_parameters(whole: Whole, most: int) -> Iterator[Fault]:
    """Has no more optional parameters in all its tools than one request may have."""
    count = sum(_count_optional(tool.input_schema) for tool in whole.server.tools)
    if count > most:
        yield "/tools", f"require more, or offer less: {count} optional parameters, {most} at most"


def _count_optional(schema: object) -> int:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    required = schema.get("required") if isinstance(schema, dict) else None
    names = required if isinstance(required, list) else ()
    listed = {name for name in names if isinstance(name, str)}
    return len(properties.keys() - listed) if isinstance(properties, dict) else 0


def union_parameters(whole: Whole, most: int) -> Iterator[Fault]:
    """Has no more parameters of several types in all its tools than one request may have."""
    count = sum(_count_unions(tool.input_schema) for tool in whole.server.tools)
    if count > most:
        yield "/tools", f"give parameters one type: {count} have several, {most} at most"


def _count_unions(schema: object) -> int:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    members = properties.values() if isinstance(properties, dict) else ()
    return sum(
        isinstance(member, dict)
        and ("anyOf" in member or "oneOf" in member or isinstance(member.get("type"), list))
        for member in members
    )
