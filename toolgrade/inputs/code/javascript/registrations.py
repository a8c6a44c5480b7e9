"""Where tools are registered with a server, and the definitions that reach the wire from there.

Each way of registering is a function here. Only what reaches a server counts: an object that looks
like a tool is none until one of these takes it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from toolgrade.inputs.code.found import Declared, Findings, Unread
from toolgrade.inputs.code.javascript import calls, contexts, flow, members, names
from toolgrade.inputs.code.javascript.package import registers
from toolgrade.inputs.code.javascript.syntax import Node, arguments, bare, called
from toolgrade.inputs.code.javascript.values import (
    NO_ENV,
    Absent,
    Class,
    Foreign,
    Function,
    Instance,
    Perhaps,
    Zod,
    json,
)
from toolgrade.inputs.code.javascript.zod_json import in_dialect
from toolgrade.inputs.code.nodes import Items, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.inputs.code.javascript.evaluate import Evaluator
    from toolgrade.inputs.code.javascript.values import Env, Value
    from toolgrade.inputs.code.nodes import Spot

_T = TypeVar("_T")
_SITE = re.compile(
    r"\.\s*(registerTool|tool|addTool|setRequestHandler)\s*(?:<[^()]{0,200}>\s*)?\("
    r"|(registerAppTool)\d*\)?\("
)
_LEAVES = re.compile(r"\b(?:continue|return|break)\b")
_REPLACED = re.compile(r"\.(registerTool|tool|addTool)\s*=(?![=>])")
_FIELDS = ("title", "description", "inputSchema", "outputSchema", "annotations")
_OWN = "_registeredTools"
"""The SDK's own handler, which a bundle has in it, lists what the registrations gave it."""

_RUN_TIME = "it is made when the server runs"


def read(ev: Evaluator, target: str, only: str, findings: Findings) -> None:
    """Add the tools that the modules in use register, or the one at the path `only`; `target` is
    the $schema the SDK writes.
    """
    replaced = _replaced(ev)
    for module in ev.modules.in_use:
        if only not in {"", module.path} or not registers(module.text):
            continue
        for match in _SITE.finditer(module.text):
            node = module.root.deepest(match.start(match.lastindex or 1))
            place = called(node)
            if place:
                ev.begin()
                method = match[match.lastindex or 1]
                for found in _at(ev, place[0], method, target):
                    findings.add(_veiled(found) if method in replaced else found)


def _replaced(ev: Evaluator) -> set[str]:
    """Return the methods that the package puts another in the place of: what that one registers
    cannot be known.
    """
    return {
        node.text
        for module in ev.modules.in_use
        for node in module.found(_REPLACED)
        if (parent := node.parent) and parent.parent and parent.parent.field("left") is parent
    }


def _veiled(found: Declared | Unread) -> Declared | Unread:
    if isinstance(found, Unread):
        return found
    why = Unknown("the method that registers it is replaced", found.at)
    entries = {k: v if k == "name" else why for k, v in found.definition.entries.items()}
    for key in _FIELDS:
        entries.setdefault(key, why)
    return replace(found, definition=replace(found.definition, entries=entries))


def _at(ev: Evaluator, call: Node, method: str, target: str) -> Iterator[Declared | Unread]:
    given = arguments(call)
    if method == "setRequestHandler":
        if len(given) > 1 and _OWN not in given[1].text and _lists_tools(ev, given[0]):
            for listed in _in_each(ev, call, lambda env: _listed(ev, given[1], env)):
                yield from listed
    elif not _is_own(ev, call):
        if method == "addTool":
            if len(given) == 1 and _uses_fastmcp(ev):
                yield from _in_each(ev, call, lambda env: _added(ev, call, env))
        elif method == "registerAppTool":
            yield from _in_each(
                ev, call, lambda env: _registered(ev, call, given[1:3], env, target)
            )
        elif method == "registerTool" and len(given) > 1:
            yield from _in_each(ev, call, lambda env: _registered(ev, call, given[:2], env, target))
        elif method == "tool" and len(given) > 1 and _is_callback(given[-1]):
            yield from _in_each(ev, call, lambda env: _positional(ev, call, env, target))


def _in_each(ev: Evaluator, call: Node, look: Callable[[Env], _T]) -> Iterator[_T]:
    """Yield what `look` finds at a call under each circumstance, once what stands before it has
    been done. Whatever that changed is then taken back.
    """

    def looked(env: Env) -> _T:
        mark = ev.journal.mark()
        try:
            return look(flow.before(ev, call, env))
        finally:
            ev.journal.back(mark)

    return contexts.in_each(ev, looked)


