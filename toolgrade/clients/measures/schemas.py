"""Measures of schemas: their roots, keywords, types, values and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.clients import ajv
from toolgrade.clients.facts import is_coerced, point_at
from toolgrade.clients.regexes import read_pattern
from toolgrade.model.pointers import make_pointer
from toolgrade.schema import anchors, dialect, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.clients.facts import Fault, Held, Part, Schemas
    from toolgrade.clients.regexes import Engine
    from toolgrade.model.pointers import Trail

_SHOWN = 40
_LARGEST_EXACT = 2**53
_SAYS_TYPE = frozenset({"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"})
_NAMES_TYPE = _SAYS_TYPE - {"enum", "const"}
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (str, "text"),
    ((int, float), "number"),
    (list, "list"),
    (dict, "object"),
)
_PLAIN = frozenset({"text", "number", "boolean"})
_KIND_OF = {"string": "text", "integer": "number"}


def _name_kind(value: object) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")


def _list_kinds(schema: Mapping[str, Any]) -> Sequence[object]:
    given = schema.get("type")
    return given if isinstance(given, list) else () if given is None else (given,)


def root_type(part: Part, kind: str) -> Iterator[Fault]:
    """Has an input schema with the root type that is asked."""
    root = part.input.root
    if root is not None and root.get("type") != kind:
        yield "/inputSchema", f'give the root of inputSchema "type": "{kind}"'


def output_root_type(part: Part, kind: str) -> Iterator[Fault]:
    """Has an output schema with the root type that is asked."""
    root = part.output.root
    if root is not None and root.get("type") != kind:
        yield "/outputSchema", f'give the root of outputSchema "type": "{kind}"'


def root_keywords(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no keyword at the root of its input schema that is not taken there."""
    root = part.input.root or {}
    for keyword in refused:
        if keyword in root:
            yield (
                make_pointer(((None, "inputSchema"), keyword)),
                f"move {keyword} away from the root of inputSchema",
            )


