"""Claude Code's permissions: allow, ask and deny, for a settings.json.

Facts: https://code.claude.com/docs/en/permissions. A rule is `mcp__SERVER__TOOL`, with the server's
name as it is configured there; deny is asked before ask, ask before allow, the first that fits
decides; `mcp__SERVER` and `mcp__SERVER__*` are all tools of a server; a rule with parentheses is
skipped in a settings file. There is no limit, so what should be limited is asked for. Not verified
in the documentation: that characters other than letters, digits, "_" and "-" become "_" in both
names; it is written so, and where two tools then share a name the stricter rule applies.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from toolgrade.policy.rules import (
    ACTIONS,
    Action,
    Dialect,
    Rule,
    Updated,
    require_mapping,
    require_strings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_LISTS: tuple[Action, ...] = ("allow", "ask", "deny")


def write(server: str, rules: Sequence[Rule]) -> str:
    """Return settings with nothing but permissions."""
    named = _map_names_to_actions(server, rules)
    lists = {kind: [rule for rule, action in named.items() if action == kind] for kind in _LISTS}
    return _encode_settings({"permissions": lists})


def _map_names_to_actions(server: str, rules: Sequence[Rule]) -> dict[str, Action]:
    found: dict[str, Action] = {}
    for rule in rules:
        name = f"{_prefix(server)}__{_plain(rule.tool)}"
        action: Action = "ask" if rule.action == "limit" else rule.action
        found[name] = max(found.get(name, "allow"), action, key=ACTIONS.index)
    return found


def _prefix(server: str) -> str:
    return f"mcp__{_plain(server)}"


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def update(text: str, server: str, rules: Sequence[Rule]) -> Updated:
    """Return settings with the tools they did not mention; what else they hold stays. A rule for
    the whole server mentions all of them. Raises ValueError.
    """
    settings = require_mapping(json.loads(text), "the file")
    permissions = require_mapping(settings.setdefault("permissions", {}), '"permissions"')
    lists = {
        kind: require_strings(permissions.setdefault(kind, []), f'"{kind}"') for kind in _LISTS
    }
    said = {rule: kind for kind, held in lists.items() for rule in held}
    whole = {_prefix(server), f"{_prefix(server)}__*"}.intersection(said)
    named = _map_names_to_actions(server, rules)
    new = [] if whole else [rule for rule in named if rule not in said]
    for rule in new:
        lists[named[rule]].append(rule)
    start = len(_prefix(server)) + 2
    by_tool = {
        rule.tool: said[n]
        for rule in rules
        if (n := _prefix(server) + "__" + _plain(rule.tool)) in said
    }
    return Updated(_encode_settings(settings), tuple(rule[start:] for rule in new), by_tool)


def _encode_settings(settings: dict[str, Any]) -> str:
    return json.dumps(settings, indent=2) + "\n"


DIALECT = Dialect(write, update)
