"""What an expression stands for, as far as reading alone can tell. Nothing is run.

What a language's expressions look like is in `grammars`; here is what names, members and calls mean
in all of them. The walk is bounded in steps and depth: past the bounds a value is unknown, and so
it is wherever the answer would depend on what happens when the server runs.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from toolgrade.source.nodes import Items, Table, Unknown
from toolgrade.source.patterns.changes import (
    WHY,
    Held,
    apply_changes,
    evaluate_returned_argument,
    find_changes,
)
from toolgrade.source.patterns.values import (
    NO_ENV,
    Call,
    Env,
    Foreign,
    Function,
    Given,
    Method,
    OwnType,
    make_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.source.nodes import File, Spot
    from toolgrade.source.patterns.grammar import Field, Grammar
    from toolgrade.source.patterns.modules import Declaration, Modules
    from toolgrade.source.patterns.values import Change, Kind
    from toolgrade.source.tree import Node

MAX_STEPS = 500_000
"""Expressions that are looked at in the files of one language."""

MAX_DEPTH = 60
"""Expressions within expressions, names and calls followed."""

MAX_CALLERS = 4
"""Functions that are followed outwards to the calls that give their parameters."""

_T = TypeVar("_T")


class Evaluator:
    """Evaluates expressions in the files of one language."""

    def __init__(self, modules: Modules, grammar: Grammar) -> None:
        self.modules = modules
        self.grammar = grammar
        # The functions of whose parameters one was asked for and has no value, since last emptied.
        self._opened: list[Node] = []
        self._changing: set[tuple[File, int, int]] = set()
        self._bindings: dict[Node, dict[str, tuple[Node, Node | None]]] = {}
        self._known: dict[tuple[File, int], Any] = {}
        self._envs: dict[tuple[File, int], list[Env]] = {}
        self._steps = 0
        self._depth = 0

    def value(self, node: Node, env: Env = NO_ENV) -> Any:
        """Return what an expression stands for."""
        self._steps += 1
        known = self.grammar.kinds.get(node.kind)
        if self._depth >= MAX_DEPTH or self._steps > MAX_STEPS:
            return Unknown("it is too deep to follow", node.spot)
        self._depth += 1
        try:
            return known(self, node, env) if known else make_unknown(node.spot)
        except RecursionError:
            return Unknown("it is too deep to follow", node.spot)
        except IndexError:  # it is cut off
            return Unknown("it is no valid code", node.spot)
        finally:
            self._depth -= 1

    def name(self, node: Node, name: str, env: Env) -> Any:
        """Return what a name means where it stands at a node."""
        for above in node.above():
            if above.kind in self.grammar.functions:
                for one in self.grammar.parameters(above):
                    if one.name.removeprefix("...") == name:
                        return self._parameter(above, one, env)
            if above.kind in self.grammar.bodies:
                continue
            before, given = self._collect_block_bindings(above).get(name, (above, None))
            if before is not above and before.end <= node.start:
                return self._local(Held(name, before, above, node), given, env)
        return self._resolve_outer_name(node, name)

    def _collect_block_bindings(self, block: Node) -> dict[str, tuple[Node, Node | None]]:
        """Return the statement of a block that declares each name first, and the value there."""
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
        return Unknown("it is given by whoever calls the function", one.node.spot)

    def _local(self, held: Held, given: Node | None, env: Env) -> Any:
        at = held.statement.spot
        if given is None:
            return make_unknown(at)
        value = self.value(given, env)
        shared = self.grammar.is_shared(given) and isinstance(value, Items | Table | Call)
        changes = self.find_changes(held, env, shared=shared)
        return Unknown(WHY, at) if changes is None else apply_changes(value, changes)

    def find_changes(self, held: Held, env: Env, *, shared: bool) -> list[Change] | None:
        """Return what is set in the value of a local name; None if that cannot be told.

        `shared` says that whatever is given the value may change it too.
        """
        key = (held.statement.file, held.statement.start, held.use.start)
        if key in self._changing:
            return []
        self._changing.add(key)
        try:
            return find_changes(self, held, env, shared=shared)
        finally:
            self._changing.discard(key)

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
        """Return what a declaration stands for."""
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
        """Return what calling a function or making an object of a type gives."""
        if isinstance(callee, Foreign):
            return Call(callee.path, tuple(given), at, tuple(types))
        if isinstance(callee, Method):
            return Call(f".{callee.name}", tuple(given), at, tuple(types), callee.of)
        if isinstance(callee, OwnType):
            one = callee.declaration
            return Call(f"{one.module.home}.{one.name}", tuple(given), at, tuple(types))
        if isinstance(callee, Function):
            answer = self.grammar.answer(callee.node)
            env = self.bind_parameters(callee, given)
            if answer is not None and env is not None:
                return self.value(answer, env)
            return evaluate_returned_argument(self, callee, [one.value for one in given], at)
        return callee if isinstance(callee, Unknown) else make_unknown(at)

    def evaluate_per_call(
        self, look: Callable[[Env], _T], env: Env = NO_ENV, depth: int = 0
    ) -> Iterator[_T]:
        """Yield what `look` finds for each call that gives the parameters it asks for."""
        self._opened = []
        found = look(env)
        functions = self._opened
        if depth < MAX_CALLERS and functions:
            envs = list(self._callers(functions[0], depth))
            if envs:
                for one in envs:
                    yield from self.evaluate_per_call(look, {**env, **one}, depth + 1)
                return
        yield found

    def _callers(self, function: Node, depth: int) -> Iterator[Env]:
        """Yield what each call of a function gives for its parameters."""
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
        parameters = self.grammar.parameters(function)
        return self.bind_parameters(callee, given) or {
            (one.node.file, one.node.start): unclear for one in parameters
        }

    def bind_parameters(self, function: Function, given: Sequence[Given]) -> Env | None:
        """Return what the parameters of a function stand for in a call; None if that is unclear."""
        env = dict(function.env)
        parameters = self.grammar.parameters(function.node)
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


def _within(node: Node, holder: Node) -> bool:
    return node.file is holder.file and holder.start <= node.start < holder.end
