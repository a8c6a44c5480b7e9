"""PolicyLayer's policy.json: deny by default, and a rule for each tool.

Facts: https://policylayer.com/docs/writing-policies (version "1"; under `default: deny` a tool
listed with {} is allowed; `hide` takes a tool off the list and denies it, "*" hides all) and the
shapes its catalogue recommends for each category (limits with counter, window, max and scope;
`deny_if` without conditions). Not verified: whether unknown keys are refused; so none is written,
and the reasons, for which JSON has no place, are left to `--for markdown`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from toolgrade.policy.rules import (
    APPROVAL,
    Dialect,
    Rule,
    Updated,
    require_mapping,
    require_strings,
    select_writable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def write(_server: str, rules: Sequence[Rule]) -> str:
    """Return a whole policy."""
    kept = select_writable(rules, wild=True)
    return _encode_policy(
        {
            "version": "1",
            "default": "deny",
            "hide": [rule.tool for rule in kept if rule.action == "deny"],
            "tools": {rule.tool: _entry(rule) for rule in kept if rule.action != "deny"},
        }
    )


def update(text: str, _server: str, rules: Sequence[Rule]) -> Updated:
    """Return a policy with the tools it did not mention. Raises ValueError."""
    policy = require_mapping(json.loads(text), "the file")
    if policy.get("version") != "1":
        raise ValueError('"version" is not "1"')
    hidden = require_strings(policy.setdefault("hide", []), '"hide"')
    tools = require_mapping(policy.setdefault("tools", {}), '"tools"')
    said = {name: _action(entry) for name, entry in tools.items()} | dict.fromkeys(hidden, "deny")
    new = [rule for rule in select_writable(rules, wild=True) if rule.tool not in said]
    hidden += [rule.tool for rule in new if rule.action == "deny"]
    tools.update({rule.tool: _entry(rule) for rule in new if rule.action != "deny"})
    return Updated(_encode_policy(policy), tuple(rule.tool for rule in new), said)


def _entry(rule: Rule) -> dict[str, Any]:
    if rule.action == "ask":
        return {"deny_if": [{"conditions": [], "on_deny": APPROVAL}]}
    if rule.limit is None:
        return {}
    calls, window = rule.limit
    counter = re.sub(r"\W+", "_", rule.tool, flags=re.ASCII) + "_rate"
    return {"limits": [{"counter": counter, "window": window, "max": calls, "scope": "grant"}]}


def _action(entry: object) -> str:
    rules = {key for key, value in entry.items() if value} if isinstance(entry, dict) else {"own"}
    if isinstance(entry, dict) and entry == _entry(Rule("", "ask", "")):
        return "ask"
    return {frozenset(): "allow", frozenset({"limits"}): "limit"}.get(frozenset(rules), "own")


def _encode_policy(policy: dict[str, Any]) -> str:
    return json.dumps(policy, indent=2) + "\n"


DIALECT = Dialect(write, update)
