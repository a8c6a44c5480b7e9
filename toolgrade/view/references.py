"""Tools that a description refers to and that do not exist, often after a rename."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.text import base_forms, name_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.text import WordList
    from toolgrade.view.tool import ToolView

_TOKEN = re.compile(r"\S+")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+")
_CANDIDATE = re.compile(r"[A-Za-z0-9](?:[_-][A-Za-z0-9]|(?<=[a-z])[A-Z])")
"""What every identifier of several words has somewhere."""
_AROUND = "`'\"*()[]{}<>.,:;!?"
_ENDS = ".,:;!?)"
_SHORT = 2
_MEASURES = frozenset(("time", "date", "price", "by", "mode", "type", "count", "size"))
_OR = ("or", "nor")


def missing_tools(tool: ToolView, calling: WordList, called: WordList) -> Sequence[tuple[int, int]]:
    """Return where (start, end) the description says to call a tool that does not exist: a name
    that begins with a verb and is spelled like the server's tools, after a word of `calling` ("use
    list_pages") or before one of `called` ("the list_pages tool", "list_pages instead").
    """
    asked = tool.index, calling, called
    if asked not in tool.server.missing:  # a tool and its server ask the same
        tool.server.missing[asked] = tuple(_find_missing_tools(tool, calling, called))
    return tool.server.missing[asked]


def _find_missing_tools(
    tool: ToolView, calling: WordList, called: WordList
) -> Iterator[tuple[int, int]]:
    string = tool.description.string
    tokens = list(_TOKEN.finditer(string)) if _CANDIDATE.search(string) else []
    words: list[str] = []
    verbs, marks = tool.server.words["action-verbs"], tool.server.marks
    negations = tool.server.words["negations"].words
    for at, token in enumerate(tokens):
        whole = token[0]
        # The cheap test first: few tokens look like a name.
        if "_" not in whole and "-" not in whole and (whole.islower() or not whole[0].islower()):
            continue
        name = whole.strip(_AROUND)
        if name.isupper() or not _IDENTIFIER.fullmatch(name):
            continue
        words = words or [token[0].lower().strip(_AROUND) for token in tokens]
        before = words[at - 1] if at else ""
        before = words[at - 2] if before == "the" and at > 1 else before
        after = words[at + 1] if at + 1 < len(tokens) and whole[-1] not in _ENDS else ""
        if not (before in calling or after in called):
            continue
        if any(mark in name and mark not in marks for mark in "_-"):
            continue
        if marks and "_" not in name and "-" not in name:
            continue  # "using putObject": not spelled like "put_object"
        if not negations.isdisjoint(words[max(0, at - 1) : at]) or (
            at > _SHORT and words[at - 1] in _OR and words[at - 3] in negations
        ):
            continue  # "there is no find_pages tool"
        parts = name_words(name)
        slot = parts[-1] in tool.server.words["slot-endings"]
        if slot and (len(parts) == _SHORT or parts[1] in _MEASURES):
            continue  # "use sort_by", "use match_type", "use update_time_range"
        acts = any(form in verbs for form in base_forms(parts[0]))
        if acts and not _is_known(tool, parts) and not _is_slot(tool, name, tokens):
            start = token.start() + whole.index(name)
            yield start, start + len(name)


def _is_slot(tool: ToolView, name: str, tokens: list[re.Match[str]]) -> bool:
    """Whether the description calls a name a parameter, a field or a value somewhere ("the
    `list_only` mode", "a field update_time", "search_mode=exact"), or a schema's text uses it.
    """
    slots = tool.server.words["slot-words"]
    words = [token[0].lower().strip(_AROUND) for token in tokens]
    for at, token in enumerate(tokens):
        if name not in token[0]:
            continue
        rest = token[0].partition(name)[2].lstrip("`'\"*")
        near = (*words[max(0, at - 2) : at], *words[at + 1 : at + 2])
        if rest[:1] in {"=", ":"} or any(word in slots for word in near):
            return True
    quoted = (f"`{name}`", f"'{name}'", f'"{name}"')
    return any(
        mark in text.string
        for text in tool.texts
        if text.pointer != "/description"
        for mark in quoted
    )


def _is_known(tool: ToolView, words: tuple[str, ...]) -> bool:
    """Whether the words name a tool of the server, with or without a prefix, or a property or value
    in the tool's schemas.
    """
    joined = "".join(words)
    folded = tool.server.folded
    if any(map(joined.__contains__, folded)) or any(joined in other for other in folded):
        return True
    held = (node.schema for node in tool.schemas if isinstance(node.schema, dict))
    inside = (key for schema in held for key in _named_in(schema))
    return any("".join(name_words(key)) == joined for key in inside)


def _named_in(schema: Mapping[str, Any]) -> Iterator[str]:
    for word in ("properties", "enum", "examples", "required"):
        held = schema.get(word)
        if isinstance(held, dict | list):
            yield from (key for key in held if isinstance(key, str))
    yield from (schema[word] for word in ("const", "default") if isinstance(schema.get(word), str))
