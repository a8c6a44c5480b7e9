"""Fixes of texts that keep every word that says something: blanks, filler, docstring sections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.fixes.arguments import read_arguments
from toolgrade.fixes.subject import Draft, Kind, point_at
from toolgrade.model import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.fixes.subject import Subject

_BLANKS = re.compile(r"(?<=[^\s|]) {2,}+(?=[^\s|])")
_TRAILING = re.compile(r"(?<![ \t])[ \t]++(?=\r?\n|\Z)")
_LAID_OUT = ("```", "\t", "| ", " |")
"""What shows that blanks lay a text out: code, tabs, a table."""

_OPENING = re.compile(
    r"(?:(?<=^)|(?<=[.!?:] )|(?<=\n))"
    r"(?:(?:please )?note that|it should be noted that|(?:please )?(?:keep in mind|be aware) that"
    r"|this tool (?:can be used|is used|is designed|allows (?:you|users)|enables (?:you|users)) to"
    r"|you can use this tool to)[ ,]+(?=[\w`'\"])",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(r"\bin order to\b(?= [a-z])", re.IGNORECASE)


def _walk_texts(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the descriptions of a tool, its own first, each with where it is."""
    own = subject.raw.get("description")
    if isinstance(own, str):
        yield "/description", own
    for node, schema in subject.find_objects("description"):
        said = schema.get("description")
        if isinstance(said, str):
            yield point_at(node, "description"), said


def _find_blanks(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for pointer, text in _walk_texts(subject):
        if "  " in text or text != text.strip():
            tidy = tidy_blanks(text)
            if tidy != text and tidy:
                edits.append(Edit("replace", pointer, tidy))
    if edits:
        yield Draft("", "leave out blanks that nothing needs", tuple(edits))


def tidy_blanks(text: str) -> str:
    r"""Return a text without blanks at its ends and at the ends of its lines, and without double
    ones between its words. Indents stay, and so does what blanks lay out.

    >>> tidy_blanks(" Get a  page. \n  - one \n")
    'Get a page.\n  - one'
    """
    tidy = _TRAILING.sub("", text).strip()
    if any(sign in text for sign in _LAID_OUT):
        return tidy
    return _BLANKS.sub(" ", tidy)


def _find_filler(subject: Subject) -> Iterator[Draft]:
    text = subject.raw.get("description")
    if "conciseness.no-filler" not in subject.open or not isinstance(text, str):
        return
    plain = drop_filler(text)
    if plain != text:
        edit = Edit("replace", "/description", plain)
        yield Draft("conciseness.no-filler", "leave out words that say nothing", (edit,))


def drop_filler(text: str) -> str:
    """Return a text without the phrases at the start of a sentence that only announce the rest.

    >>> drop_filler("This tool can be used to search pages. Please note that drafts are left out.")
    'Search pages. Drafts are left out.'
    """
    kept, at = [], 0
    for found in _OPENING.finditer(text):
        kept.append(text[at : found.start()])
        first = text[found.end()]
        word = re.split(r"[\s,.;:]", text[found.end() : found.end() + 80], maxsplit=1)[0]
        is_plain = word.isalpha() and word.islower()
        kept.append(first.upper() if is_plain else first)
        at = found.end() + 1
    return _IN_ORDER.sub("to", "".join((*kept, text[at:])))


def _find_arguments(subject: Subject) -> Iterator[Draft]:
    text, schema = subject.raw.get("description"), subject.raw.get("inputSchema")
    if "parameters.described" not in subject.open or not isinstance(text, str):
        return
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return
    section = read_arguments(text)
    if section is None or not section.entries.keys() <= properties.keys():
        return
    edits: list[Edit] = []
    for name, said in section.entries.items():
        member = properties[name]
        if not isinstance(member, dict):
            return
        own = member.get("description")
        if own is None or own == "":
            edits.append(Edit("replace" if "description" in member else "add", _point(name), said))
        elif not isinstance(own, str) or " ".join(own.split()) != said:
            # The text says what the schema does not: both stay.
            return
    rest = f"{text[: section.start].rstrip()}\n\n{text[section.end :].lstrip()}"
    if edits and rest.strip():
        edits.append(Edit("replace", "/description", rest.strip()))
        yield Draft(
            "parameters.described",
            "move what the text says of each parameter to the parameter",
            tuple(edits),
        )


def _point(name: str) -> str:
    escaped = name.replace("~", "~0").replace("/", "~1")
    return f"/inputSchema/properties/{escaped}/description"


KINDS = (
    Kind(
        "docstring-arguments",
        safe=True,
        reason="every word that was said of a parameter is said at it",
        find=_find_arguments,
    ),
    Kind(
        "filler",
        safe=True,
        reason="the phrase only announces what follows",
        find=_find_filler,
    ),
    Kind(
        "blanks",
        safe=True,
        reason="the words are the same, in the same order",
        find=_find_blanks,
    ),
)
