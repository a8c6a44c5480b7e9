"""What an expression stands for, as far as reading alone can tell. Nothing is run.

Each kind of expression has its function here; names, members and calls have modules of their own.
The walk is bounded in steps and depth: past the bounds a value is unknown, and so it is wherever
the answer would depend on what happens when the server runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.source.javascript import builtin, calls, effects, members, names, texts, zod
from toolgrade.source.javascript.changes import Journal, join_values
from toolgrade.source.javascript.literals import read_literal
from toolgrade.source.javascript.scopes import FUNCTIONS, Binding
from toolgrade.source.javascript.syntax import Node, strip_wrappers
from toolgrade.source.javascript.values import (
    REST,
    Absent,
    Class,
    Env,
    Function,
    Instance,
    Key,
    Keyed,
    Pattern,
    Perhaps,
    Value,
    Zod,
    is_nothing,
    truth,
)
from toolgrade.source.javascript.writes import changes
from toolgrade.source.nodes import MAX_ITEMS, Items, Scalar, Spot, Table, Text, Unknown, concatenate

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from toolgrade.source.javascript.exports import Exports
    from toolgrade.source.javascript.modules import Module, Modules
    from toolgrade.source.javascript.package import Dialect
    from toolgrade.source.javascript.values import Frame

MAX_STEPS = 600_000
"""Expressions that are looked at for one registration."""

MAX_ALL = 1_500_000
"""Expressions that are looked at in one package."""

MAX_DEPTH = 70
"""Expressions within expressions, names and calls followed."""

MAX_KNOWN = 8
"""Values of one name that are remembered, each with its circumstances."""

_DEEP = 6

MAX_READ = 24
"""Circumstances on which a value may hang that is remembered."""

_NEWEST_ZOD = 4

_CLASSES = frozenset({"class", "class_declaration", "abstract_class_declaration"})


class _Known(NamedTuple):
    """A value with what was read from an Env, and asked for in vain, when it was worked out."""

    read: tuple[tuple[Key, Any], ...]
    opened: tuple[Binding, ...]
    value: Value


class Evaluator:
    """Values of expressions in one package. `opened` lists the parameters and loop variables that
    were asked for and stood for nothing yet, since it was last emptied. `running` are the functions
    whose statements are followed, `state` what they have set outside of themselves, and `journal`
    what they have changed.
    """

    def __init__(self, modules: Modules, dialect: Dialect) -> None:
        self.modules = modules
        self.dialect = dialect
        self.opened: list[Binding] = []
        self.reads: set[Key] = set()
        self._known: dict[Any, list[_Known]] = {}
        self.under: set[tuple[Key, int]] = set()
        self.exports: dict[str, Exports] = {}
        self.callers: dict[Node, list[Node]] = {}
        self.made: dict[Node, list[Value]] = {}
        self.assigned: dict[Key, list[Node]] = {}
        self.initial: dict[str, Frame | None] = {}
        self.conditions: dict[Node, Spot | None] = {}
        self.followed: dict[Node, bool] = {}
        self.changed: dict[Node, frozenset[Key]] = {}
        self.journal = Journal()
        self.state: dict[Key, Any] = {}
        self.running: list[Node] = []
        self.indexes: dict[int, tuple[Any, Any]] = {}
        self._steps = 0
        self._limit = MAX_STEPS
        self._depth = 0

    def begin(self) -> None:
        """Begin with another registration: what one cost is not held against the others."""
        self._limit = min(self._steps + MAX_STEPS, MAX_ALL)

    def spend(self, steps: int) -> bool:
        """Take steps from what may be spent on a registration; return whether any are left."""
        self._steps += steps
        return self._steps <= self._limit

    def module(self, node: Node) -> Module:
        """Return the module that a node stands in."""
        return self.modules.find_module_of(node)

    def zod_version(self, package: str) -> int:
        """Return the major version of zod that an import gives."""
        named = {"zod/v3": 3, "zod/v4": 4, "zod/v4-mini": 4, "zod/mini": 4, "zod/v4/core": 4}
        return named.get(package, self.dialect.zod or _NEWEST_ZOD)

    def memoize(self, what: Hashable, env: Env, work: Callable[[], Value]) -> Value:
        """Return what `work` returns, or did under an Env that does not differ in what it read."""
        for known in self._known.get(what, ()):
            if all(env.get(k) is v for k, v in known.read) and not any(
                one.key in env for one in known.opened
            ):
                self.opened += known.opened
                self.reads.update(key for key, _ in known.read)
                return known.value
        opened, self.opened = self.opened, []
        reads, self.reads = self.reads, set()
        mark = self.journal.mark()
        try:
            value = work()
        finally:
            mine = dict.fromkeys(self.opened)
            self.opened = [*dict.fromkeys((*opened, *mine))]
            read, self.reads = self.reads, reads | self.reads
        small = len(read) + len(mine) <= MAX_READ and not (env and _keeps_env(value, 0))
        if small and names.PASSING not in read and self._steps <= self._limit:
            self.journal.keep(mark)
            kept = tuple((key, env[key]) for key in read if key in env)
            self._known.setdefault(what, []).insert(0, _Known(kept, tuple(mine), value))
            del self._known[what][MAX_KNOWN:]
        return value

    def value(self, node: Node, env: Env) -> Value:
        """Return what an expression stands for."""
        node = strip_wrappers(node)
        self._steps += 1
        if self._depth >= MAX_DEPTH or self._steps > self._limit:
            return Unknown("it is too deep to follow", node.spot)
        self._depth += 1
        try:
            return self._value(node, env)
        except RecursionError:
            return Unknown("it is too deep to follow", node.spot)
        finally:
            self._depth -= 1

    def _value(self, node: Node, env: Env) -> Value:
        kind = node.kind
        if kind in FUNCTIONS:
            return Function(node, env)
        if kind in _CLASSES:
            return Class(node, env)
        found = _KINDS.get(kind)
        return found(self, node, env) if found else make_run_time_unknown(node)


def _keeps_env(value: Value, depth: int) -> bool:
    """Return whether a value has a function in it, which goes on reading the Env it was made in."""
    if isinstance(value, Table | Items):
        inner = value.entries.values() if isinstance(value, Table) else value.items
        return depth > _DEEP or any(_keeps_env(one, depth + 1) for one in inner)
    if isinstance(value, Perhaps):
        return _keeps_env(value.value, depth)
    return isinstance(value, Function | Class | Instance | Keyed)


def make_run_time_unknown(node: Node) -> Unknown:
    """Return that the value of an expression is made when the server runs."""
    return Unknown("it is made when the server runs", node.spot)


def _string(_: Evaluator, node: Node, __: Env) -> Value:
    return read_literal(node, node.start + 1, node.end - 1)


def _template(ev: Evaluator, node: Node, env: Env) -> Value:
    parts: list[Text] = []
    at = node.start + 1
    for child in node.children:
        if child.kind != "template_substitution":
            continue
        parts.append(read_literal(node, at, child.start))
        value = ev.value(child.children[0], env) if child.children else make_run_time_unknown(child)
        text = texts.convert_to_text(value)
        if text is None:
            return value if isinstance(value, Unknown) else make_run_time_unknown(child)
        parts.append(text)
        at = child.end
    parts.append(read_literal(node, at, node.end - 1))
    return concatenate(parts, node.spot)


def _number(_: Evaluator, node: Node, __: Env) -> Value:
    text = node.text.replace("_", "").lower()
    try:
        if text.startswith(("0x", "0o", "0b")):
            return Scalar(int(text, 0), node.spot)
        number = float(text)
    except (ValueError, OverflowError):
        return make_run_time_unknown(node)
    return Scalar(int(number) if number.is_integer() else number, node.spot)


def _constant(_: Evaluator, node: Node, __: Env) -> Value:
    return Scalar({"true": True, "false": False}.get(node.kind), node.spot)


def _absent(_: Evaluator, node: Node, __: Env) -> Value:
    return Absent(node.spot)


def _pattern(_: Evaluator, node: Node, __: Env) -> Value:
    found = node.get_field("pattern")
    flags = node.get_field("flags")
    return Pattern(found.text if found else "", node.spot, flags.text if flags else "")


def _array(ev: Evaluator, node: Node, env: Env) -> Value:
    items: list[Any] = []
    for child in node.children:
        if child.kind == "spread_element":
            items += calls.spread(ev.value(child.children[0], env), child.spot)
        else:
            items.append(ev.value(child, env))
    if len(items) > MAX_ITEMS:
        return Unknown("it is too long", node.spot)
    return Items(tuple(items), node.spot)


def _object(ev: Evaluator, node: Node, env: Env) -> Value:
    entries: dict[str, Any] = {}
    keys: dict[str, Spot] = {}
    for child in node.children:
        if child.kind == "spread_element":
            calls.merge(entries, keys, ev.value(child.children[0], env), child.spot)
        elif child.kind == "shorthand_property_identifier":
            _put(entries, keys, child.text, child, names.evaluate_name(ev, child, env))
        elif child.kind == "pair":
            key, value = child.get_field("key"), child.get_field("value")
            name = names.evaluate_key(ev, key, env) if key else None
            if name is None or value is None:
                entries[REST] = make_run_time_unknown(child)
            else:
                _put(entries, keys, name, key or child, ev.value(value, env))
        elif child.kind == "method_definition":
            key = child.get_field("name")
            name = names.evaluate_key(ev, key, env) if key else None
            method = Function(child, env)
            if name is not None:
                got = calls.call(ev, method, [], child.spot) if child.has("get") else method
                _put(entries, keys, name, child, got)
    return names.detect_bundled_zod(Table(entries, node.spot, keys))


def _put(entries: dict[str, Any], keys: dict[str, Spot], name: str, at: Node, value: Value) -> None:
    entries[name] = value
    keys[name] = at.spot


def _binary(ev: Evaluator, node: Node, env: Env) -> Value:
    operator = node.word("operator")
    if operator == "+":
        return _sum(ev, node, env)
    left, right = node.get_field("left"), node.get_field("right")
    if not (left and right):
        return make_run_time_unknown(node)
    if operator in {"&&", "||", "??"}:
        return _either(ev, operator, left, right, env)
    if operator in {"===", "!==", "==", "!="}:
        same = _same(ev.value(left, env), ev.value(right, env), strict=len(operator) > 2)  # noqa: PLR2004
        return (
            make_run_time_unknown(node)
            if same is None
            else Scalar(same == (operator[0] == "="), node.spot)
        )
    if operator == "instanceof":
        return _is_a(ev.value(left, env), right, node.spot)
    if operator == "in":
        return _inside(ev.value(left, env), ev.value(right, env), node.spot)
    return texts.arithmetic(operator, ev.value(left, env), ev.value(right, env), node.spot)


def _same(one: Value, other: Value, *, strict: bool) -> bool | None:
    """Return whether two values are the same; None if that cannot be known."""
    if isinstance(one, Text | Scalar) and isinstance(other, Text | Scalar):
        if not strict and type(one.value) is not type(other.value):
            return None
        return one.value == other.value and type(one.value) is type(other.value)
    kinds = {texts.evaluate_typeof(one), texts.evaluate_typeof(other)}
    if None in kinds:
        return None
    if not strict and all(is_nothing(v) for v in (one, other)):
        return None if kinds & {"string", "number", "boolean"} else True
    if kinds == {"undefined"}:
        return True
    return False if len(kinds) > 1 else None


def _is_a(value: Value, of: Node, at: Spot) -> Value:
    """Return whether a value is made of a class, as far as zod's own are asked for."""
    kind = of.text.rpartition(".")[2]
    if isinstance(value, Zod) and kind.startswith("Zod"):
        holds = zod.is_a(value, kind)
        return (
            Unknown("it is made when the server runs", at) if holds is None else Scalar(holds, at)
        )
    return Unknown("it is made when the server runs", at)


