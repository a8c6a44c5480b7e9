"""Rewrite newer Python syntax so that the running Python can parse it, without moving anything.

What has no older spelling is replaced with the name `_`, or a string of it, and so is unknown.
"""

from __future__ import annotations

import ast
import re

_TYPE = re.compile(r"^([ \t]*)type[ \t]+\w+[ \t]*(?=[=\[])", re.MULTILINE)
_PARAMETERS = re.compile(
    r"^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*|_ +)(?=\[)", re.MULTILINE
)
_LONGEST_PARAMETERS = 10_000
_EXCEPT = re.compile(
    r"^([ \t]*except[ \t]+[\w.]+)((?:[ \t]*,[ \t]*[\w.]+)+)(?=[ \t]*:)", re.MULTILINE
)
_TOKEN = re.compile(r"#[^\n]*|(?<!\w)([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_SHORTEST = len("f'{_}'")
_PLAIN = {
    quote: re.compile(rf"(?:[^\\{quote[0]}]|\\.|{quote[0]}(?!{quote[1:]}))*{quote}", re.DOTALL)
    if len(quote) > 1
    else re.compile(rf"(?:[^\\{quote}\n]|\\.)*{quote}", re.DOTALL)
    for quote in ("'''", '"""', "'", '"')
}


def downgrade_source(text: str) -> str:
    """Return a source with the syntax that is new since Python 3.12 removed or respelled."""
    text = _TYPE.sub(lambda m: m[1] + "_".ljust(len(m[0]) - len(m[1])), text)
    text = _EXCEPT.sub(lambda m: m[1] + " " * len(m[2]), text)
    text = _replace_new_strings(text)
    parts: list[str] = []
    kept = 0
    for found in _PARAMETERS.finditer(text):
        start = found.end()
        if start < kept:
            continue
        end = _find_bracket_end(text, start)
        # The line goes on after a backslash.
        parts += [text[kept:start], _blank(text[start:end]).replace(" \n", "\\\n")]
        kept = end
    return "".join([*parts, text[kept:]])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _find_bracket_end(text: str, start: int) -> int:
    """Return the offset after the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, min(len(text), start + _LONGEST_PARAMETERS)):
        depth += (text[at] in "[({") - (text[at] in "])}")
        if depth == 0:
            return at + 1
    return start


def _replace_new_strings(text: str) -> str:
    """Return a source with `_` in place of each string that the running Python cannot parse."""
    parts: list[str] = []
    kept = at = 0
    while found := _TOKEN.search(text, at):
        at = found.end()
        if not found[2]:
            continue
        if not set(found[1].lower()) & {"f", "t"}:
            body = _PLAIN[found[2]].match(text, at)
            at = body.end() if body else at
            continue
        at = _find_fstring_end(text, at, found[2])
        literal = text[found.start() : at]
        if len(literal) < at - found.start() or len(literal) < _SHORTEST:
            # It is not closed, or too short to be replaced.
            continue
        if not _is_read(literal):
            parts += [text[kept : found.start()], _blank_literal(literal, found[2])]
            kept = at
    return "".join([*parts, text[kept:]])


def _blank_literal(literal: str, quote: str) -> str:
    """Return a placeholder of the same length for a string."""
    opening = "f" + quote + "{_}"
    blank = _blank(literal[len(opening) : -len(quote)])
    if "\n" in blank and len(quote) == 1:
        return f"(_{_blank(literal[2:-1])})"
    return opening + blank + quote


def _find_fstring_end(text: str, at: int, quote: str) -> int:
    """Return the offset after the closing quote of an f-string, past strings in its fields."""
    while at < len(text) and not text.startswith(quote, at):
        if text.startswith(("{{", "}}", "\\"), at):
            at += 2
        elif text[at] == "{":
            at = _find_field_end(text, at + 1)
        else:
            at += 1
    return at + len(quote)


def _find_field_end(text: str, at: int) -> int:
    """Return the offset after the brace that closes a field."""
    depth = 1
    while at < len(text) and depth:
        found = _TOKEN.match(text, at)
        if found and found[2]:
            is_formatted = set(found[1].lower()) & {"f", "t"}
            body = _PLAIN[found[2]].match(text, found.end())
            at = (
                _find_fstring_end(text, found.end(), found[2])
                if is_formatted or not body
                else body.end()
            )
            continue
        depth += (text[at] in "{[(") - (text[at] in "}])")
        at += 1
    return at


def _is_read(literal: str) -> bool:
    try:
        ast.parse(literal)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
