"""Functions that an annotation, attribute or macro makes into tools: the definition comes from the
function's name, parameters and comments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.found import Declared, Unread
from toolgrade.source.nodes import Scalar, Table, Text, Unknown, convert_from_data
from toolgrade.source.patterns.values import Call, make_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.grammar import Mark
    from toolgrade.source.patterns.modules import Module
    from toolgrade.source.patterns.wire import Wire
    from toolgrade.source.tree import Node

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def find_annotated_tools(
    wire: Wire, module: Module, rules: Mapping[str, Any]
) -> Iterator[Declared | Unread]:
    """Yield the tools that the functions of a file become by an annotation."""
    paths = rules["annotation"]
    for path in paths if isinstance(paths, list) else [paths]:
        name = re.split(r"[.:]+", path)[-1]
        if name not in module.text:
            continue
        for mark, function in wire.ev.grammar.marked(module, name):
            if wire.ev.grammar.means(module, mark.name, path):
                yield _tool(wire, mark, function, rules)


def _tool(wire: Wire, mark: Mark, function: Node, rules: Mapping[str, Any]) -> Declared | Unread:
    wire.ev.budget.start_definition()
    given = {name or "value": wire.ev.value(node) for name, node in mark.given}
    at = function.get_field("name") or function
    name = given.get(rules["name"])
    if name is None or _is_empty(name):
        name = _derive_tool_name(at, function, rules.get("naming", ""))
    if not isinstance(name, Text):
        return Unread(
            name.why if isinstance(name, Unknown) else make_unknown(at.spot).why, mark.node.spot
        )
    entries: dict[str, Any] = {"name": name}
    for key, value in rules.get("starts", {}).items():
        entries[key] = convert_from_data(value, mark.node.spot)
    for key, sources in rules.get("notes", {}).items():
        text = next(
            (f for s in sources if (f := _find_description(wire, function, s, given)) is not None),
            None,
        )
        if text is not None and not _is_empty(text):
            entries[key] = wire.json(text)
    for key, paths in rules.get("puts", {}).items():
        for path in paths if isinstance(paths, list) else [paths]:
            if key in given:
                _put(entries, path.split("/"), wire.json(given[key]), mark.node.spot)
    for key, rule in rules.get("nested", {}).items():
        _add_nested_annotation(wire, entries, given.get(key), rule)
    entries["inputSchema"] = _input(wire, function, rules)
    for key, why in rules.get("else", {}).items():
        entries.setdefault(key, name if why == "name" else Unknown(why, at.spot))
    for key, field in rules.get("given", {}).items():
        if key in given:
            entries[field] = wire.json(given[key])
    made = _output(wire, function, rules)
    if made and "outputSchema" not in entries:
        entries["outputSchema"] = made
    unsure = rules.get("output")
    if unsure and (unsure == "?" or unsure in given):
        entries["outputSchema"] = Unknown("it is made from the type that is returned", at.spot)
    built_if = wire.ev.grammar.note(wire.ev, function, "cfg!?")
    condition = built_if.at if built_if else None
    return Declared(Table(entries, mark.node.spot), mark.node.spot, condition, at.spot)


def _is_empty(value: Any) -> bool:
    return isinstance(value, Text) and not value.value


def _derive_tool_name(at: Node, function: Node, naming: str) -> Any:
    """Return a tool's name, derived from its function."""
    name = at.text.strip("`").removeprefix("r#")
    made = name
    if naming == "snake":
        returned = function.get_field("returns") or function.get_field("type")
        awaited = returned is not None and re.match(
            r"(?:Value)?Task\b|IAsyncEnumerable\b", returned.text
        )
        if awaited and name.endswith("Async") and name != "Async":
            made = name.removesuffix("Async")
        made = re.sub(r"[^A-Za-z0-9]", "_", made).strip("_") or name
        made = _HUMP.sub("_", made).lower()
    return Text(made, at.spot)


def _find_description(wire: Wire, function: Node, source: str, given: Mapping[str, Any]) -> Any:
    """Return a tool's description: an argument, another annotation, or its comment."""
    kind, _, name = source.partition(":")
    if kind == "argument":
        found = given.get(name)
        return None if found is not None and _is_empty(found) else found
    if kind == "note":
        return wire.ev.grammar.note(wire.ev, function, name)
    return wire.ev.grammar.tight_doc(function)


def _put(entries: dict[str, Any], path: list[str], value: Any, at: Spot) -> None:
    if isinstance(value, Scalar) and value.value is None:
        return
    entries[path[0]] = _nest(entries.get(path[0]), path[1:], value, at)


def _nest(outer: Any, path: list[str], value: Any, at: Spot) -> Any:
    """Return a table, or a new one, with a value at a path in it."""
    if not path:
        return value
    held = outer.entries if isinstance(outer, Table) else {}
    return Table({**held, path[0]: _nest(held.get(path[0]), path[1:], value, at)}, at)


def _add_nested_annotation(
    wire: Wire, entries: dict[str, Any], value: Any, rule: Mapping[str, Any]
) -> None:
    """Add the fields that a nested annotation sets."""
    if value is None:
        return
    if not isinstance(value, Call):
        entries["annotations"] = make_unknown(value.at)
        return
    for key, said in rule.get("starts", {}).items():
        _put(entries, key.split("/"), convert_from_data(said, value.at), value.at)
    for one in value.given:
        if one.name in rule["puts"] and not _is_empty(one.value):
            _put(entries, rule["puts"][one.name].split("/"), wire.json(one.value), value.at)


def _input(wire: Wire, function: Node, rules: Mapping[str, Any]) -> Any:
    parameters = wire.ev.grammar.parameters(function)
    wrapper = rules.get("wrapper")
    if not wrapper:
        return wire.maker.build_object_schema(parameters, function.spot)
    marked = rules["wrapper_absent"]
    if any(wire.ev.grammar.note(wire.ev, one.node, marked) is not None for one in parameters):
        return make_unknown(function.spot)
    kinds = [wire.ev.kind(one.kind) for one in parameters if one.kind]
    inner = [kind.of[0] for kind in kinds if kind.name.rpartition("::")[2] == wrapper and kind.of]
    return (
        wire.maker.build_root_schema(inner[0])
        if inner
        else convert_from_data(rules["empty"], function.spot)
    )


def _output(wire: Wire, function: Node, rules: Mapping[str, Any]) -> Unknown | None:
    """Return that an output schema is made of what a function returns, if one is."""
    for node in wire.ev.grammar.results(function):
        if node and any(
            re.search(rf"\b{name}\s*<", node.text) for name in rules.get("returns", ())
        ):
            return Unknown("it is made of the type that is returned", node.spot)
    return None
