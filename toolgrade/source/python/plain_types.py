"""How pydantic spells what is not a class of the package: plain types, closed sets, the unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.values import Member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.nodes import Node, Spot

PLAIN: dict[str, dict[str, object]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"format": "binary", "type": "string"},
    "None": {"type": "null"},
    "Any": {},
    "object": {},
    "dict": {"additionalProperties": True, "type": "object"},
    "list": {"items": {}, "type": "array"},
    "tuple": {"items": {}, "type": "array"},
    "set": {"items": {}, "type": "array", "uniqueItems": True},
    "datetime.datetime": {"format": "date-time", "type": "string"},
    "datetime.date": {"format": "date", "type": "string"},
    "datetime.time": {"format": "time", "type": "string"},
    "datetime.timedelta": {"format": "duration", "type": "string"},
    "uuid.UUID": {"format": "uuid", "type": "string"},
    "pathlib.Path": {"format": "path", "type": "string"},
    "pydantic.AnyUrl": {"format": "uri", "minLength": 1, "type": "string"},
    "pydantic.AnyHttpUrl": {"format": "uri", "minLength": 1, "type": "string"},
    "pydantic.HttpUrl": {"format": "uri", "maxLength": 2083, "minLength": 1, "type": "string"},
    "pydantic.EmailStr": {"format": "email", "type": "string"},
    "pydantic.SecretStr": {"format": "password", "type": "string", "writeOnly": True},
    "pydantic.PositiveInt": {"exclusiveMinimum": 0, "type": "integer"},
    "pydantic.NonNegativeInt": {"minimum": 0, "type": "integer"},
    "pydantic.PositiveFloat": {"exclusiveMinimum": 0, "type": "number"},
    "pydantic.NonNegativeFloat": {"minimum": 0, "type": "number"},
    "pydantic.StrictStr": {"type": "string"},
    "pydantic.StrictInt": {"type": "integer"},
    "pydantic.StrictBool": {"type": "boolean"},
    "pydantic.StrictFloat": {"type": "number"},
    "pydantic.JsonValue": {},
}
ARRAYS = frozenset({"list", "Sequence", "Iterable", "MutableSequence", "Collection", "deque"})
SETS = frozenset({"set", "frozenset", "AbstractSet", "MutableSet"})
MAPS = frozenset({"dict", "Mapping", "MutableMapping", "DefaultDict", "OrderedDict"})
_MODULES = ("builtins.", "typing.", "typing_extensions.", "collections.abc.", "types.")
_GENERIC = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
    "Text": "str",
}


def make_nodes(at: Spot, data: object) -> Node:
    """Return JSON data of our own making as nodes at the place `at`."""
    if isinstance(data, dict):
        return Table({key: make_nodes(at, value) for key, value in data.items()}, at)
    if isinstance(data, list):
        return Items(tuple(make_nodes(at, value) for value in data), at)
    if isinstance(data, str):
        return Text(data, at)
    return Scalar(data, at)  # type: ignore[arg-type] # what is left of JSON


def make_unresolved_schema(at: Spot, why: str) -> Table:
    """Return the schema of a hint that cannot be followed."""
    return Table({"type": Unknown(why, at), "description": Unknown(why, at)}, at)


def shorten_type_name(path: str) -> str:
    """Return a type's name without the standard modules that only re-export it."""
    for module in _MODULES:
        if path.startswith(module):
            name = path[len(module) :]
            return _GENERIC.get(name, name)
    return path.replace("pydantic.types.", "pydantic.").replace("pydantic.networks.", "pydantic.")


def build_choice_schema(values: Sequence[Node], at: Spot) -> Table:
    """Return the schema of a closed set of values."""
    if any(not isinstance(value, Text | Scalar) for value in values):
        return make_unresolved_schema(at, "one of its values is made at run time")
    entries: dict[str, Node] = {"enum": Items(tuple(values), at)}
    if len(values) == 1:
        entries = {"const": values[0]}
    kinds = {type(value.value) for value in values}  # type: ignore[union-attr] # checked above
    names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
    if len(kinds) == 1:
        entries["type"] = Text(names[kinds.pop()], at)
    return Table(entries, at)


def freeze(node: object) -> object:
    """Return a value for nodes that is equal for equal data, whatever its place."""
    match node:
        case Table(entries):
            return frozenset((key, freeze(value)) for key, value in entries.items())
        case Items(items):
            return tuple(freeze(value) for value in items)
        case Text(value) | Scalar(value):
            return value
        case Member(_, inner):
            return freeze(inner)
    return node