def output_root_keywords(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no keyword at the root of its output schema that is not taken there."""
    root = part.output.root or {}
    if found := [keyword for keyword in refused if keyword in root]:
        yield "/outputSchema", f"move {found[0]} away from the root of outputSchema"


def root_properties(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists the properties at the root of its input schema, if only {}."""
    root = part.input.root
    if root is not None and root.get("type") == "object" and "properties" not in root:
        yield "/inputSchema", 'give the root of inputSchema "properties", if only {}'


def property_schemas(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has an object as the schema of each parameter.

    With "coerced", what pydantic reads as true or false is taken too.
    """
    yield from _check_properties(part.input, refused)


def output_property_schemas(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has an object as the schema of each property at the root of its output schema."""
    yield from _check_properties(part.output, refused)


def _check_properties(schemas: Schemas, refused: Sequence[str]) -> Iterator[Fault]:
    properties = (schemas.root or {}).get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        if "coerced" in refused and is_coerced(member):
            continue
        if not isinstance(member, dict) and _name_kind(member) in refused:
            trail = (((None, schemas.key), "properties"), name)
            yield make_pointer(trail), f"write an object as the schema of '{name[:_SHOWN]}'"


def property_members(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has an object as the schema of each parameter, at any depth."""
    for held, name, member in part.input.under_properties():
        if not isinstance(member, dict) and _name_kind(member) in refused:
            yield (
                point_at(held, "properties", name),
                f"write an object as the schema of '{name[:_SHOWN]}'",
            )


def reserved_properties(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no parameter with a name that the client reads as something else."""
    for held, name, _ in part.input.under_properties():
        if name in refused:
            yield point_at(held, "properties", name), f"rename the parameter {name[:_SHOWN]}"


def keyword_types(part: Part, wanted: Mapping[str, str]) -> Iterator[Fault]:
    """Has keywords with values of their type in its input schema, or at least not null."""
    for held, keyword in part.input.having_any(tuple(wanted)):
        kind, asked = _name_kind(held.schema[keyword]), wanted[keyword].split()
        if kind == "null" and "present" in asked:
            yield point_at(held, keyword), f"leave {keyword} out instead of null"
        elif kind != "null" and asked[-1] not in {kind, "present"}:
            yield point_at(held, keyword), f"make {keyword} of another type: {asked[-1]}"


def counts(part: Part, keywords: Sequence[str]) -> Iterator[Fault]:
    """Has no negative count, such as minLength."""
    for held, keyword in part.input.having_any(keywords):
        value = held.schema[keyword]
        if isinstance(value, int | float) and value < 0:
            yield point_at(held, keyword), f"give {keyword} 0 or more"


def keywords(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Uses no keyword in its input schema that is not understood."""
    for held, keyword in part.input.having_any(refused):
        yield point_at(held, keyword), _advise_without(keyword)


def keywords_anywhere(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Uses no keyword in its input or output schema that is not understood."""
    for schemas in part.both:
        for held, keyword in schemas.having_any(refused):
            yield point_at(held, keyword), _advise_without(keyword)


def _advise_without(keyword: str) -> str:
    if keyword in {"$ref", "$defs", "definitions"}:
        return "write the schema out instead of $ref"
    return f"do without {keyword}, and say it in the description"


def nested_keywords(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Uses no keyword below the root of its input schema that is not understood there."""
    for held, keyword in part.input.having_any(refused):
        if held.node.depth:
            yield point_at(held, keyword), _advise_without(keyword)


def nested_unions(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no union below the root of its input schema."""
    for held, keyword in part.input.having_any(refused):
        if held.node.depth:
            yield point_at(held, keyword), f"use one plain type instead of {keyword}"


def item_unions(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no union as the items of an array."""
    for held, keyword in part.input.having_any(refused):
        if held.node.under == "items":
            yield point_at(held, keyword), f"use one plain type instead of {keyword} in items"


def declared_dialect(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Declares no dialect that is refused."""
    for schemas in part.both:
        for held in schemas.having("$schema"):
            given = held.schema["$schema"]
            if isinstance(given, str) and any(word in dialect.name(given) for word in refused):
                yield point_at(held, "$schema"), "take out $schema, or declare 2020-12"


def output_dialect(part: Part, known: Sequence[str]) -> Iterator[Fault]:
    """Declares a dialect of its output schema that is known, or none."""
    given = (part.output.root or {}).get("$schema", "")
    named = "$schema" in (part.output.root or {})
    bare = given.removesuffix("#") if isinstance(given, str) else ""
    if (
        named
        and isinstance(given, str)
        and (bare.endswith("/") or "#" in bare or dialect.name(bare) not in known)
    ):
        yield "/outputSchema/$schema", "take out $schema, or declare 2020-12"


def valid_under(part: Part, address: str) -> Iterator[Fault]:
    """Has an input schema that is valid under the dialect that is asked."""
    doubtful: list[Held] | None = part.memory.get("doubtful")
    if doubtful is None:
        doubtful = [held for held in part.input.objects if not dialect.is_sound(held.schema)]
        part.memory["doubtful"] = doubtful
    # What is sound by default is so under every dialect that a client asks for.
    for held in doubtful:
        fault = dialect.fault(held.schema, address)
        if fault:
            keyword = fault[0][0] if fault[0] else "it"
            yield point_at(held, *fault[0]), f"fix {keyword}: it {fault[1]}"


def output_valid(part: Part, engine: Engine) -> Iterator[Fault]:
    """Has an output schema that is valid under its dialect, with patterns that compile."""
    root = part.output.root or {}
    declared = root.get("$schema")
    if "$schema" in root and not isinstance(declared, str):
        yield "/outputSchema/$schema", "make $schema a text"
    reference = root.get("$ref")
    if isinstance(reference, str) and not _leads_on(root, reference):
        yield "/outputSchema/$ref", f"put what $ref names into the schema: {reference[:_SHOWN]}"
    known = isinstance(declared, str) and dialect.name(declared) in dialect.KNOWN
    address = str(declared) if known else dialect.DEFAULT
    for held in part.output.objects:
        if not dialect.is_sound(held.schema, address):
            fault = dialect.fault(held.schema, address)
            if fault:
                keyword = fault[0][0] if fault[0] else "it"
                yield point_at(held, *fault[0]), f"fix {keyword}: it {fault[1]}"
        for keyword in ("pattern", "patternProperties"):
            given = held.schema.get(keyword)
            written = [given] if isinstance(given, str) else given
            for pattern in written if isinstance(written, dict | list) else ():
                if isinstance(pattern, str) and (why := read_pattern(pattern, engine).fault):
                    advice = f"write a pattern that {engine} compiles: it {why}"
                    yield point_at(held, keyword), advice


def _leads_on(root: Mapping[str, Any], reference: str) -> bool:
    """Return whether a reference leads to something other than the root itself."""
    if reference in {"", "#"}:
        return False
    return reference in anchors(root) or resolve(root, reference) is not None


def output_compiles(part: Part, how: str) -> Iterator[Fault]:
    """Has an output schema that ajv compiles.

    `how` is "draft-07", "declared" (as what the schema declares), or "any $ref": as draft-07, but
    references may lead nowhere, and a root of the wrong shape is listed without being compiled.
    """
    root = part.output.root
    if root is None or (how == "any $ref" and not _is_shaped(root)):
        return
    kind = _choose_dialect(part, root) if how == "declared" else ajv.DRAFT_07
    fault = _compile_output(part, root, kind, follows=how != "any $ref")
    if fault:
        yield make_pointer(fault[0]), fault[1]


def _choose_dialect(part: Part, root: Mapping[str, Any]) -> ajv.Dialect:
    """Return the dialect that a schema declares, or draft-07 if it compiles alike."""
    lists = any(isinstance(held.schema["items"], list) for held in part.output.having("items"))
    if not lists and ajv.DIFFERING.isdisjoint(part.output.keywords()):
        return ajv.DRAFT_07
    given = root.get("$schema")
    named = given if isinstance(given, str) else ""
    if "draft-0" in named:
        return ajv.DRAFT_07
    return ajv.DRAFT_2019 if "2019-09" in named else ajv.DRAFT_2020


def _compile_output(
    part: Part, root: Mapping[str, Any], kind: ajv.Dialect, *, follows: bool
) -> ajv.Found | None:
    key = f"compiles {len(kind.types)} {follows}"
    if key not in part.memory:
        # What compiles with every reference compiles without those that lead nowhere.
        if follows or _compile_output(part, root, kind, follows=True):
            start = (None, "outputSchema")
            part.memory[key] = ajv.find_fault(root, start, kind, follows=follows)
        else:
            part.memory[key] = None
    found: ajv.Found | None = part.memory[key]
    return found


def _is_shaped(root: Mapping[str, Any]) -> bool:
    return isinstance(root.get("properties", {}), dict) and isinstance(
        root.get("required", []), list
    )


def array_items(part: Part, how: str) -> Iterator[Fault]:
    """Says of every array what its items are: by "items", or by "any" keyword that does."""
    for held in part.input.having("type"):
        schema = held.schema
        if how == "items":
            lacks = schema["type"] == "array" and "items" not in schema
        else:
            lacks = "array" in _list_kinds(schema) and not {"items", "prefixItems"} & schema.keys()
        if lacks:
            yield point_at(held), 'give the array "items"'


def item_lists(part: Part, how: str) -> Iterator[Fault]:
    """Has one schema for the items of an array, not a list ("any", or "filled" ones only)."""
    for held in part.input.having("items"):
        items = held.schema["items"]
        if isinstance(items, list) and (items or how == "any"):
            yield point_at(held, "items"), "write one schema as items"


def empty_lists(part: Part, keywords: Sequence[str]) -> Iterator[Fault]:
    """Has no empty list where a keyword asks for members."""
    for held, keyword in part.input.having_any(keywords):
        if held.schema[keyword] == []:
            yield point_at(held, keyword), f"give {keyword} a member, or leave it out"


def typed(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Gives every parameter a type."""
    for held in part.input.parameters:
        if _SAYS_TYPE.isdisjoint(held.schema):
            yield point_at(held), "give the parameter a type"


def typed_strictly(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Gives every parameter a type with the keyword `type`, next to enum or const too."""
    for held in part.input.parameters:
        if _NAMES_TYPE.isdisjoint(held.schema):
            yield point_at(held), "give the parameter a type"


def single_types(part: Part, where: str) -> Iterator[Fault]:
    """Names one type at a time: "everywhere", inside "items", at the "root", or "below" it."""
    for held in part.input.having("type"):
        several = isinstance(held.schema["type"], list)
        here = {"everywhere", held.node.under or "root", "below" if held.node.depth else "root"}
        if several and where in here:
            yield point_at(held, "type"), "name one type, and leave the parameter optional"


def several_types(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Names no more than one type next to null."""
    for held in part.input.having("type"):
        kinds = [kind for kind in _list_kinds(held.schema) if kind != "null"]
        if len(kinds) > 1:
            yield point_at(held, "type"), "name one type"


def boolean_schemas(part: Part, places: Sequence[str]) -> Iterator[Fault]:
    """Has an object wherever a schema is asked, not true or false.

    `places` are the keywords that hold it; "loose items" are items without prefixItems.
    """
    for node in part.input.nodes:
        if isinstance(node.schema, bool) and node.under in places:
            yield make_pointer(node.trail), "write an object instead of true or false"
    for held in part.input.having("items") if "loose items" in places else ():
        # Next to prefixItems it only closes the tuple.
        if isinstance(held.schema["items"], bool) and "prefixItems" not in held.schema:
            yield point_at(held, "items"), "write an object instead of true or false"


def nested_booleans(part: Part, places: Sequence[str]) -> Iterator[Fault]:
    """Has an object wherever a schema is asked below the root's properties, not true or false."""
    for node in part.input.nodes:
        if isinstance(node.schema, bool) and node.depth > 1 and node.under in places:
            yield make_pointer(node.trail), "write an object instead of true or false"


def text_values(part: Part, keywords: Sequence[str]) -> Iterator[Fault]:
    """Lists only texts as values to choose from, with enum or const."""
    for held, keyword in part.input.having_any(keywords):
        given = held.schema[keyword]
        values = [given] if keyword == "const" else given
        if isinstance(values, list) and any(not isinstance(value, str) for value in values):
            yield point_at(held, keyword), "list texts, or say the values in the description"


def scalar_values(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists no object and no list as a value to choose from."""
    for held in part.input.having("enum"):
        values = held.schema["enum"]
        nested = isinstance(values, list) and held.node.depth > 0
        if nested and any(isinstance(value, dict | list) for value in values):
            yield point_at(held, "enum"), "list texts or numbers as values"


def uniform_values(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists values of one plain type, which is the type that is named."""
    for held in part.input.having("enum"):
        values = held.schema["enum"]
        kinds = {_name_kind(value) for value in values} if isinstance(values, list) else set()
        named = {_KIND_OF.get(str(kind), str(kind)) for kind in _list_kinds(held.schema)}
        plain = kinds - {"null"}
        fits = len(plain) == 1 and plain <= _PLAIN and (not named or kinds <= named)
        if isinstance(values, list) and not fits:
            yield point_at(held, "enum"), "list values of one type, and name that type"


def empty_values(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists no empty text as a value to choose from."""
    for held in part.input.having("enum"):
        values = held.schema["enum"]
        if isinstance(values, list) and any(value == "" for value in values):
            yield point_at(held, "enum"), "leave the parameter out instead of an empty value"


def enum_beside_type(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Lists values where they are of the type that is named next to them."""
    for held in part.input.having("enum"):
        given = held.schema.get("type")
        if isinstance(given, str) and given in refused:
            yield (
                point_at(held, "enum"),
                "move enum to the items, or to the branch with the type",
            )


def known_types(part: Part, roots: Sequence[str]) -> Iterator[Fault]:
    """Names only types that JSON has, in the input schema or in both."""
    for schemas in part.both:
        key = f"unknown types of {schemas.key}"
        if schemas.key in roots and key not in part.memory:
            part.memory[key] = [
                held for held in schemas.having("type") if not _is_known(held.schema["type"])
            ]
        for held in part.memory[key] if schemas.key in roots else ():
            yield point_at(held, "type"), f"name one of {', '.join(sorted(dialect.TYPES))}"


def _is_known(given: object) -> bool:
    if isinstance(given, str):
        return given in dialect.TYPES
    kinds = given if isinstance(given, list) else [None]
    return bool(kinds) and all(isinstance(kind, str) and kind in dialect.TYPES for kind in kinds)


def strict_objects(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Closes every object, and requires every property."""
    for held in part.input.having("properties"):
        properties = held.schema["properties"]
        if not isinstance(properties, dict):
            continue
        required = held.schema.get("required")
        listed = required if isinstance(required, list) else []
        if held.schema.get("additionalProperties") is not False or set(properties) - {
            name for name in listed if isinstance(name, str)
        }:
            yield (
                point_at(held),
                'set "additionalProperties": false and require every property',
            )


def bounds(part: Part, most: Mapping[str, int]) -> Iterator[Fault]:
    """Has bounds that are not too large."""
    for held, keyword in part.input.having_any(tuple(most)):
        value = held.schema[keyword]
        if isinstance(value, int | float) and value > most[keyword]:
            yield point_at(held, keyword), f"keep {keyword} at {most[keyword]} or below"


def exact_integers(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Has no integer over 2^53, which JavaScript rounds."""
    keys = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    for schemas in part.both:
        for held, keyword in schemas.having_any((*keys, "default", "const")):
            value = held.schema[keyword]
            if (
                isinstance(value, int)
                and abs(value) > _LARGEST_EXACT
                and int(_double(value)) != value
            ):
                yield point_at(held, keyword), f"keep {keyword} within 2^53, or write it as a text"


def _double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return 0.0


def object_depth(part: Part, most: int) -> Iterator[Fault]:
    """Nests objects in its input schema no deeper than is kept."""
    for held in part.input.having("properties"):
        if _count_objects_above(held.node.trail) > most:
            yield point_at(held), f"nest objects at most {most} deep"


def _count_objects_above(trail: Trail) -> int:
    count = 0
    while trail:
        trail, key = trail
        count += key == "properties" and (trail is None or trail[1] != "properties")
    return count


def boolean_additional_properties(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Says of additional properties only whether they may be."""
    for held in part.input.having("additionalProperties"):
        if not isinstance(held.schema["additionalProperties"], bool):
            yield (
                point_at(held, "additionalProperties"),
                "set additionalProperties to true or false",
            )


def closed_roots(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Takes no parameter at the root of its input schema that it does not list."""
    more = (part.input.root or {}).get("additionalProperties", False)
    if more is True or isinstance(more, dict):
        yield "/inputSchema/additionalProperties", "list the parameters: others are not offered"


def formats(part: Part, taken: Sequence[str]) -> Iterator[Fault]:
    """Names only formats that are taken."""
    for held in part.input.having("format"):
        given = held.schema["format"]
        if isinstance(given, str) and given not in taken:
            yield point_at(held, "format"), "say the format in the description"


def refused_formats(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Names no format that is not taken."""
    for held in part.input.having("format"):
        given = held.schema["format"]
        if isinstance(given, str) and given in refused:
            yield point_at(held, "format"), f"say the format {given} in the description"


def union_types(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Names types in the branches of a union, not next to it."""
    for held, keyword in part.input.having_any(("anyOf", "oneOf")):
        if "type" in held.schema:
            yield point_at(held, "type"), f"move the type into the branches of {keyword}"


def numeric_bounds(part: Part, keywords: Sequence[str]) -> Iterator[Fault]:
    """Has a number as exclusiveMinimum and exclusiveMaximum, not true or false."""
    for held, keyword in part.input.having_any(keywords):
        if isinstance(held.schema[keyword], bool):
            yield point_at(held, keyword), f"give {keyword} the number itself"


def parameters_avoided(part: Part, names: Sequence[str]) -> Iterator[Fault]:
    """Takes no parameter that turns one tool into many."""
    properties = (part.input.root or {}).get("properties")
    for name in properties if isinstance(properties, dict) else ():
        if name.lower() in names:
            trail = (((None, "inputSchema"), "properties"), name)
            yield make_pointer(trail), f"make a tool of each value of '{name[:_SHOWN]}'"
