"""Kotlin: its expressions, declarations and the builders of kotlinx.serialization's JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Text
from toolgrade.source.patterns.grammar import Field, Grammar
from toolgrade.source.patterns.grammars.kotlin_values import (
    KINDS,
    call_of,
    calls,
    find_enclosing_call,
    kind,
)
from toolgrade.source.patterns.modules import Declaration, Imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.modules import Module
    from toolgrade.source.tree import Node

DECLARES = re.compile(
    r"\b(?:class|object|interface|val|var|fun)\s+(?:<[^>\n]{0,200}>\s*)?(?:\w+\.)?(\w+)"
)


MAX_NESTED = 200
"""How deep texts within expressions may nest. The parser has room for 512."""

_TOKENS = {
    "{": re.compile(r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|'(?:\\.|[^'\\\n])'|\"\"\"|[\"{}]"),
    '"': re.compile(r'\\.|\$\{|["\n]'),
    '"""': re.compile(r'\$\{|"""+'),
}
"""What opens or closes something, by what it is in."""


FUNCTIONS = frozenset({"function_declaration", "lambda_literal", "anonymous_function"})


_TYPES = frozenset({"class_declaration", "object_declaration"})


BODIES = _TYPES | {"source_file", "class_body", "companion_object"}


_NAMES = frozenset({"simple_identifier", "type_identifier"})


def get_declared_name(node: Node) -> str:
    """Return the name of a declaration."""
    return next((c.text for c in node.children if c.kind in _NAMES), "")


def home(module: Module) -> str:
    """Return the package of a file."""
    found = re.search(r"(?m)^[ \t]*package\s+([\w.]+)", module.text)
    return found[1] if found else ""


def imports(module: Module) -> Imports:
    """Return what a file imports."""
    names: dict[str, str] = {}
    packages: list[str] = []
    pattern = r"(?m)^[ \t]*import[ \t]+([\w.]+)(\*)?(?:[ \t]+as[ \t]+(\w+))?"
    for path, whole, alias in re.findall(pattern, module.text):
        if whole:
            packages.append(path.rstrip("."))
        else:
            names[alias or path.rpartition(".")[2]] = path
    return Imports(names, tuple(packages))


def declarations(module: Module) -> Iterator[Declaration]:
    """Yield the constants, functions and types of a file."""
    yield from _members(module.root, "", module)
    for node in module.root.below():
        if node.kind in _TYPES:
            name = get_declared_name(node)
            yield Declaration(name, "type", "", node, module)
            work = node.children[::-1]
            while work:
                one = work.pop()
                if one.kind == "class_body":
                    yield from _members(one, name, module)
                if one.kind not in _TYPES:
                    work += one.children[::-1]


def _members(body: Node, owner: str, module: Module) -> Iterator[Declaration]:
    for one in body.children:
        if one.kind == "property_declaration":
            for name, value in bindings(one):
                yield Declaration(name, "value", owner, one, module, value)
        elif one.kind == "function_declaration":
            yield Declaration(get_declared_name(one), "function", owner, one, module)


def bindings(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Yield the names that a statement declares."""
    if node.kind == "property_declaration":
        kinds = [c.kind for c in node.children]
        declared = next((c for c in node.children if c.kind == "variable_declaration"), None)
        last = node.children[-1]
        fixed = (
            node.children[kinds.index("binding_pattern_kind")].text == "val"
            if "binding_pattern_kind" in kinds
            else False
        )
        value = (
            last
            if fixed and declared and last.start > declared.end and last.kind in KINDS
            else None
        )
        if declared:
            yield get_declared_name(declared), value


def parameters(function: Node) -> list[Field]:
    """Return the parameters of a function."""
    holder = next((c for c in function.children if c.kind == "function_value_parameters"), None)
    found: list[Field] = []
    for one in holder.children if holder else []:
        if one.kind == "parameter":
            found.append(Field(one.children[0].text, one, one.children[-1]))
        elif found and one.kind != "parameter_modifiers":
            found[-1] = found[-1]._replace(default=one)
    return found


def answer(function: Node) -> Node | None:
    """Return the value a function returns, if its body is only that return."""
    body = function.children[-1] if function.children else None
    if body is None or body.kind != "function_body" or not body.children:
        return None
    inner = body.children[0]
    if inner.kind != "statements":
        return inner
    one = inner.children[0] if len(inner.children) == 1 else None
    return one.children[0] if one and one.kind == "jump_expression" and one.children else None


def is_too_deep(text: str) -> bool:
    """Return whether texts within expressions are nested deeper than MAX_NESTED."""
    if text.count("${") <= MAX_NESTED:
        return False
    within: list[str] = ["{"]
    at = 0
    while (found := _TOKENS[within[-1]].search(text, at)) and len(within) <= 2 * MAX_NESTED:
        at, token = found.end(), found[0]
        if token in {"{", "${"}:
            within.append("{")
        elif within[-1] == "{" and token in _TOKENS:
            within.append(token)
        elif token[0] in {"}", '"', "\n"} and len(within) > 1:
            within.pop()
    return len(within) > 2 * MAX_NESTED


def get_wire_name(field: Field, of: Declaration | None, naming: str) -> Text | None:
    """Return a field's own name."""
    del of, naming
    return Text(field.name, field.node.spot)


KOTLIN = Grammar(
    name="kotlin",
    suffixes=(".kt",),
    declares=DECLARES,
    kinds=KINDS,
    functions=FUNCTIONS,
    bodies=BODIES,
    is_too_deep=is_too_deep,
    named=get_declared_name,
    home=home,
    imports=imports,
    declarations=declarations,
    bindings=bindings,
    parameters=parameters,
    answer=answer,
    spelled=get_wire_name,
    kind=kind,
    called=find_enclosing_call,
    calls=calls,
    call_of=call_of,
)
