"""Finds known secrets in a text, however they are spelled there.

A server may repeat a key in another case, URL-encoded, JSON-escaped, in base64 or in part. Escapes
have too many mixed forms to list, so the text is decoded instead, and what is found is traced back.
Each pattern is searched with `str.find`, which takes linear time even in hostile text.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Span = tuple[int, int]

SHORTEST_PART = 8
_LONGEST_WORD = 15
_MOST_PARTS = 200
_LEVELS = 3
_ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<unicode>(?:\\u[0-9A-Fa-f]{4})+)"
    r"|\\x(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>[\"'/\\bfnrt])"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)"
    # Encoders break base64 into lines.
    r"|(?P<wrap>(?<=[A-Za-z0-9+/])\r?\n(?=[A-Za-z0-9+/]))"
)
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PIECE = re.compile(r"[^\W_]+")
_TEXT_FORM = str.maketrans("+", " ")
_BASE64_FORM = str.maketrans("-_", "+/")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]")
_PADDING = re.compile(r"={0,2}")


class _Patterns(NamedTuple):
    """What to search for in a text in lower case: in its plain form, and in its base64 form."""

    plain: tuple[str, ...]
    base64: tuple[str, ...]


class _Decoded(NamedTuple):
    """A text without its escapes: `starts` are where its segments begin, `origins` where each was
    in the escaped text, and whether it was copied as it was.
    """

    text: str
    starts: list[int]
    origins: list[tuple[int, int, bool]]

    def trace(self, span: Span) -> Span:
        """Return where a span of the decoded text is in the escaped text."""
        first = bisect_right(self.starts, span[0]) - 1
        last = bisect_right(self.starts, span[1] - 1) - 1
        start, _, copied = self.origins[first]
        _, end, ends_copied = self.origins[last]
        return (
            start + (span[0] - self.starts[first]) * copied,
            self.origins[last][0] + span[1] - self.starts[last] if ends_copied else end,
        )


def find_secrets(text: str, secrets: tuple[str, ...]) -> list[Span]:
    """Return where `text` holds one of `secrets` or a longer part of one, in any usual spelling.

    The spans are sorted and do not overlap.
    """
    return _merge(_search(text, _list_patterns(secrets), _LEVELS))


def _search(text: str, patterns: _Patterns, levels: int) -> list[Span]:
    lower = _lower(text)
    found = list(_find_each(lower.translate(_TEXT_FORM), patterns.plain))
    coded = lower.translate(_BASE64_FORM)
    found += [_widen(text, span) for span in _find_each(coded, patterns.base64)]
    if levels and _ESCAPE.search(text):
        decoded = _decode(text)
        found += map(decoded.trace, _search(decoded.text, patterns, levels - 1))
    return found


def _find_each(text: str, patterns: Sequence[str]) -> Iterator[Span]:
    for pattern in patterns:
        at = text.find(pattern)
        while at >= 0:
            yield at, at + len(pattern)
            at = text.find(pattern, at + len(pattern))


def _widen(text: str, span: Span) -> Span:
    """Return a span of base64 with the characters next to it, which hold bits of the secret."""
    start, end = span
    if start and _BASE64.match(text, start - 1):
        start -= 1
    if _BASE64.match(text, end):
        end += 1
    padding = _PADDING.match(text, end)
    return start, padding.end() if padding else end


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _lower(text: str) -> str:
    """Return `text` in lower case, each character in its old place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _decode(text: str) -> _Decoded:
    parts: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int, bool]] = []
    length = at = 0
    for escape in _ESCAPE.finditer(text):
        for part, start, end, copied in (
            (text[at : escape.start()], at, escape.start(), True),
            (_read_escape(escape), *escape.span(), False),
        ):
            if part:
                parts.append(part)
                starts.append(length)
                origins.append((start, end, copied))
                length += len(part)
        at = escape.end()
    if at < len(text):
        parts.append(text[at:])
        starts.append(length)
        origins.append((at, len(text), True))
    return _Decoded("".join(parts), starts, origins)


def _read_escape(escape: re.Match[str]) -> str:
    if escape["percent"]:
        return bytes.fromhex(escape[0].replace("%", "")).decode("utf-8", "replace")
    if escape["unicode"]:
        units = bytes.fromhex(escape[0].replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    if escape["byte"]:
        return chr(int(escape["byte"], 16))
    if escape["sign"]:
        return _SIGNS.get(escape["sign"], escape["sign"])
    if not escape["entity"]:
        return ""
    import html  # noqa: PLC0415 - start-up time

    return html.unescape(escape["entity"])


@lru_cache(maxsize=8)
def _list_patterns(secrets: tuple[str, ...]) -> _Patterns:
    plain = dict.fromkeys(
        part for secret in secrets for part in (secret, *_list_parts(secret), *_list_cuts(secret))
    )
    coded = (core for secret in secrets for core in _list_base64(secret))
    return _Patterns(
        tuple(dict.fromkeys(_lower(one).translate(_TEXT_FORM) for one in plain)),
        tuple(dict.fromkeys(map(str.lower, coded))),
    )


def _list_parts(secret: str) -> Iterator[str]:
    """Yield the shortest runs of whole pieces of a secret that could give it away.

    Ordinary words of it are left out: masking them would garble other texts.

    >>> list(_list_parts("sk-live-0f9e8d7c-production"))
    ['sk-live-0f9e8d7c', 'live-0f9e8d7c', '0f9e8d7c']
    """
    pieces = [found.span() for found in _PIECE.finditer(secret)][:_MOST_PARTS]
    last = 0
    for first, (start, _) in enumerate(pieces):
        last = max(last, first)
        while last < len(pieces) and not _gives_away(secret[start : pieces[last][1]]):
            last += 1
        if last == len(pieces):
            return
        yield secret[start : pieces[last][1]]


def _list_cuts(secret: str) -> Iterator[str]:
    """Yield the shortest runs of characters inside of a secret's pieces that could give it away.

    Of a long secret only some are listed, so that the search stays quick.

    >>> list(_list_cuts("key-0f9e8d7c6b"))
    ['0f9e8d7c', 'f9e8d7c6', '9e8d7c6b']
    """
    step = len(secret) // _MOST_PARTS + 1
    for piece in _PIECE.finditer(secret):
        for start in range(piece.start(), piece.end() - SHORTEST_PART + 1, step):
            for size in (SHORTEST_PART, _LONGEST_WORD + 1):
                cut = secret[start : min(start + size, piece.end())]
                if len(cut) == size and _gives_away(cut):
                    yield cut
                    break


def _gives_away(part: str) -> bool:
    """Return whether a part of a secret is long, and not only words."""
    if len(part) < SHORTEST_PART:
        return False
    pieces = _PIECE.findall(part)
    return (
        any(
            not piece.isalpha() or not (piece[1:].islower() or piece.isupper() or len(piece) == 1)
            for piece in pieces
        )
        or max(map(len, pieces)) > _LONGEST_WORD
    )


def _list_base64(secret: str) -> Iterator[str]:
    """Yield the base64 characters that are the same wherever the secret begins in the bytes."""
    content = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + content).decode()
        whole_bits = (before + len(content)) * 8
        yield coded[-(-before * 8 // 6) : whole_bits // 6]
