"""The parts of one definition as checks read them: texts, parameters, hints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from toolgrade.model.lazy import lazy
from toolgrade.model.unknown import NotKnown
from toolgrade.schema import walk
from toolgrade.signals import signals
from toolgrade.text import Text, name_words
from toolgrade.text.docstring import sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.model import Pointer, Signals, Tool
    from toolgrade.schema import Node, ObjectNode
    from toolgrade.view.siblings import Siblings

_DEEPEST = 6
_FEW = 2
_MOST_PARAMETERS = 400
_NESTING = frozenset(("$ref", "properties", "items", "anyOf", "oneOf", "allOf"))
_INPUT = (None, "inputSchema")


def escape_key(key: str) -> str:
    """Return a key as one RFC 6901 reference token."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


@dataclass(frozen=True)
class Parameter:
    """A property of the input schema. `path` is its dotted name, `pointer` its place; `needed` is
    whether it is required, None if that is unknown.
    """

    path: str
    name: str
    raw: Mapping[str, Any]
    needed: bool | None
    pointer: Pointer
    unknown: frozenset[Pointer] = frozenset()

    @property
    def required(self) -> bool:
        """Whether a call must give it. Raises NotKnown."""
        if self.needed is None:
            raise NotKnown(f"{self.pointer.partition('/properties/')[0]}/required")
        return self.needed

    @property
    def schema(self) -> Mapping[str, Any]:
        """The schema's keywords. Raises NotKnown if any but the type is unknown."""
        for unknown in self.unknown:
            if unknown.startswith(f"{self.pointer}/") and unknown != f"{self.pointer}/type":
                raise NotKnown(unknown)
        return self.raw

    def get(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a keyword of the schema, None if absent. Raises NotKnown."""
        if self.unknown and (pointer := f"{self.pointer}/{escape_key(key)}") in self.unknown:
            raise NotKnown(pointer)
        return self.raw.get(key)

    @lazy
    def description(self) -> Text:
        """The parameter's own description, empty if it has none."""
        value = self.get("description")
        return Text(value if isinstance(value, str) else "", f"{self.pointer}/description")

    @lazy
    def types(self) -> frozenset[str]:
        """The JSON types that the schema names, unions included; empty if it names none."""
        kind = self.get("type")
        if isinstance(kind, str) and "anyOf" not in self.raw and "oneOf" not in self.raw:
            return frozenset((kind,))
        return frozenset(self._types(self.raw, 0))

    def _types(self, schema: Mapping[str, Any], depth: int) -> Iterator[str]:
        kind = self.get("type") if schema is self.raw else schema.get("type")
        if isinstance(kind, str):
            yield kind
        elif isinstance(kind, list):
            yield from (k for k in kind if isinstance(k, str))
        for keyword in ("anyOf", "oneOf"):
            options = schema.get(keyword)
            if isinstance(options, list) and depth < _DEEPEST:
                for option in options[:20]:
                    if isinstance(option, dict):
                        yield from self._types(option, depth + 1)

    @lazy
    def enum(self) -> tuple[Any, ...]:
        """The values that an `enum` allows, of the property or of its array items; empty without
        one.
        """
        items = self.schema.get("items")
        for schema in (self.raw, items if isinstance(items, dict) else {}):
            values = schema.get("enum")
            if isinstance(values, list):
                return tuple(values)
        return ()


class DefinitionView:
    """One tool's definition; each part is read once."""

    def __init__(self, tool: Tool, index: int, server: Siblings) -> None:
        self.tool = tool
        self.index = index
        self.server = server
        self.name = tool.name or ""

    def require_known(self, pointer: Pointer) -> None:
        """Raise NotKnown if the value at `pointer`, or one that contains it, is unknown."""
        for unknown in self.tool.unknown:
            if pointer == unknown or pointer.startswith(f"{unknown}/"):
                raise NotKnown(pointer)

    @lazy
    def name_words(self) -> tuple[str, ...]:
        """The words of the name."""
        return name_words(self.name)

    @lazy
    def description(self) -> Text:
        """The description, empty if there is none."""
        self.require_known("/description")
        return Text(self.tool.description or "", "/description")

    @lazy
    def described(self) -> bool:
        """Whether there is a description, and not a blank one."""
        return bool(self.description)

    @lazy
    def title(self) -> str:
        """The display title (the tool's, else its annotations'), empty if there is none."""
        if self.tool.title:
            return self.tool.title
        self.require_known("/title")
        title = (self.tool.annotations or {}).get("title")
        return title if isinstance(title, str) else ""

    @lazy
    def sections(self) -> dict[str, Text]:
        """The docstring sections of the description."""
        return sections(self.description)

    @lazy
    def prose(self) -> tuple[Text, ...]:
        """The sentences of the description, without those of its arguments section."""
        args = [s for k, s in self.sections.items() if k.startswith(("arg", "param", "input"))]
        return tuple(
            s
            for s in self.description.sentences
            if not any(a.offset <= s.offset < a.offset + len(a.string) for a in args)
        )

    @lazy
    def signals(self) -> Signals:
        """TDQS's context signals. Raises NotKnown unless all parameters are known."""
        _ = self.parameters
        return signals(self.tool)

    @lazy
    def parameters(self) -> dict[str, Parameter]:
        """The top-level parameters by name. Raises NotKnown unless all of them are known."""
        self.require_known("/inputSchema/properties")
        for unknown in self.tool.unknown:
            above, _, _ = unknown.rpartition("/")
            if above == "/inputSchema/properties":
                raise NotKnown(unknown)
        return dict(self._properties(self.tool.input_schema or {}, "/inputSchema", ""))

    def _properties(
        self, schema: Mapping[str, Any], pointer: Pointer, path: str
    ) -> Iterator[tuple[str, Parameter]]:
        properties = schema.get("properties")
        required = schema.get("required")
        listed = {r for r in required if isinstance(r, str)} if isinstance(required, list) else ()
        seen = f"{pointer}/required" not in self.tool.unknown
        for name, value in properties.items() if isinstance(properties, dict) else ():
            at = f"{pointer}/properties/{escape_key(name)}"
            schema_ = value if isinstance(value, dict) else {}
            yield (
                name,
                Parameter(
                    path + name,
                    name,
                    schema_,
                    name in listed if seen else None,
                    at,
                    self.tool.unknown,
                ),
            )

    @lazy
    def nested(self) -> tuple[Parameter, ...]:
        """The parameters below the top level, through arrays, unions and local references; at most
        400, at most six levels down.
        """
        found: list[Parameter] = []
        work = [
            (p.raw, p.pointer, p.path, 0, frozenset[str]())
            for p in self.parameters.values()
            if not _NESTING.isdisjoint(p.raw)
        ]
        while work and len(found) < _MOST_PARAMETERS:
            schema, pointer, path, depth, seen = work.pop(0)
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                target = self._definition(reference)
                if target is not None:
                    work.append(
                        (
                            target,
                            reference[1:].join(("/inputSchema", "")),
                            path,
                            depth,
                            seen | {reference},
                        )
                    )
            if depth >= _DEEPEST:
                continue
            for _, parameter in self._properties(schema, pointer, f"{path}."):
                found.append(parameter)
                work.append((parameter.raw, parameter.pointer, parameter.path, depth + 1, seen))
            items = schema.get("items")
            if isinstance(items, dict):
                work.append((items, f"{pointer}/items", f"{path}[]", depth + 1, seen))
            for keyword in ("anyOf", "oneOf", "allOf"):
                options = schema.get(keyword)
                for i, option in enumerate(options[:10] if isinstance(options, list) else ()):
                    if isinstance(option, dict):
                        work.append((option, f"{pointer}/{keyword}/{i}", path, depth + 1, seen))
        return tuple(found[:_MOST_PARAMETERS])

    def _definition(self, reference: str) -> Mapping[str, Any] | None:
        parts = reference.split("/")
        if len(parts) != 3 or parts[0] != "#" or parts[1] not in {"$defs", "definitions"}:  # noqa: PLR2004 - "#", "$defs", name
            return None
        held = (self.tool.input_schema or {}).get(parts[1])
        target = held.get(parts[2]) if isinstance(held, dict) else None
        return target if isinstance(target, dict) else None

    @lazy
    def schemas(self) -> tuple[Node, ...]:
        """Every known schema inside the input schema, then inside the output schema, with pointers
        from the tool. References are not followed.
        """
        roots = (("inputSchema", self.tool.input_schema), ("outputSchema", self.tool.output_schema))
        seen = (r for r in roots if r[1] is not None and f"/{r[0]}" not in self.tool.unknown)
        return tuple([node for key, root in seen for node in walk(root, (None, key))])

    def schemas_with(self, *keywords: str) -> Sequence[ObjectNode]:
        """Return those of `schemas` that are objects with any of these keywords, in order."""
        if len(keywords) == 1:
            return [node for _, node in self._by_keyword.get(keywords[0], ())]
        found = dict(pair for keyword in keywords for pair in self._by_keyword.get(keyword, ()))
        return [found[at] for at in sorted(found)]

    @lazy
    def _by_keyword(self) -> Mapping[str, Sequence[tuple[int, ObjectNode]]]:
        found: dict[str, list[tuple[int, ObjectNode]]] = {}
        for at, node in enumerate(self.schemas):
            if isinstance(node.schema, dict):
                pair = at, cast("ObjectNode", node)
                for keyword in node.schema:
                    if keyword in found:
                        found[keyword].append(pair)
                    else:
                        found[keyword] = [pair]
        return found

    def root_of(self, node: Node) -> Mapping[str, Any]:
        """Return the input or output schema that contains one of `schemas`."""
        trail = node.trail
        while trail and trail[0]:
            trail = trail[0]
        held = self.tool.input_schema if trail == _INPUT else self.tool.output_schema
        return held or {}

    @lazy
    def undescribed(self) -> tuple[str, ...]:
        """The top-level parameters without a description in the schema."""
        return tuple(name for name, p in self.parameters.items() if not p.description)

    def hint(self, name: str) -> bool | None:
        """Return an annotation hint, None if undeclared. Raises NotKnown."""
        if self.tool.unknown:
            self.require_known("/annotations")
            self.require_known(f"/annotations/{name}")
        value = (self.tool.annotations or {}).get(name)
        return value if isinstance(value, bool) else None

    @property
    def only(self) -> bool:
        """Whether the tool is known to have no siblings."""
        return self.server.server.complete and len(self.server.server.tools) == 1

    @property
    def is_one_of_few(self) -> bool:
        """Whether the tool is known to have no siblings, or one."""
        return self.server.server.complete and len(self.server.server.tools) <= _FEW

    @lazy
    def siblings(self) -> Mapping[str, int]:
        """The index of every tool of the server by its name, this tool included."""
        return self.server.names
