"""The YAML of Intercept, PolicyLayer's open gateway: deny by default, the reason above each rule.

Facts: https://github.com/policylayer/intercept, POLICY.md and internal/config/validate.go of March
2026 (77f0429). A tool listed with `rules: []` is allowed; `rate_limit: N/window` is alone with
a name; a rule with `action: deny` has no conditions; `hide` takes a tool off the list and denies
it; "*" is every tool, so a tool of that name gets no rule of its own.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from toolgrade.policy.rules import (
    APPROVAL,
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
    """Return a whole policy."""
    return "\n".join(_lines(server, select_writable(rules, wild=True))) + "\n"


def _lines(server: str, rules: Sequence[Rule]) -> Iterator[str]:
    hidden = [rule for rule in rules if rule.action == "deny"]
    yield 'version: "1"'
    yield f"description: {_quoted_or_plain(server)}"
    yield "default: deny"
    yield ""
    yield "hide:" if hidden else "hide: []"
    for rule in hidden:
        yield f"  # {rule.why}"
        yield f"  - {quote_string(rule.tool)}"
    shown = [rule for rule in rules if rule.action != "deny"]
    yield ""
    yield "tools:" if shown else "tools: {}"
    for rule in shown:
        yield f"  # {rule.why}"
        yield f"  {quote_string(rule.tool)}:"
        yield from _rule_lines(rule)


def _quoted_or_plain(server: str) -> str:
    return quote_string(f"Policy for {server.encode('utf-8', 'replace').decode()}")


def _rule_lines(rule: Rule) -> Iterator[str]:
    entries = _entries(rule)
    yield "    rules:" if entries else "    rules: []"
    for entry in entries:
        for number, (key, value) in enumerate(entry.items()):
            yield f"      {'  ' if number else '- '}{key}: {quote_string(value)}"


def _entries(rule: Rule) -> list[dict[str, str]]:
    if rule.action == "ask":
        return [{"name": "a person approves", "action": "deny", "on_deny": APPROVAL}]
    if rule.limit is None:
        return []
    calls, window = rule.limit
    return [{"name": f"at most {calls} per {window}", "rate_limit": f"{calls}/{window}"}]


def update(text: str, _server: str, rules: Sequence[Rule]) -> Updated:
    """Return a policy with the tools it did not mention; comments stay. Raises ValueError."""
    # In the extra `policy`, which keeps a user's file as it is.
    from ruamel.yaml import YAML  # noqa: PLC0415 - an extra, and slow to import
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415 - as above
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - as above

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        policy = require_mapping(yaml.load(text), "the file")
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise ValueError(f"is not YAML{where}") from error
    if str(policy.get("version")) != "1":
        raise ValueError('version is not "1"')
    hidden, tools = _part(policy, "hide", CommentedSeq), _part(policy, "tools", CommentedMap)
    require_strings(list(hidden), "hide")
    require_mapping(tools, "tools")
    said = {str(n): _action(e) for n, e in tools.items()} | dict.fromkeys(map(str, hidden), "deny")
    new = [rule for rule in select_writable(rules, wild=True) if rule.tool not in said]
    for rule in new:
        if rule.action == "deny":
            hidden.append(rule.tool)
            hidden.yaml_set_comment_before_after_key(len(hidden) - 1, f"new: {rule.why}", 2)
        else:
            entries = [dict(entry) for entry in _entries(rule)]
            tools[rule.tool] = {"rules": entries}
            tools.yaml_set_comment_before_after_key(rule.tool, f"new: {rule.why}", 2)
    out = StringIO()
    yaml.dump(policy, out)
    return Updated(out.getvalue(), tuple(rule.tool for rule in new), said)


def _part(policy: dict[str, Any], key: str, kind: type) -> Any:  # noqa: ANN401 - ruamel's types
    """Return a part of the policy; one written as `[]` or `{}` becomes one of several lines."""
    if not policy.get(key):
        policy[key] = kind()
    part = policy[key]
    if hasattr(part, "fa"):
        part.fa.set_block_style()
    return part


def _action(entry: object) -> str:
    rules = (entry or {}).get("rules") if isinstance(entry, dict) or entry is None else "own"
    if not rules:
        return "allow"
    for action in ("ask", "limit"):
        if isinstance(rules, list) and [_shape(r) for r in rules] == [_SHAPES[action]]:
            return action
    return "own"


def _shape(rule: object) -> tuple[str, ...]:
    keys = set(rule) - {"name", "on_deny"} if isinstance(rule, dict) else {"own"}
    action = f"={rule['action']}" if isinstance(rule, dict) and "action" in rule else ""
    return (*sorted(map(str, keys)), action)


_SHAPES = {"ask": ("action", "=deny"), "limit": ("rate_limit", "")}
DIALECT = Dialect(write, update)
