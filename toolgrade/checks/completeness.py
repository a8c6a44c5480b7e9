"""Given the tool's complexity, is the definition complete enough?"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import log1p
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet
from toolgrade.text import name_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.view import ToolView

_LISTS = ("arg", "param", "input")
_FENCED = re.compile(r"```[^`]*(?:```|\Z)")


def returns(tool: ToolView, *, return_cues: Lexicon) -> Verdict:
    """Says what it returns.

    An agent plans its next step around the answer. This check reads the description alone; an
    output schema is a check by itself.

    Source: TDQS 1.2, Contextual Completeness: with an output schema the text need not.

    Related: behavior.output, completeness.output-schema, completeness.outcome

    Bad:
        name = "get_build"
        description = "Look up a build by number."

    Good:
        name = "get_build"
        description = "Look up a build by number. Returns its status and log."
    """
    cues = tool.find(return_cues)
    return met(*cues) if cues else unmet("say what it returns: 'Returns ...'")


def output_schema(tool: ToolView) -> Verdict:
    """Declares an output schema.

    Clients can validate structured results, and the description need not list their fields.

    Source: MCP specification 2025-06-18, outputSchema.

    Related: completeness.returns, schema.root

    Bad:
        name = "get_build"

    Good:
        name = "get_build"
        outputSchema = { type = "object", properties = { status = { type = "string" } } }
    """
    return met() if tool.output_schema else unmet("declare an outputSchema")


def documented(tool: ToolView) -> Verdict:
    """Documents every parameter.

    Each parameter is explained in the schema or in the description. A parameter that the
    description only names counts half.

    Source: Glama's published reasons: many undocumented parameters lower completeness most.

    Related: parameters.described, parameters.explained

    Bad:
        name = "add"
        description = "Add an entry."
        inputSchema = { type = "object", properties = { kind = { type = "string" } } }

    Good:
        name = "add"
        description = "Add an entry."
        inputSchema = { type = "object", properties = { kind = { type = "string", description = "Sort of entry" } } }
    """
    if not tool.parameters:
        return NOT_APPLICABLE
    told = 0.0
    for name, parameter in tool.parameters.items():
        mention = tool.mentions.get(name)
        told += (
            1.0 if parameter.description or (mention and mention.explained) else 0.5 * bool(mention)
        )
    return partly(
        told, len(tool.parameters), "describe every parameter, in the schema or in the description"
    )


def outcome(tool: ToolView, *, outcome_cues: Lexicon) -> Verdict:
    """Says how a change ends, in success and in failure.

    After a write, the agent must be able to see that it worked. Applies to tools that write.

    Source: Glama's published reasons: a mutation needs its outcome and its failure described.

    Related: behavior.failure, completeness.returns

    Bad:
        name = "create_ticket"
        description = "Create a ticket in a project."

    Good:
        name = "create_ticket"
        description = "Create a ticket in a project. Returns the id of the new ticket."
    """
    if not tool.mutates or not tool.described:
        return NOT_APPLICABLE
    cues = tool.find(outcome_cues)
    return met(*cues) if cues else unmet("say what it returns on success and on failure")


def disclosed(
    tool: ToolView,
    *,
    harmless_cues: Lexicon,
    effect_cues: Lexicon,
    reversal_cues: Lexicon,
    permission_cues: Lexicon,
    cost_cues: Lexicon,
    failure_cues: Lexicon,
    bounds_cues: Lexicon,
    timing_cues: Lexicon,
    repetition_cues: Lexicon,
    when_cues: Lexicon,
    exclusion_cues: Lexicon,
) -> Verdict:
    """Says enough besides its purpose.

    Counts the kinds of information in the description: what it does not change, effects,
    undoing, permissions, cost, errors, limits, timing, repeated calls, when to use it and when
    not. A sibling (another tool of the server) that it names and annotations count as one kind
    each. A simple tool (complexity 0) needs two kinds, a complex one (6 or more) four, any
    other three. Complexity counts parameters, nesting and unions.

    Source: Glama's published reasons: completeness follows behavior within one point.

    Related: completeness.proportionate, behavior.failure, usage.when

    Bad:
        name = "list_events"
        description = "List events of a calendar."
        inputSchema = { type = "object", properties = { day = { type = "string" } } }

    Good:
        name = "list_events"
        description = "List events of a calendar, at most 50 a page. Fails if the day is not a date. Use when the day is known."
        inputSchema = { type = "object", properties = { day = { type = "string" } } }
    """
    if not tool.described:
        return NOT_APPLICABLE
    safety = (harmless_cues, effect_cues, reversal_cues, permission_cues, cost_cues)
    running = (failure_cues, bounds_cues, timing_cues, repetition_cues)
    kinds = [
        found[0]
        for cues in (*safety, *running, when_cues, exclusion_cues)
        if (found := tool.find(cues))
    ]
    wanted = 2 if tool.complexity == 0 else 3 if tool.complexity < 6 else 4  # noqa: PLR2004 - stated in the page
    count = len(kinds) + tool.annotated + bool(tool.contrasts)
    return partly(count, wanted, "say more: effects, limits, errors, or when to use it", *kinds)


def proportionate(tool: ToolView) -> Verdict:
    """Says as much as its complexity needs.

    Parameters, nesting and choices each need a word. Counts the different words that the
    description adds to name and schema; each doubling of their number is worth the same. Wanted
    are eight, and four more for each unit of complexity (parameters, nesting and unions), up to
    sixty.

    Source: TDQS 1.2: completeness is judged against the tool's complexity.

    Related: behavior.substance, conciseness.enough, completeness.disclosed

    Bad:
        name = "query"
        description = "Run the query on it."
        inputSchema = { type = "object", properties = { a = {}, b = {}, c = {}, d = {} } }

    Good:
        name = "query"
        description = "Run a saved query on one table and return the first rows found, sorted by column; empty cells come last, unknown columns fail."
        inputSchema = { type = "object", properties = { a = {}, b = {} } }
    """
    if not tool.described:
        return NOT_APPLICABLE
    wanted = min(60, 8 + 4 * tool.complexity)
    note = "say more: the description is too short for a tool this complex"
    return partly(log1p(len(tool.news)), log1p(wanted), note, *tool.news)


def pages(
    tool: ToolView, *, list_verbs: WordList, page_cues: Lexicon, page_names: WordList
) -> Verdict:
    """Says how to get the rest of a list.

    If a list tool names no limit, page or cursor, an agent believes that it saw everything. Met
    by such a phrase in the description or by a parameter with such a name. Applies to tools
    whose name says that they list or search.

    Source: MCP specification, pagination; Anthropic, "Writing effective tools for agents".

    Related: behavior.bounds

    Bad:
        name = "list_events"
        description = "List events of a calendar."

    Good:
        name = "list_events"
        description = "List events of a calendar, 50 a page; pass the cursor for more."
    """
    if not any(w in list_verbs for w in tool.name_words[:2]):
        return NOT_APPLICABLE
    cues = tool.find(page_cues)
    named = [p for p in tool.parameters if any(w in page_names for w in name_words(p))]
    return (
        met(*cues)
        if cues or named
        else unmet("say how many results come at once and how to get the rest")
    )


def units(tool: ToolView, *, measure_names: WordList, unit_words: Lexicon) -> Verdict:
    """Gives the unit of each measure.

    `timeout: 30` may mean half a minute or thirty milliseconds. The unit may be in the
    parameter's name, in its description or in the tool's. Applies to number parameters whose
    name is a measure, such as `timeout`, `width` or `price`.

    Source: Wang et al., arXiv 2602.18914, smell 6: wrong parameter meaning.

    Related: parameters.formats

    Bad:
        name = "wait"
        description = "Wait for the job."
        inputSchema = { type = "object", properties = { timeout = { type = "integer" } } }

    Good:
        name = "wait"
        description = "Wait for the job."
        inputSchema = { type = "object", properties = { timeout = { type = "integer", description = "Seconds to wait" } } }
    """
    measures = [
        p
        for p in tool.parameters.values()
        if p.types & {"integer", "number"} and any(w in measure_names for w in name_words(p.name))
    ]
    if not measures:
        return NOT_APPLICABLE
    bare = [
        p.name
        for p in measures
        if not (
            p.description.has(unit_words)
            or any(w in unit_words for w in name_words(p.name))
            or (p.name in tool.mentions and tool.find(unit_words))
        )
    ]
    return partly(len(measures) - len(bare), len(measures), "name the unit of: " + ", ".join(bare))


def self_sufficient(tool: ToolView, *, example_cues: Lexicon) -> Verdict:
    """Explains in prose and uses examples only in addition.

    A sample call shows one case and leaves the rule to be guessed, so text without examples is
    worth more than examples without text. Counts the different words that the description adds
    to name and schema outside its examples and argument lists; thirty are enough, or as many as
    the examples have.

    Source: Hasan et al., arXiv 2602.14878, Exemplar Issues.

    Related: behavior.substance, parameters.formats

    Bad:
        name = "query"
        description = "Run a query. Example: query('select name from city'), for example query('select * from river')"

    Good:
        name = "query"
        description = "Run a read-only query on the open database and return the first hundred rows as JSON, sorted as stored. Unknown columns make the query fail with a list of those that exist; rows keep empty cells as null and dates as text. A query that runs longer than ten seconds stops and returns what it has found so far, marked incomplete. Example: select name from city."
    """
    if not tool.described:
        return NOT_APPLICABLE
    shown = _spans(_examples(tool, example_cues))
    lists = (s for head, s in tool.sections.items() if head.startswith(_LISTS) and s)
    aside = _spans([*shown, *((s.offset, s.offset + len(s.string)) for s in lists)])
    starts = [start for start, _ in aside]
    prose = [
        quote
        for quote in tool.news
        if not (at := bisect_right(starts, quote.start)) or quote.start >= aside[at - 1][1]
    ]
    sampled = sum(len(tool.description.string[start:end].split()) for start, end in shown)
    note = "explain in prose what the examples show" if shown else "explain more in prose"
    return partly(len(prose), max(30, sampled), note, *prose)


def _examples(tool: ToolView, cues: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) characters of examples: their sections, code blocks, and sentences
    that announce one, from there on.
    """
    for head, section in tool.sections.items():
        if head.startswith("example") and section:
            yield section.offset, section.offset + len(section.string)
    yield from (match.span() for match in _FENCED.finditer(tool.description.string))
    for sentence in tool.description.sentences:
        found = sentence.find(cues)
        if found:
            yield found[0].start, sentence.offset + len(sentence.string)


def _spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, cut so that they do not overlap."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        after = max(start, kept[-1][1] if kept else 0)
        if end > after:
            kept.append((after, end))
    return kept
