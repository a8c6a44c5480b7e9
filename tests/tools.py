"""Tools as TOML examples write them, seen through the shipped rubric."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from toolgrade.grading.sums import ask
from toolgrade.listing.definition import definition
from toolgrade.model import NOWHERE, Handler, Place, Server, Source, Tool
from toolgrade.rubric import Rubric
from toolgrade.view import ServerView, ToolView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolgrade.model import Verdict
    from toolgrade.rubric.rules import Question, Remark

SOURCE = Source("file", "path", "tools.json")
KEYS = {
    "name",
    "title",
    "description",
    "inputSchema",
    "outputSchema",
    "annotations",
    "_meta",
    "execution",
}


@cache
def rubric() -> Rubric:
    return Rubric.load("tdqs")


@cache
def questions() -> Mapping[str, Question]:
    return {q.check.id: q for rules in rubric().every_dimension for q in rules.questions}


@cache
def remarks() -> Mapping[str, Remark]:
    return {remark.check.id: remark for remark in rubric().remarks}


def server(tools: Iterable[Mapping[str, Any]]) -> Server:
    """Return a server of raw definitions."""
    return Server("example", tuple(definition(t, i, NOWHERE) for i, t in enumerate(tools)), SOURCE)


def view(example: Mapping[str, Any]) -> ToolView:
    """Return an example's tool among its `siblings` (names or tables); `repeat` says how often its
    description stands there, each time with another number, and `handler` what is returned.
    """
    raw = {key: value for key, value in example.items() if key in KEYS}
    assert set(example) <= KEYS | {"siblings", "repeat", "handler"}
    if times := example.get("repeat"):
        raw["description"] = " ".join(f"{raw['description']} {n}" for n in range(times))
    siblings = [{"name": s} if isinstance(s, str) else s for s in example.get("siblings", ())]
    held = server([raw, *siblings])
    if handler := example.get("handler"):
        text_only = "structuredContent" not in handler["returns"]
        made = Handler(Place("server.ts", 1, 1), 1, (), text_only)
        held = replace(held, tools=(replace(held.tools[0], handler=made), *held.tools[1:]))
    return ServerView(held, rubric().words).tool(0)


def verdict(check: str, example: Mapping[str, Any]) -> Verdict:
    """Return a check's answer for an example, under the shipped rubric; an example for a server's
    check is a list of `tools`.
    """
    if check in remarks():
        return remarks()[check].ask(view(example))
    if "tools" in example:
        assert set(example) == {"tools"}
        return ask(questions()[check], rubric().view(server(example["tools"])))
    return ask(questions()[check], view(example))


def text_at(tool: Tool, pointer: str) -> Any:
    """Return what an RFC 6901 pointer finds in the definition as it stands on the wire."""
    found: Any = {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        "annotations": tool.annotations,
    }
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def commands_of(group: click.Group) -> dict[str, click.Command]:
    """Return the commands of a group, which imports each when it is asked for."""
    context = click.Context(group)
    found = ((name, group.get_command(context, name)) for name in group.list_commands(context))
    return {name: command for name, command in found if command}
