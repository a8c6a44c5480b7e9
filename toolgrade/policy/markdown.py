"""A table for people to review: what is recommended for each tool, and why.

A person edits the middle of a row; `update` keeps every line there is and adds rows for new tools.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.outputs.markup import code, prose
from toolgrade.policy.rules import ACTIONS, Dialect, Rule, Updated

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = re.compile(r"\| (?P<tool>.*?) \| *(?P<action>\w+)[^|]*\|.*\|\s*")


def write(server: str, rules: Sequence[Rule]) -> str:
    """Return a page with a row for each tool."""
    counts = [(action, sum(rule.action == action for rule in rules)) for action in ACTIONS]
    summary = ", ".join(f"{action} {count}" for action, count in counts if count)
    head = [f"# Policy for {prose(server)}", "", f"{len(rules)} tools: {summary}.", ""]
    table = ["| Tool | Rule | Why |", "| :-- | :-- | :-- |", *(_row(rule) for rule in rules)]
    return "\n".join([*head, *table]) + "\n"


def _row(rule: Rule, mark: str = "") -> str:
    limit = f" {rule.limit[0]} per {rule.limit[1]}" if rule.limit else ""
    return f"| {code(rule.tool)} | {rule.action}{limit} | {mark}{prose(rule.why)} |"


def update(text: str, _server: str, rules: Sequence[Rule]) -> Updated:
    """Return a page with rows for the tools it did not mention. Raises ValueError."""
    lines = text.splitlines()
    rows = {at: row for at, line in enumerate(lines) if (row := _ROW.fullmatch(line))}
    if not rows and rules:
        raise ValueError("holds no table of rules, as `--for markdown` writes it")
    written = {row["tool"]: row["action"] for row in rows.values()}
    new = [rule for rule in rules if code(rule.tool) not in written]
    end = max(rows, default=-1) + 1
    lines[end:end] = [_row(rule, "new: ") for rule in new]
    said = {rule.tool: written[cell] for rule in rules if (cell := code(rule.tool)) in written}
    return Updated("\n".join(lines) + "\n", tuple(rule.tool for rule in new), said)


DIALECT = Dialect(write, update)
