"""Go: its expressions, declarations and struct tags."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Text, Unknown
from toolgrade.source.patterns.changes import TOUCHED, find_matches
from toolgrade.source.patterns.grammar import Field, Grammar
from toolgrade.source.patterns.grammars.go_changes import ALIAS, change, is_shared, statements
from toolgrade.source.patterns.grammars.go_values import (
    FUNCTIONS,
    KINDS,
    call_of,
    calls,
    find_enclosing_call,
    find_untyped_literals,
    kind,
    parameters,
)
from toolgrade.source.patterns.literals import read_literal
from toolgrade.source.patterns.modules import Declaration, Imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.modules import Module, Modules
    from toolgrade.source.tree import Node

DECLARES = re.compile(
    r"^[ \t]*(?:(?:const|var|func|type)[ \t]+(?:\([^)\n]*\)[ \t]*)?)?([A-Za-z_]\w*)", re.MULTILINE
)


BODIES = frozenset({"source_file"})


_TAG = re.compile(r'([\w-]{1,100}):"((?:[^"\\]|\\.)*)"')


_LISTED = r"&\w+\b|(?<![\w.\"`])\w+\s*(?:,\s*[\w.]+\s*){1,9}=(?!=)"
_AGAIN = re.compile(rf"(?<!var )(?:{TOUCHED})|{_LISTED}")
_ADDED = re.compile(r"(?i)(?:add|register)\w*\([^()]*\Z")
"""A pattern of a call that keeps its arguments, up to one of them."""
_FAR = 200


_VERSION = re.compile(r"^v\d+$")


_TYPES = frozenset({"type_identifier", "qualified_type", "pointer_type", "slice_type", "map_type"})


def get_declared_name(node: Node) -> str:
    """Return the name of a declaration."""
    name = node.get_field("name")
    return name.text if name else ""


def home(module: Module) -> str:
    """Return the folder of a file, which is its package."""
    return f"./{posixpath.dirname(module.path)}"


def imports(module: Module) -> Imports:
    """Return what a file imports; the packages of the same module by their folder."""
    names: dict[str, str] = {}
    for declaration in module.root.children:
        if declaration.kind != "import_declaration":
            continue
        for spec in (one for one in declaration.below() if one.kind == "import_spec"):
            path = spec.children[-1].text.strip('"`')
            alias = spec.get_field("name")
            last = [p for p in path.split("/") if not _VERSION.match(p)][-1:]
            name = alias.text if alias else re.sub(r"^go-|-go$|\.v\d+$", "", last[0])
            names[name] = path
    return Imports(names)


def declarations(module: Module) -> Iterator[Declaration]:
    """Yield the constants, variables, functions and types of a file."""
    for node in module.root.children:
        if node.kind in {"const_declaration", "var_declaration"}:
            for spec in _specs(node):
                for name, value in bindings(spec):
                    yield Declaration(name, "value", "", spec, module, value)
        elif node.kind == "function_declaration":
            name_node = node.get_field("name")
            if name_node:
                yield Declaration(name_node.text, "function", "", node, module)
        elif node.kind == "method_declaration":
            receiver, name_node = node.get_field("receiver"), node.get_field("name")
            owner = (
                next((n for n in receiver.below() if n.kind == "type_identifier"), None)
                if receiver
                else None
            )
            if owner and name_node:
                yield Declaration(name_node.text, "function", owner.text, node, module)
        elif node.kind == "type_declaration":
            for spec in node.children:
                name_node = spec.get_field("name")
                if name_node:
                    yield Declaration(name_node.text, "type", "", spec, module)


def is_reassigned(declaration: Declaration, modules: Modules) -> bool:
    """Return whether a package reassigns a variable, such as in a function init."""
    if declaration.node.kind != "var_spec":
        return False
    node = declaration.node
    return any(
        (one.file is not node.file or not node.start <= found.end() <= node.end)
        and not (found[0][0] == "&" and _is_added(one.text, found.start()))
        for one in modules.list_naming(declaration.name, declaration.module.home)
        for found in find_matches(_AGAIN, one.text, one.words[declaration.name])
    )


def is_unused(declaration: Declaration, modules: Modules) -> bool:
    """Return whether a variable is private to a package, which never names it again."""
    name = declaration.name
    if name[:1].isupper():
        return False
    named = (
        one.text[at - 1 : at] not in {".", '"', "`"} and one.text[at + len(name)] != '"'
        for one in modules.list_naming(name, declaration.module.home)
        for at in one.words[name]
    )
    return sum(named) == 1


def _is_added(text: str, at: int) -> bool:
    """Return whether the argument at an offset is of a call that keeps it."""
    return _ADDED.search(text[max(at - _FAR, 0) : at]) is not None


def _specs(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.kind in {"const_spec", "var_spec"}:
            yield child
        elif child.kind == "var_spec_list":
            yield from child.children


def bindings(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Yield the names that a statement or its header declares."""
    if node.kind == "short_var_declaration":
        left, right = node.get_field("left"), node.get_field("right")
        yield from _pair_names_with_values(
            left.children if left else [], right.children if right else []
        )
    elif node.kind in {"const_spec", "var_spec"}:
        value = node.get_field("value")
        names = [c for c in node.children if c.kind == "identifier"]
        yield from _pair_names_with_values(names, value.children if value else [])
    elif node.kind in {"const_declaration", "var_declaration"}:
        for spec in _specs(node):
            yield from bindings(spec)
    elif node.kind == "range_clause":
        left = node.get_field("left")
        yield from _pair_names_with_values(left.children if left else [], [])


