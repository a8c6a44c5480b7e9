"""Does it add meaning beyond what the input schema provides?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet
from toolgrade.text import name_words, plain
from toolgrade.text.docstring import argument_names
from toolgrade.wording.counts import join_first

if TYPE_CHECKING:
    from toolgrade.model import Quote, Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.view import Parameter, ToolView

_MOST_NAMED = 5
_PLAIN_TYPES = {"array", "string", "boolean", "number", "integer", "null"}
_SAMPLE = re.compile(r"\d|[\"'`][^\"'`\s][^\"'`\n]{0,60}[\"'`]|\b[A-Z]{2,4}(?:-[A-Z]{2,4})+\b")
_SPOKEN = re.compile(
    r"`([A-Za-z_]\w*)` (?:parameter|argument|option|flag)|(?:parameter|argument) `([A-Za-z_]\w*)`"
)


def described(tool: ToolView) -> Verdict:
    """Describes every parameter in the schema.

    Every client shows the schema, and an agent looks there first. Counts the top-level
    parameters with a description.

    Source: TDQS 1.2, schemaDescriptionCoverage; above 80 % the baseline is 3.

    Related: parameters.explained, completeness.documented, parameters.nested-described

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { text = { type = "string" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { text = { type = "string", description = "Words to find." } } }
    """
    if not tool.parameters:
        return NOT_APPLICABLE
    total, bare = len(tool.parameters), tool.undescribed
    return partly(
        total - len(bare),
        total,
        f"describe in the schema (or else in the tool's description): {join_first(bare, _MOST_NAMED)}",
    )


def nested_described(tool: ToolView) -> Verdict:
    """Describes the fields of nested objects.

    A parameter that is an object with ten undescribed fields is ten undocumented parameters.

    Source: TDQS 1.2, Parameter Semantics; its coverage signal counts the top level only.

    Related: parameters.described

    Bad:
        name = "add"
        inputSchema = { type = "object", properties = { item = { type = "object", properties = { a = { type = "string" } } } } }

    Good:
        name = "add"
        inputSchema = { type = "object", properties = { item = { type = "object", properties = { a = { type = "string", description = "Label of the item." } } } } }
    """
    if not tool.nested:
        return NOT_APPLICABLE
    bare = [p.path for p in tool.nested if not p.description]
    total = len(tool.nested)
    return partly(
        total - len(bare), total, f"describe in the schema: {join_first(bare, _MOST_NAMED)}"
    )


def explained(tool: ToolView) -> Verdict:
    """Explains in the text what the schema does not.

    A sentence or an `Args:` entry on each parameter makes up for a schema without descriptions.
    Counts the undescribed parameters that the tool's description explains.

    Source: TDQS 1.2, Parameter Semantics: below 50 % coverage the description must compensate.

    Related: parameters.described, parameters.spoken-of, completeness.documented

    Bad:
        name = "find"
        description = "Find pages."
        inputSchema = { type = "object", properties = { max_rows = { type = "integer" } } }

    Good:
        name = "find"
        description = "Find pages. `max_rows` caps how many come back."
        inputSchema = { type = "object", properties = { max_rows = { type = "integer" } } }
    """
    bare = tool.undescribed
    if not bare or not tool.described:
        return NOT_APPLICABLE
    told = [tool.mentions[name] for name in bare if name in tool.mentions]
    quotes = [m.quote for m in told if m.explained]
    # The note of `described` says what to do: to explain is the other way to fix the same.
    return partly(len(quotes), len(bare), "", *quotes)


def spoken_of(tool: ToolView) -> Verdict:
    """Mentions in the text what the schema does not describe.

    A mention in passing ("search by query") is less than an explanation and more than nothing.

    Source: Glama's published reasons: parameters that are only named score 2, without a mention
    1.

    Related: parameters.explained

    Bad:
        name = "find"
        description = "Find pages of the wiki."
        inputSchema = { type = "object", properties = { author = { type = "string" } } }

    Good:
        name = "find"
        description = "Find pages of the wiki by author."
        inputSchema = { type = "object", properties = { author = { type = "string" } } }
    """
    bare = tool.undescribed
    if not bare or not tool.described:
        return NOT_APPLICABLE
    quotes = [tool.mentions[name].quote for name in bare if name in tool.mentions]
    return partly(len(quotes), len(bare), "", *quotes)


def telling_names(tool: ToolView, *, vague_names: WordList) -> Verdict:
    """Gives its parameters clear names.

    `to`, `subject` and `text` explain themselves; `data`, `x1` and `opts` do not. Counts the
    parameters without a description in the schema.

    Source: Anthropic, "Writing effective tools for agents": `user_id`, not `user`.

    Related: parameters.meaningful, names.telling

    Bad:
        name = "add"
        inputSchema = { type = "object", properties = { data = { type = "string" } } }

    Good:
        name = "add"
        inputSchema = { type = "object", properties = { subject = { type = "string" } } }
    """
    bare = tool.undescribed
    if not bare:
        return NOT_APPLICABLE
    opaque = [n for n in bare if all(len(w) < 3 or w in vague_names for w in name_words(n))]  # noqa: PLR2004 - x1, to
    return partly(
        len(bare) - len(opaque), len(bare), f"rename or describe: {join_first(opaque, _MOST_NAMED)}"
    )


def meaningful(tool: ToolView) -> Verdict:
    """Says more about each parameter than its name.

    "query: The query" fills the field and says nothing. Counts the parameters with a
    description.

    Source: Wang et al., arXiv 2602.18914, smell 6: wrong parameter meaning.

    Related: parameters.telling-names, purpose.more-than-the-name

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { query = { type = "string", description = "The query" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { query = { type = "string", description = "Words that must all occur in the page" } } }
    """
    told = [p for p in tool.parameters.values() if p.description]
    if not told:
        return NOT_APPLICABLE
    echoes = [p for p in told if _echoes(p)]
    note = "say more than the name about: " + join_first([p.name for p in echoes], _MOST_NAMED)
    quotes = [p.description.quote() for p in echoes]
    return partly(len(told) - len(echoes), len(told), note, *quotes)


def _echoes(parameter: Parameter) -> bool:
    own = set(name_words(parameter.name)) | {"the", "a", "an", "of", "to", "string", "value"}
    return parameter.description.said <= own


def formats(tool: ToolView, *, format_cues: Lexicon) -> Verdict:
    """Gives formats, examples or ranges.

    "ISO 8601", "1 to 100" or "e.g. `main`" turns a type into a value. Counts the parameters
    with one in their description or schema (enum, format, pattern, bounds, examples); half of
    them are enough.

    Source: Hasan et al., arXiv 2602.14878, Opaque Parameters.

    Related: completeness.units, parameters.choices

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { since = { type = "string", description = "Start of the search" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { since = { type = "string", description = "Start, as YYYY-MM-DD" } } }
    """
    if not tool.parameters:
        return NOT_APPLICABLE
    quotes, shaped = [], 0
    for name, parameter in tool.parameters.items():
        text = parameter.description
        cue = text.find(format_cues)
        sample = _SAMPLE.search(text.string)
        if cue or sample:
            quotes.append(cue[0] if cue else text.quote(*sample.span()) if sample else text.quote())
        elif name in tool.mentions and _SAMPLE.search(tool.mentions[name].quote.text):
            quotes.append(tool.mentions[name].quote)
        elif parameter.schema.keys() & {
            "enum",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "examples",
        }:
            shaped += 1
    half = (len(tool.parameters) + 1) // 2
    return partly(
        len(quotes) + shaped,
        half,
        "add a format, an example or a range to the parameters' descriptions",
        *quotes,
    )


def defaults(tool: ToolView, *, default_cues: Lexicon) -> Verdict:
    """Says what happens if an optional parameter is omitted.

    An agent omits what it does not know and should know what it then gets. Met by a default, in
    the schema or in words, for half of the optional parameters.

    Source: Wang et al., arXiv 2602.18914; Anthropic's documentation of tool use.

    Related: schema.defaults, parameters.relations

    Bad:
        name = "list"
        inputSchema = { type = "object", properties = { limit = { type = "integer", description = "Rows" } } }

    Good:
        name = "list"
        inputSchema = { type = "object", properties = { limit = { type = "integer", description = "Rows (default 20)" } } }
    """
    optional = [p for p in tool.parameters.values() if not p.required]
    if not optional:
        return NOT_APPLICABLE
    quotes, given = [], 0
    for parameter in optional:
        cue = parameter.description.find(default_cues)
        if cue:
            quotes.append(cue[0])
        elif "default" in parameter.schema:
            given += 1
    half = (len(optional) + 1) // 2
    return partly(
        len(quotes) + given,
        half,
        "add a default to the schema, or say what happens if the parameter is omitted",
        *quotes,
    )


def choices(tool: ToolView, *, function_words: WordList) -> Verdict:
    """Says what the values of an enumeration mean.

    `mode: fast | deep` is a guess until the definition says what deep does. Met by an
    enumeration (of three values or more) if the descriptions name two of its values and have a
    word of explanation for each.

    Source: TDQS 1.2, Parameter Semantics.

    Related: schema.choices, parameters.formats

    Bad:
        name = "scan"
        inputSchema = { type = "object", properties = { mode = { enum = ["fast", "deep", "off"], description = "Mode" } } }

    Good:
        name = "scan"
        inputSchema = { type = "object", properties = { mode = { enum = ["fast", "deep", "off"], description = "fast skips archives, deep opens them" } } }
    """
    listed = [p for p in tool.parameters.values() if len(p.enum) > 2]  # noqa: PLR2004 - stated in the page
    if not listed:
        return NOT_APPLICABLE
    silent = []
    for parameter in listed:
        values = {v.lower() for v in parameter.enum[:50] if isinstance(v, str) and v}
        said = f"{parameter.description.string} {tool.description.string}".lower()
        spoken = sum(value in said for value in values)
        own = {*plain(" ".join(values)).split(), *name_words(parameter.name)}
        meaning = set(plain(said).split()) - own - function_words.words
        if spoken < 2 or len(meaning) < spoken:  # noqa: PLR2004 - stated in the page
            silent.append(parameter.name)
    note = f"say what the values mean, in the description of: {join_first(silent, _MOST_NAMED)}"
    return partly(len(listed) - len(silent), len(listed), note)


def relations(tool: ToolView, *, relation_cues: Lexicon) -> Verdict:
    """Says how its parameters depend on each other.

    "Exactly one of", "only with" and "ignored when" are rules that a type cannot express.
    Applies from two parameters on.

    Source: Glama's published reasons: such rules raise a documented tool above 3.

    Related: parameters.rules-in-text, parameters.defaults

    Bad:
        name = "get"
        inputSchema = { type = "object", properties = { id = { description = "Number" }, name = { description = "Name" } } }

    Good:
        name = "get"
        inputSchema = { type = "object", properties = { id = { description = "Number; exactly one of id and name" }, name = { description = "Name" } } }
    """
    if len(tool.parameters) < 2:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    quotes = list(tool.find(relation_cues))
    for parameter in tool.parameters.values():
        quotes += parameter.description.find(relation_cues)
    return (
        met(*quotes)
        if quotes
        else unmet("say which parameters exclude or need each other, or that they are independent")
    )


def rules_in_text(
    tool: ToolView, *, format_cues: Lexicon, default_cues: Lexicon, function_words: WordList
) -> Verdict:
    """Adds to the schema in the text.

    If the schema describes every parameter, only what the tool's description adds counts: a
    syntax, a default, an effect. Met if the description explains a parameter with a sample
    value, a format or a default that the schema does not give.

    Source: Glama's published reasons: a schema that describes everything scores 3 unless the
    text adds a rule.

    Related: parameters.explained, conciseness.beyond-schema

    Bad:
        name = "find"
        description = "Find pages."
        inputSchema = { type = "object", properties = { since = { type = "string", description = "Start" } } }

    Good:
        name = "find"
        description = "Find pages. `since` takes an ISO date and defaults to last week."
        inputSchema = { type = "object", properties = { since = { type = "string", description = "Start" } } }
    """
    if not tool.parameters or not tool.described:
        return NOT_APPLICABLE
    for name, mention in tool.mentions.items():
        if not mention.explained:
            continue
        end = tool.description.string.find("\n", mention.quote.end)
        line = tool.description.string[mention.quote.start : end if end > 0 else None][:300]
        own = {*tool.parameters[name].description.said, *name_words(name)}
        new = [w for w in plain(line).split() if w not in own and w not in function_words]
        if len(new) > 1 and (
            _SAMPLE.search(line) or any(w in format_cues or w in default_cues for w in new)
        ):
            return met(mention.quote)
    return unmet(
        "add to the description what the schema does not say: a syntax, a default, an effect"
    )


def exist(tool: ToolView) -> Verdict:
    """Describes only parameters that exist.

    An agent passes what the text promises, and the call fails. Reads `Args:` sections and
    phrases such as "the `x` parameter". Applies if the description has one.

    Source: Wang et al., arXiv 2602.18914, smell 3: parameters that do not exist.

    Related: names.known, schema.required

    Bad:
        name = "find"
        description = "Find pages. The `fuzzy` parameter allows misspelt words."
        inputSchema = { type = "object", properties = { text = { type = "string" } } }

    Good:
        name = "find"
        description = "Find pages. The `text` parameter allows misspelt words."
        inputSchema = { type = "object", properties = { text = { type = "string" } } }
    """
    if not tool.described:
        return NOT_APPLICABLE
    known = {n.lower() for n in tool.parameters} | {p.name.lower() for p in tool.nested}
    known |= {str(v).lower() for p in tool.parameters.values() for v in p.enum[:100]}
    found = argument_names(tool.sections)
    for match in _SPOKEN.finditer(tool.description.string):
        group = 1 if match[1] else 2
        found.setdefault(match[group], tool.description.quote(*match.span(group)))
    ghosts = [
        q
        for n, q in found.items()
        if n.lower() not in known and n.split(".")[0].lower() not in known
    ]
    # A section without any real name describes something else, such as a nested object.
    if ghosts and (not tool.parameters or len(ghosts) < len(found) or len(found) == 1):
        return unmet(
            "remove from the description, or add to the schema: "
            + ", ".join(q.text for q in ghosts[:5]),
            *ghosts,
        )
    return met() if found else NOT_APPLICABLE


def typed(tool: ToolView) -> Verdict:
    """Gives every parameter a type.

    Without a type, many clients send a string.

    Source: JSON Schema; Wang et al., arXiv 2602.18914, smell 12: missing types.

    Related: parameters.types-agree, schema.dialect

    Bad:
        name = "find"
        inputSchema = { type = "object", properties = { limit = { description = "Rows" } } }

    Good:
        name = "find"
        inputSchema = { type = "object", properties = { limit = { type = "integer" } } }
    """
    if not tool.parameters:
        return NOT_APPLICABLE
    shaping = {"anyOf", "oneOf", "allOf", "$ref", "enum", "const", "not"}
    bare = [n for n, p in tool.parameters.items() if not p.types and not p.schema.keys() & shaping]
    return partly(
        len(tool.parameters) - len(bare),
        len(tool.parameters),
        f"add a type to: {join_first(bare, _MOST_NAMED)}",
    )


def types_agree(
    tool: ToolView, *, list_words: Lexicon, number_words: Lexicon, flag_words: Lexicon
) -> Verdict:
    """Describes the type that the schema declares.

    With "Comma-separated list" under `type: array`, the agent follows one and the server the
    other. Applies if a parameter's description opens with its type.

    Source: Wang et al., arXiv 2602.18914, smell 5: wrong parameter type.

    Related: parameters.typed, behavior.agrees-with-schema

    Bad:
        name = "tag"
        inputSchema = { type = "object", properties = { tags = { type = "array", description = "Comma-separated list of tags" } } }

    Good:
        name = "tag"
        inputSchema = { type = "object", properties = { tags = { type = "string", description = "Comma-separated list of tags" } } }
    """
    said = 0
    wrong: list[Quote] = []
    for parameter in tool.parameters.values():
        types = parameter.types
        for cues, fitting in (
            (list_words, {"string"}),
            (number_words, {"number", "integer"}),
            (flag_words, {"boolean"}),
        ):
            spans = parameter.description.spans(cues)
            # Later in the text, the words may be about another parameter.
            if spans and spans[0][0] <= 1 and types and types <= _PLAIN_TYPES:
                said += 1
                if not types & fitting:
                    wrong.append(parameter.description.quote_words(*spans[0]))
    if wrong:
        return unmet("make the parameter's description and its type agree", *wrong)
    return met() if said else NOT_APPLICABLE
