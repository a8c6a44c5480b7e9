"""Rust: its expressions, declarations, attributes and doc comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Text
from toolgrade.source.patterns.grammar import Field, Grammar
from toolgrade.source.patterns.grammars.rust_marks import (
    doc,
    find_annotated_functions,
    marks,
    means,
    note,
    tight_doc,
)
from toolgrade.source.patterns.grammars.rust_values import KINDS, OWN, call_of, kind
from toolgrade.source.patterns.modules import Declaration, Imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.modules import Module
    from toolgrade.source.tree import Node


DECLARES = re.compile(r"\b(?:const|static|struct|enum|type|fn)\s+(?:mut\s+)?(\w+)")


FUNCTIONS = frozenset({"function_item", "closure_expression"})


BODIES = frozenset({"source_file", "declaration_list", "mod_item", "impl_item"})


_LONGEST_PATH = 1000
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def get_declared_name(node: Node) -> str:
    """Return the name of a declaration."""
    name = node.get_field("name")
    return name.text if name else ""


def home(module: Module) -> str:
    """Return the one home of a crate's files: its names are unique."""
    del module
    return "crate"


def imports(module: Module) -> Imports:
    """Return what a file uses of other crates."""
    names: dict[str, str] = {}
    packages: list[str] = []
    for node in module.root.below():
        if node.kind == "use_declaration":
            for path, name in _list_used_paths(node.children[-1]):
                if path.partition("::")[0] in OWN:
                    continue
                if name == "*":
                    packages.append(path)
                else:
                    names[name] = path
    return Imports(names, tuple(packages))


def _list_used_paths(top: Node) -> Iterator[tuple[str, str]]:
    """Yield what a declaration uses: a path, and the name that it has here."""
    work = [(top, "")]
    while work:
        node, before = work.pop()
        prefix = f"{before}::" if before else ""
        if node.kind == "use_list":
            work += [(child, before) for child in reversed(node.children)]
        elif node.kind == "scoped_use_list":
            outer = prefix + node.children[0].text
            if len(outer) <= _LONGEST_PATH:
                work.append((node.children[-1], outer))
        elif node.kind == "use_as_clause":
            yield prefix + node.children[0].text, node.children[-1].text
        elif node.kind == "use_wildcard":
            inner = node.children[0].text if node.children else ""
            yield (prefix + inner).removesuffix("::"), "*"
        elif node.kind == "self":
            yield before, before.rpartition("::")[2]
        else:
            yield prefix + node.text, node.text.rpartition("::")[2]


def declarations(module: Module) -> Iterator[Declaration]:
    """Yield the constants, types and functions of a file."""
    for node in module.root.below():
        name = node.get_field("name")
        if name is None:
            continue
        owner = _owner(node)
        if node.kind in {"const_item", "static_item"}:
            fixed = None if node.has("mutable_specifier") else node.get_field("value")
            yield Declaration(name.text, "value", owner, node, module, fixed)
        elif node.kind in {"struct_item", "enum_item", "type_item"}:
            yield Declaration(name.text, "type", "", node, module)
        elif node.kind == "function_item":
            yield Declaration(name.text, "function", owner, node, module)


def _owner(node: Node) -> str:
    holder = next((a for a in node.above() if a.kind == "impl_item"), None)
    of = holder.get_field("type") if holder else None
    return of.text if of else ""


