"""Java: its expressions, declarations and annotations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Text
from toolgrade.source.patterns.grammar import Field, Grammar, Mark
from toolgrade.source.patterns.grammars.annotations import read_annotation
from toolgrade.source.patterns.grammars.java_values import (
    KINDS,
    call_of,
    calls,
    chain,
    find_enclosing_call,
    kind,
    mark_of,
)
from toolgrade.source.patterns.modules import Declaration, Imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.modules import Module
    from toolgrade.source.patterns.values import Change, Env
    from toolgrade.source.tree import Node

DECLARES = re.compile(r"\b(?:class|record|enum|interface)\s+(\w+)")


FUNCTIONS = frozenset({"method_declaration", "constructor_declaration", "lambda_expression"})


_TYPES = frozenset(
    {"class_declaration", "record_declaration", "enum_declaration", "interface_declaration"}
)


BODIES = _TYPES | {"program", "class_body", "interface_body", "enum_body"}


def get_declared_name(node: Node) -> str:
    """Return the name of a declaration."""
    name = node.get_field("name")
    return name.text if name else ""


def home(module: Module) -> str:
    """Return the package of a file."""
    found = re.search(r"(?m)^[ \t]*package\s+([\w.]+)\s*;", module.text)
    return found[1] if found else ""


def imports(module: Module) -> Imports:
    """Return what a file imports."""
    names: dict[str, str] = {}
    packages: list[str] = []
    for path in re.findall(r"(?m)^[ \t]*import\s+(?:static\s+)?([\w.*]+)\s*;", module.text):
        if path.endswith(".*"):
            packages.append(path.removesuffix(".*"))
        else:
            names[path.rpartition(".")[2]] = path
    return Imports(names, tuple(packages))


def declarations(module: Module) -> Iterator[Declaration]:
    """Yield the types of a file, and their constants and methods."""
    for node in module.root.below():
        name, body = node.get_field("name"), node.get_field("body")
        if node.kind not in _TYPES or name is None:
            continue
        yield Declaration(name.text, "type", "", node, module)
        for member in body.children if body else []:
            if member.kind in {"field_declaration", "constant_declaration"}:
                # All fields of an interface are constants.
                words = {"final"} if member.kind == "constant_declaration" else _words(member)
                for one in (c for c in member.children if c.kind == "variable_declarator"):
                    value = one.get_field("value") if "final" in words else None
                    yield Declaration(one.children[0].text, "value", name.text, one, module, value)
            elif member.kind == "method_declaration" and (method := member.get_field("name")):
                yield Declaration(method.text, "function", name.text, member, module)


def _words(node: Node) -> set[str]:
    return {w for c in node.children if c.kind == "modifiers" for w in c.text.split()}


def bindings(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Yield the names that a statement declares."""
    if node.kind == "local_variable_declaration":
        for one in node.children:
            if one.kind == "variable_declarator":
                yield one.children[0].text, one.get_field("value")


def parameters(function: Node) -> list[Field]:
    """Return the parameters of a function or record."""
    given = function.get_field("parameters")
    found = []
    for one in given.children if given else []:
        name = one.get_field("name")
        if one.kind == "formal_parameter" and name:
            found.append(Field(name.text, one, one.get_field("type")))
    return found


def answer(function: Node) -> Node | None:
    """Return the value a function returns, if its body is only that return."""
    body = statements(function)
    one = body[0] if len(body) == 1 else None
    return one.children[0] if one and one.kind == "return_statement" and one.children else None


def statements(function: Node) -> list[Node]:
    """Return the statements of a function's body."""
    body = function.get_field("body")
    return body.children if body and body.kind == "block" else []


def is_shared(value: Node) -> bool:
    """Return whether an expression makes what may be changed by the function it is given to."""
    return value.kind in {"object_creation_expression", "method_invocation"}


def change(ev: Interpreter, statement: Node, name: str, env: Env) -> list[Change] | None:
    """Return what a statement sets in the value of a name; None if that is not known."""
    del env
    call = statement.children[0] if statement.children else statement
    if statement.kind == "local_variable_declaration":
        return []
    if call.kind == "method_invocation":
        of = call.get_field("object")
        # A server keeps its arguments unchanged; putting a value into a map changes the map.
        return [] if of and of.text != name and "." not in name else None
    del ev
    return None


def fields(declaration: Declaration) -> list[Field] | None:
    """Return the components of a record or the fields of a class."""
    node = declaration.node
    if node.kind == "record_declaration":
        return parameters(node)
    body = node.get_field("body")
    if node.kind != "class_declaration" or body is None:
        return None
    above = node.get_field("superclass")
    found = [Field("", above, above)] if above else []
    for one in body.children:
        if one.kind == "field_declaration" and "static" not in _words(one):
            names = [c.children[0] for c in one.children if c.kind == "variable_declarator"]
            found += [Field(name.text, one, one.get_field("type")) for name in names]
    return found


def cases(declaration: Declaration) -> list[Field] | None:
    """Return the cases of an enumeration."""
    body = declaration.node.get_field("body")
    if declaration.node.kind != "enum_declaration" or body is None:
        return None
    return [Field(c.children[0].text, c, None) for c in body.children if c.kind == "enum_constant"]


def get_wire_name(field: Field, of: Declaration | None, naming: str) -> Text | None:
    """Return a field's own name."""
    del of, naming
    return Text(field.name, (field.node.get_field("name") or field.node).spot)


def marks(node: Node) -> list[Mark]:
    """Return the annotations of a declaration."""
    holders = [c for c in node.children if c.kind == "modifiers"]
    return [mark for holder in holders for c in holder.children if (mark := mark_of(c))]


def find_annotated_functions(module: Module, name: str) -> Iterator[tuple[Mark, Node]]:
    """Yield the functions of a file that have an annotation of this name."""
    for found in re.finditer(rf"@(?:[\w.]+\.)?{name}\b", module.text):
        node = module.root.deepest(found.end() - 1)
        mark = next((m for a in node.above() if (m := mark_of(a))), None)
        function = mark.node.parent.parent if mark and mark.node.parent else None
        if mark and function and function.kind == "method_declaration":
            yield mark, function


def means(module: Module, written_name: str, path: str) -> bool:
    """Return whether an annotation as written is an SDK's."""
    if written_name == path or module.imports.names.get(written_name) == path:
        return True
    home_, _, name = path.rpartition(".")
    return (
        written_name == name
        and name not in module.imports.names
        and home_ in module.imports.packages
    )


def note(ev: Interpreter, node: Node, source: str) -> Any:
    """Return the value of an annotation."""
    return read_annotation(ev, marks(node), source)


def results(function: Node) -> list[Node | None]:
    """Return the type of a function's result."""
    return [function.get_field("type")]


JAVA = Grammar(
    name="java",
    suffixes=(".java",),
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
    is_shared=is_shared,
    change=change,
    fields=fields,
    cases=cases,
    spelled=get_wire_name,
    marked=find_annotated_functions,
    means=means,
    note=note,
    kind=kind,
    results=results,
    called=find_enclosing_call,
    calls=calls,
    chain=chain,
    call_of=call_of,
)
