"""What is recommended for each tool, and what a dialect is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from toolgrade.files.compiled import read_tables
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolgrade.model import Risk, ToolReport

Action = Literal["allow", "limit", "ask", "deny"]
ACTIONS: tuple[Action, ...] = ("allow", "limit", "ask", "deny")
"""Mildest first."""

APPROVAL = "Requires human approval."
_LONGEST_WHY = 160


class Rule(NamedTuple):
    """What is recommended for a tool, and why, in one harmless line; `limit` is (calls, window)
    where the action is to limit.
    """

    tool: str
    action: Action
    why: str
    limit: tuple[int, str] | None = None


class Updated(NamedTuple):
    """A file brought up to date: its new text, the tools it did not mention, and what it says of
    the others (an action, or "own" for a rule that the user wrote).
    """

    text: str
    new: tuple[str, ...]
    said: Mapping[str, str]


class Dialect(NamedTuple):
    """`write` returns a policy's text for a server's name and rules; `update` brings a file's text
    up to date, and raises ValueError saying what is wrong with one that cannot be read.
    """

    write: Callable[[str, Sequence[Rule]], str]
    update: Callable[[str, str, Sequence[Rule]], Updated]


def rules(tools: Iterable[ToolReport]) -> tuple[Rule, ...]:
    """Return a rule for each named tool, in the order of names; of two tools of one name the
    stricter rule.
    """
    found: dict[str, Rule] = {}
    for tool in tools:
        if tool.tool.name is not None and tool.risk is not None:
            rule = _rule(tool.tool.name, tool.risk)
            other = found.get(rule.tool)
            if other is None or ACTIONS.index(rule.action) > ACTIONS.index(other.action):
                found[rule.tool] = rule
    return tuple(found[name] for name in sorted(found))


def _rule(name: str, risk: Risk) -> Rule:
    table = _table()
    action: Action = table["policy"][risk.category][str(risk.level)]
    category = f"{risk.category}, {risk.level}" if risk.level else risk.category
    why = next(
        (r.why for r in risk.reasons if r.category == risk.category),
        "its words do not say what it does",
    )
    if risk.contradictions:
        why = risk.contradictions[0][0]
    elif risk.argued:
        why += f"; it {risk.argued[0]}"
    if action in {"allow", "limit"} and (risk.confidence == "low" or risk.contradictions):
        action, why = "ask", f"{why}; by thin evidence" if not risk.contradictions else why
    limit = table["limits"].get(risk.category) if action == "limit" else None
    said = make_legible(f"{category}: {why}")[:_LONGEST_WHY]
    return Rule(name, action, said, (limit["max"], limit["window"]) if limit else None)


@cache
def _table() -> dict[str, Any]:
    return read_tables("risk.toml")


def quote_string(text: str) -> str:
    r"""Return a string as both YAML and TOML write it in double quotes. Raises ValueError for what
    neither can hold, a lone surrogate.

    >>> print(quoted('say "no"\n\x85\u202e'))
    "say \"no\"\u000A\u0085\u202E"
    """
    return '"' + "".join(map(_escape_character, text)) + '"'


def _escape_character(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        raise ValueError("a lone surrogate")
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - four digits


def select_writable(rules: Iterable[Rule], *, wild: bool = False) -> tuple[Rule, ...]:
    """Return the rules whose tool's name can be written; with `wild` also not the one of a tool
    called "*", which would be a rule for all. What is left out is denied by default.
    """
    return tuple(
        rule for rule in rules if not (wild and rule.tool == "*") and _is_encodable(rule.tool)
    )


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def require_mapping(value: object, what: str) -> dict[str, Any]:
    """Return a mapping of a file that was read. Raises ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} must be a table of names and values")  # noqa: TRY004 - one kind of fault
    return value


def require_strings(value: object, what: str) -> list[str]:
    """Return a list of strings of a file that was read. Raises ValueError for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{what} must be a list of strings")
    return value
