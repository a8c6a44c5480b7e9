"""What a module exports, in the language's own words or in those of CommonJS."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from toolgrade.source.javascript.scopes import Binding
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers
from toolgrade.source.javascript.values import NO_ENV, Foreign, Namespace, Value
from toolgrade.source.nodes import Spot, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.modules import Module
    from toolgrade.source.javascript.writes import Write

ALL = "*"
"""The name of all that a module exports."""

Export: TypeAlias = "Node | Binding | tuple[str, str]"
"""An expression, a declared name, or a name of another module: its specifier and itself."""

_COMMON = re.compile(r"(?<![\w$.])(exports|module(?=\s*\.\s*exports)|__exportStar)\b")


@dataclass
class Exports:
    """The exports by name; the modules whose names are exported too; and the value of
    `module.exports`.
    """

    named: dict[str, Export] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    whole: Node | None = None


def evaluate_import(ev: Interpreter, binding: Binding) -> Value:
    """Return the value of an imported name."""
    source = binding.node.get_field("source") or next(
        (c for c in binding.node.children if c.kind == "string"), None
    )
    specifier = source.text[1:-1] if source else ""
    return resolve_package_export(
        ev, specifier, str(binding.path[0]), ev.module(binding.node), binding.name.spot
    )


def resolve_package_export(
    ev: Interpreter, specifier: str, name: str, here: Module, at: Spot
) -> Value:
    """Return what `specifier`, seen from the module `here`, exports as `name`."""
    module = ev.modules.resolve(specifier, here)
    if module:
        return Namespace(module, at) if name == ALL else evaluate_export(ev, module, name, at)
    return Foreign(specifier, () if name in {ALL, "default"} else (name,), at)


def evaluate_export(ev: Interpreter, module: Module, name: str, at: Spot) -> Value:
    """Return what a module exports under a name."""
    found = _find(ev, module, name, set())
    if found is None:
        whole = find_exports(ev, module).whole
        if whole is None:
            return Unknown("the module does not export it", at)
        value = ev.value(whole, NO_ENV)
        return value if name == "default" else ev.member(value, name, at)
    module, export = found
    if isinstance(export, tuple):
        return resolve_package_export(ev, *export, module, at)
    if isinstance(export, Binding):
        return ev.value_of_name(export, NO_ENV)
    return ev.value(export, NO_ENV)


def find_outside_writes(ev: Interpreter, binding: Binding) -> list[tuple[Node, Write]]:
    """Return the changes by other modules to a name they import, each with the module's root."""
    found: list[tuple[Node, Write]] = []
    for module in ev.modules.find_mentions(binding.name.text):
        if module is ev.module(binding.name):
            continue
        for name in module.scopes.get_declarations(module.root).values():
            if name.kind == "import" and _is_import_of(ev, module, name, binding):
                changes = (
                    w for w in module.writes.of(name) if w.how in {"=", ".", "push", "other"}
                )
                found += [(module.root, write) for write in changes]
    return found


def _is_import_of(ev: Interpreter, here: Module, name: Binding, binding: Binding) -> bool:
    source = name.node.get_field("source")
    module = ev.modules.resolve(source.text[1:-1], here) if source else None
    found = _find(ev, module, str(name.path[0]), set()) if module else None
    return found is not None and found[1] is binding


def _find(
    ev: Interpreter, module: Module, name: str, seen: set[str]
) -> tuple[Module, Export] | None:
    """Return the module that exports a name itself, and what as."""
    if module.path in seen:
        return None
    seen.add(module.path)
    table = find_exports(ev, module)
    if name in table.named:
        return module, table.named[name]
    for specifier in table.stars if name != "default" else ():
        inner = ev.modules.resolve(specifier, module)
        if inner and (found := _find(ev, inner, name, seen)):
            return found
    return None


def find_exports(ev: Interpreter, module: Module) -> Exports:
    """Return what a module exports."""

    def find_all() -> Exports:
        table = Exports()
        for child in module.root.children:
            if child.kind == "export_statement":
                _read_export_statement(module, child, table)
        for match in _COMMON.finditer(module.text):
            node = module.root.deepest(match.start())
            if node.kind == "identifier" and module.scopes.find(node) is None:
                _read_commonjs_export(node, table)
        return table

    return ev.once(("exports", module.path), find_all)