def _inside(key: Value, of: Value, at: Spot) -> Value:
    if isinstance(key, Text) and isinstance(of, Zod) and key.value == "shape":
        return Scalar(of.kind == "object", at)
    return builtin.has(of, key, at)


def _sum(ev: Evaluator, node: Node, env: Env) -> Value:
    """Add up a chain of +, however long."""
    operands: list[Node] = []
    while node.kind == "binary_expression" and node.word("operator") == "+":
        left, right = node.get_field("left"), node.get_field("right")
        if not (left and right):
            return make_run_time_unknown(node)
        operands.append(right)
        node = strip_wrappers(left)
    return texts.add_values([ev.value(one, env) for one in reversed([*operands, node])], node.spot)


def _either(ev: Evaluator, operator: str, left: Node, right: Node, env: Env) -> Value:
    first = ev.value(left, env)
    if operator == "??":
        if isinstance(first, Unknown) or truth(first) is None:
            return make_run_time_unknown(left)
        gone = isinstance(first, Absent) or (isinstance(first, Scalar) and first.value is None)
        return ev.value(right, env) if gone else first
    holds = truth(first)
    if holds is None:
        if operator == "&&":
            return Perhaps(effects.either(ev, right, None, env)[0], left.spot)
        if ev.running and changes(ev.module(right), right.start, right.end):
            effects.either(ev, right, None, env)
        return make_run_time_unknown(left)
    return ev.value(right, env) if holds == (operator == "&&") else first


