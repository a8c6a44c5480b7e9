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
    """Says what comes back.

    An agent plans its next step on the answer; an output schema says it too.

    Source: TDQS 1.2, Contextual Completeness: with an output schema the text need not.

    Bad:
        name = "get_build"
        description = "Look up a build by number."

    Good:
        name = "get_build"
        description = "Look up a build by number. Returns its status and log."
    """
    cues = tool.find(return_cues)
    return met(*cues) if cues else unmet("say what comes back")


def output_schema(tool: ToolView) -> Verdict:
    """Declares an output schema.

    Structured results that clients can check, and fields the text need not list.

    Source: MCP specification 2025-06-18, outputSchema.

    Bad:
        name = "get_build"

    Good:
        name = "get_build"
        outputSchema = { type = "object", properties = { status = { type = "string" } } }
    """
    return met() if tool.output_schema else unmet("declare an outputSchema")


def documented(tool: ToolView) -> Verdict:
    """Leaves no parameter undocumented.

    In the schema or in the text, every parameter is told somewhere. An echo of its name counts
    half.

    Source: Glama's published reasons: many undocumented parameters sink completeness.

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
    return partly(told, len(tool.parameters), "document every parameter, in the schema or the text")


def outcome(tool: ToolView, *, outcome_cues: Lexicon) -> Verdict:
    """Says how a change ends: its result, and what if it fails.

    After a write the agent must know that it worked. Applies to tools that write.

    Source: Glama's published reasons: a mutation needs its outcome and failure told.

    Bad:
        name = "create_ticket"
        description = "Create a ticket in a project."

    Good:
        name = "create_ticket"
        description = "Create a ticket in a project. Returns the id of the new ticket."
    """
    if not tool.mutates or not tool.description:
        return NOT_APPLICABLE
    cues = tool.find(outcome_cues)
    return met(*cues) if cues else unmet("say what a success and a failure look like")


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
    """Tells enough besides its purpose.

    Effects, undoing, permission, cost, failure, limits, timing, retries, when and when not to use
    it: counts the kinds that the text speaks of, with a named sibling and annotations as one each.
    A simple tool needs two, an ordinary one three, a complex one four.

    Source: Glama's published reasons: completeness follows behavior within one point.

    Bad:
        name = "list_events"
        description = "List events of a calendar."
        inputSchema = { type = "object", properties = { day = { type = "string" } } }

    Good:
        name = "list_events"
        description = "List events of a calendar, at most 50 a page. Fails if the day is not a date. Use when the day is known."
        inputSchema = { type = "object", properties = { day = { type = "string" } } }
    """
    if not tool.description:
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
    return partly(count, wanted, "tell effects, limits, errors or when to use it", *kinds)


def proportionate(tool: ToolView) -> Verdict:
    """Tells as much as its complexity asks.

    Parameters, nesting and choices each need a word. Counts the different words that the text
    adds to name and schema, each doubling worth the same; wants eight, and four more for each unit
    of complexity up to sixty.

    Source: TDQS 1.2: judged against the tool's complexity.

    Bad:
        name = "query"
        description = "Run the query on it."
        inputSchema = { type = "object", properties = { a = {}, b = {}, c = {}, d = {} } }

    Good:
        name = "query"
        description = "Run a saved query on one table and return the first rows found, sorted by column; empty cells come last, unknown columns fail."
        inputSchema = { type = "object", properties = { a = {}, b = {} } }
    """
    if not tool.description:
        return NOT_APPLICABLE
    wanted = min(60, 8 + 4 * tool.complexity)
    note = "say more: the tool is more complex than its text"
    return partly(log1p(len(tool.news)), log1p(wanted), note, *tool.news)


def pages(
    tool: ToolView, *, list_verbs: WordList, page_cues: Lexicon, page_names: WordList
) -> Verdict:
    """Tells how a list goes on.

    A list tool that names no limit, page or cursor leaves an agent to believe it saw everything.
    Applies to tools whose name says they list or search.

    Source: MCP specification, pagination; Claude: "Writing effective tools for agents".

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
    return met(*cues) if cues or named else unmet("say how many come back and how to get the rest")


def units(tool: ToolView, *, measure_names: WordList, unit_words: Lexicon) -> Verdict:
    """Gives the units of its measures.

    `timeout: 30` is half a minute or thirty milliseconds. Applies to number parameters whose name
    is a measure; the unit may stand in the name, the description or the text.

    Source: Wang et al., arXiv 2602.18914, smell 6: wrong parameter meaning.

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
    return partly(len(measures) - len(bare), len(measures), "give the unit of: " + ", ".join(bare))


def self_sufficient(tool: ToolView, *, example_cues: Lexicon) -> Verdict:
    """Explains in prose; examples only supplement.

    A sample call shows one case and leaves the rule to be guessed: text that needs no example is
    worth more than an example without text. Counts the different words that the text adds to name
    and schema outside its examples and lists of arguments; thirty are enough, or as many as the
    examples have words.

    Source: Hasan et al., arXiv 2602.14878, Exemplar Issues.

    Bad:
        name = "query"
        description = "Run a query. Example: query('select name from city'), for example query('select * from river')"

    Good:
        name = "query"
        description = "Run a read-only query on the open database and return the first hundred rows as JSON, sorted as stored. Unknown columns make the query fail with a list of those that exist; rows keep empty cells as null and dates as text. A query that runs longer than ten seconds stops and returns what it has found so far, marked incomplete. Example: select name from city."
    """
    if not tool.description:
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
    note = "explain in prose what the examples only show" if shown else "explain more in prose"
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
    """Return spans in order, cut so that none overlaps another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        after = max(start, kept[-1][1] if kept else 0)
        if end > after:
            kept.append((after, end))
    return kept
