"""What a registration belongs to: a server of one of MCP's own SDKs, or another object."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Scalar, Text, Unknown, concatenate
from toolgrade.source.python.sdk import (
    LOW_LEVEL,
    NEWEST,
    SERVERS,
    STANDALONE,
    Sdk,
    strip_vendor_folder,
)
from toolgrade.source.python.values import Class, Either, External, Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Version
    from toolgrade.source.python.values import Scope, Value

_SERVER_NAME = re.compile(r"mcp|server|^app$", re.IGNORECASE)
_DEEPEST_MOUNT = 5
_OPTIONS = frozenset({"description", "title", "annotations", "structured_output", "output_schema"})


@dataclass(frozen=True, slots=True)
class Server:
    """A server object: its SDK, the place where it is made, if known, and the options of each
    registration that its own class may change.
    """

    sdk: Sdk
    home: Spot | None = None
    changes: frozenset[str] = frozenset()


@dataclass
class Servers:
    """Recognizes the servers of one package. `usual` is the distribution of servers that are
    arguments of unknown type; `dedents` is passed to every Sdk.
    """

    ev: Interpreter
    below: Mapping[str, Version]
    usual: str = "mcp"
    dedents: bool = False
    _mounts: dict[Spot, tuple[Node, Spot | None]] = field(default_factory=dict)

    def find_server(self, node: ast.expr, scope: Scope) -> Server | None:
        """Return the server that an expression is; None if it is not one."""
        value = self.ev.value(node, scope)
        if isinstance(value, Either):
            # The server is made in one of several ways.
            value = value.options[0]
        if isinstance(value, Instance):
            distribution = self._distribution(value)
            home = value.at if value.called else None
            if not distribution:
                return None
            return Server(self._sdk(distribution), home, self._find_changed_options(value))
        named = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if isinstance(value, Unknown) and _SERVER_NAME.search(named):
            return Server(self._sdk(self.usual))
        return None

    def decorator(self, value: Value) -> tuple[Server, Instance | None] | None:
        """Return the server whose `tool`, `tool(...)` or `partial(tool, ...)` a value is, and the
        last of these with its arguments; None for any other value.
        """
        given = value if isinstance(value, Instance) and value.called else None
        if given and isinstance(given.kind, External) and given.kind.path == "functools.partial":
            if not given.args:
                return None
            value, given = given.args[0], replace(given, args=given.args[1:])
        kind = value.kind if isinstance(value, Instance) else value
        path = kind.path if isinstance(kind, External) else ""
        distribution = SERVERS.get(strip_vendor_folder(path.removesuffix("().tool")))
        if not distribution or not path.endswith(".tool"):
            return None
        return Server(self._sdk(distribution)), given

    def standalone(self, node: ast.expr, scope: Scope) -> Server | None:
        """Return a server of the SDK whose standalone decorator this is; None for other values."""
        value = self.ev.value(node, scope)
        is_one = isinstance(value, External) and strip_vendor_folder(value.path) in STANDALONE
        return Server(self._sdk("fastmcp")) if is_one else None

    def is_low_level(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is a server that lists its tools itself."""
        value = self.ev.value(node, scope)
        if isinstance(value, Instance):
            return any(kind in LOW_LEVEL for kind in self._kinds(value))
        return isinstance(value, Unknown)

    def is_class_of(self, node: ast.ClassDef, scope: Scope) -> bool:
        """Whether a class is a subclass of a server."""
        made = Instance(Class(node, scope, self.ev.at(node, scope)), self.ev.at(node, scope))
        return any(kind in SERVERS or kind in LOW_LEVEL for kind in self._kinds(made))

    def mount(self, call: ast.Call, base: ast.expr, scope: Scope) -> None:
        """Note `server.mount(other, prefix=...)`, which adds a prefix to every name."""
        values = [self.ev.value(one, scope) for one in call.args]
        named = {k.arg: self.ev.value(k.value, scope) for k in call.keywords}
        others = [v for v in (*values, *named.values()) if self._distribution(v)]
        prefixes = [v for v in values if v not in others]
        prefixes += [named[key] for key in ("prefix", "namespace") if key in named]
        above = self.find_server(base, scope)
        if len(others) == 1 and above is not None:
            at = self.ev.at(call, scope)
            prefix = self.ev.data(prefixes[0]) if prefixes else Scalar(None, at)
            self._mounts[others[0].at] = (prefix, above.home)

    def add_mount_prefixes(self, name: Text, home: Spot | None) -> Text | Unknown:
        """Return a tool's name with the prefixes of the servers on which its server is mounted."""
        for _ in range(_DEEPEST_MOUNT):
            if home is None or home not in self._mounts:
                break
            prefix, home = self._mounts[home]
            if isinstance(prefix, Text) and prefix.value:
                made = concatenate([prefix, Text("_", prefix.at), name], name.at)
                if isinstance(made, Unknown):
                    return made
                name = made
            elif not isinstance(prefix, Text | Scalar):
                return Unknown("its server is mounted with a prefix made at run time", name.at)
        return name

    def _sdk(self, distribution: str) -> Sdk:
        return Sdk(distribution == "fastmcp", self.below.get(distribution, NEWEST), self.dedents)

    def _distribution(self, value: Value) -> str | None:
        """Return the distribution of a server; None if a value is not a server."""
        kinds = self._kinds(value) if isinstance(value, Instance) else []
        return next((SERVERS[kind] for kind in kinds if kind in SERVERS), None)

    def _find_changed_options(self, server: Instance) -> frozenset[str]:
        """Return the options that the `add_tool` of a server's own class may change."""
        kind = server.kind
        bases = self.ev.bases(kind) if isinstance(kind, Class) else []
        return frozenset(
            option
            for base in bases
            if isinstance(base, Class)
            for method in base.node.body
            if isinstance(method, ast.FunctionDef) and method.name == "add_tool"
            for node in ast.walk(method)
            for option in _OPTIONS & _name_written(node)
        )

    def _kinds(self, value: Instance) -> list[str]:
        kind = value.kind
        bases = self.ev.bases(kind) if isinstance(kind, Class) else [kind]
        return [strip_vendor_folder(base.path) for base in bases if isinstance(base, External)]


def _name_written(node: ast.AST) -> frozenset[str]:
    """Return the name that a node may give another value: a key, an attribute, a keyword."""
    match node:
        case ast.Constant(str(name)):
            return frozenset({name})
        case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
            return frozenset({name})
        case ast.keyword(arg=str(name), value=value):
            is_same = isinstance(value, ast.Name) and value.id == name
            return frozenset() if is_same else frozenset({name})
    return frozenset()
