"""The value of an expression, as far as reading alone can tell. Nothing is run.

Each kind of expression has a function here; names, members and calls have modules. A value is
unknown where it depends on what happens when the server runs, and past the limits of the budget.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from toolgrade.source.javascript import builtin, calls, effects, members, names, texts, zod
from toolgrade.source.javascript.budget import MAX_DEPTH, TOO_DEEP, TOO_LARGE, Budget, LimitError
from toolgrade.source.javascript.combine import join_values, limit_size, merge, spread
from toolgrade.source.javascript.interpreter import Interpreter, Needs, Stack
from toolgrade.source.javascript.journal import Journal
from toolgrade.source.javascript.literals import read_literal
from toolgrade.source.javascript.relevance import changes_any_name
from toolgrade.source.javascript.scopes import FUNCTIONS, Binding, Key
from toolgrade.source.javascript.syntax import Node, strip_wrappers
from toolgrade.source.javascript.values import (
    PASSING,
    REST,
    RUN_TIME,
    Absent,
    Array,
    Class,
    Env,
    Function,
    Instance,
    Keyed,
    Object,
    Pattern,
    Perhaps,
    Value,
    Zod,
    is_nothing,
    truth,
)
from toolgrade.source.nodes import MAX_ITEMS, MAX_TEXT, Scalar, Spot, Text, Unknown, concatenate

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from toolgrade.source.javascript.modules import Module, Modules
    from toolgrade.source.javascript.package import Dialect

MAX_KNOWN = 8
"""Values of one name that are remembered, each with the circumstances it depends on."""

MAX_READ = 24
"""Circumstances that a remembered value may depend on."""

_DEEP = 6
_CLASSES = frozenset({"class", "class_declaration", "abstract_class_declaration"})


_T = TypeVar("_T")


class _Known(NamedTuple):
    """A value with what was read from an Env, and asked for in vain, when it was worked out."""

    read: tuple[tuple[Key, Any], ...]
    opened: tuple[Binding, ...]
    value: Value


class Evaluator:
    """The interpreter of one package: it wires the parts, which import none of one another."""

    def __init__(self, modules: Modules, dialect: Dialect) -> None:
        self.modules = modules
        self.dialect = dialect
        self.budget = Budget(
            modules.allowance.is_late, sum(len(module.text) for module in modules.in_use)
        )
        self.journal = Journal(self.budget)
        self.needs = Needs()
        self.stack = Stack()
        self._known: dict[Hashable, list[_Known]] = {}
        self._found: dict[Hashable, Any] = {}

    def module(self, node: Node) -> Module:
        """Return the module that a node is in."""
        return self.modules.find_module_of(node)

    def value_of_name(self, binding: Binding, env: Env) -> Value:
        """Return the value of a declared name."""
        return names.evaluate_declared_name(self, binding, env)

    def member(self, value: Value, name: str, at: Spot) -> Value:
        """Return the member of a value that has a name."""
        return members.evaluate_member(self, value, name, at)

    def apply(self, function: Value, values: list[Value], at: Spot) -> Value:
        """Return what a function returns for values."""
        return calls.apply(self, function, values, at)

    def once(self, what: Hashable, work: Callable[[], _T], meanwhile: _T | None = None) -> _T:
        """Return what `work` returns, worked out once. Asked for while it is being worked out, the
        answer is `meanwhile`.
        """
        if what not in self._found:
            self._found[what] = meanwhile
            try:
                self._found[what] = work()
            except (LimitError, RecursionError):
                del self._found[what]
                raise
        return self._found[what]  # type: ignore[no-any-return]

    def memoize(self, what: Hashable, env: Env, work: Callable[[], Value]) -> Value:
        """Return what `work` returns, or did under an Env that does not differ in what it read."""
        needs = self.needs
        for known in self._known.get(what, ()):
            if all(env.get(k) is v for k, v in known.read) and not any(
                one.key in env for one in known.opened
            ):
                needs.opened += known.opened
                needs.reads.update(key for key, _ in known.read)
                return known.value
        opened, needs.opened = needs.opened, []
        reads, needs.reads = needs.reads, set()
        mark = self.journal.mark()
        try:
            value = work()
        finally:
            mine = dict.fromkeys(needs.opened)
            needs.opened = opened
            opened[:] = dict.fromkeys((*opened, *mine))
            read, needs.reads = needs.reads, reads
            reads |= read
        is_small = len(read) + len(mine) <= MAX_READ and not (env and _keeps_env(value))
        if is_small and PASSING not in read and self.budget.is_left():
            self.journal.keep(mark)
            kept = tuple((key, env[key]) for key in read if key in env)
            self._known.setdefault(what, []).insert(0, _Known(kept, tuple(mine), value))
            del self._known[what][MAX_KNOWN:]
        return value

    def value(self, node: Node, env: Env) -> Value:
        """Return the value of an expression."""
        node = strip_wrappers(node)
        budget = self.budget
        budget.steps += 1
        if budget.steps > budget.limit:
            return Unknown(TOO_LARGE, node.spot)
        if budget.depth >= MAX_DEPTH:
            return Unknown(TOO_DEEP, node.spot)
        budget.depth += 1
        try:
            return self._value(node, env)
        except LimitError as error:
            return Unknown(str(error), node.spot)
        except RecursionError:
            return Unknown(TOO_DEEP, node.spot)
        finally:
            budget.depth -= 1

    def _value(self, node: Node, env: Env) -> Value:
        kind = node.kind
        if kind in FUNCTIONS:
            return Function(node, env)
        if kind in _CLASSES:
            return Class(node, env)
        found = _KINDS.get(kind)
        return found(self, node, env) if found else make_run_time_unknown(node)


def _keeps_env(value: Value) -> bool:
    """Return whether a value has a function in it, which keeps reading the Env it was made in."""
    work: list[tuple[Value, int]] = [(value, 0)]
    seen: set[int] = set()
    while work:
        one, depth = work.pop()
        if isinstance(one, Perhaps):
            work.append((one.value, depth))
        elif isinstance(one, Object | Array):
            if depth > _DEEP:
                return True
            if id(one) not in seen:
                seen.add(id(one))
                inner = one.entries.values() if isinstance(one, Object) else one.items
                work += ((each, depth + 1) for each in inner)
        elif isinstance(one, Function | Class | Instance | Keyed):
            return True
    return False


def make_run_time_unknown(node: Node) -> Unknown:
    """Return the unknown value of an expression that is computed when the server runs."""
    return Unknown(RUN_TIME, node.spot)


def _string(ev: Interpreter, node: Node, _: Env) -> Value:
    if node.end - node.start > MAX_TEXT:
        return Unknown(TOO_LARGE, node.spot)
    return limit_size(read_literal(node, node.start + 1, node.end - 1), ev.budget)


def _template(ev: Interpreter, node: Node, env: Env) -> Value:
    if node.end - node.start > MAX_TEXT:
        return Unknown(TOO_LARGE, node.spot)
    parts: list[Text] = []
    at = node.start + 1
    for child in node.children:
        if child.kind != "template_substitution":
            continue
        parts.append(read_literal(node, at, child.start))
        value = ev.value(child.children[0], env) if child.children else make_run_time_unknown(child)
        text = texts.convert_to_text(value, ev.budget)
        if text is None:
            return value if isinstance(value, Unknown) else make_run_time_unknown(child)
        parts.append(text)
        at = child.end
    parts.append(read_literal(node, at, node.end - 1))
    return limit_size(concatenate(parts, node.spot), ev.budget)


def _number(_: Interpreter, node: Node, __: Env) -> Value:
    text = node.text.replace("_", "").lower()
    try:
        number = float(int(text, 0)) if text.startswith(("0x", "0o", "0b")) else float(text)
    except (ValueError, OverflowError):
        return make_run_time_unknown(node)
    if not isfinite(number):
        return make_run_time_unknown(node)
    return Scalar(int(number) if number.is_integer() else number, node.spot)


def _constant(_: Interpreter, node: Node, __: Env) -> Value:
    return Scalar({"true": True, "false": False}.get(node.kind), node.spot)


def _absent(_: Interpreter, node: Node, __: Env) -> Value:
    return Absent(node.spot)


def _pattern(_: Interpreter, node: Node, __: Env) -> Value:
    found = node.get_field("pattern")
    flags = node.get_field("flags")
    return Pattern(found.text if found else "", node.spot, flags.text if flags else "")


def _array(ev: Interpreter, node: Node, env: Env) -> Value:
    items: list[Any] = []
    if len(node.children) > MAX_ITEMS:
        return Unknown(TOO_LARGE, node.spot)
    for child in node.children:
        if child.kind == "spread_element":
            items += spread(ev.value(child.children[0], env), child.spot)
        else:
            items.append(ev.value(child, env))
        if len(items) > MAX_ITEMS:
            return Unknown(TOO_LARGE, node.spot)
    return limit_size(Array(tuple(items), node.spot), ev.budget)


def _object(ev: Interpreter, node: Node, env: Env) -> Value:
    made = Object({}, node.spot)
    if len(node.children) > MAX_ITEMS:
        return Unknown(TOO_LARGE, node.spot)
    for child in node.children:
        if child.kind == "spread_element":
            merge(made, ev.value(child.children[0], env), child.spot, ev.budget)
        elif child.kind == "shorthand_property_identifier":
            _put(made, child.text, child, names.evaluate_name(ev, child, env))
        elif child.kind == "pair":
            key, value = child.get_field("key"), child.get_field("value")
            name = names.evaluate_key(ev, key, env) if key else None
            if name is None or value is None:
                made.entries[REST] = make_run_time_unknown(child)
            else:
                _put(made, name, key or child, ev.value(value, env))
        elif child.kind == "method_definition":
            key = child.get_field("name")
            name = names.evaluate_key(ev, key, env) if key else None
            method = Function(child, env)
            if name is not None:
                got = ev.apply(method, [], child.spot) if child.has("get") else method
                _put(made, name, child, got)
    return zod.detect_bundled_zod(limit_size(made, ev.budget))


def _put(into: Object, name: str, at: Node, value: Value) -> None:
    into.entries[name] = value
    into.keys[name] = at.spot


def _binary(ev: Interpreter, node: Node, env: Env) -> Value:
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
        return Unknown(RUN_TIME, at) if holds is None else Scalar(holds, at)
    return Unknown(RUN_TIME, at)


def _inside(key: Value, of: Value, at: Spot) -> Value:
    if isinstance(key, Text) and isinstance(of, Zod) and key.value == "shape":
        return Scalar(of.kind == "object", at)
    return builtin.has(of, key, at)


def _sum(ev: Interpreter, node: Node, env: Env) -> Value:
    """Add up a chain of +, however long."""
    operands: list[Node] = []
    while node.kind == "binary_expression" and node.word("operator") == "+":
        left, right = node.get_field("left"), node.get_field("right")
        if not (left and right):
            return make_run_time_unknown(node)
        operands.append(right)
        node = strip_wrappers(left)
    values = [ev.value(one, env) for one in reversed([*operands, node])]
    return limit_size(texts.add_values(values, node.spot, ev.budget), ev.budget)


def _either(ev: Interpreter, operator: str, left: Node, right: Node, env: Env) -> Value:
    first = ev.value(left, env)
    if operator == "??":
        if isinstance(first, Unknown) or truth(first) is None:
            return make_run_time_unknown(left)
        gone = isinstance(first, Absent) or (isinstance(first, Scalar) and first.value is None)
        return ev.value(right, env) if gone else first
    holds = truth(first)
    if holds is None:
        if operator == "&&":
            return Perhaps(effects.evaluate_either(ev, right, None, env)[0], left.spot)
        if ev.stack and changes_any_name(ev, right):
            effects.evaluate_either(ev, right, None, env)
        return make_run_time_unknown(left)
    return ev.value(right, env) if holds == (operator == "&&") else first


def _ternary(ev: Interpreter, node: Node, env: Env) -> Value:
    condition, yes, no = map(node.get_field, ("condition", "consequence", "alternative"))
    if not (condition and yes and no):
        return make_run_time_unknown(node)
    holds = truth(ev.value(condition, env))
    if holds is not None:
        return ev.value(yes if holds else no, env)
    first, second = effects.evaluate_either(ev, yes, no, env)
    return join_values(first, second, node.spot, ev.budget)  # type: ignore[no-any-return]


def _unary(ev: Interpreter, node: Node, env: Env) -> Value:
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


def _sequence(ev: Interpreter, node: Node, env: Env) -> Value:
    return ev.value(node.children[-1], env)


def _evaluate_assignment(ev: Interpreter, node: Node, env: Env) -> Value:
    if ev.stack:
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
    "member_expression": members.evaluate_member_expression,
    "subscript_expression": members.evaluate_subscript,
    "call_expression": calls.evaluate_call,
    "new_expression": calls.evaluate_new,
}
