"""C#: its expressions, declarations and attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Text
from toolgrade.source.patterns.grammar import Field, Grammar, Mark
from toolgrade.source.patterns.grammars.annotations import read_annotation
from toolgrade.source.patterns.grammars.csharp_docs import read_documentation
from toolgrade.source.patterns.grammars.csharp_values import KINDS, call_of, kind
from toolgrade.source.patterns.modules import Declaration, Imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.modules import Module
    from toolgrade.source.tree import Node

DECLARES = re.compile(r"\b(?:class|record|struct|enum|interface)\s+(?:struct\s+|class\s+)?(\w+)")


FUNCTIONS = frozenset({"method_declaration", "local_function_statement", "lambda_expression"})


_TYPES = frozenset(
    {
        "class_declaration",
        "record_declaration",
        "struct_declaration",
        "enum_declaration",
        "interface_declaration",
    }
)


BODIES = _TYPES | {
    "compilation_unit",
    "declaration_list",
    "namespace_declaration",
    "file_scoped_namespace_declaration",
}


def get_declared_name(node: Node) -> str:
    """Return the name of a declaration."""
    name = node.get_field("name")
    return name.text if name else ""


def home(module: Module) -> str:
    """Return the namespace of a file."""
    found = re.search(r"(?m)^[ \t]*namespace\s+([\w.]+)", module.text)
    return found[1] if found else ""


def imports(module: Module) -> Imports:
    """Return the namespaces that a file uses, and those around its own."""
    used = re.findall(r"(?m)^[ \t]*(?:global\s+)?using\s+(?:static\s+)?([\w.]+)\s*;", module.text)
    own = home(module)
    while own:
        used.append(own)
        own = own.rpartition(".")[0]
    return Imports({}, (*used, ""))


def declarations(module: Module) -> Iterator[Declaration]:
    """Yield the types of a file, and their constants and methods."""
    for node in module.root.below():
        if node.kind not in _TYPES:
            continue
        name = node.get_field("name")
        body = node.get_field("body")
        if name is None:
            continue
        yield Declaration(name.text, "type", "", node, module)
        for member in body.children if body else []:
            if member.kind == "field_declaration":
                yield from _fields(member, name.text, module)
            elif member.kind == "method_declaration" and (method := member.get_field("name")):
                yield Declaration(method.text, "function", name.text, member, module)


def _fields(node: Node, owner: str, module: Module) -> Iterator[Declaration]:
    words = {c.text for c in node.children if c.kind == "modifier"}
    fixed = "const" in words or {"static", "readonly"} <= words
    for one in node.below():
        if one.kind == "variable_declarator":
            name = one.children[0]
            value = one.children[-1] if len(one.children) > 1 and fixed else None
            yield Declaration(name.text, "value", owner, one, module, value)


def bindings(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Yield the names that a statement declares."""
    if node.kind == "local_declaration_statement":
        for one in node.below():
            if one.kind == "variable_declarator":
                yield one.children[0].text, one.children[-1] if len(one.children) > 1 else None


def parameters(function: Node) -> list[Field]:
    """Return the parameters of a function."""
    given = function.get_field("parameters")
    if given is None:
        given = next((c for c in function.children if c.kind == "parameter_list"), None)
    return [_parameter(one) for one in given.children if one.kind == "parameter"] if given else []


def _parameter(one: Node) -> Field:
    name = one.get_field("name")
    last = one.children[-1]
    default = last if name and last.start > name.end else None
    return Field(name.text.removeprefix("@") if name else "", one, one.get_field("type"), default)


def is_shared(value: Node) -> bool:
    """Return whether an expression makes what may be changed by the function it is given to."""
    return value.kind.endswith("creation_expression")


def fields(declaration: Declaration) -> list[Field] | None:
    """Return the properties of a class or record."""
    node = declaration.node
    if node.kind in {"enum_declaration", "interface_declaration"}:
        return None
    bases = next((c for c in node.children if c.kind == "base_list"), None)
    found = [Field("", bases, bases)] if bases else []
    if node.kind == "record_declaration":
        found += [one._replace(needed="?") for one in parameters(node)]
    body = node.get_field("body")
    for one in body.children if body else []:
        words = {c.text for c in one.children if c.kind == "modifier"}
        name = one.get_field("name")
        if (
            one.kind == "property_declaration"
            and name
            and "public" in words
            and "static" not in words
        ):
            needed = "yes" if "required" in words else "no"
            found.append(Field(name.text, one, one.get_field("type"), None, needed))
    return found


def cases(declaration: Declaration) -> list[Field] | None:
    """Return the cases of an enumeration."""
    body = declaration.node.get_field("body")
    if declaration.node.kind != "enum_declaration" or body is None:
        return None
    return [Field(c.children[0].text, c, None) for c in body.children]


def get_wire_name(field: Field, of: Declaration | None, naming: str) -> Text | None:
    """Return a field's own name; in camel case for a field of a type."""
    at = field.node.get_field("name") or field.node
    name = field.name
    if of is not None and naming == "camel":
        head = re.match(r"[A-Z]+(?![a-z])|[A-Z]", name)
        name = head[0].lower() + name[len(head[0]) :] if head else name
    return Text(name, at.spot)


def marks(node: Node) -> list[Mark]:
    """Return the attributes of a declaration."""
    found: list[Mark] = []
    for holder in node.children:
        for one in holder.children if holder.kind == "attribute_list" else []:
            if one.kind == "attribute":
                given = [c for c in one.children if c.kind == "attribute_argument_list"]
                arguments = tuple(_argument(a) for g in given for a in g.children)
                found.append(Mark(one.children[0].text.removesuffix("Attribute"), arguments, one))
    return found


def _argument(node: Node) -> tuple[str, Node]:
    if len(node.children) > 1:
        return node.children[0].text, node.children[-1]
    return "", node.children[0]


def find_annotated_functions(module: Module, name: str) -> Iterator[tuple[Mark, Node]]:
    """Yield the functions of a file that have an attribute of this name."""
    for found in re.finditer(rf"\b{name}(?:Attribute)?\b", module.text):
        node = module.root.deepest(found.start())
        function = next((a for a in node.above() if a.kind == "method_declaration"), None)
        for mark in marks(function) if function else []:
            if mark.node.start <= found.start() < mark.node.end and function:
                yield mark, function


def means(module: Module, written_name: str, path: str) -> bool:
    """Return whether an attribute as written is an SDK's."""
    del module
    return path in {written_name, f"{path.rpartition('.')[0]}.{written_name}"}


def note(ev: Interpreter, node: Node, source: str) -> Any:
    """Return the value of an attribute, or of an element of an XML comment: "xml:summary"."""
    kind_, _, name = source.partition(":")
    if kind_ == "xml":
        return read_documentation(node, name.partition("!")[0])
    return read_annotation(ev, marks(node), source)


def results(function: Node) -> list[Node | None]:
    """Return the type of a function's result."""
    return [function.get_field("returns") or function.get_field("type")]


CSHARP = Grammar(
    name="csharp",
    suffixes=(".cs",),
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
    is_shared=is_shared,
    fields=fields,
    cases=cases,
    spelled=get_wire_name,
    marked=find_annotated_functions,
    means=means,
    note=note,
    kind=kind,
    results=results,
    call_of=call_of,
)