def _is_callback(node: Node) -> bool:
    return bare(node).kind not in {"object", "string", "array", "number", "template_string"}


def _uses_fastmcp(ev: Evaluator) -> bool:
    return any(
        "fastmcp" in module.specifiers or "FastMCPSession" in module.text
        for module in ev.modules.in_use
    )


def _is_own(ev: Evaluator, call: Node) -> bool:
    """Return whether the method called is one that the package defines itself."""
    callee = call.field("function")
    of = callee.field("object") if callee else None
    if callee is None or of is None:
        return False
    ev.opened = []
    value = ev.value(of, NO_ENV)
    if isinstance(value, Instance | Class):
        name = callee.field("property")
        method = members.member(ev, value, name.text if name else "", call.spot)
        return isinstance(method, Function) and not _is_sdk(method.node)
    return isinstance(value, Table | Zod | Items | Text)


def _is_sdk(method: Node) -> bool:
    """Return whether a method is the SDK's own, which a bundle has in it."""
    holder = next((a for a in method.above() if a.kind == "class_body"), method)
    return any(mark in holder.text for mark in (_OWN, "FastMCPSession"))


def _lists_tools(ev: Evaluator, schema: Node) -> bool:
    if "ListToolsRequest" in schema.text:
        return True
    ev.opened = []
    value = ev.value(schema, NO_ENV)
    if isinstance(value, Text):
        return value.value == "tools/list"
    if isinstance(value, Foreign):
        return value.path[-1:] == ("ListToolsRequestSchema",)
    binding = ev.module(schema).scopes.find(schema) if schema.kind == "identifier" else None
    return bool(binding and re.search(r"""["']tools/list["']""", binding.node.text[:300]))


def _condition(call: Node, env: Env) -> Spot | None:
    """Return where the condition stands under which a registration is reached, if any."""
    below = call
    for above in call.above():
        if above.kind in {"if_statement", "ternary_expression", "switch_case"}:
            return above.spot
        if above.kind == "statement_block":
            for before in above.children:
                if before.start >= below.start:
                    break
                if before.kind == "if_statement" and _LEAVES.search(before.text):
                    return before.spot
        below = above
    found: Spot | None = env.get(names.CONDITION)
    return found


def _registered(
    ev: Evaluator, call: Node, given: list[Node], env: Env, target: str
) -> Declared | Unread:
    name = ev.value(given[0], env)
    if not isinstance(name, Text):
        return _unread(name, call)
    settings = ev.value(given[1], env)
    entries: dict[str, Any] = {"name": name}
    keys = {"name": given[0].spot}
    for field in _FIELDS:
        entries[field] = members.member(ev, settings, field, call.spot)
    if isinstance(settings, Table):
        keys |= {k: v for k, v in settings.keys.items() if k in _FIELDS}
    made = _declared(entries, keys, call, env, target)
    return _carried_out(made, ev.value(arguments(call)[-1], env))


def _positional(ev: Evaluator, call: Node, env: Env, target: str) -> Declared | Unread:
    given = arguments(call)
    name = ev.value(given[0], env)
    if not isinstance(name, Text):
        return _unread(name, call)
    rest = [ev.value(one, env) for one in given[1:-1]]
    entries: dict[str, Any] = {"name": name, **dict.fromkeys(_FIELDS, Absent(call.spot))}
    if rest and not isinstance(rest[0], Table | Zod):
        text = rest.pop(0)
        entries["description"] = text
    if rest:
        # The first object is the parameters, unless it can only be annotations.
        shape = rest.pop(0)
        if (
            isinstance(shape, Table)
            and shape.entries
            and all(k.endswith("Hint") or k == "title" for k in shape.entries)
            and not any(isinstance(v, Zod) for v in shape.entries.values())
        ):
            entries["annotations"] = shape
        else:
            entries["inputSchema"] = shape
    if rest:
        entries["annotations"] = rest.pop(0)
    made = _declared(entries, {"name": given[0].spot}, call, env, target)
    return _carried_out(made, ev.value(given[-1], env))


def _added(ev: Evaluator, call: Node, env: Env) -> Declared | Unread:
    settings = ev.value(arguments(call)[0], env)
    name = members.member(ev, settings, "name", call.spot)
    if not isinstance(name, Text):
        return _unread(name, call)
    entries: dict[str, Any] = {"name": name}
    for field in ("description", "annotations"):
        entries[field] = members.member(ev, settings, field, call.spot)
    entries["inputSchema"] = members.member(ev, settings, "parameters", call.spot)
    entries["title"] = entries["outputSchema"] = Absent(call.spot)
    made = _declared(entries, {}, call, env, "https://json-schema.org/draft/2020-12/schema")
    return _carried_out(made, members.member(ev, settings, "execute", call.spot))


