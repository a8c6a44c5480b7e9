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

    Without annotations, a client must assume the worst: the tool writes, destroys, and reaches
    outside systems. Met if at least one of readOnlyHint, destructiveHint, idempotentHint and
    openWorldHint is true or false. A title in the annotations is not enough.

    Source: MCP specification, tool annotations; TDQS 1.2, Behavioral Transparency.

    Related: behavior.read-only-hint, behavior.destructive-hint, behavior.agrees

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
        "declare annotations: readOnlyHint, and destructiveHint and idempotentHint if it writes"
    )


def read_only_hint(tool: ToolView) -> Verdict:
    """Declares readOnlyHint, and correctly.

    Clients act on this hint: for a tool that does not declare it they ask the user before every
    call. It must not be true together with destructiveHint, nor for a tool whose name says that
    it changes something, such as `delete_page`. Applies to tools with annotations.

    Source: MCP specification, readOnlyHint: the default is false.

    Related: behavior.annotated, behavior.agrees, hints.consistent

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
        return unmet("declare readOnlyHint: true if the tool changes nothing, else false")
    if hint and tool.hint("destructiveHint"):
        return unmet("remove destructiveHint, or set readOnlyHint to false: both cannot be true")
    if hint and (said := _contradictions(tool, "/name")):
        return unmet(f"set readOnlyHint to false: the name says '{said[0][1].text}'", said[0][1])
    return met()


def _contradictions(tool: ToolView, pointer: Pointer) -> list[tuple[str, Quote]]:
    """Return the annotations that words at the pointer contradict, each with those words."""
    return [
        (note, quote) for note, quote in classify(tool).contradictions if quote.pointer == pointer
    ]


def destructive_hint(tool: ToolView) -> Verdict:
    """Declares destructiveHint unless it is read-only.

    The default is true: a client treats a tool that only adds something like one that deletes,
    unless the tool says otherwise. Applies to tools with annotations that are not read-only.

    Source: MCP specification, destructiveHint: the default is true; ignored for a read-only
    tool.

    Related: behavior.annotated, behavior.effect, behavior.reversibility

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
        return unmet("declare destructiveHint: true if the tool overwrites or deletes, else false")
    return met()


def idempotent_hint(tool: ToolView) -> Verdict:
    """Declares idempotentHint unless it is read-only.

    When a call times out, an agent must know whether it can safely call again. Applies to tools
    with annotations that are not read-only.

    Source: MCP specification, idempotentHint: the default is false; ignored for a read-only
    tool.

    Related: behavior.annotated, behavior.repetition

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
        return unmet(
            "declare idempotentHint: true if a second identical call changes nothing, else false"
        )
    return met()


def open_world_hint(tool: ToolView) -> Verdict:
    """Declares openWorldHint.

    The hint separates a closed system, such as a local folder, from an open one, such as the
    web, whose content anyone may have written. Applies to tools with annotations.

    Source: MCP specification, openWorldHint: the default is true.

    Related: behavior.annotated

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
        return unmet(
            "declare openWorldHint: true if the tool reaches outside your system, else false"
        )
    return met()


def _disclosure(tool: ToolView, cues: Lexicon, note: str, *, after: int = 0) -> Verdict:
    """Look for a statement from word `after` on: the words before it name the action itself."""
    if not tool.described:
        return NOT_APPLICABLE
    found = tool.find(cues)
    if after and found:
        words = tool.description.words
        start = words.starts[after] if len(words.lower) > after else len(tool.description.string)
        found = tuple(quote for quote in found if quote.start >= start)
    return met(*found) if found else unmet(note)


def harmless(
    tool: ToolView, *, harmless_cues: Lexicon, negators: Lexicon, write_verbs: WordList
) -> Verdict:
    """Says what it does not change.

    An agent can rely on what a description rules out: "read-only", "does not send the message".
    Met by such a phrase, or by a verb of change right after a negation. Does not apply where
    readOnlyHint is true already, nor to tools that write, unless they say it.

    Source: Glama's published reasons: a named safety trait raises the behavior score.

    Related: behavior.effect, behavior.annotated

    Bad:
        name = "check_mail"
        description = "Check the mailbox of a user for new mail."

    Good:
        name = "check_mail"
        description = "Check the mailbox of a user. Does not mark anything as read."
    """
    if not tool.described:
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
    return met(*found) if found else unmet("say what it never changes: 'Read-only. Does not ...'")