def _pair_names_with_values(
    names: list[Node], values: list[Node]
) -> Iterator[tuple[str, Node | None]]:
    first = values if len(names) == len(values) else values[: len(values) == 1]
    for index, name in enumerate(names):
        # Of several results of one call, the first is the value and the others are errors.
        yield name.text, first[index] if index < len(first) else None


def answer(function: Node) -> Node | None:
    """Return the value a function returns, if its body is only that return."""
    body = statements(function)
    if len(body) != 1 or body[0].kind != "return_statement":
        return None
    returned = body[0].children[0].children if body[0].children else []
    return returned[0] if len(returned) == 1 else None


def fields(declaration: Declaration) -> list[Field] | None:
    """Return the fields of a struct; one that is embedded has no name."""
    of = declaration.node.get_field("type")
    if of is None or of.kind != "struct_type":
        return None
    found: list[Field] = []
    for one in (n for n in of.children for n in n.children):
        names = [c for c in one.children if c.kind == "field_identifier"]
        kind = one.get_field("type")
        found += [Field(name.text, one, kind) for name in names] or [Field("", one, kind)]
    return found


def find_aliased_type(declaration: Declaration) -> Node | None:
    """Return the type that a type is an alias of."""
    return declaration.node.get_field("type")


def get_wire_name(field: Field, of: Declaration | None, naming: str) -> Text | None:
    """Return a field's own name; only capitalized fields are written."""
    del of, naming
    if not field.name[0].isupper():
        return None
    at = next(c for c in field.node.children if c.text == field.name)
    return read_literal(at, [(at.start, at.end)], escapes=False)


def note(ev: Interpreter, node: Node, source: str) -> Text | Unknown | None:
    """Return the text under a key of a field's tag; None if it has no such key."""
    del ev
    key, sign, _ = source.partition("!")
    text = _tag(node, key)
    return Unknown("the SDK's versions differ on it", text.at) if text and sign else text


def _tag(node: Node, key: str) -> Text | None:
    holder = node.get_field("tag")
    if holder is None or not holder.children:
        return None
    content = holder.children[0]
    if holder.kind != "raw_string_literal":
        return None
    for found in _TAG.finditer(content.text):
        if found[1] == key:
            start = content.start + found.start(2)
            return read_literal(content, [(start, start + len(found[2]))])
    return None


def results(function: Node) -> list[Node | None]:
    """Return the types of a function's results."""
    given = function.get_field("result")
    if given is None:
        return []
    if given.kind == "parameter_list":
        return [one.get_field("type") for one in given.children]
    return [given]


GO = Grammar(
    name="go",
    suffixes=(".go",),
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
    alias=ALIAS,
    is_shared=is_shared,
    change=change,
    is_reassigned=is_reassigned,
    is_unused=is_unused,
    fields=fields,
    under=find_aliased_type,
    spelled=get_wire_name,
    note=note,
    kind=kind,
    called=find_enclosing_call,
    calls=calls,
    elided=find_untyped_literals,
    results=results,
    call_of=call_of,
)
