"""The declaration of a name where it is used, by the language's rules of scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.syntax import Node

Key: TypeAlias = tuple[Any, int]
"""A declaration: its file and offset."""

Step: TypeAlias = "str | int | Node | tuple[str, ...]"
"""One step into a destructured value: a key, an index, a default, or the keys a rest lacks."""

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
_FAR = 32
"""Nodes between a name and its scope from which on the scope of each is remembered."""

MAX_PATH = 50
"""Patterns within patterns that are destructured."""

_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_NAMED_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
_LISTS = frozenset({"program", "statement_block", "switch_case", "switch_default"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
SCOPES = _LISTS | FUNCTIONS | _CLASSES | {"for_in_statement", "for_statement", "catch_clause"}


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A declared name. `kind` is value, function, class, parameter, rest, each, import, enum or
    opaque; `node` is what it takes its value from and `path` the way in, `scope` where it holds.
    """

    kind: str
    name: Node
    node: Node
    scope: Node
    path: tuple[Step, ...] = ()
    index: int = 0

    @property
    def key(self) -> Key:
        """What no other declaration shares."""
        return self.name.file, self.name.start


class Scopes:
    """The declarations of one file, each scope's looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Binding]] = {}
        self._found: dict[Node, Binding | None] = {}
        self._seen_from: dict[tuple[Node, str], Binding | None] = {}
        self._scopes: dict[Node, Node | None] = {}
        self._parameters: dict[Node, tuple[Binding, ...]] = {}

    def find(self, name: Node) -> Binding | None:
        """Return what declares the name at a node; None for a global."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def parameters(self, function: Node) -> tuple[Binding, ...]:
        """Return the parameters of a function."""
        if function not in self._parameters:
            self._parameters[function] = tuple(parameters(function))
        return self._parameters[function]

    def _find(self, name: Node) -> Binding | None:
        wanted = name.text
        innermost: tuple[Node, str] | None = None
        found: Binding | None = None
        scope = self._find_scope(name)
        while scope:
            declared = self.get_declarations(scope).get(wanted)
            if declared and not _is_outside(declared, name):
                found = declared
                break
            # What is outside of a scope is the same for all that is in it.
            place = (scope, wanted)
            if place in self._seen_from:
                found = self._seen_from[place]
                break
            innermost = innermost or place
            scope = self._find_scope(scope)
        if innermost:
            self._seen_from[innermost] = found
        return found

    def _find_scope(self, node: Node) -> Node | None:
        """Return the innermost scope around a node."""
        passed: list[Node] = []
        found: Node | None = None
        for above in node.above():
            if above.kind in SCOPES:
                found = above
                break
            if above in self._scopes:
                found = self._scopes[above]
                break
            passed.append(above)
        if len(passed) > _FAR:
            self._scopes.update(dict.fromkeys(passed, found))
        return found

    def get_declarations(self, scope: Node) -> dict[str, Binding]:
        """Return the names that a scope declares."""
        if id(scope) not in self._known:
            known: dict[str, Binding] = {}
            for binding in _find_declarations(scope):
                known.setdefault(binding.name.text, binding)
            self._known[id(scope)] = known
        return self._known[id(scope)]


def _is_outside(found: Binding, name: Node) -> bool:
    """Return whether a name is evaluated outside of the scope, as in what a loop goes over."""
    if found.kind != "each":
        return False
    over = found.scope.get_field("right")
    return over is not None and over.start <= name.start and name.end <= over.end


def _find_declarations(scope: Node) -> Iterator[Binding]:
    if scope.kind in _LISTS:
        for child in scope.children:
            yield from _statement(child, scope)
        if scope.kind == "program" or (scope.parent and scope.parent.kind in FUNCTIONS):
            yield from _find_hoisted_bindings(scope)
    elif scope.kind in FUNCTIONS:
        yield from parameters(scope)
        if scope.kind in {"function_expression", "generator_function"} and (
            name := scope.get_field("name")
        ):
            yield Binding("function", name, scope, scope)
    elif scope.kind in _CLASSES:
        if name := scope.get_field("name"):
            yield Binding("class", name, scope, scope)
    elif scope.kind == "for_in_statement":
        left, right = scope.get_field("left"), scope.get_field("right")
        if left and right:
            kind = "each" if scope.word("operator") == "of" else "opaque"
            yield from _pattern(left, kind, right, scope)
    elif scope.kind == "for_statement":
        for child in scope.children[:1]:
            yield from _statement(child, scope)
    elif parameter := scope.get_field("parameter"):
        yield from _pattern(parameter, "opaque", parameter, scope)


