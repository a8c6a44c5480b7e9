"""Names and titles that a class's settings make: aliases of fields, titles of fields and models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Scalar, Text, Unknown
from toolgrade.source.python.values import External, Function, Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Class, Value

_SPLITS = (r"([A-Z]+)([A-Z][a-z])", r"([a-z])([A-Z])", r"([0-9])([A-Z])", r"([a-z])([0-9])")
"""Where pydantic's to_snake puts an underscore, in this order."""


class Generators:
    """Makes the names and titles that the settings `config` of a class ask for."""

    def __init__(self, ev: Interpreter, config: Mapping[str, Any]) -> None:
        self._ev = ev
        self._config = config

    def make_alias(self, name: str, at: Spot) -> Node | None:
        """Return the alias of a field; None if there is none."""
        given = self._get("alias_generator")
        return None if given is None else self._apply(given, (Text(name, at),), at)

    def make_field_title(self, name: str, at: Spot, own: Value | None) -> Node | None:
        """Return the title of a field, which may have a generator of its `own`; None if none makes
        it.
        """
        given = own if own is not None else self._get("field_title_generator")
        if given is None:
            return None
        return self._apply(given, (Text(name, at), Unknown("pydantic describes it", at)), at)

    def make_model_title(self, owned: Class) -> Node:
        """Return the title of a class."""
        written, given = self._get("title"), self._get("model_title_generator")
        if written is not None:
            return self._ev.data(written)
        if given is not None:
            return self._apply(given, (owned,), owned.at)
        return Text(owned.node.name, owned.at)

    def _get(self, key: str) -> Value | None:
        found: Value | None = self._config.get(key)
        return None if isinstance(found, Scalar) and found.value is None else found

    def _apply(self, given: Value, args: tuple[Value, ...], at: Spot) -> Node:
        """Return what a generator returns."""
        if isinstance(given, External) and isinstance(args[0], Text):
            made = _apply_known(given.path, args[0].value)
            if made is not None:
                return Text(made, at)
        if isinstance(given, Function):
            made_here = self._ev.data(self._ev.calls.call_value(given, args, {}, at))
            if isinstance(made_here, Text):
                return made_here
        return Unknown("a generator makes it", at)


def _apply_known(path: str, name: str) -> str | None:
    """Return what one of pydantic's own generators makes of a name; None for other functions."""
    generator = path.rpartition(".")[2]
    if not path.startswith("pydantic."):
        return None
    if generator == "to_snake":
        for pattern in _SPLITS:
            name = re.sub(pattern, r"\1_\2", name)
        return name.replace("-", "_").lower()
    if generator not in {"to_camel", "to_pascal"}:
        return None
    pascal = re.sub(r"([0-9A-Za-z])_(?=[0-9A-Z])", r"\1", name.title())
    if generator == "to_pascal":
        return pascal
    if re.match(r"^[a-z]+[A-Za-z0-9]*$", name) and not re.search(r"\d[a-z]", name):
        return name
    return re.sub(r"(^_*[A-Z])", lambda m: m[1].lower(), pascal)


def choose_alias(given: Any) -> Any:  # noqa: ANN401 - a value
    """Return the name that a schema shows of `AliasChoices(...)` or `AliasPath(...)`, None if it
    shows none; any other value as it is.
    """
    if not (isinstance(given, Instance) and isinstance(given.kind, External)):
        return given
    kind = given.kind.path.rpartition(".")[2]
    if kind == "AliasChoices":
        return next((name for one in given.args if (name := choose_alias(one)) is not None), None)
    if kind == "AliasPath":
        return given.args[0] if len(given.args) == 1 else None
    return given