def effect(
    tool: ToolView, *, effect_cues: Lexicon, negations: WordList, gesture_verbs: WordList
) -> Verdict:
    """Says what it changes, overwrites or removes.

    "Update" leaves the important question open: what happens to the data that was there before?
    Met by a statement about what is created, changed, replaced or removed. Tools that only read,
    or only point and type ("hover", "press_key"), do not lose by saying nothing.

    Source: TDQS 1.2, Behavioral Transparency: what gets destroyed.

    Related: behavior.reversibility, behavior.harmless, behavior.destructive-hint

    Bad:
        name = "update_drive"
        description = "Update settings of a shared drive."

    Good:
        name = "update_drive"
        description = "Update settings of a shared drive. Overwrites the fields given, keeps the rest."
    """
    if not tool.described:
        return NOT_APPLICABLE
    found = tuple(q for text in tool.said for q in _unnegated(text, effect_cues, negations))
    if not found and (not tool.mutates or _is_gesture(tool, gesture_verbs)):
        return NOT_APPLICABLE
    return met(*found) if found else unmet("say what it changes or overwrites, and what it keeps")


def _is_gesture(tool: ToolView, gesture_verbs: WordList) -> bool:
    """Whether the tool does what a hand does with a mouse or a keyboard, by its name or text."""
    named = tool.server.taken_apart.get(tool.index)
    return (named is not None and named.verb in gesture_verbs) or (
        tool.legible and tool.verb is not None and tool.verb[0] in gesture_verbs
    )


def reversibility(
    tool: ToolView, *, reversal_cues: Lexicon, gesture_verbs: WordList, opening_verbs: WordList
) -> Verdict:
    """Says whether it can be undone.

    Before an agent destroys something, this is the fact it needs most. Applies to tools that
    write. One that runs something, only adds (by its name or by destructiveHint false), or only
    points and types does not lose by saying nothing.

    Source: Glama's published reasons: "cannot be undone" alone raised the score of tools that
    delete.

    Related: behavior.effect, behavior.destructive-hint

    Bad:
        name = "delete_page"
        description = "Delete a page of the wiki by id."

    Good:
        name = "delete_page"
        description = "Delete a page of the wiki by id. This cannot be undone."
    """
    if not tool.mutates:
        return NOT_APPLICABLE
    found = _disclosure(
        tool, reversal_cues, "say whether it can be undone, and how: 'This cannot be undone.'"
    )
    if found.share:
        return found
    adds = tool.name_words[:1] and tool.name_words[0] in opening_verbs
    runs = classify(tool).category in {"Read", "Execute"}
    if adds or runs or _is_gesture(tool, gesture_verbs) or tool.hint("destructiveHint") is False:
        return NOT_APPLICABLE
    return found


def permission(tool: ToolView, *, permission_cues: Lexicon) -> Verdict:
    """Says which permission or key it needs.

    A call that fails because a scope is missing costs a turn, and the agent cannot see why.
    That no key is needed is worth saying too.

    Source: TDQS 1.2, Behavioral Transparency: auth needs.

    Related: behavior.failure, usage.prerequisite

    Bad:
        name = "invite"
        description = "Invite a person to the workspace by mail."

    Good:
        name = "invite"
        description = "Invite a person to the workspace. Requires the admin role."
    """
    return _disclosure(
        tool, permission_cues, "say which permission, key or login it needs, or that it needs none"
    )


def cost(tool: ToolView, *, cost_cues: Lexicon) -> Verdict:
    """Says what a call costs.

    An agent that repeats a paid or rate-limited call spends the user's money or quota. Met by
    credits, a price, a quota or a rate limit, or by saying that the call is free.

    Source: TDQS 1.2, Behavioral Transparency: rate limits.

    Related: behavior.bounds, behavior.timing

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

    An agent that knows the error can correct its call. In the published judgements, no other
    statement about behavior is worth more. The first three words of the description do not
    count: "List failed builds" names the action, not an error.

    Source: Glama's published reasons: a rule for errors or rejections scores highest.

    Related: completeness.outcome, behavior.permission

    Bad:
        name = "get_user"
        description = "Get a user by mail address."

    Good:
        name = "get_user"
        description = "Get a user by mail address. Returns null if no user matches."
    """
    return _disclosure(
        tool, failure_cues, "say what it returns on an error and when nothing is found", after=3
    )


