"""Is it appropriately sized, front-loaded, and free of waste?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, partly, unmet

if TYPE_CHECKING:
    from toolgrade.model import Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.view import ToolView

_TAGGED = re.compile(
    r"\s*(?:\[[^\]\n]{1,40}\]|\([A-Z][^)\n]{1,30}\)|[^\w\s`\"'(<{#*-]{1,3}|[A-Z][A-Z _-]{2,30}:)"
)
_CLUTTER = re.compile(
    r"!\[|\[!\[|(?<![\d.])v?\d+\.\d+\.\d+\b(?!\.\d)|<(?:br|p|div|b|i|ul|li|table)\b|\b(?:pip|npm|npx|uvx|brew|docker) (?:install|run|pull|-y)\b"
)


def enough(tool: ToolView) -> Verdict:
    """Says enough for what it is.

    Too little is not concise: three words for a tool with five parameters leave out what an
    agent needs. Counts the words of the description. Four are enough if the schema describes
    every parameter, eight if one is undescribed, and two more for each further one, up to 24.

    Source: TDQS 1.2, Conciseness & Structure; its calibration example "Process".

    Related: completeness.proportionate, purpose.more-than-the-name

    Bad:
        name = "process"
        description = "Process it"
        inputSchema = { type = "object", properties = { a = { type = "string" }, b = { type = "string" } } }

    Good:
        name = "process"
        description = "Resize an uploaded image to `a` by `b` pixels, keeping its proportions."
        inputSchema = { type = "object", properties = { a = { type = "string" }, b = { type = "string" } } }
    """
    if not tool.described:
        return NOT_APPLICABLE
    bare = len(tool.undescribed)
    wanted = min(24, 6 + 2 * bare) if bare else 4
    foreign = (text.string[:200] for text in tool.told if not text.string.isascii())
    letters = sum(c > "\u2e7f" for string in foreign for c in string)
    words = max(tool.length, letters // 2)
    if words >= wanted:
        return met()
    if not tool.on_topic:
        note = "use words of the tool's name or parameters: this text shares none with them"
    elif bare:
        note = f"say more: {words} words do not explain {bare} undescribed parameters"
    else:
        note = "write a sentence, not a label"
    return partly(max(0, words - 2), wanted - 2, note, tool.description.quote())


def plain_claims(tool: ToolView, *, marketing_words: Lexicon) -> Verdict:
    """Is free of marketing.

    "Powerful" and "seamless" cost tokens and do not help an agent to choose.

    Source: Wang et al., arXiv 2602.18914, smell 18: useless qualifiers.

    Related: conciseness.no-filler, hygiene.modest

    Bad:
        name = "search"
        description = "A powerful, cutting-edge search of your pages."

    Good:
        name = "search"
        description = "Search your pages by word, in title and body."
    """
    if not tool.described:
        return NOT_APPLICABLE
    found = tool.description.find(marketing_words)
    return partly(max(0, 2 - len(found)), 2, "delete the praise", *found)


def no_filler(tool: ToolView, *, filler_words: Lexicon) -> Verdict:
    """Is free of filler.

    "Please note that", "in order to" and "this tool can be used to" can be deleted without
    loss.

    Source: TDQS 1.2: every sentence should earn its place.

    Related: conciseness.front-loaded, conciseness.plain-claims

    Bad:
        name = "search"
        description = "This tool can be used to search pages. Please note that drafts are left out."

    Good:
        name = "search"
        description = "Search pages. Drafts are left out."
    """
    if not tool.described:
        return NOT_APPLICABLE
    found = tool.description.find(filler_words)
    return partly(max(0, 2 - len(found)), 2, "delete the filler", *found)


def said_once(tool: ToolView, *, function_words: WordList) -> Verdict:
    """Says everything once.

    A sentence that repeats an earlier one costs tokens and adds nothing. Compares the
    meaningful words of sentences: two sentences with four or more such words, three quarters of
    them in common, are a repetition.

    Source: Wang et al., arXiv 2602.18914, smell 15: repetition.

    Related: conciseness.beyond-schema, conciseness.own-text

    Bad:
        name = "search"
        description = "Search all pages of the wiki by word. This will search all pages of the wiki by word."

    Good:
        name = "search"
        description = "Search all pages of the wiki by word. Titles count double in the ranking."
    """
    sentences = tool.description.sentences[:60]
    if len(sentences) < 2:  # noqa: PLR2004 - nothing to repeat
        return NOT_APPLICABLE
    bags = [s.said - function_words.words for s in sentences]
    for at, bag in enumerate(bags):
        for before in range(at):
            both = bag | bags[before]
            if len(bag & bags[before]) * 4 >= 3 * len(both) and len(both) >= 4:  # noqa: PLR2004 - stated in the page
                return unmet(
                    "delete one of the two sentences, or merge them",
                    sentences[before].quote(),
                    sentences[at].quote(),
                )
    return met()


def beyond_schema(tool: ToolView) -> Verdict:
    """Does not copy the schema.

    A parameter list that repeats the schema's descriptions costs tokens twice. Counts the
    parameters whose schema description, if it is longer than twelve characters, appears word
    for word in the tool's description.

    Source: TDQS 1.2: no credit for repeating what is in structured data.

    Related: parameters.rules-in-text, conciseness.said-once

    Bad:
        name = "find"
        description = "Find pages. text: words that must all occur in the page"
        inputSchema = { type = "object", properties = { text = { description = "words that must all occur in the page" } } }

    Good:
        name = "find"
        description = "Find pages. Case does not matter."
        inputSchema = { type = "object", properties = { text = { description = "words that must all occur in the page" } } }
    """
    told = [p for p in tool.parameters.values() if p.description and len(p.description.string) > 12]  # noqa: PLR2004 - shorter is chance
    if not told or not tool.described:
        return NOT_APPLICABLE
    text = tool.description.plain
    copied = [p for p in told if p.description.plain in text]
    note = "remove from the description what the schema says about: " + ", ".join(
        p.name for p in copied[:5]
    )
    return partly(len(told) - len(copied), len(told), note)


def front_loaded(tool: ToolView, *, opening_waste: Lexicon) -> Verdict:
    """Opens with what matters.

    Agents give the first words the most weight. "This tool allows you to" or a tag in brackets
    wastes them.

    Source: TDQS 1.2, Conciseness & Structure: front-loaded.

    Related: conciseness.verb-early, conciseness.no-filler

    Bad:
        name = "search"
        description = "[WIKI] This tool allows you to search pages."

    Good:
        name = "search"
        description = "Search pages of the wiki by word."
    """
    if not tool.described:
        return NOT_APPLICABLE
    tag = _TAGGED.match(tool.description.string)
    if tag:
        return unmet(
            "open with the verb, not with a tag", tool.description.quote(tag.start(), tag.end())
        )
    # A single word may follow a verb ("List free rooms"); a phrase may not.
    opening = [s for s in tool.description.spans(opening_waste) if s[0] <= min(1, s[1] - s[0])]
    if opening:
        return unmet(
            "open with the verb: delete these words", tool.description.quote_words(*opening[0])
        )
    return met()


def verb_early(tool: ToolView) -> Verdict:
    """Has its verb among the first three words.

    A description that opens with a noun or with the origin of the data makes every reader wait
    for the action.

    Source: Glama's published reasons: an opening without a verb loses a point.

    Related: purpose.verb, conciseness.front-loaded

    Bad:
        name = "projects"
        description = "Projects that the signed-in person has starred on the server."

    Good:
        name = "projects"
        description = "List projects that the signed-in person has starred."
    """
    if not tool.described:
        return NOT_APPLICABLE
    found = tool.verb
    if found and found[2] <= 2:  # noqa: PLR2004 - the first words
        return met(found[1])
    return unmet("open with the verb: 'Get ...', 'List ...'", tool.description.sentences[0].quote())


def own_text(tool: ToolView) -> Verdict:
    """Is not filled with what every sibling says.

    A notice that is repeated on each tool belongs in the server's instructions. Measures the
    share of the description in sentences (of five words or more) that three or more tools of
    the server have; less than a third is fine. Applies to servers of three tools or more.

    Source: Glama's published reasons: the same notice on every tool lowers conciseness.

    Related: conciseness.said-once, purpose.unlike-siblings

    Bad:
        name = "get_a"
        description = "Get a. All answers come from the public registry of the ministry."
        siblings = [
          { name = "get_b", description = "Get b. All answers come from the public registry of the ministry." },
          { name = "get_c", description = "Get c. All answers come from the public registry of the ministry." },
        ]

    Good:
        name = "get_a"
        description = "Get the permits of a street by its name."
        siblings = [
          { name = "get_b", description = "Get the owners of a house." },
          { name = "get_c", description = "Get the trees of a park." },
        ]
    """
    if not tool.described or len(tool.server.server.tools) < 3:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    counts = tool.server.sentence_counts
    common = [s for s in tool.description.sentences if counts.get(s.plain, 0) > 2]  # noqa: PLR2004 - stated in the page
    shared = sum(len(s.string) for s in common)
    own = sum(len(s.string) for s in tool.told if counts.get(s.plain, 0) <= 2)  # noqa: PLR2004 - stated in the page
    share = shared / max(1, shared + own)
    if share < 1 / 3:
        return met()
    note = "move what every tool says to the server's instructions"
    return partly(1 - share, 1, note, *(s.quote() for s in common))


def sized(tool: ToolView) -> Verdict:
    """Is not too long.

    Above some 250 words, a description competes with the conversation for the agent's
    attention. Move what an agent needs only after choosing the tool into parameter descriptions
    or the result. Above 250 words the answer gets worse with every word; at 750 the check is
    not met at all. Applies from a hundred words on.

    Source: Hasan et al., arXiv 2602.14878: longer descriptions raised the number of steps by
    two thirds.

    Related: conciseness.readable, conciseness.said-once

    Bad:
        name = "search"
        description = "Search."
        repeat = 800

    Good:
        name = "search"
        description = "Search pages of the wiki by word. Returns at most fifty pages, best match first, each with its title, address, author and the first sentence that contains a word. Titles count twice as much as the text. Words are matched without regard to case, accents or plural endings; put a phrase in quotes to find it exactly, and a minus before a word to leave out pages that contain it. Drafts, deleted pages and attachments are not searched. Use it when the title of a page is not known. For a page whose address is known, call get_page instead. Fails if the query is empty or longer than two hundred characters. Requires a login with the reader role."
    """
    words = len(tool.description.string.split())
    if words < 100:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    over = max(0, words - 250)
    return partly(
        500 - min(500, over), 500, "shorten it, or move details into the parameters' descriptions"
    )


def readable(tool: ToolView) -> Verdict:
    """Keeps its sentences short.

    A sentence of fifty words hides its one important clause. Measures the longest sentence
    outside lists and sections: up to 30 words are fine, at 60 the check is not met at all.
    Applies if that sentence has 20 words or more.

    Source: TDQS 1.2, Conciseness & Structure.

    Related: conciseness.sized

    Bad:
        name = "report"
        description = "Build the report from the rows that were collected since the last run and from those that were left over before it while keeping the order of both and leaving out what was marked as void by any of the reviewers who were asked in the meantime or had answered already on their own account."

    Good:
        name = "report"
        description = "Build the report from the rows that came in since the last run, in their order, and leave out those a reviewer marked as void."
    """
    flowing = [s for s in tool.prose if "\n" not in s.string]
    longest = max(flowing, key=lambda s: s.string.count(" "), default=None)
    words = len(longest.string.split()) if longest else 0
    if not longest or words < 20:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    return partly(60 - max(30, words), 30, "split this sentence", longest.quote())


def clean(tool: ToolView, *, clutter_cues: Lexicon) -> Verdict:
    """Is free of installation notes, versions and decoration.

    Installation, changelogs, badges and HTML are for people who read a README, not for an
    agent. Applies from six words on.

    Source: Wang et al., arXiv 2602.18914, smell 16: irrelevant details.

    Related: conciseness.no-filler, names.current

    Bad:
        name = "search"
        description = "Search pages. New in 2.1.0: run pip install wiki-mcp first."

    Good:
        name = "search"
        description = "Search pages of the wiki by word."
    """
    if len(tool.description.string.split()) < 6:  # noqa: PLR2004 - stated in the page
        return NOT_APPLICABLE
    marks = [tool.description.quote(*m.span()) for m in _CLUTTER.finditer(tool.description.string)]
    found = (*tool.description.find(clutter_cues), *marks)
    return (
        unmet("move installation, versions and decoration to the README", *found)
        if found
        else met()
    )


def calm(tool: ToolView, *, common_acronyms: WordList) -> Verdict:
    """Does not shout.

    Capitals and exclamation marks everywhere emphasize nothing. One word in capitals may be
    right; each further one, and each exclamation mark, counts against the description. Counts
    words of four or more capital letters, without common abbreviations and values ("UP, DOWN or OFF").

    Source: Glama's published reasons: notices in capitals cost conciseness.

    Related: hygiene.no-orders, usage.no-orders

    Bad:
        name = "search"
        description = "Search pages. IMPORTANT: ALWAYS check the RESULT! NEVER guess!"

    Good:
        name = "search"
        description = "Search pages. Drafts are NEVER searched."
    """
    if not tool.described:
        return NOT_APPLICABLE
    loud = [
        tool.description.quote(*match.span())
        for match in re.finditer(r"\b[A-Z]{4,}\b", tool.description.string)
        if match[0] not in common_acronyms and not tool.is_literal(*match.span())
    ]
    count = max(0, len(loud) - 1) + tool.description.string.count("!")
    if not loud and not count:
        return NOT_APPLICABLE
    return partly(max(0, 4 - count), 4, "write it without capitals and exclamation marks", *loud)