def bindings(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Yield the names that a statement declares."""
    if node.kind == "let_declaration":
        pattern = node.get_field("pattern")
        if pattern and pattern.kind == "identifier":
            yield pattern.text, None if node.has("mutable_specifier") else node.get_field("value")


def parameters(function: Node) -> list[Field]:
    """Return the parameters of a function except self."""
    given = function.get_field("parameters")
    found = []
    for one in given.children if given else []:
        pattern = one.get_field("pattern")
        if one.kind == "parameter" and pattern:
            found.append(Field(pattern.text, one, one.get_field("type")))
    return found


def answer(function: Node) -> Node | None:
    """Return the value a function returns, if its body is only that return."""
    body = statements(function)
    return body[0] if len(body) == 1 else None


def statements(function: Node) -> list[Node]:
    """Return the statements of a function's body."""
    body = function.get_field("body")
    return body.children if body else []


def fields(declaration: Declaration) -> list[Field] | None:
    """Return the fields of a struct; one that is flattened has no name."""
    node = declaration.node
    body = node.get_field("body")
    if node.kind != "struct_item":
        return None
    if body is None or body.kind != "field_declaration_list":
        return [] if body is None else None
    found = []
    for one in body.children:
        name = one.get_field("name")
        if one.kind == "field_declaration" and name:
            said = {mark.name: mark for mark in marks(one)}
            if (
                "serde.skip" in said
                or "serde.skip_deserializing" in said
                or "schemars.skip" in said
            ):
                continue
            flat = "serde.flatten" in said
            default = said.get("serde.default") or said.get("schemars.default")
            found.append(
                Field(
                    "" if flat else name.text,
                    one,
                    one.get_field("type"),
                    default.node if default else None,
                )
            )
    return found


def cases(declaration: Declaration) -> list[Field] | None:
    """Return the cases of an enumeration; None if its cases are written as objects."""
    body = declaration.node.get_field("body")
    if declaration.node.kind != "enum_item" or body is None:
        return None
    found = [c for c in body.children if c.kind == "enum_variant"]
    plain = all(len(c.children) == 1 and doc(c) is None for c in found)
    whole = {m.name for m in marks(declaration.node)}
    if not plain or whole & {"serde.tag", "serde.untagged", "serde.content"}:
        return None
    return [Field(c.children[0].text, c, None) for c in found]


def find_aliased_type(declaration: Declaration) -> Node | None:
    """Return the type that a type is an alias of."""
    return declaration.node.get_field("type") if declaration.node.kind == "type_item" else None


def get_wire_name(field: Field, of: Declaration | None, naming: str) -> Text | None:
    """Return a field's name by serde's rules."""
    del naming
    at = field.node.get_field("name") or field.node
    name = field.name.removeprefix("r#")
    for mark in marks(of.node) if of else []:
        if mark.name in {"serde.rename_all", "schemars.rename_all"} and mark.given:
            name = _convert_case(name, mark.given[0][1].text.strip('"'))
    return Text(name, at.spot)


def _convert_case(name: str, how: str) -> str:
    words = [w.lower() for part in name.split("_") for w in _WORDS.findall(part)]
    titled = [w.capitalize() for w in words]
    match how:
        case "camelCase":
            return "".join([*words[:1], *titled[1:]])
        case "PascalCase":
            return "".join(titled)
        case "snake_case":
            return "_".join(words)
        case "kebab-case":
            return "-".join(words)
        case "SCREAMING_SNAKE_CASE":
            return "_".join(words).upper()
        case "SCREAMING-KEBAB-CASE":
            return "-".join(words).upper()
        case "lowercase":
            return name.lower()
    return name.upper() if how == "UPPERCASE" else name


def results(function: Node) -> list[Node | None]:
    """Return the type of a function's result."""
    return [function.get_field("return_type")]


RUST = Grammar(
    name="rust",
    suffixes=(".rs",),
    declares=DECLARES,
    kinds=KINDS,
    functions=FUNCTIONS,
    bodies=BODIES,
    named=get_declared_name,
    home=home,
    imports=imports,
    declarations=declarations,
    bindings=bindings,
    parameters=parameters,
    answer=answer,
    statements=statements,
    fields=fields,
    cases=cases,
    under=find_aliased_type,
    spelled=get_wire_name,
    marked=find_annotated_functions,
    means=means,
    note=note,
    doc=doc,
    tight_doc=tight_doc,
    kind=kind,
    results=results,
    call_of=call_of,
)
