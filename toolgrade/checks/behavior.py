"""Does it disclose behavior beyond what the annotations already declare?"""

from __future__ import annotations

import re
from math import log1p
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet
from toolgrade.risk import classify
from toolgrade.text import Text, base_forms

if TYPE_CHECKING:
    from toolgrade.model import Pointer, Quote, Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.view import Parameter, ToolView

_LIST = re.compile(
    r"\w+(?:[ -]\w+){0,3}, \w+(?:[ -]\w+){0,3},? (?:and|or|plus) \w+|\{[^{}\n]{5,200}\}|\[[^\[\]\n]{5,200}\]"
)


def annotated(tool: ToolView) -> Verdict:
    """Declares annotations.

    Undeclared means the worst case: assume it writes, destroys and reaches the open world.

    Source: MCP specification, tool annotations; TDQS 1.2, Behavioral Transparency.

    Bad:
        name = "list_files"
        description = "List files of a folder."

    Good:
        name = "list_files"
        description = "List files of a folder."
        annotations = { readOnlyHint = true }
    """
    tool.require_known("/annotations")
    if tool.annotated:
        return met()
    return unmet(
        "declare annotations: readOnlyHint, and for a writer destructiveHint and idempotentHint"
    )


def read_only_hint(tool: ToolView) -> Verdict:
    """Declares readOnlyHint, and truly.

    It is the hint that clients act on: an undeclared tool is asked for permission every time. It
    cannot be true beside destructiveHint, nor for a tool named `delete_*`.

    Source: MCP specification, readOnlyHint; default false.

    Bad:
        name = "list_files"
        annotations = { readOnlyHint = true, destructiveHint = true }

    Good:
        name = "list_files"
        annotations = { readOnlyHint = true }
    """
    if not tool.annotated:
        return NOT_APPLICABLE
    hint = tool.hint("readOnlyHint")
    if hint is None:
        return unmet("declare readOnlyHint")
    if hint and tool.hint("destructiveHint"):
        return unmet("drop destructiveHint, or set readOnlyHint to false: both cannot be true")
    if hint and (said := _contradictions(tool, "/name")):
        return unmet(f"set readOnlyHint to false: the name says '{said[0][1].text}'", said[0][1])
    return met()


def _contradictions(tool: ToolView, pointer: Pointer) -> list[tuple[str, Quote]]:
    """Return which annotation speaks against which words there of what the tool does."""
    return [
        (note, quote) for note, quote in classify(tool).contradictions if quote.pointer == pointer
    ]


def destructive_hint(tool: ToolView) -> Verdict:
    """Declares destructiveHint where the tool is not read-only.

    The default is true: an additive write that leaves it out is treated as a deletion.

    Source: MCP specification, destructiveHint; default true, void for a read-only tool.

    Bad:
        name = "add_note"
        annotations = { readOnlyHint = false }

    Good:
        name = "add_note"
        annotations = { readOnlyHint = false, destructiveHint = false }
    """
    if not tool.annotated or tool.hint("readOnlyHint"):
        return NOT_APPLICABLE
    if tool.hint("destructiveHint") is None:
        return unmet("declare destructiveHint: does it overwrite or delete?")
    return met()


def idempotent_hint(tool: ToolView) -> Verdict:
    """Declares idempotentHint where the tool is not read-only.

    An agent whose call timed out must know whether calling again does harm.

    Source: MCP specification, idempotentHint; default false, void for a read-only tool.

    Bad:
        name = "add_note"
        annotations = { readOnlyHint = false }

    Good:
        name = "add_note"
        annotations = { readOnlyHint = false, idempotentHint = false }
    """
    if not tool.annotated or tool.hint("readOnlyHint"):
        return NOT_APPLICABLE
    if tool.hint("idempotentHint") is None:
        return unmet("declare idempotentHint: may the same call be repeated?")
    return met()


def open_world_hint(tool: ToolView) -> Verdict:
    """Declares openWorldHint.

    It tells a closed system (a local folder) from one whose answers anyone may have written.

    Source: MCP specification, openWorldHint; default true.

    Bad:
        name = "list_files"
        annotations = { readOnlyHint = true }

    Good:
        name = "list_files"
        annotations = { readOnlyHint = true, openWorldHint = false }
    """
    if not tool.annotated:
        return NOT_APPLICABLE
    if tool.hint("openWorldHint") is None:
        return unmet("declare openWorldHint: does it reach beyond your own system?")
    return met()