def _declared(
    entries: dict[str, Any], keys: dict[str, Any], call: Node, env: Env, target: str
) -> Declared:
    made = {"name": entries["name"]}
    for field in ("title", "description", "annotations"):
        value = entries[field]
        if not isinstance(value, Absent):
            made[field] = json(value)
    made["inputSchema"] = _schema(entries["inputSchema"], target, output=False)
    if not isinstance(entries["outputSchema"], Absent):
        made["outputSchema"] = _schema(entries["outputSchema"], target, output=True)
    return Declared(Table(made, call.spot, keys), call.spot, _condition(call, env))


def _carried_out(made: Declared, callback: Value) -> Declared:
    """Return a tool with where its callback begins, if that is a function of the package."""
    return replace(made, handler=callback.at) if isinstance(callback, Function) else made


def _schema(value: Value, target: str, *, output: bool) -> Any:
    """Return the JSON Schema the SDK makes of a zod schema or of the shape of one."""
    if isinstance(value, Absent):
        kind = Text("object", value.at)
        return Table({"type": kind, "properties": Table({}, value.at)}, value.at)
    if isinstance(value, Table):
        held = (v.value if isinstance(v, Perhaps) else v for v in value.entries.values())
        schemas = [one for one in held if isinstance(one, Zod)]
        others = [
            v for v in value.entries.values() if not isinstance(v, Zod | Unknown | Absent | Perhaps)
        ]
        if others:
            return Unknown("it is no zod schema", value.at)
        # A shape of nothing becomes an object of the SDK's own zod.
        version = schemas[0].version if schemas else 4
        settled = bool(schemas) or not value.entries
        value = Zod("object", version, value.at, {"shape": value, "rest": "strip"})
        if not settled:
            made = in_dialect(value, version, target, strict_unions=True, output=output)
            unsure = {"additionalProperties": Unknown("it hangs on the zod that is used", value.at)}
            return replace(made, entries={**made.entries, **unsure})
    if not isinstance(value, Zod):
        return value if isinstance(value, Unknown) else Unknown(_RUN_TIME, value.at)
    if value.kind != "object" or "effects" in value.of:
        return Unknown("the SDK's versions differ on what is no plain object", value.at)
    return in_dialect(value, value.version, target, strict_unions=True, output=output)


def _listed(ev: Evaluator, handler: Node, env: Env) -> list[Declared | Unread]:
    found: list[Declared | Unread] = []
    for result in _answers(ev, handler, env):
        tools = members.member(ev, result, "tools", handler.spot)
        if not isinstance(tools, Items) or not tools.items:
            # Hardly a server lists nothing: it fills the list in a way that was not seen.
            found.append(_unread(tools, handler))
            continue
        for item in tools.items:
            tool = item.value if isinstance(item, Perhaps) else item
            condition = item.at if isinstance(item, Perhaps) else None
            found.append(_literal(ev, tool, handler, condition))
    return found


def _answers(ev: Evaluator, handler: Node, env: Env) -> list[Value]:
    """Return what a handler may answer; one that is wrapped is looked for in what wraps it."""
    value = ev.value(handler, env)
    if isinstance(value, Function):
        asked = [Unknown(_RUN_TIME, handler.spot)] * 3
        return [one for one, _ in calls.outcomes(ev, value, asked)]
    node = bare(handler)
    inner = arguments(node) if node.kind == "call_expression" else []
    for one in inner:
        if bare(one).kind in {
            "arrow_function",
            "function_expression",
            "call_expression",
            "identifier",
        }:
            answers = _answers(ev, one, env)
            if any(isinstance(members.member(ev, a, "tools", one.spot), Items) for a in answers):
                return answers
    return [value if isinstance(value, Unknown) else Unknown(_RUN_TIME, handler.spot)]


def _literal(
    ev: Evaluator, tool: Value, handler: Node, condition: Spot | None
) -> Declared | Unread:
    name = members.member(ev, tool, "name", handler.spot)
    if not isinstance(name, Text):
        return _unread(name, handler)
    made: dict[str, Any] = {"name": name}
    for field in _FIELDS:
        value = members.member(ev, tool, field, tool.at)
        if not isinstance(value, Absent):
            made[field] = json(value)
    keys = tool.keys if isinstance(tool, Table) else {}
    return Declared(Table(made, tool.at, keys), tool.at, condition)


def _unread(value: Value, at: Node) -> Unread:
    why = value.why if isinstance(value, Unknown) else _RUN_TIME
    return Unread(why, at.spot)
