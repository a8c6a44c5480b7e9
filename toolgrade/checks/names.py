"""Can every client and every agent tell the tools apart? Unpriced: the judge scores texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.check import NOT_APPLICABLE, met, unmet
from toolgrade.text import Text, base_forms, name_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+")
_CALLING = frozenset({"use", "using", "call", "calling", "invoke", "invoking", "run", "running"})
_AFTER = frozenset({"tool", "instead", "first"})
_AROUND = "`'\"*()[]{}<>.,:;!?"


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


def known(tool: ToolView) -> Verdict:
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
    missing = [*_missing(tool)]
    return unmet("name a tool that exists, or drop the reference", *missing) if missing else met()


def _missing(tool: ToolView) -> Iterator[Quote]:
    text, verbs = tool.description, tool.server.words["action-verbs"]
    tokens = text.string.split()
    for at, token in enumerate(tokens):
        # Cheap first: few tokens of a text look like a name at all.
        if "_" not in token and "-" not in token and (token.islower() or not token[0].islower()):
            continue
        name = token.strip(_AROUND)
        if not _IDENTIFIER.fullmatch(name) or not _is_called(tokens, at):
            continue
        words = name_words(name)
        if any(mark in name and mark not in tool.server.marks for mark in "_-"):
            continue
        if any(form in verbs for form in base_forms(words[0])) and not _is_known(tool, words):
            start = text.string.index(name)
            yield text.quote(start, start + len(name))


def _is_called(tokens: list[str], at: int) -> bool:
    """Whether the text tells to call what stands `at`: "use x_y", "the x_y tool", "x_y instead"."""
    before = tokens[at - 1].lower() if at else ""
    if before == "the" and at > 1:
        before = tokens[at - 2].lower()
    after = tokens[at + 1].lower().strip(_AROUND) if at + 1 < len(tokens) else ""
    return before in _CALLING or (after in _AFTER and tokens[at][-1] not in ".,:;!?)")


def _is_known(tool: ToolView, words: tuple[str, ...]) -> bool:
    """Whether the words name a tool of the server, perhaps with a prefix or without, or something in
    the tool's own schema.
    """
    joined = "".join(words)
    folded = tool.server.folded
    if joined in folded or any(joined in other or other in joined for other in folded):
        return True
    held = (node.schema for node in tool.schemas if isinstance(node.schema, dict))
    inside = (key for schema in held for key in _named_in(schema))
    return any("".join(name_words(key)) == joined for key in inside)


def _named_in(schema: Mapping[str, Any]) -> Iterator[str]:
    for held in (schema.get("properties"), schema.get("enum")):
        if isinstance(held, dict | list):
            yield from (key for key in held if isinstance(key, str))


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
