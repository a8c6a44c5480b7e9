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

_SPELT_OUT = re.compile(r"\(([A-Z][A-Z0-9]{1,5})\)")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b(?!\s*\()")


def described(tool: ToolView) -> Verdict:
    """Has a description.

    An agent that sees only a name has nothing to choose by: the judge gives every dimension 1.

    Source: TDQS 1.2, stage 2, hard gate "No Description".

    Bad:
        name = "get_issue"

    Good:
        name = "get_issue"
        description = "Get one issue by its number."
    """
    if tool.description:
        return met(tool.description.sentences[0].quote())
    return unmet("write a description: what the tool does, when to use it, what comes back")


def own_words(tool: ToolView) -> Verdict:
    """Is not the name or the title said again.

    A description equal to the name adds nothing; the judge gives purpose at most 2. Applies to
    texts of up to eight words.

    Source: TDQS 1.2, stage 2, "Tautological Description".

    Bad:
        name = "process"
        description = "Process"

    Good:
        name = "process"
        description = "Resize an uploaded image to the given width."
    """
    if not tool.description or tool.length > 8:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    said = tool.opening.string.strip().strip(".").lower()
    if not tool.told[1:] and said in {
        tool.name.strip().lower(),
        (tool.tool.title or "").strip().lower(),
    }:
        return unmet("say what it does in words the name does not hold", tool.description.quote())
    return met()


def verb(tool: ToolView) -> Verdict:
    """Opens with a verb that says what it does.

    "Search issues by text" is an action an agent can match to a task; "Issue search service" is a
    label it must interpret. A verb further on in the first words counts half.

    Source: TDQS 1.2, Purpose Clarity, anchor 5: specific verb and resource.

    Bad:
        name = "weather"
        description = "Weather information for a city."

    Good:
        name = "weather"
        description = "Get the current weather of a city."
    """
    if not tool.description:
        return NOT_APPLICABLE
    note = "open with the verb: what does the tool do, and to what?"
    found = tool.verb
    if found is None:
        return unmet(note)
    _, quote, before = found
    return met(quote) if before <= 1 else partly(1, 2, note, quote)


def resource(tool: ToolView, *, function_words: WordList, vague_nouns: WordList) -> Verdict:
    """Names what it acts on.

    The verb alone does not choose a tool: "Get data" fits every tool there is.

    Source: TDQS 1.2, Purpose Clarity, anchor 5: specific verb and resource.

    Bad:
        name = "fetch"
        description = "Get the data."

    Good:
        name = "fetch"
        description = "Get the invoices of a customer."
    """
    if not tool.description:
        return NOT_APPLICABLE
    first = tool.opening
    verb_at = tool.verb[2] if tool.verb else -1
    for at, word in enumerate(first.words.lower[:14]):
        if at > verb_at and word not in function_words and word not in vague_nouns:
            return met(first.quote_words(at, at))
    return unmet("name the thing it acts on", tool.description.sentences[0].quote())


def specific_verb(tool: ToolView, *, vague_verbs: WordList) -> Verdict:
    """Uses a verb that means one thing.

    "Handle", "process" and "manage" name a department, not an action.

    Source: Wang et al., arXiv 2602.18914, smell 8: confusing functional description.

    Bad:
        name = "users"
        description = "Manage users of the workspace."

    Good:
        name = "users"
        description = "Invite users to the workspace."
    """
    if not tool.description or tool.verb is None:
        return NOT_APPLICABLE
    form, quote, _ = tool.verb
    if form in vague_verbs:
        return unmet(f"replace '{form}' by what really happens", quote)
    return met(quote)


def scope(tool: ToolView, *, scope_cues: Lexicon, function_words: WordList) -> Verdict:
    """Says which ones, from where or by what.

    "Delete an issue by its number" leaves no doubt; "Delete issues" does. Counts the phrases that
    narrow the action in the first two sentences, each with words of its own; two are enough.

    Source: TDQS 1.2, calibration: "specific verb+resource+scope".

    Bad:
        name = "list_calls"
        description = "List calls."

    Good:
        name = "list_calls"
        description = "List calls of a workspace in a date range, without drafts."
    """
    if not tool.description:
        return NOT_APPLICABLE
    quotes = []
    for sentence in tool.told[:2]:
        words = sentence.words
        for _, last in sentence.spans(scope_cues):
            ahead = words.lower[last + 1 : last + 4]
            if any(w not in function_words for w in ahead):
                end = min(last + 3, len(words.lower) - 1)
                quotes.append(sentence.quote_words(last, end))
    return partly(len(quotes), 2, "say which ones: by what, from where, within what", *quotes)


def more_than_the_name(tool: ToolView, *, function_words: WordList) -> Verdict:
    """Says more than its name says.

    "Update a memory" under `update_memory` teaches an agent nothing. Counts the different words
    that carry meaning and stand neither in the name nor in the title; three are enough.

    Source: TDQS 1.2, Purpose Clarity, anchor 2: tautology.

    Bad:
        name = "update_memory"
        description = "Updates the memory."

    Good:
        name = "update_memory"
        description = "Replace the text of a stored note by id, keeping its tags, author and date of creation."
    """
    if not tool.description:
        return NOT_APPLICABLE
    own = {*tool.name_words, *plain(tool.title).split()}
    stems = {form[:5] for word in own for form in base_forms(word)}
    new: dict[str, Quote] = {}
    for text in tool.told:
        for at, word in enumerate(text.words.lower):
            if word not in function_words and word[:5] not in stems:
                new.setdefault(word, text.quote_words(at, at))
    quotes = list(new.values())[:3]
    return partly(len(new), 3, "say what the name does not: which, how, with what result", *quotes)


def distinct(tool: ToolView, *, contrast_cues: Lexicon) -> Verdict:
    """Sets itself apart from its siblings.

    Tools are chosen against each other: a named sibling or a contrast tells them apart, a text
    that could stand on a sibling does not. Does not apply to a server's only tool.

    Source: TDQS 1.2, Purpose Clarity, anchor 5: distinguishes the tool from siblings.

    Bad:
        name = "list_calls"
        description = "List the calls of the workspace."
        siblings = ["search_calls"]

    Good:
        name = "list_calls"
        description = "List all calls of a day. Unlike `search_calls`, filters by nothing else."
        siblings = ["search_calls"]
    """
    if not tool.description or tool.only:
        return NOT_APPLICABLE
    note = "say how it differs from the sibling most like it, by name"
    quotes = (*tool.contrasts, *tool.find(contrast_cues))
    if quotes:
        return met(*quotes)
    return partly(1, 2, note, *tool.listings) if tool.listings else unmet(note)


def unlike_siblings(tool: ToolView) -> Verdict:
    """Has a text that no sibling has.

    Two tools with one text are a coin toss. Compares with the most similar sibling: word pairs
    weighted by rarity; alike from 0.7, the same at 1.

    Source: TDQS 1.2, Purpose Clarity; Wang et al., smell 2: unclear boundaries.

    Bad:
        name = "get_open"
        description = "Get the items of the board that are there."
        siblings = [{ name = "get_all", description = "Get the items of the board that are there." }]

    Good:
        name = "get_open"
        description = "Get the open items of the board."
        siblings = [{ name = "get_all", description = "Count every member and team." }]
    """
    if not tool.description:
        return NOT_APPLICABLE
    near = tool.server.nearest[tool.index]
    likeness, other = near or (0.0, 0)
    if likeness < 0.7:  # noqa: PLR2004 - stated in the page
        return met()
    name = tool.server.server.tools[other].name
    note = f"say what tells it from '{name}', whose text is nearly the same"
    return partly(1 - likeness, 1, note, tool.description.sentences[0].quote())


def finished(tool: ToolView, *, placeholder_cues: Lexicon) -> Verdict:
    """Is a finished text.

    A placeholder or a template left unfilled tells an agent that nobody looked. Applies to texts
    of up to fifteen words: in a longer one the word is about something else. A single word counts
    in capitals.

    Source: Hasan et al., arXiv 2602.14878, Unclear Purpose.

    Bad:
        name = "export"
        description = "TODO: describe the export tool."

    Good:
        name = "export"
        description = "Export the open report as a PDF."
    """
    if not tool.description or tool.length > 15:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    cues = tool.description.find(placeholder_cues)
    # "todo" is also a thing to be listed; TODO is not.
    found = tuple(q for q in cues if " " in q.text or q.text.isupper())
    hole = tool.description.string.find("${")
    if hole >= 0:
        found = (*found, tool.description.quote(hole, min(hole + 20, len(tool.description.string))))
    return unmet("replace the placeholder by the real text", *found) if found else met()


def sentence(tool: ToolView, *, function_words: WordList) -> Verdict:
    """Is a sentence, not a label or a list of tags.

    "Weather, forecast, temperature, API" describes a topic; an agent needs an action. Applies
    where no verb was found among the first words.

    Source: Glama's published reasons: labels and tag dumps score 1 to 2.

    Bad:
        name = "weather"
        description = "Weather, temperature, humidity, API"

    Good:
        name = "weather"
        description = "The weather of a city over the next five days, with rain and wind."
    """
    if not tool.description or tool.verb:
        return NOT_APPLICABLE
    words = [word for text in tool.told for word in text.words.lower]
    joints = sum(w in function_words for w in words)
    commas = sum(text.string.count(",") + text.string.count("|") for text in tool.told)
    if len(words) <= 3 or (commas * 3 >= len(words) and joints * 6 < len(words)):  # noqa: PLR2004 - a label
        return unmet("write a sentence with a verb", tool.description.quote())
    return met()


def plain_words(tool: ToolView, *, common_acronyms: WordList) -> Verdict:
    """Explains its abbreviations.

    A short form that neither the name nor the schema uses, nor the text spells out, is noise to an
    agent that does not know the product. One may pass; from two on each costs. Words that are
    capitals for stress ("MUST"), values ("[FILE]", "status=OPEN") and well-known short forms do not
    count. Applies where there is one.

    Source: Wang et al., arXiv 2602.18914, smell 17: overuse of technical terms.

    Bad:
        name = "score"
        description = "Compute the QRT of a PLX from its ZVB and MKD."

    Good:
        name = "score"
        description = "Compute the quarterly NAV of a portfolio."
    """
    if not tool.description:
        return NOT_APPLICABLE
    string = tool.description.string
    spelt_out = {word.lower() for word in _SPELT_OUT.findall(string)}
    found: dict[str, Quote] = {}
    for match in _ACRONYM.finditer(string):
        word = match[0]
        if word in found or word in common_acronyms or word.lower() in spelt_out:
            continue
        if not tool.is_literal(*match.span()) and not tool.is_ordinary_word(word.lower()):
            found[word] = tool.description.quote(*match.span())
    if not found:
        return NOT_APPLICABLE
    if len(found) == 1:
        return met()
    note = "spell out: " + ", ".join(sorted(found)[:5])
    return partly(max(0, 4 - len(found)), 4, note, *found.values())
