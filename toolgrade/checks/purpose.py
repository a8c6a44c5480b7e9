"""Does the description state what the tool does?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet
from toolgrade.text import base_forms, plain

if TYPE_CHECKING:
    from toolgrade.model import Quote, Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.view import ToolView

_SENTENCE = 4
"""Fewest words of a sentence."""
_SPELT_OUT = re.compile(r"\(([A-Z][A-Z0-9]{1,5})\)")
_ACRONYM = re.compile(r"\b(?![A-Z]\d+\b)[A-Z][A-Z0-9]{1,5}\b(?!\s*\()")
_SPOKEN = re.compile(
    r"(?=[A-Z]{4})(?:S?[^AEIOUY]{0,2}[AEIOUY]+)(?:[^AEIOUY]{1,3}[AEIOUY]+)*[^AEIOUY]{0,3}"
)
"""What can be said as a word, such as PAUSED: a word in capitals more often than a short form."""


def described(tool: ToolView) -> Verdict:
    """Has a description.

    An agent that sees only a name has nothing to choose by. Without a description, all six
    scores of the tool are 1.

    Source: TDQS 1.2, stage 2, hard gate "No Description".

    Related: disambiguation.described, purpose.own-words

    Bad:
        name = "get_issue"

    Good:
        name = "get_issue"
        description = "Get one issue by its number."
    """
    if tool.described and not tool.says_only_shared:
        return met(tool.description.sentences[0].quote())
    return unmet("write a description: what the tool does, when to use it, what it returns")


def own_words(tool: ToolView) -> Verdict:
    """Says more than the bare name or title.

    A description equal to the name or the title adds nothing; the score for purpose is then at
    most 2. Applies to texts of up to eight words.

    Source: TDQS 1.2, stage 2, "Tautological Description".

    Related: purpose.more-than-the-name

    Bad:
        name = "process"
        description = "Process"

    Good:
        name = "process"
        description = "Resize an uploaded image to the given width."
    """
    if not tool.described or tool.length > 8:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    said = tool.opening.string.strip().strip(".").lower()
    if not tool.told[1:] and said in {
        tool.name.strip().lower(),
        (tool.tool.title or "").strip().lower(),
    }:
        return unmet("say what it does in other words than the name's", tool.description.quote())
    return met()


def verb(tool: ToolView) -> Verdict:
    """Opens with a verb that says what it does.

    An agent can match "Search issues by text" to a task; "Issue search service" is a label that
    it must interpret. A verb that comes later, among the first twelve words, counts half.

    Source: TDQS 1.2, Purpose Clarity, anchor 5: specific verb and resource.

    Related: conciseness.verb-early, purpose.specific-verb

    Bad:
        name = "weather"
        description = "Weather information for a city."

    Good:
        name = "weather"
        description = "Get the current weather of a city."
    """
    if not tool.described:
        return NOT_APPLICABLE
    note = "open with the verb that says what the tool does: 'Get ...', 'List ...'"
    found = tool.verb
    if found is None:
        return unmet(note)
    _, quote, before = found
    return met(quote) if before <= 1 else partly(1, 2, note, quote)


def resource(tool: ToolView, *, function_words: WordList, vague_nouns: WordList) -> Verdict:
    """Names what it acts on.

    The verb alone does not identify a tool: "Get data" fits every tool. Met by a specific noun
    among the first words after the verb.

    Source: TDQS 1.2, Purpose Clarity, anchor 5: specific verb and resource.

    Related: purpose.scope, names.telling

    Bad:
        name = "fetch"
        description = "Get the data."

    Good:
        name = "fetch"
        description = "Get the invoices of a customer."
    """
    if not tool.described:
        return NOT_APPLICABLE
    first = tool.opening
    verb_at = tool.verb[2] if tool.verb else -1
    for at, word in enumerate(first.words.lower[:14]):
        if at > verb_at and word not in function_words and word not in vague_nouns:
            return met(first.quote_words(at, at))
    return unmet("name what it acts on, after the verb", tool.description.sentences[0].quote())


def specific_verb(tool: ToolView, *, vague_verbs: WordList) -> Verdict:
    """Uses a verb with one meaning.

    "Handle", "process" and "manage" name a responsibility, not an action.

    Source: Wang et al., arXiv 2602.18914, smell 8: confusing functional description.

    Related: purpose.verb

    Bad:
        name = "users"
        description = "Manage users of the workspace."

    Good:
        name = "users"
        description = "Invite users to the workspace."
    """
    if not tool.described or tool.verb is None:
        return NOT_APPLICABLE
    form, quote, _ = tool.verb
    if form in vague_verbs:
        return unmet(f"replace '{form}' with a verb that says what happens", quote)
    return met(quote)


def scope(tool: ToolView, *, scope_cues: Lexicon, function_words: WordList) -> Verdict:
    """Says which ones, from where or by what.

    "Delete an issue by its number" is precise; "Delete issues" is not. Counts the phrases in
    the first two sentences that narrow the action ("by ...", "from ...", "within ..."); two are
    enough.

    Source: TDQS 1.2, calibration: "specific verb+resource+scope".

    Related: purpose.resource, usage.context

    Bad:
        name = "list_calls"
        description = "List calls."

    Good:
        name = "list_calls"
        description = "List calls of a workspace in a date range, without drafts."
    """
    if not tool.described:
        return NOT_APPLICABLE
    quotes = []
    for sentence in tool.told[:2]:
        words = sentence.words
        for _, last in sentence.spans(scope_cues):
            ahead = words.lower[last + 1 : last + 4]
            if any(w not in function_words for w in ahead):
                end = min(last + 3, len(words.lower) - 1)
                quotes.append(sentence.quote_words(last, end))
    return partly(len(quotes), 2, "say which ones: 'by ...', 'from ...', 'within ...'", *quotes)


def more_than_the_name(tool: ToolView, *, function_words: WordList) -> Verdict:
    """Says more than its name does.

    "Update a memory" tells an agent nothing that the name `update_memory` did not. Counts the
    different meaningful words that are neither in the name nor in the title; three are enough.

    Source: TDQS 1.2, Purpose Clarity, anchor 2: tautology.

    Related: purpose.own-words, behavior.substance

    Bad:
        name = "update_memory"
        description = "Updates the memory."

    Good:
        name = "update_memory"
        description = "Replace the text of a stored note by id, keeping its tags, author and date of creation."
    """
    if not tool.described:
        return NOT_APPLICABLE
    own = {*tool.name_words, *plain(tool.title).split()}
    stems = {form[:5] for word in own for form in base_forms(word)}
    new: dict[str, Quote] = {}
    for text in tool.told:
        for at, word in enumerate(text.words.lower):
            if word[:5] in stems or word in new or word in function_words:
                continue
            new[word] = text.quote_words(at, at)
            if len(new) == 3:  # noqa: PLR2004 - stated in the page
                return met(*new.values())
    quotes = new.values()
    return partly(
        len(new), 3, "add what the name does not say: which ones, how, with what result", *quotes
    )


def distinct(tool: ToolView, *, contrast_cues: Lexicon) -> Verdict:
    """Says how it differs from its siblings.

    An agent chooses between the tools of a server (siblings), so a description that would fit
    another one too does not help. Met by a contrast ("unlike", "instead of") or by a sentence
    about a sibling that it names; a bare list of siblings counts half. Does not apply to a
    server's only tool.

    Source: TDQS 1.2, Purpose Clarity, anchor 5: distinguishes the tool from siblings.

    Related: usage.alternative, purpose.unlike-siblings, disambiguation.own-texts

    Bad:
        name = "list_calls"
        description = "List the calls of the workspace."
        siblings = ["search_calls"]

    Good:
        name = "list_calls"
        description = "List all calls of a day. Unlike `search_calls`, filters by nothing else."
        siblings = ["search_calls"]
    """
    if not tool.described or tool.only:
        return NOT_APPLICABLE
    note = "name the most similar tool of the server and say how this one differs"
    quotes = (*tool.contrasts, *tool.find(contrast_cues))
    if quotes:
        return met(*quotes)
    return partly(1, 2, note, *tool.listings) if tool.listings else unmet(note)


def unlike_siblings(tool: ToolView) -> Verdict:
    """Has a text that no sibling has.

    Between two tools with the same text, an agent can only guess. Compares the description with
    the most similar one of the server, by word pairs weighted by rarity: 0.7 is too similar, 1
    is the same text.

    Source: TDQS 1.2, Purpose Clarity; Wang et al., smell 2: unclear boundaries.

    Related: disambiguation.own-texts, purpose.distinct, conciseness.own-text

    Bad:
        name = "get_open"
        description = "Get the items of the board that are there."
        siblings = [{ name = "get_all", description = "Get the items of the board that are there." }]

    Good:
        name = "get_open"
        description = "Get the open items of the board."
        siblings = [{ name = "get_all", description = "Count every member and team." }]
    """
    if not tool.described:
        return NOT_APPLICABLE
    near = tool.server.nearest[tool.index]
    likeness, other = near or (0.0, 0)
    if likeness < 0.7:  # noqa: PLR2004 - stated in the page
        return met()
    name = tool.server.server.tools[other].name
    note = f"say how it differs from '{name}', whose description is nearly the same"
    return partly(1 - likeness, 1, note, tool.description.sentences[0].quote())


def finished(tool: ToolView, *, placeholder_cues: Lexicon) -> Verdict:
    """Is a finished text.

    A placeholder or an unfilled template shows that the text was never written. Applies to
    descriptions of up to fifteen words; in a longer one such a word is about something else. A
    single word such as TODO counts only in capitals, and not inside a sentence ("Find TODO comments").

    Source: Hasan et al., arXiv 2602.14878, Unclear Purpose.

    Related: purpose.described, purpose.sentence

    Bad:
        name = "export"
        description = "TODO: describe the export tool."

    Good:
        name = "export"
        description = "Export the open report as a PDF."
    """
    if not tool.described or tool.length > 15:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    cues = tool.description.find(placeholder_cues)
    # "todo" is also a thing to be listed; TODO is not.
    found = tuple(
        q for q in cues if " " in q.text or (q.text.isupper() and not _is_inside_sentence(tool, q))
    )
    hole = tool.description.string.find("${")
    if hole >= 0:
        found = (*found, tool.description.quote(hole, min(hole + 20, len(tool.description.string))))
    return unmet("replace the placeholder with a description", *found) if found else met()


def _is_inside_sentence(tool: ToolView, quote: Quote) -> bool:
    """Whether a word is one of a sentence, which has at least four: not "TODO: describe it"."""
    string = tool.description.string
    opens = any(text.offset == quote.start for text in tool.description.sentences)
    return not opens and string[quote.end : quote.end + 1] != ":" and tool.length >= _SENTENCE


def sentence(tool: ToolView, *, function_words: WordList) -> Verdict:
    """Is a sentence, not a label or a list of tags.

    "Weather, forecast, temperature, API" names a subject; an agent needs an action. Applies if
    there is no verb among the first words.

    Source: Glama's published reasons: labels and lists of tags score 1 to 2.

    Related: purpose.verb, conciseness.enough

    Bad:
        name = "weather"
        description = "Weather, temperature, humidity, API"

    Good:
        name = "weather"
        description = "The weather of a city over the next five days, with rain and wind."
    """
    if not tool.described or tool.verb:
        return NOT_APPLICABLE
    words = [word for text in tool.told for word in text.words.lower]
    joints = sum(w in function_words for w in words)
    commas = sum(text.string.count(",") + text.string.count("|") for text in tool.told)
    if len(words) <= 3 or (commas * 3 >= len(words) and joints * 6 < len(words)):  # noqa: PLR2004 - a label
        return unmet("write a sentence with a verb", tool.description.quote())
    return met()


def plain_words(tool: ToolView, *, common_acronyms: WordList) -> Verdict:
    """Explains its abbreviations.

    An abbreviation that neither the name nor the schema uses, and that the text does not spell
    out, means nothing to an agent that does not know the product. One is accepted; from two on,
    each one counts. Words in capitals for stress ("MUST"), values ("[FILE]", "status=OPEN") and
    well-known short forms do not count. Applies if there is one.

    Source: Wang et al., arXiv 2602.18914, smell 17: overuse of technical terms.

    Related: parameters.telling-names

    Bad:
        name = "score"
        description = "Compute the QRT of a PLX from its ZVB and MKD."

    Good:
        name = "score"
        description = "Compute the quarterly NAV of a portfolio."
    """
    if not tool.described:
        return NOT_APPLICABLE
    string = tool.description.string
    spelt_out = {word.lower() for word in _SPELT_OUT.findall(string)}
    found: dict[str, Quote] = {}
    for match in _ACRONYM.finditer(string):
        word = match[0]
        if word in found or word in common_acronyms or word.lower() in spelt_out:
            continue
        if _SPOKEN.fullmatch(word) or tool.is_literal(*match.span()):
            continue
        if not tool.is_ordinary_word(word.lower()):
            found[word] = tool.description.quote(*match.span())
    if not found:
        return NOT_APPLICABLE
    if len(found) == 1:
        return met()
    note = "spell out: " + ", ".join(sorted(found)[:5])
    return partly(max(0, 4 - len(found)), 4, note, *found.values())
