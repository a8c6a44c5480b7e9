"""Can every client and every agent tell the tools apart? Unpriced: the judge scores texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, unmet
from toolgrade.text import Text
from toolgrade.view.references import missing_tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Quote, Verdict
    from toolgrade.text import Lexicon, WordList
    from toolgrade.view import ToolView

_LEGAL = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_PORTABLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_SHOWN = 40
_DEPRECATED = re.compile(
    r"\W*(?P<word>deprecated|obsolete)(?:\W*$|\s*[:.!\])\u2013\u2014*-]|,? (?:in favou?r|since|use|as of)\b)",
    re.IGNORECASE,
)


def legal(tool: ToolView) -> Verdict:
    """Has a name that the specification allows.

    Letters, digits, underscore, hyphen and dot, 128 at most: SDKs warn of anything else, and model
    providers refuse the request.

    Source: MCP specification 2025-11-25, tool names (SEP-986).

    Bad:
        name = "find pages!"

    Good:
        name = "find_pages"
    """
    if _LEGAL.fullmatch(tool.name):
        return met()
    odd = next((i for i, c in enumerate(tool.name) if not _LEGAL.fullmatch(c)), 128)
    said = Text(tool.name, "/name").quote(odd, odd + 1)
    return unmet("name the tool with letters, digits, _ and -, at most 64 of them", said)


def portable(tool: ToolView) -> Verdict:
    """Has a name that every large client takes.

    The specification allows dots and 128 characters, several model providers only letters, digits,
    `_` and `-`, 64 at most. Applies to names that the specification allows.

    Source: OpenAI function names `^[a-zA-Z0-9_-]{1,64}$`; modelcontextprotocol/servers#799; openai/codex#46188.

    Bad:
        name = "wiki.find_pages"

    Good:
        name = "find_pages"
    """
    if not _LEGAL.fullmatch(tool.name):
        return NOT_APPLICABLE
    if _PORTABLE.fullmatch(tool.name):
        return met()
    start = next((i for i, c in enumerate(tool.name) if not (c.isalnum() or c in "_-")), 64)
    start = start if start < len(tool.name) and tool.name[0].isalpha() else 0
    note = "start the name with a letter and keep to letters, digits, _ and -, at most 64"
    return unmet(note, Text(tool.name, "/name").quote(start, len(tool.name)))


def telling(tool: ToolView, *, generic_names: WordList) -> Verdict:
    """Has a name that says on what it acts.

    `run`, `process_data`: beside the tools of other servers such a name could be anything.

    Source: MCP specification 2025-11-25, tool names; Anthropic: "Writing effective tools for agents".

    Bad:
        name = "run"

    Good:
        name = "run_report"
    """
    if not tool.name_words:
        return NOT_APPLICABLE
    if any(word not in generic_names for word in tool.name_words):
        return met()
    return unmet("name what the tool acts on", Text(tool.name, "/name").quote())


def known(tool: ToolView, *, calling_words: WordList, called_words: WordList) -> Verdict:
    """Names only tools that exist.

    A tool that was renamed lives on in its siblings' texts: the agent calls it and fails. Looks for
    names that the text tells to call and that begin with a verb. Applies where the whole list of
    tools is known.

    Source: nobody's check yet: one of 42 seeded defects that no linter found.

    Bad:
        name = "get_page"
        description = "Get a page by its id. Call search_pages first to find the id."
        siblings = ["find_pages"]

    Good:
        name = "get_page"
        description = "Get a page by its id. Call find_pages first to find the id."
        siblings = ["find_pages"]
    """
    if not tool.server.server.complete or not tool.description:
        return NOT_APPLICABLE
    spans = missing_tools(tool, calling_words, called_words)
    missing = [tool.description.quote(start, end) for start, end in spans]
    return unmet("name a tool that exists, or drop the reference", *missing) if missing else met()


def current(tool: ToolView, *, deprecation_words: Lexicon) -> Verdict:
    """Is not deprecated.

    What nobody should call need not be listed: agents read it every turn, and some call it.

    Source: seeded defect of one linter; MCP has no field for it.

    Bad:
        name = "find_page"
        description = "Deprecated: use search_pages. Finds a page by title."

    Good:
        name = "find_package"
        description = "Finds deprecated packages of a project."
    """
    if not tool.description:
        return NOT_APPLICABLE
    said = tool.description.find(deprecation_words) or tuple(_marked(tool.description))
    return (
        unmet("take the tool from the list, or say only what replaces it", *said) if said else met()
    )


def _marked(text: Text) -> Iterator[Quote]:
    for sentence in text.sentences[:3]:
        mark = _DEPRECATED.match(sentence.string)
        if mark:
            yield sentence.quote(mark.start("word"), mark.end("word"))


def apart(tool: ToolView) -> Verdict:
    """Differs from its siblings by more than case and marks.

    `get_user` beside `getUser`: an agent mixes them up, and clients that fold names lose one.

    Source: MCP specification 2025-11-25: tool names are case-sensitive; clients that are not exist.

    Bad:
        name = "get_user"
        siblings = ["getUser"]

    Good:
        name = "get_user"
        siblings = ["get_users"]
    """
    alike = [name for name in tool.server.folded["".join(tool.name_words)] if name != tool.name]
    if not tool.name_words or not alike:
        return met()
    note = f"rename it or '{alike[0][:_SHOWN]}': they differ in case or marks only"
    return unmet(note, Text(tool.name, "/name").quote())
