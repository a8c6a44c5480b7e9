"""Can every client use the names, and every agent tell them apart? Unpriced: TDQS scores texts."""

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

    Allowed are letters, digits, underscore, hyphen and dot, at most 128 characters. SDKs warn
    about any other name, and model providers refuse the request.

    Source: MCP specification 2025-11-25, tool names (SEP-986).

    Related: names.portable

    Bad:
        name = "find pages!"

    Good:
        name = "find_pages"
    """
    if _LEGAL.fullmatch(tool.name):
        return met()
    odd = next((i for i, c in enumerate(tool.name) if not _LEGAL.fullmatch(c)), 128)
    said = Text(tool.name, "/name").quote(odd, odd + 1)
    return unmet("rename it: use letters, digits, _ and -, at most 64 characters", said)


def portable(tool: ToolView) -> Verdict:
    """Has a name that every large client accepts.

    The specification allows dots and 128 characters, but several model providers accept only
    letters, digits, `_` and `-`, at most 64. The first character must be a letter. Applies to
    names that the specification allows.

    Source: OpenAI function names `^[a-zA-Z0-9_-]{1,64}$`; modelcontextprotocol/servers#799;
    openai/codex#46188.

    Related: names.legal, client.name-characters

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
    note = "rename it: begin with a letter; use letters, digits, _ and -, at most 64 characters"
    return unmet(note, Text(tool.name, "/name").quote(start, len(tool.name)))


def telling(tool: ToolView, *, generic_names: WordList) -> Verdict:
    """Has a name that says what it acts on.

    Names such as `run` or `process_data` could mean anything once the tools of other servers
    are listed with them.

    Source: MCP specification 2025-11-25, tool names; Anthropic: "Writing effective tools for
    agents".

    Related: naming.compounds, purpose.resource

    Bad:
        name = "run"

    Good:
        name = "run_report"
    """
    if not tool.name_words:
        return NOT_APPLICABLE
    if any(word not in generic_names for word in tool.name_words):
        return met()
    return unmet("add to the name what the tool acts on", Text(tool.name, "/name").quote())


def known(tool: ToolView, *, calling_words: WordList, called_words: WordList) -> Verdict:
    """Names only tools that exist.

    When a tool is renamed, the old name often survives in the descriptions of other tools; an
    agent calls it and fails. Looks for names that the description says to call, spelled like
    the server's tools and beginning with a verb. Applies if the list of tools is complete.

    Source: A renamed tool is a common defect that other linters do not find.

    Related: coverage.kept-promises, usage.alternative

    Bad:
        name = "get_page"
        description = "Get a page by its id. Call search_pages first to find the id."
        siblings = ["find_pages"]

    Good:
        name = "get_page"
        description = "Get a page by its id. Call find_pages first to find the id."
        siblings = ["find_pages"]
    """
    if not tool.server.server.complete or not tool.described:
        return NOT_APPLICABLE
    spans = missing_tools(tool, calling_words, called_words)
    missing = [tool.description.quote(start, end) for start, end in spans]
    return unmet("name a tool that exists, or delete the reference", *missing) if missing else met()


def current(tool: ToolView, *, deprecation_words: Lexicon) -> Verdict:
    """Is not deprecated.

    A tool that should not be called need not be listed: agents read it on every turn, and some
    call it.

    Source: MCP has no field for deprecation; another linter warns of it too.

    Related: count.no-copies

    Bad:
        name = "find_page"
        description = "Deprecated: use search_pages. Finds a page by title."

    Good:
        name = "find_package"
        description = "Finds deprecated packages of a project."
    """
    if not tool.described:
        return NOT_APPLICABLE
    said = tool.description.find(deprecation_words) or tuple(_marked(tool.description))
    return (
        unmet("remove the tool from the list, or say only what replaces it", *said)
        if said
        else met()
    )


def _marked(text: Text) -> Iterator[Quote]:
    for sentence in text.sentences[:3]:
        mark = _DEPRECATED.match(sentence.string)
        if mark:
            yield sentence.quote(mark.start("word"), mark.end("word"))


def apart(tool: ToolView) -> Verdict:
    """Differs from its siblings by more than case and separators.

    An agent mixes up `get_user` and `getUser`, and a client that ignores case loses one of
    them. Siblings are the other tools of the same server.

    Source: MCP specification 2025-11-25: tool names are case-sensitive. Some clients are not.

    Related: disambiguation.own-names, naming.one-style

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
    note = f"rename it or '{alike[0][:_SHOWN]}': they differ only in case or separators"
    return unmet(note, Text(tool.name, "/name").quote())