def _disclosure(tool: ToolView, cues: Lexicon, note: str, *, after: int = 0) -> Verdict:
    """Look for a disclosure from word `after` on: what opens the text is the action itself."""
    if not tool.description:
        return NOT_APPLICABLE
    found = tool.find(cues)
    if after and found:
        words = tool.description.words
        start = words.spans[after][0] if len(words.lower) > after else len(tool.description.string)
        found = tuple(quote for quote in found if quote.start >= start)
    return met(*found) if found else unmet(note)


def harmless(
    tool: ToolView, *, harmless_cues: Lexicon, negators: Lexicon, write_verbs: WordList
) -> Verdict:
    """Says in words what it does not touch.

    "Read-only", "does not send": what a tool never does is what an agent may rely on. Any verb
    of change counts that a negation stands right before. Not missed where readOnlyHint says it,
    nor in tools that write.

    Source: Glama's published reasons: a named safety trait lifts behavior.

    Bad:
        name = "check_mail"
        description = "Check the mailbox of a user for new mail."

    Good:
        name = "check_mail"
        description = "Check the mailbox of a user. Does not mark anything as read."
    """
    if not tool.description:
        return NOT_APPLICABLE
    words = tool.description.words.lower
    denied = [
        tool.description.quote_words(first, last + 1)
        for first, last in tool.description.spans(negators)
        if last + 1 < len(words) and any(f in write_verbs for f in base_forms(words[last + 1]))
    ]
    found = (*tool.find(harmless_cues), *(q for q in denied if tool.is_in_statement(q)))
    if not found and (tool.mutates or (tool.annotated and tool.hint("readOnlyHint"))):
        return NOT_APPLICABLE
    return met(*found) if found else unmet("say what it never changes: 'Read-only; does not ...'")


def effect(tool: ToolView, *, effect_cues: Lexicon, negations: WordList) -> Verdict:
    """Says what is changed, overwritten or removed.

    "Update" hides the question that matters: what happens to what was there before? Missed only
    in tools that write.

    Source: TDQS 1.2, Behavioral Transparency: what gets destroyed.

    Bad:
        name = "update_drive"
        description = "Update settings of a shared drive."

    Good:
        name = "update_drive"
        description = "Update settings of a shared drive. Overwrites the fields given, keeps the rest."
    """
    if not tool.description:
        return NOT_APPLICABLE
    found = tuple(q for text in tool.said for q in _unnegated(text, effect_cues, negations))
    if not found and not tool.mutates:
        return NOT_APPLICABLE
    return met(*found) if found else unmet("say what is changed, overwritten or left as it is")


def reversibility(tool: ToolView, *, reversal_cues: Lexicon) -> Verdict:
    """Says whether it can be undone.

    The one fact an agent needs before it destroys something. Applies to tools that write.

    Source: Glama's published reasons: "cannot be undone" alone lifted deletes.

    Bad:
        name = "delete_page"
        description = "Delete a page of the wiki by id."

    Good:
        name = "delete_page"
        description = "Delete a page of the wiki by id. This cannot be undone."
    """
    if not tool.mutates:
        return NOT_APPLICABLE
    return _disclosure(tool, reversal_cues, "say whether it can be undone, and how")


def permission(tool: ToolView, *, permission_cues: Lexicon) -> Verdict:
    """Says what permission or key it needs.

    A call that fails for want of a scope costs a turn and teaches the agent the wrong lesson.

    Source: TDQS 1.2, Behavioral Transparency: auth needs.

    Bad:
        name = "invite"
        description = "Invite a person to the workspace by mail."

    Good:
        name = "invite"
        description = "Invite a person to the workspace. Requires the admin role."
    """
    return _disclosure(
        tool, permission_cues, "say which permission, key or login it needs, or that none is"
    )


def cost(tool: ToolView, *, cost_cues: Lexicon) -> Verdict:
    """Says what a call costs: money, quota, rate.

    An agent that loops over a metered call spends somebody's money.

    Source: TDQS 1.2, Behavioral Transparency: rate limits.

    Bad:
        name = "render"
        description = "Render a video from a script."

    Good:
        name = "render"
        description = "Render a video from a script. Each call uses 10 credits."
    """
    return _disclosure(tool, cost_cues, "say what a call costs: credits, quota or rate limit")


