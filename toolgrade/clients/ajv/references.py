"""Where the references of a schema lead, as ajv registers and resolves them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolgrade.clients.ajv.addresses import UnresolvedError, join, normalize
from toolgrade.clients.ajv.keywords import has_rules, is_anchor
from toolgrade.model.pointers import key_of
from toolgrade.schema import MOST_SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.clients.ajv.keywords import Dialect

__all__ = ("References", "UnresolvedError")

_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LISTED = frozenset({"items", "allOf", "anyOf", "oneOf"})
_NAMED = frozenset({"$defs", "definitions", "properties", "patternProperties", "dependencies"})
_SKIPPED = frozenset(
    {
        *("default", "enum", "const", "required", "maximum", "minimum", "exclusiveMaximum"),
        *("exclusiveMinimum", "multipleOf", "maxLength", "minLength", "pattern", "format"),
        *("maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties"),
    }
)
_KEEPS_SCOPE = frozenset({"properties", "patternProperties", "enum", "dependencies", "definitions"})
_MOST_STEPS = 100
_AMBIGUOUS = "give each $id and $anchor a name of its own"
_ANYTHING: Mapping[str, Any] = {}


class References:
    """The ids and anchors of a schema. `is_known`: ajv has the root's own id already, and compiles
    nothing. Raises UnresolvedError if ajv refuses them.
    """

    def __init__(self, root: Mapping[str, Any], dialect: Dialect) -> None:
        self.root = root
        self.dialect = dialect
        given = root.get("$id")
        self.base = normalize(given)
        self.is_known = self.base.startswith(dialect.known)
        self.ids: dict[str, Any] = {}
        self.anchors: dict[str, Any] = {}
        self.seen: set[str] = set()
        if self.is_known:
            return
        for schema, base in self._walk():
            for name in (schema.get("$anchor"), schema.get("$dynamicAnchor")):
                if isinstance(name, str):
                    if not is_anchor(name):
                        raise UnresolvedError(f"write an anchor of letters, not '{name[:40]}'")
                    self._register(f"#{name}", base, schema)
        if not self.base.startswith("#"):
            if self.base and self.base in self.ids:
                raise UnresolvedError(_AMBIGUOUS)
            self.ids[self.base] = root

    def _walk(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield each object below the root that ajv looks at for ids, with the base it is in."""
        work = [(member, self.base) for member in _list_members(self.root)]
        work.reverse()
        left = MOST_SCHEMAS
        while work and left:
            left -= 1
            schema, base = work.pop()
            if isinstance(schema.get("$id"), str):
                base = self._register(schema["$id"], base, schema)
            yield schema, base
            work += reversed([(member, base) for member in _list_members(schema)])

    def _register(self, address: str, base: str, schema: Mapping[str, Any]) -> str:
        full = normalize(join(base, address) if base else address)
        if full in self.seen or full.startswith(self.dialect.known):
            raise UnresolvedError(_AMBIGUOUS)
        self.seen.add(full)
        if full.startswith("#"):
            self.anchors[full] = schema
        else:
            self.ids[full] = schema
        return full

    def resolve(self, base: str, reference: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what a reference in `base` names. Raises UnresolvedError if it names nothing."""
        if reference in {"#", "#/"} and base == self.base:
            return self.root
        full = join(base, normalize(reference))
        if full in self.ids:
            return self.ids[full]
        found = self._locate(full)
        if found is None:
            found = self.anchors.get(full)
        if found is None:
            raise UnresolvedError(f"put what $ref names into the schema: {reference[:40]}")
        return found[0] if isinstance(found, tuple) else found

    def _locate(self, full: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what a pointer leads to, in a tuple, or None."""
        for _ in range(_MOST_STEPS):
            address, _, fragment = full.partition("#")
            own = join("", self.base).partition("#")[0]
            if address.startswith(self.dialect.known):
                return (_ANYTHING,)
            holder = self.root if address == own else self.ids.get(address)
            if not isinstance(holder, dict) or not fragment.startswith("/"):
                return None
            found = self._walk_pointer(holder, fragment, address)
            if found is None:
                return None
            schema, base = found
            if not isinstance(schema, dict) or not schema.get("$ref"):
                return (schema,)
            others = {key: value for key, value in schema.items() if key != "$ref"}
            if has_rules(others, self.dialect):
                return (schema,)
            full = join(base, normalize(schema["$ref"]))
            if full in self.ids or not full.partition("#")[2].startswith("/"):
                return (schema,)
        raise UnresolvedError("end the recursion of $ref: it leads to itself")

    def _walk_pointer(
        self,
        schema: Any,  # noqa: ANN401 - any JSON
        fragment: str,
        base: str,
    ) -> tuple[Any, str] | None:
        if _BAD_PERCENT.search(fragment):
            raise UnresolvedError("write %25 for a percent sign in $ref")
        for token in unquote(fragment).split("/")[1:]:
            key = key_of(token)
            if isinstance(schema, dict) and key in schema:
                schema = schema[key]
            elif isinstance(schema, list) and token.isdecimal() and int(token[:5]) < len(schema):
                schema = schema[int(token[:5])]
            else:
                return None
            given = normalize(schema.get("$id")) if isinstance(schema, dict) else ""
            if given and token not in _KEEPS_SCOPE:
                base = join(base, given)
        return schema, base


def _list_members(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for keyword, value in schema.items():
        if isinstance(value, list):
            members: Any = value if keyword in _LISTED else ()
        elif keyword in _NAMED:
            members = value.values() if isinstance(value, dict) else ()
        else:
            members = () if keyword in _SKIPPED else (value,)
        yield from (member for member in members if isinstance(member, dict))
