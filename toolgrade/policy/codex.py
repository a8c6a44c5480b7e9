"""Codex's config.toml: which tools of a server it sees, and which run without asking.

Facts: https://developers.openai.com/codex/config-reference and openai/codex's history.
`enabled_tools` is the whole list of what is offered and `disabled_tools` is taken from it; a tool's
own `approval_mode` ("approve", "prompt") goes before `default_tools_approval_mode`. So nothing new
is offered by itself, and what is offered is asked for unless it is approved here. There is no
limit: what should be limited is asked for. Not verified: from which release on approval modes are
known; one that does not know them asks as it always did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.policy.rules import (
    Dialect,
    Rule,
    Updated,
    quote_string,
    require_mapping,
    require_strings,
    select_writable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def write(server: str, rules: Sequence[Rule]) -> str:
    """Return the server's table, to be written next to its command or URL."""
    return "\n".join(_lines(server, select_writable(rules))) + "\n"


def _lines(server: str, rules: Sequence[Rule]) -> Iterator[str]:
    table = f"mcp_servers.{quote_string(server.encode('utf-8', 'replace').decode())}"
    yield f"[{table}]"
    yield 'default_tools_approval_mode = "prompt"'
    for key, denied in (("enabled_tools", False), ("disabled_tools", True)):
        listed = [rule for rule in rules if (rule.action == "deny") is denied]
        yield f"{key} = [" if listed else f"{key} = []"
        yield from (f"  {quote_string(rule.tool)},  # {rule.why}" for rule in listed)
        if listed:
            yield "]"
    for rule in rules:
        if rule.action == "allow":
            yield ""
            yield f"[{table}.tools.{quote_string(rule.tool)}]"
            yield 'approval_mode = "approve"'


def update(text: str, server: str, rules: Sequence[Rule]) -> Updated:
    """Return a configuration with the tools that the server's table did not mention; all else and
    its comments stay. Raises ValueError.
    """
    # In the extra `policy`, which keeps a user's file as it is.
    import tomlkit  # noqa: PLC0415 - an extra, and slow to import
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - as above

    try:
        config = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ValueError(f"is not TOML: {error}") from error
    servers = require_mapping(
        config.setdefault("mcp_servers", tomlkit.table(is_super_table=True)), "mcp_servers"
    )
    own = require_mapping(servers.setdefault(server, tomlkit.table()), "the server's table")
    own.setdefault("default_tools_approval_mode", "prompt")
    lists = {
        key: own.setdefault(key, tomlkit.array()) for key in ("enabled_tools", "disabled_tools")
    }
    said = _read_actions(own, *(require_strings(list(held), key) for key, held in lists.items()))
    new = [rule for rule in select_writable(rules) if rule.tool not in said]
    for rule in new:
        held = lists["disabled_tools" if rule.action == "deny" else "enabled_tools"]
        held.add_line(rule.tool, comment=f"new: {rule.why}")
    for held in lists.values():
        if new:
            held.multiline(multiline=True)
    for rule in new:
        if rule.action == "allow":
            tools = own.setdefault("tools", tomlkit.table(is_super_table=True))
            tools.setdefault(rule.tool, tomlkit.table()).setdefault("approval_mode", "approve")
    return Updated(tomlkit.dumps(config), tuple(rule.tool for rule in new), said)


def _read_actions(own: dict[str, Any], enabled: list[str], disabled: list[str]) -> dict[str, str]:
    tools = own.get("tools") or {}
    approved = {name for name, of in tools.items() if of.get("approval_mode") == "approve"}
    return {
        **{name: "allow" if name in approved else "ask" for name in enabled},
        **dict.fromkeys(disabled, "deny"),
    }


DIALECT = Dialect(write, update)