def failure(tool: ToolView, *, failure_cues: Lexicon) -> Verdict:
    """Says what happens when it fails or finds nothing.

    The strongest single disclosure: an agent that knows the error can mend the call.

    Source: Glama's published reasons: an error or rejection rule scores highest.

    Bad:
        name = "get_user"
        description = "Get a user by mail address."

    Good:
        name = "get_user"
        description = "Get a user by mail address. Returns null if no user matches."
    """
    return _disclosure(
        tool, failure_cues, "say what comes back on an error or when nothing is found", after=3
    )


def timing(tool: ToolView, *, timing_cues: Lexicon) -> Verdict:
    """Says how long it takes, whether it waits, and how fresh the answer is.

    Sync or async, polled or pushed, cached or live: it decides what to call next.

    Source: Wang et al., smell 14: missing side effects; Glama's published reasons.

    Bad:
        name = "build"
        description = "Build the project on the server."

    Good:
        name = "build"
        description = "Build the project. Returns immediately; poll get_build until it is done."
    """
    return _disclosure(
        tool,
        timing_cues,
        "say whether it waits or returns at once, and how fresh the data is",
        after=3,
    )


def bounds(tool: ToolView, *, bounds_cues: Lexicon) -> Verdict:
    """Says its limits, order and paging.

    "All" seldom means all: say how many come, in which order, and how to get the rest. Not missed
    in tools that write.

    Source: Hasan et al., arXiv 2602.14878, Unstated Limitations.

    Bad:
        name = "list_events"
        description = "List events of a calendar."

    Good:
        name = "list_events"
        description = "List events of a calendar, newest first, at most 50 a page."
    """
    found = _disclosure(
        tool, bounds_cues, "say how many at most, in which order, and how to page on", after=3
    )
    return NOT_APPLICABLE if found.share == 0 and tool.mutates else found


def repetition(tool: ToolView, *, repetition_cues: Lexicon) -> Verdict:
    """Says what a second call does, or how to try first.

    Idempotence, a confirmation step or a dry run: what keeps a retry from doing harm.

    Source: MCP specification, idempotentHint; Glama's published reasons.

    Bad:
        name = "subscribe"
        description = "Subscribe a mail address to the list."

    Good:
        name = "subscribe"
        description = "Subscribe a mail address. Idempotent: an existing one is left as it is."
    """
    found = _disclosure(
        tool, repetition_cues, "say what the same call does twice, or how to preview it", after=3
    )
    return found if found.share or tool.mutates else NOT_APPLICABLE


def method(tool: ToolView, *, method_cues: Lexicon) -> Verdict:
    """Says how it works or where the answer comes from.

    A local index, a live page, a model: the source tells how far to trust the answer.

    Source: Glama's published reasons: a named mechanism or source counts as a trait.

    Bad:
        name = "price"
        description = "Get the price of a share."

    Good:
        name = "price"
        description = "Get the price of a share, fetched live from the exchange."
    """
    return _disclosure(tool, method_cues, "say how it works or where the data comes from")


def output(tool: ToolView, *, output_cues: Lexicon, function_words: WordList) -> Verdict:
    """Describes the shape of what comes back.

    "Returns results" says nothing; the fields, the format or the counting do. Met by a statement
    of what is returned that goes on for four words that carry meaning, or that lists its parts.

    Source: Glama's published reasons: enumerated content earns the 3.

    Bad:
        name = "get_build"
        description = "Get a build. Returns the result."

    Good:
        name = "get_build"
        description = "Get a build. Returns its status, duration, commit and log URL."
    """
    if not tool.description:
        return NOT_APPLICABLE
    for quote in tool.find(output_cues):
        tail = _tail(tool.description.string[quote.end : quote.end + 240])
        words = [w for w in Text(tail).words.lower[:24] if w not in function_words]
        if len(set(words)) >= 4 or _LIST.search(tail):  # noqa: PLR2004 - stated in the page
            return met(quote)
    return unmet("name the fields, format or counts that come back")


def _tail(string: str) -> str:
    """Return the rest of a sentence, with the list that it announces."""
    string = string.partition("\n\n")[0]
    rest = Text(string).sentences
    return rest[0].string if rest and not rest[0].string.endswith(":") else string


