"""Collect the registrations of one package, and build the tools that they declare."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolgrade.source.found import Declared, Failure, Unread
from toolgrade.source.nodes import Table, Text, Unknown, convert_to_data
from toolgrade.source.python.decorators import apply_decorators
from toolgrade.source.python.definitions import build_definition, drop_schemas, set_client_name
from toolgrade.source.python.list_handlers import find_listed_tools
from toolgrade.source.python.members import FROM_FUNCTION, FROM_TOOL
from toolgrade.source.python.values import Either, External, Function, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.source.found import Findings
    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.modules import Module
    from toolgrade.source.python.removals import Removal
    from toolgrade.source.python.rewriting import Rewriting
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.servers import Server, Servers
    from toolgrade.source.python.values import Scope, Value


@dataclass(frozen=True, slots=True)
class RegistrationSite:
    """A registration: the server's, where it is written, and the condition that it depends on;
    `reworked` if the schema that it makes is taken up afterwards, `decorator` where that is one,
    and the decorators `below` it.
    """

    server: Server
    site: Spot
    condition: Spot | None
    reworked: bool = False
    decorator: Spot | None = None
    below: Sequence[ast.expr] | None = None


@dataclass(frozen=True, slots=True)
class ToolSource:
    """A function, and the arguments from which a tool is made of it; `reworked` if the tool's
    parameters differ from the function's.
    """

    function: Value
    given: Mapping[str, Any]
    reworked: bool = False


def read_tool_source(value: Value) -> ToolSource | None:
    """Return the source of a tool that `Tool.from_function(...)` or `Tool.from_tool(...)` makes;
    None for any other value.
    """
    if not (isinstance(value, Instance) and isinstance(value.kind, External) and value.called):
        return None
    given = dict(value.kwargs)
    if value.kind.path.endswith(FROM_FUNCTION):
        function = value.args[0] if value.args else given.pop("fn", None)
        return ToolSource(function, given) if function is not None else None
    if value.kind.path.endswith(FROM_TOOL):
        first = value.args[0] if value.args else given.pop("tool", None)
        made = read_tool_source(first) if first is not None else None
        return made and ToolSource(made.function, {**made.given, **given}, reworked=True)
    return None


@dataclass(frozen=True, slots=True)
class _Registered:
    definition: Table
    at: Spot
    server: Server
    condition: Spot | None
    handler: Spot | None


class Registrations:
    """Collects what one package registers."""

    def __init__(self, ev: Interpreter, servers: Servers, findings: Findings) -> None:
        self.ev = ev
        self.servers = servers
        self.findings = findings
        self._found: dict[tuple[str, Spot], _Registered] = {}
        self._unread: dict[Spot, Unread] = {}

    def add(self, function: Value, given: Mapping[str, Any], where: RegistrationSite) -> None:
        """Note that a function is registered with the arguments `given`."""
        if isinstance(function, Either):
            for option in function.options:
                self.add(option, given, replace(where, condition=where.condition or where.site))
            return
        self.add_one_of([ToolSource(function, given)], where)

    def add_one_of(self, options: Sequence[ToolSource], where: RegistrationSite) -> None:
        """Note that one of several tools is registered; which one is only known at run time. Where
        tools of the same name differ, the definition is unknown.
        """
        for option in options:
            self.ev.budget.start_definition()
            function = option.function
            at = function.at if isinstance(function, Function) else where.site
            decorated = self._apply_decorators(function, where)
            why = Unknown("the class of its server may change it", at)
            given = {**option.given, **dict.fromkeys(where.server.changes, why)}
            made = build_definition(self.ev, decorated, given, where.server.sdk, at)
            if isinstance(made, Unknown):
                self._unread.setdefault(where.site, Unread(made.why, at))
                continue
            if where.reworked or option.reworked:
                made = drop_schemas(made)
            key = (made.entries["name"].value, where.site)
            if key in self._found and option is not options[0]:
                made = _keep_common_parts(self._found[key].definition, made)
                self._found.pop(key)
            handler = function.at if isinstance(function, Function) else None
            registered = _Registered(
                made, where.decorator or where.site, where.server, where.condition, handler
            )
            self._found.setdefault(key, registered)

    def _apply_decorators(self, function: Value, where: RegistrationSite) -> Value:
        if not isinstance(function, Function):
            return function
        every = getattr(function.node, "decorator_list", ())
        return apply_decorators(self.ev, function, every if where.below is None else where.below)

    def add_listed_tools(self, function: Value) -> None:
        """Note that a low-level server lists what a function returns."""
        tools, unread = find_listed_tools(self.ev, function)
        self.findings.tools += tools
        self.findings.unread += unread

    def add_failure(self, module: Module, why: str) -> None:
        """Note that a module could not be read to its end."""
        self.findings.failures.append(Failure(module.file.label, why))

    def read_arguments(
        self, call: ast.Call, scope: Scope, sdk: Sdk, skip: int = 0
    ) -> dict[str, Any]:
        """Return the arguments of a registration by name, without the first `skip`."""
        found = self.ev.calls.evaluate_arguments(call, scope)
        if found is None:
            why = Unknown("its arguments are made at run time", self.ev.at(call, scope))
            unseen = dict[str, Any].fromkeys(("name", "description", "title", "annotations"), why)
            written = {k.arg: k.value for k in call.keywords if k.arg in unseen}
            if len(call.args) > skip and not isinstance(call.args[skip], ast.Starred):
                written["name"] = call.args[skip]
            return unseen | {key: self.ev.value(one, scope) for key, one in written.items()}
        args, kwargs = found
        said = dict(zip(sdk.places, args[skip:], strict=False)) | kwargs
        if isinstance(said.get("name"), Unknown):
            # The name identifies the tool, so use the one it has if nothing is configured.
            with self.ev.assume_defaults():
                args, kwargs = self.ev.calls.evaluate_arguments(call, scope) or ((), {})
            again = dict(zip(sdk.places, args[skip:], strict=False)) | kwargs
            said["name"] = again.get("name", said["name"])
        return said

    def add_tools(self, rewriting: Rewriting, removals: Sequence[Removal]) -> None:
        """Add the tools to the findings, with the prefixes of mounted servers and without removed
        tools; and add the registrations that could not be read in any call around them.
        """
        known = {site for _, site in self._found}
        self.findings.unread += [u for site, u in self._unread.items() if site not in known]
        declared: dict[str, Declared] = {}
        for found in self._list_remaining(removals):
            entries = found.definition.entries
            name = self.servers.add_mount_prefixes(entries["name"], found.server.home)
            if isinstance(name, Unknown):
                self.findings.unread.append(Unread(name.why, found.at))
                continue
            made = rewriting.mark_rewritten_fields(
                set_client_name(found.definition, name, found.server.sdk)
            )
            condition = found.condition or rewriting.at
            other = declared.get(name.value)
            if other is not None:
                # The package has several servers or variants, and which one is started is only
                # known at run time.
                made, condition = _keep_common_parts(other.definition, made), other.condition
            at, handler = (other or found).at, (other or found).handler
            declared[name.value] = Declared(made, at, condition, handler)
        self.findings.tools += declared.values()

    def _list_remaining(self, removals: Sequence[Removal]) -> Iterator[_Registered]:
        """Yield what is registered and not removed. A name that is registered twice is kept, since
        it is unknown which of the two is removed.
        """
        names = Counter(name for name, _ in self._found)
        by_name: dict[str, list[Removal]] = {}
        by_handler: dict[Spot | None, list[Removal]] = {}
        for removal in removals:
            if removal.handler is None:
                by_name.setdefault(removal.name, []).append(removal)
            else:
                by_handler.setdefault(removal.handler, []).append(removal)
        for (name, _), found in self._found.items():
            full = self.servers.add_mount_prefixes(
                found.definition.entries["name"], found.server.home
            )
            known = [(name, found.server.home)]
            if isinstance(full, Text) and full.value != name:
                known.append((full.value, None))
            is_gone = names[name] == 1 and any(
                removal.takes(one, home, found.handler, found.at)
                for one, home in known
                for removal in (*by_name.get(one, ()), *by_handler.get(found.handler, ()))
            )
            if not is_gone:
                yield found


def _keep_common_parts(one: Table, other: Table) -> Table:
    """Return the fields that two definitions have in common; the others are unknown."""
    entries: dict[str, Any] = {}
    for key in {**one.entries, **other.entries}:
        left, right = one.entries.get(key), other.entries.get(key)
        same = (
            left is not None
            and right is not None
            and convert_to_data(left) == convert_to_data(right)
        )
        entries[key] = left if same else Unknown("it depends on a condition", one.at)
    return Table(entries, one.at, one.keys)