def timing(tool: ToolView, *, timing_cues: Lexicon) -> Verdict:
    """Says how long it takes and how fresh the result is.

    Whether the tool waits or returns at once, and whether the data is live or cached, decides
    what the agent calls next. The first three words of the description do not count.

    Source: Wang et al., smell 14: missing side effects; Glama's published reasons.

    Related: behavior.cost, behavior.method

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
        "say whether it waits or returns at once, and how old the data may be",
        after=3,
    )


def bounds(tool: ToolView, *, bounds_cues: Lexicon) -> Verdict:
    """Says its limits, order and paging.

    "All" seldom means all: say how many results come, in which order, and how to get the rest.
    The first three words of the description do not count. Does not apply to tools that write,
    unless they say it.

    Source: Hasan et al., arXiv 2602.14878, Unstated Limitations.

    Related: completeness.pages, behavior.output

    Bad:
        name = "list_events"
        description = "List events of a calendar."

    Good:
        name = "list_events"
        description = "List events of a calendar, newest first, at most 50 a page."
    """
    found = _disclosure(
        tool,
        bounds_cues,
        "say how many results come at most, in which order, and how to get the next page",
        after=3,
    )
    return NOT_APPLICABLE if found.share == 0 and tool.mutates else found


def repetition(tool: ToolView, *, repetition_cues: Lexicon, gesture_verbs: WordList) -> Verdict:
    """Says what a second call does, or how to preview one.

    An idempotent call, a confirmation step or a dry run lets an agent retry without harm. The
    first three words of the description do not count. Tools that only read, that declare
    idempotentHint, or that only point and type do not lose by saying nothing.

    Source: MCP specification, idempotentHint; Glama's published reasons.

    Related: behavior.idempotent-hint

    Bad:
        name = "subscribe"
        description = "Subscribe a mail address to the list."

    Good:
        name = "subscribe"
        description = "Subscribe a mail address. Idempotent: an existing one is left as it is."
    """
    found = _disclosure(
        tool,
        repetition_cues,
        "say what a second identical call does, or how to preview a call",
        after=3,
    )
    if found.share:
        return found
    said = not tool.mutates or tool.hint("idempotentHint") is not None
    return NOT_APPLICABLE if said or _is_gesture(tool, gesture_verbs) else found


def method(tool: ToolView, *, method_cues: Lexicon) -> Verdict:
    """Says how it works or where the data comes from.

    Whether the answer comes from a local index, a live page or a model tells the agent how far
    to trust it.

    Source: Glama's published reasons: a named mechanism or source counts as a trait.

    Related: behavior.timing

    Bad:
        name = "price"
        description = "Get the price of a share."

    Good:
        name = "price"
        description = "Get the price of a share, fetched live from the exchange."
    """
    return _disclosure(tool, method_cues, "say how it works or where the data comes from")


def output(tool: ToolView, *, output_cues: Lexicon, function_words: WordList) -> Verdict:
    """Describes the shape of the result.

    "Returns results" says nothing; the fields, the format or the counts do. Met by a statement
    of what is returned that continues with four meaningful words, or with a list of parts.

    Source: Glama's published reasons: listed content earns 3 points.

    Related: completeness.returns, completeness.output-schema

    Bad:
        name = "get_build"
        description = "Get a build. Returns the result."

    Good:
        name = "get_build"
        description = "Get a build. Returns its status, duration, commit and log URL."
    """
    if not tool.described:
        return NOT_APPLICABLE
    for quote in tool.find(output_cues):
        tail = _tail(tool.description.string[quote.end : quote.end + 240])
        words = [w for w in Text(tail).words.lower[:24] if w not in function_words]
        if len(set(words)) >= 4 or _LIST.search(tail):  # noqa: PLR2004 - stated in the page
            return met(quote)
    return unmet("name the fields, the format or the counts that it returns")


def _tail(string: str) -> str:
    """Return the rest of a sentence, with the list that it announces."""
    string = string.partition("\n\n")[0]
    rest = Text(string).sentences
    return rest[0].string if rest and not rest[0].string.endswith(":") else string


def substance(tool: ToolView) -> Verdict:
    """Adds information beyond its name and schema.

    The description is there to say what the structured fields do not. Counts the different
    meaningful words of the description that are neither in the name nor in the schema. Each
    doubling of their number is worth the same, and thirty are enough. Sentences that repeat,
    that carry no meaning or that are about something else are not counted.

    Source: TDQS 1.2: the description's job is to add value beyond structured fields.

    Related: completeness.proportionate, purpose.more-than-the-name

    Bad:
        name = "get_build"
        description = "Get a build."

    Good:
        name = "get_build"
        description = "Get one build of a pipeline with its state, duration, commit, author and branch. A build that has not started shows only its place in the queue and an estimate when a runner becomes free. Logs of a build older than ninety days are gone: the link leads to the archive, which needs the auditor role. A cancelled build keeps artifacts written before cancellation, marked incomplete."
    """
    if not tool.described:
        return NOT_APPLICABLE
    note = "add what name and schema do not say: effects, limits, errors, results"
    return partly(log1p(len(tool.news)), log1p(30), note, *tool.news)


def _unnegated(text: Text, cues: Lexicon, negations: WordList) -> tuple[Quote, ...]:
    words = text.words.lower
    return tuple(
        text.quote_words(first, last)
        for first, last in text.spans(cues)
        if not any(w in negations for w in words[max(0, first - 3) : first])
        and words[last + 1 : last + 2] != ["none"]  # "Side effects: none"
    )


def agrees(
    tool: ToolView,
    *,
    reading_claims: Lexicon,
    negations: WordList,
) -> Verdict:
    """Does not contradict its annotations.

    A text that writes under readOnlyHint, or that deletes under destructiveHint false, misleads
    anyone who trusts either. Judged by what the first sentence says that the tool does
    (`toolgrade explain risk` says how), and by phrases such as "read-only". Negated words
    ("does not delete") do not count. Applies if the description opens with a verb or contains
    such a phrase.

    Source: TDQS 1.2, flag "Annotation Contradiction": behavior scores 1.

    Related: behavior.read-only-hint, hints.consistent

    Bad:
        name = "create_record"
        description = "Creates a new record in the database."
        annotations = { readOnlyHint = true }

    Good:
        name = "plan_record"
        description = "Previews a new record; does not create it."
        annotations = { readOnlyHint = true }
    """
    if not tool.annotated or not tool.described:
        return NOT_APPLICABLE
    claims = _unnegated(tool.description.sentences[0], reading_claims, negations)
    if tool.hint("readOnlyHint") is False and tool.hint("destructiveHint") and claims:
        return unmet(
            "the text says read-only, the annotations say destructive: correct one of them", *claims
        )
    for note, said in _contradictions(tool, "/description"):
        return unmet(f"{note}: correct one of them", said)
    return NOT_APPLICABLE if tool.verb is None or tool.verb[2] > 1 else met()


def agrees_with_schema(
    tool: ToolView, *, required_words: Lexicon, optional_words: Lexicon
) -> Verdict:
    """Agrees with the schema on what is required.

    An agent that believes the text omits a required argument, or invents an optional one.
    Applies if a parameter's description contains "Required" or "(optional)" as a label,
    separate from its sentences. Of a list or an object only a label at the very start counts:
    another may be of a field in it.

    Source: Glama's published reasons: "required" against an optional parameter scores 1.

    Related: parameters.types-agree, parameters.exist

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
        return unmet("make the parameter's text and the schema's 'required' agree", *wrong)
    return met() if said else NOT_APPLICABLE


def _alone(parameter: Parameter, quote: Quote) -> bool:
    """Whether the word is a label of the whole parameter and not part of a sentence."""
    text = parameter.description.string
    if parameter.types & {"array", "object"} and text[: quote.start].strip(" ([*_"):
        return False
    before, after = text[: quote.start].rstrip()[-1:], text[quote.end : quote.end + 1]
    return before in "([.;\u2013\u2014-" and after in ".:,;)]\u2013\u2014"
