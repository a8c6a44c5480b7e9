"""Convert type hints to JSON Schema as pydantic does.

A hint that cannot be followed makes a schema whose type and description are unknown: an alias may
set both.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_DEEP, TOO_LARGE
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python import constraints
from toolgrade.source.python.models import model
from toolgrade.source.python.plain_types import (
    ARRAYS,
    MAPS,
    PLAIN,
    SETS,
    build_choice_schema,
    freeze,
    make_nodes,
    make_unresolved_schema,
    shorten_type_name,
)
from toolgrade.source.python.values import (
    Class,
    External,
    Hint,
    Instance,
    flatten_union,
    parse_quoted_annotation,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter, Writing
    from toolgrade.source.python.values import Scope, Value

MAX_DEPTH = 40
"""How deep hints may nest."""


class Hints:
    """Builds one schema, and collects the models that it refers to. `writes` says how, if it is the
    schema of what is written out, not of what is read in.
    """

    def __init__(self, ev: Interpreter, writes: Writing | None = None) -> None:
        self.ev = ev
        self.writes = writes
        self._models: dict[str, Node] = {}
        self._named: dict[str, Class] = {}
        self._depth = 0
        ev.budget.start_definition()

    @property
    def models(self) -> Mapping[str, Node]:
        """The schemas of the models that the schema refers to, by name."""
        return dict(self._models)

    def schema(self, node: ast.expr, scope: Scope) -> Table:
        """Return the schema of a hint."""
        self._depth += 1
        budget = self.ev.budget
        try:
            if self._depth > MAX_DEPTH:
                return make_unresolved_schema(self.ev.at(node, scope), TOO_DEEP)
            if not budget.write():
                return make_unresolved_schema(self.ev.at(node, scope), TOO_LARGE)
            return self._schema(parse_quoted_annotation(node), scope)
        except RecursionError:
            return make_unresolved_schema(self.ev.at(node, scope), TOO_DEEP)
        finally:
            self._depth -= 1

    def _schema(self, node: ast.expr, scope: Scope) -> Table:
        at = self.ev.at(node, scope)
        if isinstance(node, ast.Subscript):
            base = self.ev.value(node.value, scope)
            if isinstance(base, External):
                inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                return self._generic(shorten_type_name(base.path), inside, scope, at)
            return make_unresolved_schema(at, "a generic class is not followed")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union(flatten_union(node), scope, at)
        return self.build_type_schema(self.ev.value(node, scope), at)

    def build_type_schema(self, value: Value, at: Spot) -> Table:
        """Return the schema of a type that an expression evaluates to."""
        match value:
            case Hint(inner, scope):
                return self.schema(inner, scope)
            case External(path):
                plain = PLAIN.get(shorten_type_name(path))
                if plain is not None:
                    return _table(make_nodes(at, plain))
                if shorten_type_name(path) in ARRAYS | SETS | {"tuple"}:
                    return _table(
                        make_nodes(at, PLAIN["set" if shorten_type_name(path) in SETS else "list"])
                    )
                if shorten_type_name(path) in MAPS:
                    return _table(make_nodes(at, PLAIN["dict"]))
                return make_unresolved_schema(at, f"the type {path} is not of this package")
            case Scalar(None):
                return _table(make_nodes(at, PLAIN["None"]))
            case Class():
                return self.reference(value, at)
            case Instance(External(path), _, args) if path.endswith(".NewType") and len(args) > 1:
                return self.build_type_schema(args[1], at)
            case Instance(External(path)) if path.startswith("pydantic.con"):
                return self._constrained(path.removeprefix("pydantic.con"), value, at)
            case Unknown(why):
                return make_unresolved_schema(at, why)
        return make_unresolved_schema(at, "the type is made at run time")

    def _constrained(self, kind: str, made: Instance, at: Spot) -> Table:
        """Return the schema of `conint(...)`, `conlist(...)` and the like."""
        given = dict(made.kwargs)
        if kind not in {"str", "int", "float", "list", "set", "frozenset"}:
            return make_unresolved_schema(at, f"con{kind} is not followed")
        schema = _table(make_nodes(at, PLAIN["set" if kind == "frozenset" else kind]))
        if kind in {"list", "set", "frozenset"}:
            inside = made.args[0] if made.args else given.pop("item_type", Unknown("no type", at))
            schema = Table({**schema.entries, "items": self.build_type_schema(inside, at)}, at)
        return constraints.apply_field_arguments(self.ev, schema, given, at)

    def reference(self, owned: Class, at: Spot) -> Table:
        """Return a reference to a model of the package, and store the model's schema."""
        name = owned.node.name
        if name in self._named and self._named[name].node is not owned.node:
            return make_unresolved_schema(at, f"two classes are called {name}")
        if name not in self._named:
            self._named[name] = owned
            found = model(self, owned)
            if isinstance(found, Unknown):
                del self._named[name]
                return make_unresolved_schema(at, found.why)
            self._models[name] = found
        return Table({"$ref": Text(f"#/$defs/{name}", at)}, at)

    def build_model_schema(self, owned: Class, at: Spot) -> Node | None:
        """Return the schema of a model instead of a reference to it; None if it is unknown."""
        self.reference(owned, at)
        return self._models.pop(owned.node.name, None)

    def _generic(self, name: str, inside: Sequence[ast.expr], scope: Scope, at: Spot) -> Table:
        if not inside:
            return self._generic_without_parameters(name, at)
        first = inside[0]
        if name == "Annotated":
            return constraints.build_annotated_schema(self, inside, scope, at)
        if name == "Optional":
            return self._union([first, ast.copy_location(ast.Constant(None), first)], scope, at)
        if name == "Union":
            return self._union(inside, scope, at)
        if name == "Literal":
            return self._literal(inside, scope, at)
        if name in {"Required", "NotRequired", "ReadOnly", "Final"}:
            return self.schema(first, scope)
        if name in ARRAYS | SETS:
            schema = {"items": self.schema(first, scope), "type": Text("array", at)}
            unique: dict[str, Node] = {"uniqueItems": Scalar(True, at)} if name in SETS else {}
            return Table({**schema, **unique}, at)
        if name in MAPS:
            return self._map(inside, scope, at)
        if name == "tuple":
            return self._tuple(inside, scope, at)
        return make_unresolved_schema(at, f"the type {name}[...] is not followed")

    def _generic_without_parameters(self, name: str, at: Spot) -> Table:
        """Return the schema of `name[()]`, which is only valid for a tuple."""
        if name != "tuple":
            return make_unresolved_schema(at, f"the type {name}[()] is not followed")
        none = Scalar(0, at)
        return Table({"maxItems": none, "minItems": none, "type": Text("array", at)}, at)

    def _map(self, inside: Sequence[ast.expr], scope: Scope, at: Spot) -> Table:
        entries: dict[str, Node] = {"type": Text("object", at)}
        key, value = self.schema(inside[0], scope), self.schema(inside[-1], scope)
        entries["additionalProperties"] = value if value.entries else Scalar(True, at)
        if set(key.entries) & {"enum", "const", "$ref", "pattern"}:
            # The type is left out: names are always strings.
            said = {name: one for name, one in key.entries.items() if name != "type"}
            entries["propertyNames"] = Table(said, key.at)
        return Table(entries, at)

    def _tuple(self, inside: Sequence[ast.expr], scope: Scope, at: Spot) -> Table:
        is_open = isinstance(inside[-1], ast.Constant) and inside[-1].value is Ellipsis
        if is_open:
            return Table({"items": self.schema(inside[0], scope), "type": Text("array", at)}, at)
        members = tuple(self.schema(one, scope) for one in inside)
        size = Scalar(len(members), at)
        entries: dict[str, Node] = {"maxItems": size, "minItems": size}
        entries |= {"prefixItems": Items(members, at), "type": Text("array", at)}
        return Table(entries, at)

    def _union(self, inside: Sequence[ast.expr], scope: Scope, at: Spot) -> Table:
        found: dict[object, Table] = {}
        null = freeze(self.build_type_schema(Scalar(None, at), at))
        for one in inside:
            schema = self.schema(one, scope)
            options = schema.entries.get("anyOf")
            inner = (
                options.items
                if isinstance(options, Items) and len(schema.entries) == 1
                else [schema]
            )
            for option in inner:
                found.setdefault(freeze(option), option)
        last = found.pop(null, None)
        members = list(found.values())
        if last is not None:
            members.append(_table(make_nodes(at, PLAIN["None"])))
        if len(members) == 1:
            return members[0]
        if any(isinstance(option.entries.get("type"), Unknown) for option in members):
            return make_unresolved_schema(at, "one of its types cannot be followed")
        return Table({"anyOf": Items(tuple(members), at)}, at)

    def _literal(self, inside: Sequence[ast.expr], scope: Scope, at: Spot) -> Table:
        values: list[Node] = []
        for one in inside:
            value = self.ev.value(one, scope)
            if isinstance(value, Hint):
                return make_unresolved_schema(at, "a Literal of a Literal is not followed")
            values.append(self.ev.data(value))
        return build_choice_schema(values, at)


def build_model_schema(ev: Interpreter, owned: Class) -> Node:
    """Return the result of a model's `model_json_schema()`."""
    hints = Hints(ev)
    own = hints.build_model_schema(owned, owned.at)
    if not isinstance(own, Table):
        return Unknown(f"the schema of {owned.node.name} is not known", owned.at)
    models = hints.models
    return Table({**own.entries, "$defs": Table(models, owned.at)}, own.at) if models else own


def _table(node: Node) -> Table:
    if not isinstance(node, Table):
        raise TypeError("a schema is a table")
    return node