def substance(tool: ToolView) -> Verdict:
    """Tells what neither name nor schema tells.

    The description is there to add to the structured fields. Counts its different words that
    carry meaning and stand neither in the name nor in the schema. The first words tell most: each
    doubling is worth the same, and thirty are plenty. Sentences that repeat, that say next to
    nothing or that have no thread to the rest add none.

    Source: TDQS 1.2: the description's job is to add value beyond structured fields.

    Bad:
        name = "get_build"
        description = "Get a build."

    Good:
        name = "get_build"
        description = "Get one build of a pipeline with its state, duration, commit, author and branch. A build that has not started shows only its place in the queue and an estimate when a runner becomes free. Logs of a build older than ninety days are gone: the link leads to the archive, which needs the auditor role. A cancelled build keeps artifacts written before cancellation, marked incomplete."
    """
    if not tool.description:
        return NOT_APPLICABLE
    note = "add what an agent cannot read from name and schema: effects, limits, errors, results"
    return partly(log1p(len(tool.news)), log1p(30), note, *tool.news)


def _unnegated(text: Text, cues: Lexicon, negations: WordList) -> tuple[Quote, ...]:
    words = text.words.lower
    return tuple(
        text.quote_words(first, last)
        for first, last in text.spans(cues)
        if not any(w in negations for w in words[max(0, first - 3) : first])
    )


def agrees(
    tool: ToolView,
    *,
    reading_claims: Lexicon,
    negations: WordList,
) -> Verdict:
    """Does not contradict its annotations.

    A text that writes under readOnlyHint, or destroys under destructiveHint false, misleads
    whoever trusts either. Judged by what the first sentence says that the tool does, as its risk is
    (`toolgrade explain risk`), and by its claims; negated words ("does not delete") do not count.
    Applies where the text opens with a verb or makes such a claim.

    Source: TDQS 1.2, flag "Annotation Contradiction": behavior scores 1.

    Bad:
        name = "create_record"
        description = "Creates a new record in the database."
        annotations = { readOnlyHint = true }

    Good:
        name = "plan_record"
        description = "Previews a new record; does not create it."
        annotations = { readOnlyHint = true }
    """
    if not tool.annotated or not tool.description:
        return NOT_APPLICABLE
    claims = _unnegated(tool.description.sentences[0], reading_claims, negations)
    if tool.hint("readOnlyHint") is False and tool.hint("destructiveHint") and claims:
        return unmet("the text says read-only, the annotations say destructive: mend one", *claims)
    for note, said in _contradictions(tool, "/description"):
        return unmet(f"{note}: mend one", said)
    return NOT_APPLICABLE if tool.verb is None or tool.verb[2] > 1 else met()


def agrees_with_schema(
    tool: ToolView, *, required_words: Lexicon, optional_words: Lexicon
) -> Verdict:
    """Calls required what the schema requires, and optional what it does not.

    An agent that believes the text leaves out a required argument, or invents an optional one.
    Applies where a parameter's description has one of the words by itself: "Required.",
    "(optional)".

    Source: Glama's published reasons: "required" against an optional parameter scores 1.

    Bad:
        name = "find"
        description = "Find pages of the wiki."
        inputSchema = { type = "object", properties = { text = { type = "string", description = "Required. The text to find." } } }

    Good:
        name = "find"
        description = "Find pages of the wiki."
        inputSchema = { type = "object", properties = { text = { type = "string", description = "Optional. The text to find." } } }
    """
    said = 0
    wrong: list[Quote] = []
    for parameter in tool.parameters.values():
        for cues, needed in ((required_words, True), (optional_words, False)):
            alone = [q for q in parameter.description.find(cues) if _alone(parameter, q)]
            said += len(alone)
            wrong += alone[:1] if parameter.required is not needed else []
    if wrong:
        return unmet("make the text and the schema's 'required' say the same", *wrong)
    return met() if said else NOT_APPLICABLE


def _alone(parameter: Parameter, quote: Quote) -> bool:
    """Whether the word stands by itself, as a mark of the whole parameter."""
    text = parameter.description.string
    before, after = text[: quote.start].rstrip()[-1:], text[quote.end : quote.end + 1]
    return before in "([.;\u2013\u2014-" and after in ".:,;)]\u2013\u2014"
