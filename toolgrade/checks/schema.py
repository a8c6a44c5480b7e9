"""Can every client use the schemas? Unpriced: TDQS does not judge whether they are valid."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolgrade.checks.check import NOT_APPLICABLE, faulty, met, unmet
from toolgrade.checks.header_marks import find_header_fault
from toolgrade.checks.meta_keys import find_openai_faults, find_ui_faults, find_vendor_faults
from toolgrade.model import STRICTEST
from toolgrade.model.pointers import make_pointer
from toolgrade.schema import anchors, resolve
from toolgrade.schema import dialect as dialects
from toolgrade.schema.fits import fits
from toolgrade.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Pointer, Verdict
    from toolgrade.schema import Node
    from toolgrade.view import ToolView

_ROOT_BEFORE = "2026-07-28"
_SHOWN = 40
_MOST_COMPARED = 200
_LONGEST_CHAIN = 50
_TASKS_UNTIL = "2026-07-28"
_TASK_SUPPORT = frozenset({"forbidden", "optional", "required"})
_RESERVED = frozenset({"modelcontextprotocol", "mcp"})
_BOUNDS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
_LOWER = tuple(dict.fromkeys(low for low, _ in _BOUNDS))


def _called(node: Node) -> str:
    """Return what a note calls a schema: the property it belongs to, or the schema it is."""
    trail = node.trail
    while trail:
        above, key = trail
        if above is None:
            return str(key)
        if above[1] == "properties":
            return f"'{str(key)[:_SHOWN]}'"
        trail = above
    return "the schema"


def _below(node: Node, *keys: str | int) -> Pointer:
    trail = node.trail
    for key in keys:
        trail = (trail, key)
    return make_pointer(trail)


def dialect(tool: ToolView) -> Verdict:
    """Has schemas that are valid JSON Schema.

    A client that validates schemas refuses the tool, the list or the whole request for one
    keyword of the wrong type. A schema is checked under the dialect that its `$schema` names,
    or 2020-12. What the reader reports already (`malformed.wrong-type`) is not repeated.

    Source: MCP specification 2025-11-25, JSON Schema 2020-12 by default (SEP-1613).

    Related: schema.root, malformed.wrong-type

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { text = { type = "str" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { text = { type = "string" } } }
    """
    if not tool.schemas:
        return NOT_APPLICABLE
    return faulty(list(_unsound(tool)))


def _unsound(tool: ToolView) -> Iterator[tuple[Pointer, str]]:
    noted = {found.pointer for found in tool.tool.malformed}
    declared = dialects.DEFAULT
    for node in tool.schemas:
        if not isinstance(node.schema, dict):
            continue
        if not node.depth:
            given = node.schema.get("$schema", dialects.DEFAULT)
            declared = given if isinstance(given, str) else dialects.DEFAULT
            if given is not declared or dialects.name(declared) not in dialects.KNOWN:
                yield (
                    _below(node, "$schema"),
                    "set $schema to a dialect that clients know, or delete it",
                )
        if dialects.is_sound(node.schema, declared):
            continue
        fault = dialects.fault(node.schema, declared)
        if fault and (at := _below(node, *fault[0])) not in noted:
            keyword = fault[0][0] if fault[0] else "it"
            yield at, f"correct {keyword} of {_called(node)}: it {fault[1]}"


def root(tool: ToolView) -> Verdict:
    """Has schema roots that every client accepts.

    The root of the input schema says `type: object`, lists its `properties` even if there are
    none, and has no union. The root of the output schema says `type: object` too, which the
    specification required before 2026-07-28. `--spec` selects the revision to check against.

    Source: MCP specification, Tool.inputSchema and outputSchema (SEP-2106);
    anthropics/claude-code#5973; github/copilot-cli#1825.

    Related: schema.dialect, completeness.output-schema

    Bad:
        name = "find"
        inputSchema = { type = "object", anyOf = [{ required = ["a"] }, { required = ["b"] }], properties = { a = { type = "string" }, b = { type = "string" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { a = { type = "string" }, b = { type = "string" } } }
    """
    roots = [node for node in tool.schemas if not node.depth]
    found = [fault for node in roots for fault in _at_root(node, tool.server.spec)]
    return faulty(found) if roots else NOT_APPLICABLE


def _at_root(node: Node, spec: str) -> Iterator[tuple[Pointer, str]]:
    schema, called = node.schema, _called(node)
    if not isinstance(schema, dict):
        return
    kind, strict = schema.get("type"), spec == STRICTEST
    of_output = called == "outputSchema"
    if kind != "object" and (not of_output or strict or spec < _ROOT_BEFORE):
        at = _below(node, "type") if "type" in schema else node.pointer
        yield at, f'add "type": "object" to the root of {called}'
    if of_output:
        return
    if strict and kind == "object" and "properties" not in schema:
        yield (
            node.pointer,
            f'add "properties" to the root of {called}, empty ({{}}) if there are none',
        )
    for keyword in ("oneOf", "anyOf", "allOf"):
        if keyword in schema and (strict or spec < _ROOT_BEFORE):
            yield _below(node, keyword), f"move {keyword} away from the root of {called}"


def references(tool: ToolView) -> Verdict:
    """Refers only to schemas that it contains.

    A `$ref` that names nothing, that leads back to itself, or that would have to be fetched
    leaves the parameter without a schema. Clients must not fetch it.

    Source: MCP specification 2026-07-28: no automatic network `$ref`; 0.4 to 0.8 % of published
    tools refer to nothing.

    Related: schema.dialect

    Bad:
        name = "add"
        inputSchema = { type = "object", properties = { item = { "$ref" = "#/$defs/Item" } } }

    Good:
        name = "add"
        inputSchema = { type = "object", properties = { item = { "$ref" = "#/$defs/Item" } }, "$defs" = { Item = { type = "string" } } }
    """
    refer = tool.schemas_with("$ref")
    held = [root for root in (tool.tool.input_schema, tool.tool.output_schema) if root]
    named = frozenset[str]().union(*map(anchors, held)) if refer else frozenset()
    found = [fault for n in refer for fault in _astray(n, tool.root_of(n), named)]
    return faulty(found) if refer else NOT_APPLICABLE


def _astray(
    node: Node, held: Mapping[str, Any], named: frozenset[str]
) -> Iterator[tuple[Pointer, str]]:
    schema: Any = node.schema
    seen: set[str] = set()
    while isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
        if reference in named or len(seen) > _LONGEST_CHAIN:
            return
        if reference in seen:
            yield _below(node, "$ref"), f"break the circle of $ref at {_called(node)}"
            return
        seen.add(reference)
        schema = resolve(held, reference)
        if schema is None:
            what = "add" if reference.startswith("#") else "copy into this one"
            yield _below(node, "$ref"), f"{what} the schema that {_called(node)} refers to"
            return


def defaults(tool: ToolView) -> Verdict:
    """Has defaults and examples that fit their own schema.

    A client that fills in the default, or an agent that copies the example, makes a call that
    is refused. Patterns and formats are not checked.

    Source: JSON Schema 2020-12, validation, 9.2 and 9.5: values should be valid against the
    schema.

    Related: parameters.defaults, schema.bounds

    Bad:
        name = "sort"
        inputSchema = { type = "object", properties = { order = { type = "string", enum = ["up", "down"], default = "left" } } }

    Good:
        name = "sort"
        inputSchema = { type = "object", properties = { order = { type = "string", enum = ["up", "down"], default = "up" } } }
    """
    told = 0
    found: list[tuple[Pointer, str]] = []
    for node in tool.schemas_with("default", "examples"):
        told += 1
        found += _unfit(node, node.schema, tool)
    return faulty(found) if told else NOT_APPLICABLE


def _unfit(node: Node, schema: Mapping[str, Any], tool: ToolView) -> Iterator[tuple[Pointer, str]]:
    held = tool.root_of(node)
    if "default" in schema and fits(schema["default"], schema, held) is False:
        yield _below(node, "default"), f"make the default of {_called(node)} fit its own schema"
    examples = schema.get("examples")
    for at, example in enumerate(examples[:_MOST_COMPARED] if isinstance(examples, list) else ()):
        if fits(example, schema, held) is False:
            yield (
                _below(node, "examples", at),
                f"make the examples of {_called(node)} fit their own schema",
            )
            return


def choices(tool: ToolView) -> Verdict:
    """Offers a choice where it lists values.

    An enum with one value decides nothing, an empty one forbids every call, and a value listed
    twice is a slip. A discriminator inside a union may have one value.

    Source: JSON Schema 2020-12, validation, 6.1.2: enum should be non-empty and unique.

    Related: parameters.choices

    Bad:
        name = "sort"
        inputSchema = { type = "object", properties = { order = { type = "string", enum = ["up"] } } }

    Good:
        name = "sort"
        inputSchema = { type = "object", properties = { order = { type = "string", enum = ["up", "down"] } } }
    """
    listed = tool.schemas_with("enum")
    found = [fault for node in listed for fault in _no_choice(node)]
    return faulty(found) if listed else NOT_APPLICABLE


def _no_choice(node: Node) -> Iterator[tuple[Pointer, str]]:
    values = node.schema["enum"] if isinstance(node.schema, dict) else None
    if not isinstance(values, list):
        return
    at, called = _below(node, "enum"), _called(node)
    if not values:
        yield at, f"list the values of {called}, or delete the empty enum"
    elif len(values) == 1 and node.under == "properties" and node.depth == 1:
        yield at, f"delete {called}, which has only one value, or add other values"
    texts = [value for value in values if isinstance(value, str)]
    if len(set(texts)) < len(texts):
        yield at, f"list each value of {called} once"


def bounds(tool: ToolView) -> Verdict:
    """Has bounds that a value can meet.

    A minimum above its maximum refuses every value.

    Source: JSON Schema 2020-12, validation, 6.2 to 6.5.

    Related: schema.defaults

    Bad:
        name = "wait"
        inputSchema = { type = "object", properties = { seconds = { type = "integer", minimum = 60, maximum = 10 } } }

    Good:
        name = "wait"
        inputSchema = { type = "object", properties = { seconds = { type = "integer", minimum = 10, maximum = 60 } } }
    """
    found = [
        (_below(node, low), f"set {low} of {_called(node)} below its {high}")
        for node in tool.schemas_with(*_LOWER)
        for low, high in _BOUNDS
        if low in node.schema and _crossed(node.schema, low, high)
    ]
    return faulty(found) if tool.schemas else NOT_APPLICABLE


def _crossed(schema: Mapping[str, Any], low: str, high: str) -> bool:
    one, other = schema[low], schema.get(high)
    if not (_is_number(one) and _is_number(other)):
        return False
    return bool(one >= other if "exclusive" in low or "exclusive" in high else one > other)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def required(tool: ToolView) -> Verdict:
    """Requires only properties that it defines.

    An agent cannot provide what the schema does not describe, and without it every call is
    refused.

    Source: JSON Schema 2020-12, validation, 6.5.3; four linters for tool definitions look for
    it.

    Related: parameters.exist

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { text = { type = "string" } }, required = ["query"] }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { text = { type = "string" } }, required = ["text"] }
    """
    found: list[tuple[Pointer, str]] = []
    for node in tool.schemas_with("required"):
        schema = node.schema
        # If a part of the schema defines properties, or any name is allowed, required may mean those.
        if schema["required"] and not _composed(node, schema):
            found += _unnamed(node, schema)
    return faulty(found) if tool.schemas else NOT_APPLICABLE


def _composed(node: Node, schema: Mapping[str, Any]) -> bool:
    parts = ("allOf", "anyOf", "oneOf", "$ref", "patternProperties", "if")
    within = node.under in {"allOf", "anyOf", "oneOf", "if", "then", "else", "not"}
    open_ = isinstance(schema.get("additionalProperties"), dict)
    return open_ or any(part in schema for part in parts) or (within and "properties" not in schema)


def _unnamed(node: Node, schema: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    names, properties = schema["required"], schema.get("properties", {})
    if (
        not isinstance(names, list)
        or not isinstance(properties, dict)
        or node.under == "dependentSchemas"
    ):
        return
    for at, name in enumerate(names):
        if isinstance(name, str) and name not in properties:
            shown = name[:_SHOWN]
            yield (
                _below(node, "required", at),
                f"add '{shown}' to properties, or remove it from required",
            )


def names(tool: ToolView) -> Verdict:
    """Has parameter names that differ by more than case.

    An agent mixes up `userId` and `userid`, and a client that ignores case loses one of them.

    Source: MCP specification 2025-11-25: names are case-sensitive. Some clients are not.

    Related: names.apart

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { userId = { type = "string" }, userid = { type = "string" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { userId = { type = "string" }, orderId = { type = "string" } } }
    """
    found: list[tuple[Pointer, str]] = []
    for node in tool.schemas_with("properties"):
        properties = node.schema["properties"]
        if isinstance(properties, dict) and len(properties) > 1:
            folded = sorted([(name.casefold(), name) for name in properties])
            found += [
                (
                    _below(node, "properties", two[1]),
                    f"rename '{two[1][:_SHOWN]}' or '{one[1][:_SHOWN]}': they differ only in case",
                )
                for one, two in pairwise(folded)
                if one[0] == two[0]
            ]
    return faulty(found) if tool.schemas else NOT_APPLICABLE


def execution(tool: ToolView) -> Verdict:
    """Says of tasks what its revision of the specification knows.

    `execution.taskSupport` is forbidden, optional or required in 2025-11-25; clients lose the whole
    list for any other value. It is not part of 2026-07-28, and clients of that revision drop it.

    Source: MCP specification 2025-11-25, ToolExecution; 2026-07-28 leaves it out.

    Bad:
        name = "find"
        execution = { taskSupport = "maybe" }

    Good:
        name = "find"
        execution = { taskSupport = "optional" }
    """
    given = (tool.tool.raw or {}).get("execution")
    if not isinstance(given, dict):
        return NOT_APPLICABLE
    if tool.server.spec != STRICTEST and tool.server.spec >= _TASKS_UNTIL:
        return unmet(f"leave execution out: {tool.server.spec} has none", at="/execution")
    support = given.get("taskSupport", "optional")
    if not (isinstance(support, str) and support in _TASK_SUPPORT):
        said = "set taskSupport to forbidden, optional or required, or leave it out"
        return unmet(said, at="/execution/taskSupport")
    return met()


def extensions(tool: ToolView) -> Verdict:
    """Writes the `_meta` keys of MCP Apps and of vendors as they are read.

    A resource of MCP Apps is at `ui://`, and its `visibility` names "model" and "app".
    `openai/outputTemplate` is an address, `openai/widgetAccessible` true or false,
    `openai/visibility` public or private, `openai/fileParams` a list of parameters, and the texts
    of `openai/toolInvocation/...` are at most 64 characters.
    `anthropic/alwaysLoad` and `anthropic/requiresUserInteraction` are true or false,
    `anthropic/maxResultSizeChars` is at most 500,000.

    Source: MCP Apps (SEP-1865); Claude Code documentation, 2026-08-22; OpenAI's Apps SDK reference.

    Bad:
        name = "show_board"
        _meta = { ui = { resourceUri = "https://board.example/view.html" } }

    Good:
        name = "show_board"
        _meta = { ui = { resourceUri = "ui://board/view", visibility = ["model", "app"] } }
    """
    given = tool.tool.meta or {}
    parameters = (tool.tool.input_schema or {}).get("properties")
    openai = find_openai_faults(given, parameters if isinstance(parameters, dict) else {})
    return faulty([*find_ui_faults(given), *find_vendor_faults(given), *openai])


def meta(tool: ToolView) -> Verdict:
    """Uses no reserved `_meta` prefix.

    A prefix whose second label is `mcp` or `modelcontextprotocol` belongs to the specification.
    A client may give it another meaning, or drop it.

    Source: MCP specification 2025-06-18, General fields, `_meta`.

    Related: schema.headers

    Bad:
        name = "find"
        _meta = { "api.modelcontextprotocol.io/rank" = 1 }

    Good:
        name = "find"
        _meta = { "com.example/rank" = 1 }
    """
    if not tool.tool.meta:
        return NOT_APPLICABLE
    return faulty(
        [
            (
                make_pointer(((None, "_meta"), key)),
                f"replace the prefix of '{key[:_SHOWN]}' with your own domain",
            )
            for key in tool.tool.meta
            if "/" in key and _is_reserved(key.partition("/")[0])
        ]
    )


def _is_reserved(prefix: str) -> bool:
    labels = prefix.lower().split(".")
    return len(labels) > 1 and labels[1] in _RESERVED


def headers(tool: ToolView) -> Verdict:
    """Marks parameters as headers as the specification allows.

    `x-mcp-header` names an HTTP header: without spaces, unique in any case, on a string,
    integer or boolean that is reached through `properties` only. A client drops a tool that
    breaks this. Proxies log headers, so a password or a token is not marked. Applies under
    `--spec 2026-07-28` and by default.

    Source: MCP specification 2026-07-28, x-mcp-header (SEP-2243).

    Related: schema.meta

    Bad:
        name = "query"
        inputSchema = { type = "object", properties = { region = { type = "string", x-mcp-header = "My Region" } } }

    Good:
        name = "query"
        inputSchema = { type = "object", properties = { region = { type = "string", x-mcp-header = "Region" } } }
    """
    marked = tool.schemas_with("x-mcp-header")
    if not marked or tool.server.spec not in {STRICTEST, "2026-07-28"}:
        return NOT_APPLICABLE
    taken: set[str] = set()
    found: list[tuple[Pointer, str]] = []
    for node in marked:
        name = node.schema["x-mcp-header"] if isinstance(node.schema, dict) else None
        if fault := find_header_fault(node, name, taken):
            found.append((_below(node, "x-mcp-header"), f"{fault} at {_called(node)}"))
        if isinstance(name, str):
            taken.add(name.lower())
    return faulty(found)


def results(tool: ToolView) -> Verdict:
    """Returns the structured content that its output schema promises.

    The SDKs reject every call of a tool that has an output schema and returns text only: the
    server's own SDK does, and so do the clients'. Seen in TypeScript and JavaScript, where a function
    writes out what it returns.

    Source: MCP specification 2025-06-18: a server must return structured results that conform;
    cristianuibar/bricks-mcp#45, koala73/worldmonitor#8328.

    Related: completeness.output-schema

    Bad:
        name = "find"
        outputSchema = { type = "object", properties = { pages = { type = "array" } } }
        handler = { returns = ["content"] }

    Good:
        name = "find"
        outputSchema = { type = "object", properties = { pages = { type = "array" } } }
        handler = { returns = ["content", "structuredContent"] }
    """
    if tool.tool.output_schema is None or tool.tool.handler is None:
        return NOT_APPLICABLE
    if tool.tool.handler.is_text_only:
        return unmet("return structuredContent next to content, or take outputSchema away")
    return met()


def titles(tool: ToolView) -> Verdict:
    """Has one title.

    Some clients show `title`, others `annotations.title`. If the two differ, people and
    reviewers see two tools.

    Source: MCP specification 2025-06-18: title takes precedence over annotations.title;
    Anthropic's directory reads the latter.

    Related: client.declared

    Bad:
        name = "find"
        title = "Find pages"
        annotations = { title = "Search everything" }

    Good:
        name = "find"
        title = "Find pages"
        annotations = { title = "Find pages" }
    """
    tool.require_known("/annotations")
    own, other = tool.tool.title, (tool.tool.annotations or {}).get("title")
    if not own or not isinstance(other, str) or not other:
        return NOT_APPLICABLE
    if own.strip() == other.strip():
        return met()
    said = (Text(own, "/title").quote(), Text(other, "/annotations/title").quote())
    return unmet("make title and annotations.title equal", *said)
