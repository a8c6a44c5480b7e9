"""Registrations of tools in code, and the definitions that they put on the wire."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from toolgrade.source.budget import NOT_TO_ITS_END
from toolgrade.source.found import Declared, Failure, Findings, Unread
from toolgrade.source.nodes import Items, Scalar, Spot, Table, Text, Unknown, convert_from_data
from toolgrade.source.patterns.annotated_tools import find_annotated_tools
from toolgrade.source.patterns.changes import OPTIONS, WHY, Held, apply_changes
from toolgrade.source.patterns.options import apply_options
from toolgrade.source.patterns.values import Call, Function, Method, make_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.patterns.modules import Declaration, Module
    from toolgrade.source.patterns.values import Change, Env
    from toolgrade.source.patterns.wire import Wire
    from toolgrade.source.tree import Node

_FIELDS = ("title", "description", "annotations", "inputSchema", "outputSchema")
_CONDITIONS = frozenset({"if_statement", "if_expression", "expression_case", "switch_entry"})


class Reader:
    """Reads the tools that code registers with one SDK."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.ev = wire.ev
        self._handlers: dict[Spot, Call] | None = None

    def read(self, modules: list[Module], findings: Findings) -> None:
        """Add the tools that these files register."""
        for module in modules:
            for unread in self._not_read(module):
                findings.add(unread)
        for rules in self.wire.sdk.tool:
            for module in modules:
                try:
                    for found in self._read_module(module, rules):
                        findings.add(found)
                except IndexError:  # code that is cut off lacks nodes that the grammar expects
                    _note(findings, Failure(module.label, "cannot be parsed to its end"))
                except RecursionError:
                    _note(findings, Failure(module.label, "is nested too deep to be read"))
                if self.ev.budget.is_spent:
                    _note(findings, Failure(module.label, NOT_TO_ITS_END))

    def _not_read(self, module: Module) -> Iterator[Unread]:
        """Yield the registrations of known forms that this reader does not support."""
        for pattern in self.wire.sdk.unread:
            for found in re.finditer(rf"(?m)^(?![ \t]*(?://|\*)).*?({pattern})", module.text):
                yield Unread("this way is not read yet", Spot(module.file, found.start(1)))

    def _read_module(self, module: Module, rules: Mapping[str, Any]) -> Iterator[Declared | Unread]:
        if "call" in rules or "method" in rules:
            for node in self._calls(module, rules.get("call") or f".{rules['method']}"):
                for found in self.ev.evaluate_per_call(
                    partial(self._read_registration, node, rules)
                ):
                    if found:
                        yield found
            for node in self._find_untyped_literals(module, rules.get("call", "")):
                yield Unread("it is in a list that a loop goes through", node.spot)
        else:
            yield from find_annotated_tools(self.wire, module, rules)

    def _calls(self, module: Module, path: str) -> Iterator[Node]:
        """Yield the calls and literals in a file that are of a function or type."""
        name = re.split(r"[./:]", path)[-1]
        seen: set[int] = set()
        pattern = rf"\b{name}\s*[({{\[<]"  # a call, a literal, or either with type arguments
        for found in re.finditer(pattern, module.text) if name in module.text else ():
            node = self.ev.grammar.called(module.root.deepest(found.start()))
            if node and node.start not in seen and self.ev.grammar.calls(self.ev, node, path):
                seen.add(node.start)
                yield node

    def _find_untyped_literals(self, module: Module, path: str) -> Iterator[Node]:
        """Yield the literals in lists and maps that name the type for all of them."""
        name = re.split(r"[./:]", path)[-1]
        for found in re.finditer(rf"\b{name}\s*\{{", module.text) if name else ():
            yield from self.ev.grammar.elided(self.ev, module.root.deepest(found.start()), path)

    def _read_registration(
        self, node: Node, rules: Mapping[str, Any], env: Env
    ) -> Declared | Unread | None:
        self.ev.budget.start_definition()
        call = self.ev.value(node, env)
        if not isinstance(call, Call):
            return _unread(call, node)
        declared = self._find_declaration(node)
        if declared and self.ev.grammar.is_unused(declared, self.ev.modules):
            return None
        changes = self._changes(node, env) if "call" in rules else []
        if changes:
            call = apply_changes(call, [one for one in changes if one.path[-1] != OPTIONS])
        chained = self.ev.grammar.chain(self.ev, node, env) if "chain" in rules else []
        name = _last(call, chained, rules)
        if name is None or (isinstance(name, Call) and self._is_tool(name)):
            return None
        if not isinstance(name, Text):
            return _unread(name, node)
        entries = {"name": name, **self._read_call_arguments(call, rules)}
        if "chain" in rules:
            self._apply_chain(entries, chained, rules, call.at)
        if "options" in rules:
            apply_options(self.wire, entries, [one.value for one in call.given[rules["options"] :]])
        for one in changes or ():
            if one.path == (OPTIONS,):
                items = one.value.items if isinstance(one.value, Items) else [one.value]
                apply_options(self.wire, entries, items)
        if changes is None:  # the arguments it was made with may be overwritten
            entries |= dict.fromkeys(_FIELDS, Unknown(WHY, call.at))
        self._add_handler_schemas(entries, call, rules)
        entries = {k: v for k, v in entries.items() if k == "name" or not _empty(v)}
        entries["inputSchema"] = self.wire.schema(entries.get("inputSchema", make_unknown(call.at)))
        if "outputSchema" in entries:
            entries["outputSchema"] = self.wire.schema(entries["outputSchema"])
        handler = self._handler(call, rules["handler"]) if "handler" in rules else None
        carried_out = handler.at if isinstance(handler, Function) else None
        return Declared(Table(entries, call.at), call.at, _condition(node), carried_out)

    def _read_call_arguments(self, call: Call, rules: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the arguments of a call say of a tool, except its name."""
        entries = {
            key: convert_from_data(value, call.at) for key, value in rules.get("starts", {}).items()
        }
        fields = rules.get("fields", {}) or rules.get("by_count", {}).get(str(len(call.given)), {})
        for key, places in fields.items():
            value = _first(call, places)
            if value is not None:
                entries[key] = self.wire.convert_keyword(key, value)
        placed = len([one for one in call.given if not one.name])
        if ("by_count" in rules and not fields) or placed > rules.get("places", placed):
            entries |= {
                k: make_unknown(call.at) for k in _FIELDS if k not in fields or k not in entries
            }
        return entries

    def _apply_chain(
        self, entries: dict[str, Any], chained: list[Call], rules: Mapping[str, Any], at: Spot
    ) -> None:
        """Add what the methods of a builder set, in order."""
        for link in chained:
            key = rules["chain"].get(link.path)
            if key and key != "name":
                last = link.given[-1].value if link.given else make_unknown(link.at)
                entries[key] = self.wire.convert_keyword(key, last)
            elif not key and link.path not in rules["ends"]:
                entries |= dict.fromkeys(_FIELDS, make_unknown(link.at))
        if not any(link.path in rules["ends"] for link in chained):
            entries |= dict.fromkeys(_FIELDS, make_unknown(at))

    def _is_tool(self, call: Call) -> bool:
        """Whether a value is a tool itself, which is read where it is made."""
        return any(call.path == rules.get("call") for rules in self.wire.sdk.tool)

    def _changes(self, node: Node, env: Env) -> list[Change] | None:
        """Return what is set in a tool after it is made; None if that is not known."""
        declared = self._find_declaration(node)
        if declared and self.ev.grammar.is_reassigned(declared, self.ev.modules):
            return None
        for name, statement, value in self._names(node):
            if statement.parent:
                held = Held(name, statement, statement.parent, node)
                return self.ev.find_changes(held, env, shared=self.ev.grammar.is_shared(value))
        return []

    def _find_declaration(self, node: Node) -> Declaration | None:
        """Return the top-level declaration whose value is a tool; None without one."""
        module = self.ev.modules.get_module_of_node(node)
        for name, _, value in self._names(node):
            return next((d for d in module.declared.get(("", name), ()) if d.value is value), None)
        return None

    def _names(self, node: Node) -> Iterator[tuple[str, Node, Node]]:
        """Yield the names that a tool is assigned to where it is made, with statement and value."""
        for above in node.above():
            if above.kind in self.ev.grammar.functions:
                return
            for name, value in self.ev.grammar.bindings(above):
                if value and value.start <= node.start and value.text.lstrip("&") == node.text:
                    yield name, above, value

    def _add_handler_schemas(
        self, entries: dict[str, Any], call: Call, rules: Mapping[str, Any]
    ) -> None:
        """Add the schemas that are made of the types of the handler."""
        rule = rules.get("handler")
        if rule is None:
            return
        handler = self._handler(call, rule)
        for key, side in (("inputSchema", "input"), ("outputSchema", "output")):
            if key not in entries or _empty(entries[key]):
                entries[key] = self._schema(handler, side, rule, call)

    def _schema(self, handler: Any, side: str, rule: Mapping[str, Any], call: Call) -> Any:
        if side not in rule:
            return None
        if not isinstance(handler, Function):
            return Unknown("its handler cannot be followed", call.at)
        if side == "input":
            types = [one.kind for one in self.ev.grammar.parameters(handler.node)]
        else:
            types = self.ev.grammar.results(handler.node)
        place = rule[side]
        if not types or place >= len(types) or types[place] is None:
            return Unknown("its handler cannot be followed", call.at)
        kind = self.ev.kind(types[place])
        while kind.name in {"*", "?"} and kind.of:
            kind = kind.of[0]
        if kind.name == "any":
            return None if side == "output" else convert_from_data({"type": "object"}, call.at)
        return self.wire.maker.build_schema(kind)

    def _handler(self, call: Call, rule: Mapping[str, Any]) -> Any:
        if isinstance(rule["call"], int):
            return self._resolve_handler(call.get(rule["call"]))
        if self._handlers is None:
            self._handlers = {}
            for module in self.ev.modules.all:
                for node in self._calls(module, f"{self.wire.sdk.home}.{rule['call']}"):
                    one = self.ev.value(node)
                    tool = one.get(rule["tool"]) if isinstance(one, Call) else None
                    if isinstance(tool, Call):
                        self._handlers[tool.at] = one
        adding = self._handlers.get(call.at)
        return self._resolve_handler(adding.get(rule["handler"])) if adding else None

    def _resolve_handler(self, value: Any) -> Any:
        """Return a handler; for a method of an unknown value, the only method of that name."""
        if isinstance(value, Method):
            found = self.ev.modules.method(value.name, self.ev.modules.get_module(value.at.file))
            return Function(found.node, found.module, {}) if found else value
        return value


def _note(findings: Findings, failure: Failure) -> None:
    if failure not in findings.failures:
        findings.failures.append(failure)


def _first(call: Call, places: Any) -> Any:
    """Return the first of several arguments, by name or place, that is given."""
    listed = places if isinstance(places, list) else [places]
    return next((v for place in listed if (v := call.get(place)) is not None), None)


def _last(call: Call, chained: list[Call], rules: Mapping[str, Any]) -> Any:
    """Return the name that a tool is given last."""
    given = [_first(call, rules["name"])]
    given += [one.get(0) for one in chained if rules["chain"].get(one.path) == "name"]
    named = [one for one in given if one is not None]
    return named[-1] if named else None


def _empty(value: Any) -> bool:
    """Whether SDKs omit a value: null or an empty text."""
    return value is None or (isinstance(value, Text | Scalar) and value.value in {"", None})


def _condition(node: Node) -> Spot | None:
    """Return where the condition is that a registration depends on, if any."""
    return next((above.spot for above in node.above() if above.kind in _CONDITIONS), None)


def _unread(value: Any, at: Node) -> Unread:
    why = value.why if isinstance(value, Unknown) else "it is made when the server runs"
    return Unread(why, at.spot)
