"""What a description says about parameters: docstring sections, and where each name is mentioned.

A name can be *explained* (`limit: how many to return`, "`limit` caps the page") or only *echoed*:
its word is part of the prose ("search by query"), which helps an agent little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolgrade.text import Text, name_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolgrade.model import Quote

# Section heads of Google, NumPy, Sphinx and Markdown docstrings: syntax, not vocabulary.
_HEAD = re.compile(
    r"(?:^|\n|(?<=[.:)] ))[ \t]*(?:#{1,4} *|\*\*)?"
    r"(args|arguments|parameters|params|inputs?|returns?|yields?|outputs?|raises|errors|examples?"
    r"|notes?|usage|important|warnings?|requirements|prerequisites)"
    r"(?:\*\*)?:(?:\*\*)?(?=\s)",
    re.IGNORECASE,
)
_ARGS = ("args", "arguments", "parameters", "params", "input", "inputs")
_ENTRY = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*\u2022] *)?(?:`|\*\*)?([A-Za-z_][\w.-]{0,63})(?:`|\*\*)?"
    r"[ \t]*(?:\([^()\n]{0,80}\))?[ \t]*(?::|-|\u2013|\u2014)[ \t]"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:-[\w$]+)*")
# Between a name and its explanation: a closing mark, a type, then a colon or dash.
_COLON = re.compile(
    r"[`*\"']{0,3}[ \t]*(?:\([^()\n]{0,80}\))?[ \t]*(?::|=|\u2013|\u2014|-(?=[ \t]))[ \t]*(?=\S)"
)
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text mentions a parameter, and whether it explains it or only echoes its name."""

    explained: bool
    quote: Quote


def sections(text: Text) -> dict[str, Text]:
    r"""Return the docstring sections of a text by lower-case head; the last of one head wins.

    >>> {k: v.string for k, v in sections(Text("Adds.\nArgs:\n  a: one\nReturns: sum")).items()}
    {'args': 'a: one', 'returns': 'sum'}
    """
    if ":" not in text.string:
        return {}
    heads = list(_HEAD.finditer(text.string))
    ends = [head.start() for head in heads[1:]] + [len(text.string)] * bool(heads)
    found: dict[str, Text] = {}
    for head, end in zip(heads, ends, strict=True):
        body = text.string[head.end() : end]
        left = len(body) - len(body.lstrip())
        found[head[1].lower()] = Text(body.strip(), text.pointer, text.offset + head.end() + left)
    return found


def argument_names(parts: Mapping[str, Text]) -> dict[str, Quote]:
    """Return the names that the arguments section of some `sections` lists, each with its place."""
    found: dict[str, Quote] = {}
    for head in _ARGS:
        body = parts.get(head)
        if body:
            entries = list(_ENTRY.finditer(body.string))
            # Deeper entries belong to another entry. The first lost its indent with the heading.
            depths = [len(entry[0]) - len(entry[0].lstrip()) for entry in entries]
            shallow = min(depths[1:], default=0)
            for entry, depth in zip(entries, depths, strict=True):
                if depth <= shallow:
                    found.setdefault(entry[1], body.quote(entry.start(1), entry.end(1)))
    return found


def mentions(text: Text, names: Iterable[str]) -> dict[str, Mention]:
    r"""Return where `text` mentions each of `names`, without those that it does not mention.

    >>> found = mentions(Text("Find by query.\nlimit: most rows"), ["query", "limit"])
    >>> {name: mention.explained for name, mention in found.items()}
    {'query': False, 'limit': True}
    """
    names = [*names]
    wanted = {name.lower() for name in names}
    places: dict[str, list[tuple[int, int]]] = {}
    string = text.string
    if not (string.isascii() and wanted.isdisjoint(_NAME.findall(string.lower()))):
        for match in _NAME.finditer(string):
            if (name := match[0].lower()) in wanted:
                places.setdefault(name, []).append(match.span())
    found: dict[str, Mention] = {}
    for name in names:
        if not name.strip():
            continue
        spans = places.get(name.lower(), [])
        mention = _explanation(text, name, spans) or _echo(text, name, spans)
        if mention:
            found[name] = mention
    return found


def _explanation(text: Text, name: str, spans: list[tuple[int, int]]) -> Mention | None:
    for start, end in spans:
        if _COLON.match(text.string, end):
            line_end = text.string.find("\n", end)
            line_end = len(text.string) if line_end < 0 else line_end
            return Mention(explained=True, quote=text.quote(start, min(line_end, start + 200)))
    # Only quotes or an unusual spelling show that the parameter is meant and not the word.
    coded = len(name_words(name)) > 1 or not name.islower()
    for start, end in spans:
        marked = start > 0 and text.string[start - 1] in "`\"'"
        if (coded or marked) and _words_around(text.string, start, end) >= _FEWEST_WORDS:
            return Mention(explained=True, quote=text.quote(start, end))
    return None


def _words_around(string: str, start: int, end: int) -> int:
    left = max(string.rfind(". ", 0, start), string.rfind("\n", 0, start)) + 1
    right = min(
        (i for i in (string.find(". ", end), string.find("\n", end)) if i >= 0), default=len(string)
    )
    return len(string[left:start].split()) + len(string[end:right].split())


def _echo(text: Text, name: str, spans: list[tuple[int, int]]) -> Mention | None:
    if spans:
        return Mention(explained=False, quote=text.quote(*spans[0]))
    words = name_words(name)
    if len(words) > 1:
        spoken = text.phrase(words)
        if spoken:
            return Mention(explained=False, quote=spoken)
    return None