def list_exported_names(ev: Interpreter, module: Module) -> list[str]:
    """Return the names a module exports, those of the modules it passes on included."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    work = [module]
    while work:
        one = work.pop(0)
        if one.path in seen:
            continue
        seen.add(one.path)
        table = find_exports(ev, one)
        found |= dict.fromkeys(n for n in table.named if n != "default" or one is module)
        work += [m for s in table.stars if (m := ev.modules.resolve(s, one))]
    return list(found)


def _read_export_statement(module: Module, node: Node, table: Exports) -> None:
    source = node.get_field("source")
    specifier = source.text[1:-1] if source else None
    if declared := node.get_field("declaration"):
        scope = module.scopes.get_declarations(module.root)
        for binding in scope.values():
            if declared.start <= binding.name.start < declared.end and binding.scope is module.root:
                name = "default" if node.has("default") else binding.name.text
                table.named[name] = binding
        if node.has("default") and "default" not in table.named:
            table.named["default"] = declared
    elif value := node.get_field("value"):
        table.named["default"] = value
    clause = next((c for c in node.children if c.kind == "export_clause"), None)
    for one in clause.children if clause else ():
        name_ = one.get_field("name")
        if name_ is None:
            continue
        alias = (one.get_field("alias") or name_).text.strip("'\"")
        if specifier is not None:
            table.named[alias] = (specifier, name_.text)
        elif binding_ := module.scopes.find(name_):
            table.named[alias] = binding_
    if specifier is not None and clause is None:
        spread = next((c for c in node.children if c.kind == "namespace_export"), None)
        if spread:
            table.named[spread.children[-1].text] = (specifier, ALL)
        else:
            table.stars.append(specifier)
    elif node.has("=") and node.children:
        table.whole = node.children[-1]


def _read_commonjs_export(name: Node, table: Exports) -> None:
    """Take in one mention of exports, module.exports or __exportStar."""
    top, parent = name, name.parent
    if name.text == "module" and parent and parent.kind == "member_expression":
        top, parent = parent, parent.parent
    if parent is None:
        return
    if name.text == "__exportStar" or parent.kind == "arguments":
        call = parent if parent.kind == "call_expression" else parent.parent
        if call and call.kind == "call_expression":
            _read_export_call(call, top, table)
    elif parent.kind == "assignment_expression" and _left(parent) is top:
        right = parent.get_field("right")
        if right and not _is_annotation(parent):
            table.whole = _last(right)
    elif parent.kind == "member_expression" and parent.parent:
        key, outer = parent.get_field("property"), parent.parent
        if key and outer.kind == "assignment_expression" and _left(outer) is parent:
            right = outer.get_field("right")
            if right and not _last(right).text.startswith("void 0"):
                table.named[key.text] = _last(right)


def _read_export_call(call: Node, top: Node, table: Exports) -> None:
    function = call.get_field("function")
    given = arguments(call)
    if function is None or not given:
        return
    if function.text.endswith("__exportStar"):
        required = strip_wrappers(given[0])
        inner = arguments(required) if required.kind == "call_expression" else []
        if inner and inner[0].kind == "string":
            table.stars.append(inner[0].text[1:-1])
    elif function.text == "Object.defineProperty" and given[0] is top and len(given) > 2:  # noqa: PLR2004
        getter = next(
            (c for c in given[2].children if (c.get_field("key") or c).text == "get"), None
        )
        value = getter.get_field("value") if getter else None
        body = value.get_field("body") if value else None
        if body and body.kind == "statement_block" and body.children:
            body = next(iter(body.children[0].children), None)
        if body and given[1].kind == "string":
            table.named[given[1].text[1:-1]] = body
    elif function.text.startswith("__export") and given[0] is top and len(given) > 1:
        for pair in given[1].children:
            key, value = pair.get_field("key"), pair.get_field("value")
            body = value.get_field("body") if value and value.kind == "arrow_function" else None
            if key and body:
                table.named[key.text.strip("'\"")] = body


def _left(assignment: Node) -> Node | None:
    return assignment.get_field("left")


def _last(right: Node) -> Node:
    """Return the value at the end of a = b = value."""
    while right.kind == "assignment_expression" and (inner := right.get_field("right")):
        right = inner
    return right


def _is_annotation(assignment: Node) -> bool:
    """Return whether it is esbuild's `0 && (module.exports = {...})`, which is never run."""
    outer = next((a for a in assignment.above() if a.kind != "parenthesized_expression"), None)
    return bool(outer and outer.kind == "binary_expression" and outer.text.startswith("0 &&"))