def _statement(node: Node, scope: Node) -> Iterator[Binding]:
    if node.kind == "export_statement":
        declared = node.get_field("declaration")
        if declared:
            yield from _statement(declared, scope)
    elif node.kind in _DECLARATIONS:
        for declarator in node.children:
            name, value = declarator.get_field("name"), declarator.get_field("value")
            if name:
                yield from _pattern(name, "value" if value else "unset", value or name, scope)
    elif node.kind in _NAMED_FUNCTIONS or node.kind in _CLASSES:
        if name := node.get_field("name"):
            yield Binding("class" if node.kind in _CLASSES else "function", name, node, scope)
    elif node.kind == "enum_declaration":
        if name := node.get_field("name"):
            yield Binding("enum", name, node, scope)
    elif node.kind == "import_statement":
        yield from _find_import_bindings(node, scope)


def _find_hoisted_bindings(scope: Node) -> Iterator[Binding]:
    """Yield what `var` declares in blocks below."""
    work = [
        child for child in scope.children if child.kind not in _DECLARATIONS | {"export_statement"}
    ]
    while work:
        node = work.pop()
        if node.kind == "variable_declaration":
            yield from _statement(node, scope)
        elif node.kind.endswith(("statement", "block", "clause", "case", "default")):
            work += node.children


def parameters(function: Node) -> Iterator[Binding]:
    """Yield the parameters of a function."""
    if single := function.get_field("parameter"):
        yield Binding("parameter", single, function, function)
        return
    listed = function.get_field("parameters")
    index = 0
    for child in listed.children if listed else ():
        pattern = child
        path: tuple[Step, ...] = ()
        if child.kind in {"required_parameter", "optional_parameter"}:
            inner = child.get_field("pattern")
            if inner is None or inner.kind == "this":
                continue
            pattern = inner
            default = child.get_field("value")
            path = (default,) if default else ()
        kind = "parameter"
        if pattern.kind == "rest_pattern":
            kind, pattern = "rest", pattern.children[0]
        yield from _pattern(pattern, kind, function, function, path, index)
        index += 1


def _pattern(  # noqa: PLR0913, PLR0917 - a binding's parts
    pattern: Node, kind: str, node: Node, scope: Node, path: tuple[Step, ...] = (), index: int = 0
) -> Iterator[Binding]:
    if len(path) > MAX_PATH:
        for one in pattern.below():
            if one.kind in _NAMES:
                yield Binding("opaque", one, node, scope)
    elif pattern.kind in _NAMES:
        step = (pattern.text,) if pattern.kind.startswith("shorthand") else ()
        yield Binding(kind, pattern, node, scope, (*path, *step), index)
    elif pattern.kind in {"assignment_pattern", "object_assignment_pattern"}:
        left, right = pattern.get_field("left"), pattern.get_field("right")
        if left and right:
            if left.kind.startswith("shorthand"):
                yield Binding(kind, left, node, scope, (*path, left.text, right), index)
            else:
                yield from _pattern(left, kind, node, scope, (*path, right), index)
    elif pattern.kind == "object_pattern":
        taken: list[str] = []
        for child in pattern.children:
            if child.kind == "pair_pattern":
                key, value = child.get_field("key"), child.get_field("value")
                if key and value:
                    taken.append(key.text.strip("'\""))
                    yield from _pattern(value, kind, node, scope, (*path, taken[-1]), index)
            elif child.kind == "rest_pattern":
                yield from _pattern(
                    child.children[0], kind, node, scope, (*path, tuple(taken)), index
                )
            else:
                left = child.get_field("left") or child
                taken.append(left.text)
                yield from _pattern(child, kind, node, scope, path, index)
    elif pattern.kind == "array_pattern":
        # A hole is not a node, so with one the indexes are unknown.
        holes = ",," in pattern.text.replace(" ", "") or pattern.text.startswith("[,")
        for place, child in enumerate(pattern.children):
            if child.kind == "rest_pattern" or holes:
                inner = child.children[0] if child.kind == "rest_pattern" else child
                yield from _pattern(inner, "opaque", node, scope)
            else:
                yield from _pattern(child, kind, node, scope, (*path, place), index)


def _find_import_bindings(node: Node, scope: Node) -> Iterator[Binding]:
    """Yield the names an import declares; their path is the name exported elsewhere."""
    clause = next((c for c in node.children if c.kind == "import_clause"), None)
    for child in clause.children if clause else ():
        if child.kind == "identifier":
            yield Binding("import", child, node, scope, ("default",))
        elif child.kind == "namespace_import":
            yield Binding("import", child.children[-1], node, scope, ("*",))
        elif child.kind == "named_imports":
            for one in child.children:
                name = one.get_field("name")
                if name:
                    alias = one.get_field("alias") or name
                    yield Binding("import", alias, node, scope, (name.text.strip("'\""),))
    required = next((c for c in node.children if c.kind == "import_require_clause"), None)
    if required:
        yield Binding("import", required.children[0], required, scope, ("*",))