def _ternary(ev: Evaluator, node: Node, env: Env) -> Value:
    condition, yes, no = map(node.get_field, ("condition", "consequence", "alternative"))
    if not (condition and yes and no):
        return make_run_time_unknown(node)
    holds = truth(ev.value(condition, env))
    if holds is not None:
        return ev.value(yes if holds else no, env)
    return join_values(*effects.either(ev, yes, no, env), node.spot)  # type: ignore[no-any-return]


def _unary(ev: Evaluator, node: Node, env: Env) -> Value:
    argument = node.get_field("argument")
    operator = node.word("operator")
    if operator == "void":
        return Absent(node.spot)
    value = ev.value(argument, env) if argument else make_run_time_unknown(node)
    if operator == "!":
        holds = truth(value)
        return make_run_time_unknown(node) if holds is None else Scalar(not holds, node.spot)
    if operator == "typeof":
        kind = texts.evaluate_typeof(value)
        return Text(kind, node.spot) if kind else make_run_time_unknown(node)
    if operator == "-" and isinstance(value, Scalar) and isinstance(value.value, int | float):
        return Scalar(-value.value, node.spot)
    return make_run_time_unknown(node)


def _sequence(ev: Evaluator, node: Node, env: Env) -> Value:
    return ev.value(node.children[-1], env)


def _evaluate_assignment(ev: Evaluator, node: Node, env: Env) -> Value:
    if ev.running:
        return effects.assign(ev, node, env)
    right = node.get_field("right")
    return ev.value(right, env) if right else make_run_time_unknown(node)


_KINDS: dict[str, Any] = {
    "string": _string,
    "template_string": _template,
    "number": _number,
    "true": _constant,
    "false": _constant,
    "null": _constant,
    "undefined": _absent,
    "regex": _pattern,
    "array": _array,
    "object": _object,
    "binary_expression": _binary,
    "ternary_expression": _ternary,
    "unary_expression": _unary,
    "sequence_expression": _sequence,
    "assignment_expression": _evaluate_assignment,
    "augmented_assignment_expression": _evaluate_assignment,
    "identifier": names.evaluate_name,
    "this": names.evaluate_this,
    "member_expression": members.member_expression,
    "subscript_expression": members.subscript_expression,
    "call_expression": calls.call_expression,
    "new_expression": calls.new_expression,
}
