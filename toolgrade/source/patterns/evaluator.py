"""The value of an expression, as far as reading alone can tell. Nothing is run.

`grammars` has the expressions of each language; this module has what names, members and calls mean
in all of them. Steps and depth are limited: past the limits a value is unknown, as it is wherever
it depends on what happens when the server runs.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from toolgrade.source.budget import TOO_DEEP, TOO_LARGE, Budget
from toolgrade.source.nodes import Items, Table, Text, Unknown
from toolgrade.source.patterns.changes import (
    WHY,
    Held,
    apply_changes,
    apply_effects,
    evaluate_returned_argument,
    find_effects,
)
from toolgrade.source.patterns.values import (
    NO_ENV,
    Call,
    Env,
    Foreign,
    Function,
    Given,
    Kind,
    Method,
    OwnType,
    make_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.source.nodes import File, Spot
    from toolgrade.source.patterns.changes import Effect
    from toolgrade.source.patterns.grammar import Field, Grammar
    from toolgrade.source.patterns.modules import Declaration, Modules
    from toolgrade.source.patterns.values import Change
    from toolgrade.source.tree import Node

_CALL_STEPS = 8
"""The steps that following a call costs."""

MAX_STEPS = 250_000
"""The most expressions evaluated in one language. A server of 120 tools takes 15,000."""

MAX_DEPTH = 60
"""The deepest nesting of expressions, including the names and calls that are followed."""

MAX_CALLERS = 4
"""The most functions followed outwards, to the calls that give their parameters."""

_MEMBERS = frozenset(
    {
        "selector_expression",
        "member_access_expression",
        "field_access",
        "navigation_expression",
    }
)

_T = TypeVar("_T")


class Evaluator:
    """Evaluates expressions in the files of one language."""

    def __init__(self, modules: Modules, grammar: Grammar) -> None:
        self.modules = modules
        self.grammar = grammar
        self.budget = Budget(MAX_STEPS, MAX_DEPTH, modules.allowance.is_late)
        # Functions with a parameter that was read and has no value, since this was last emptied.
        self._opened: list[Node] = []
        self._effects: dict[tuple[Node, str, bool, int], tuple[Env, list[Effect]]] = {}
        self._parameters: dict[Node, list[Field]] = {}
        self._bindings: dict[Node, dict[str, tuple[Node, Node | None]]] = {}
        self._known: dict[tuple[File, int], Any] = {}
        self._envs: dict[tuple[File, int], list[Env]] = {}

    def value(self, node: Node, env: Env = NO_ENV) -> Any:
        """Return the value of an expression."""
        known = self.grammar.kinds.get(node.kind)
        budget = self.budget
        try:
            if not budget.enter() and not _is_plain(node):
                return Unknown(budget.why, node.spot)
            made = known(self, node, env) if known else make_unknown(node.spot)
        except RecursionError:
            return Unknown(TOO_DEEP, node.spot)
        except IndexError:  # the code is cut off
            return Unknown("it is not valid code", node.spot)
        finally:
            budget.leave()
        return made if node.kind.endswith("identifier") else self._charge(made)

    def _charge(self, value: Any) -> Any:
        """Return a value and count its size; unknown if it is too large."""
        match value:
            case Text(text, _, runs):
                is_left = self.budget.build(len(runs), len(text))
            case Items(items):
                is_left = self.budget.build(len(items))
            case Table(entries):
                is_left = self.budget.build(len(entries) * 4)
            case Call(_, given):
                is_left = self.budget.build(len(given))
            case _:
                return value
        return value if is_left else Unknown(TOO_LARGE, value.at)

    def kind(self, node: Node) -> Kind:
        """Return a type as written."""
        try:
            if self.budget.step((node.end - node.start) // 16):
                return self.grammar.kind(node, self)
        except RecursionError:
            pass
        return Kind("", (), node.spot)

    def name(self, node: Node, name: str, env: Env) -> Any:
        """Return what a name means at a node."""
        for above in node.above():
            if above.kind in self.grammar.functions:
                for one in self._list_parameters(above):
                    if one.name.removeprefix("...") == name:
                        return self._parameter(above, one, env)
            if above.kind in self.grammar.bodies:
                continue
            before, given = self._collect_block_bindings(above).get(name, (above, None))
            if before is not above and before.end <= node.start:
                return self._local(Held(name, before, above, node), given, env)
        return self._resolve_outer_name(node, name)

    def _list_parameters(self, function: Node) -> list[Field]:
        if function not in self._parameters:
            self._parameters[function] = self.grammar.parameters(function)
        return self._parameters[function]

    def _collect_block_bindings(self, block: Node) -> dict[str, tuple[Node, Node | None]]:
        """Return, for each name, the first statement of a block that declares it, and the value."""
        if block not in self._bindings:
            found: dict[str, tuple[Node, Node | None]] = {}
            self._bindings[block] = found
            for statement in block.children:
                for name, value in self.grammar.bindings(statement):
                    found.setdefault(name, (statement, value))
        return self._bindings[block]

    def _parameter(self, function: Node, one: Field, env: Env) -> Any:
        key = (one.node.file, one.node.start)
        if key in env:
            return env[key]
        self._opened.append(function)
        return Unknown("it is given by the function's callers", one.node.spot)

    def _local(self, held: Held, given: Node | None, env: Env) -> Any:
        at = held.statement.spot
        if given is None:
            return make_unknown(at)
        value = self.value(given, env)
        shared = self.grammar.is_shared(given) and isinstance(value, Items | Table | Call)
        changes = self.find_changes(held, env, shared=shared)
        return Unknown(WHY, at) if changes is None else apply_changes(value, changes)

    def find_changes(self, held: Held, env: Env, *, shared: bool) -> list[Change] | None:
        """Return what is set in the value of a local name; None if that is not known.

        `shared` says that code the value is passed to may change it too.
        """
        key = (held.statement, held.name, shared, id(env))
        if key not in self._effects:
            found: list[Effect] = []
            self._effects[key] = (env, found)  # keeps the env alive, so that its id is not reused
            try:
                find_effects(self, held, env, found, shared=shared)
            except IndexError:
                del self._effects[key]
                raise
        return apply_effects(self._effects[key][1], held.use)

    def _resolve_outer_name(self, node: Node, name: str) -> Any:
        module = self.modules.get_module_of_node(node)
        for above in node.above():
            owner = module.declared.get(("", self.grammar.named(above)))
            if owner and owner[0].what == "type" and owner[0].node is above:
                found = self.modules.member(owner[0], name)
                if found:
                    return self.evaluate_declaration(found, node.spot)
        found = self.modules.find_top_level(name, module)
        if found:
            return self.evaluate_declaration(found, node.spot)
        path = module.imports.names.get(name)
        if path:
            return self._resolve_import(path, node.spot)
        return Foreign(name, node.spot)

    def _resolve_import(self, path: str, at: Spot) -> Any:
        home, _, name = path.rpartition(".")
        found = self.modules.find_in_home(home, name)
        if not found:
            outer, _, owner = home.rpartition(".")
            holder = self.modules.find_in_home(outer, owner)
            found = self.modules.member(holder, name) if holder else None
        return self.evaluate_declaration(found, at) if found else Foreign(path, at)

    def evaluate_declaration(self, found: Declaration, at: Spot) -> Any:
        """Return the value of a declaration."""
        if found.what == "function":
            return Function(found.node, found.module, NO_ENV)
        if found.what == "type":
            return OwnType(found, at)
        if found.value is None:
            return make_unknown(found.node.spot)
        key = (found.value.file, found.value.start)
        if key not in self._known:
            self._known[key] = Unknown("it is made from itself", found.node.spot)
            again = self.grammar.is_reassigned(found, self.modules)
            self._known[key] = make_unknown(found.node.spot) if again else self.value(found.value)
        return self._known[key]

    def member(self, of: Any, name: str, at: Spot) -> Any:
        """Return what a name means as a member of a value."""
        if isinstance(of, Foreign):
            found = self.modules.find_in_home(of.path, name)
            return (
                self.evaluate_declaration(found, at) if found else Foreign(f"{of.path}.{name}", at)
            )
        if isinstance(of, OwnType):
            found = self.modules.member(of.declaration, name)
            if found:
                return self.evaluate_declaration(found, at)
            return Method(of, name, at)
        field = of.get(name) if isinstance(of, Call) else None
        return Method(of, name, at) if field is None else field

    def call(
        self,
        callee: Any,
        given: Sequence[Given],
        at: Spot,
        types: Sequence[Kind] = (),
    ) -> Any:
        """Return the result of calling a function or constructing a type."""
        if isinstance(callee, Foreign):
            return Call(callee.path, tuple(given), at, tuple(types))
        if isinstance(callee, Method):
            return Call(f".{callee.name}", tuple(given), at, tuple(types), callee.of)
        if isinstance(callee, OwnType):
            one = callee.declaration
            return Call(f"{one.module.home}.{one.name}", tuple(given), at, tuple(types))
        if isinstance(callee, Function):
            if not self.budget.step(_CALL_STEPS):
                return Unknown(TOO_LARGE, at)
            answer = self.grammar.answer(callee.node)
            env = self.bind_parameters(callee, given)
            if answer is not None and env is not None:
                return self.value(answer, env)
            return evaluate_returned_argument(self, callee, [one.value for one in given], at)
        return callee if isinstance(callee, Unknown) else make_unknown(at)

    def evaluate_per_call(
        self, look: Callable[[Env], _T], env: Env = NO_ENV, depth: int = 0
    ) -> Iterator[_T]:
        """Yield the result of `look` for each call that gives the parameters it reads."""
        self._opened = []
        found = look(env)
        self.budget.step(_CALL_STEPS)
        functions = self._opened
        if depth < MAX_CALLERS and functions:
            envs = list(self._callers(functions[0], depth))
            if envs:
                for one in envs:
                    yield from self.evaluate_per_call(look, {**env, **one}, depth + 1)
                return
        yield found

    def _callers(self, function: Node, depth: int) -> Iterator[Env]:
        """Yield the values of a function's parameters in each call."""
        key = (function.file, function.start)
        if key not in self._envs:
            self._envs[key] = []
            self._envs[key] = list(self._found_callers(function, depth))
        yield from self._envs[key]

    def _found_callers(self, function: Node, depth: int) -> Iterator[Env]:
        name = self.grammar.named(function)
        if not name:
            return
        pattern = re.compile(rf"\b{re.escape(name)}\b")
        for module in self.modules.all:
            for found in pattern.finditer(module.text) if name in module.text else ():
                call = self.grammar.called(module.root.deepest(found.start()))
                self.budget.start_definition()
                if not self.budget.step(_CALL_STEPS):
                    why = Unknown(TOO_LARGE, function.spot)
                    yield {
                        (p.node.file, p.node.start): why for p in self._list_parameters(function)
                    }
                    return
                if call and not _within(call, function):
                    given = partial(self._bind_call_arguments, call, function)
                    yield from (
                        env for env in self.evaluate_per_call(given, NO_ENV, depth + 1) if env
                    )

    def _bind_call_arguments(self, call: Node, function: Node, env: Env) -> Env | None:
        callee, given = self.grammar.call_of(self, call, env)
        if not (isinstance(callee, Function) and callee.node is function):
            return None
        unclear = Unknown("it is given in a way that is not followed", call.spot)
        parameters = self._list_parameters(function)
        return self.bind_parameters(callee, given) or {
            (one.node.file, one.node.start): unclear for one in parameters
        }

    def bind_parameters(self, function: Function, given: Sequence[Given]) -> Env | None:
        """Return the values of a function's parameters in a call; None if that is unclear."""
        env = dict(function.env)
        parameters = self._list_parameters(function.node)
        placed = [one.value for one in given if not one.name]
        named = {one.name: one.value for one in given if one.name}
        rest = parameters[-1:] if parameters and parameters[-1].name.startswith("...") else []
        if rest:
            first = len(parameters) - 1
            more = Items(tuple(placed[first:]), rest[0].node.spot)
            parameters, placed = parameters[:-1], placed[:first]
            env[rest[0].node.file, rest[0].node.start] = more
        if len(placed) > len(parameters):
            return None
        for index, one in enumerate(parameters):
            value = placed[index] if index < len(placed) else named.get(one.name)
            if value is None:
                if one.default is None:
                    return None
                value = self.value(one.default)
            env[one.node.file, one.node.start] = value
        return env


def _is_plain(node: Node) -> bool:
    """Return whether an expression is a name, member or text: read even past the limits."""
    if node.kind.endswith("string_literal"):
        return not any(one.kind.startswith("interpol") for one in node.children)
    return node.kind.endswith("identifier") or node.kind in _MEMBERS


def _within(node: Node, holder: Node) -> bool:
    return node.file is holder.file and holder.start <= node.start < holder.end
