"""Masks secrets in commands, URLs and server texts, by their shape or because they are known.

Masking errs towards hiding: a masked word costs a reader little, a shown key costs its owner much.
Known secrets are found in any of the usual spellings: see `spellings.py`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from toolgrade.wording.spellings import find_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MASK = "***"

_SECRET_WORD = re.compile(
    "(?:api|private|secret)?keys?|auth|authorization|bearer|cookie|credentials?|connectionstring"
    "|dsn|jwt|pass(?:phrase|wd|word)?|pat|pin|pwd|secrets?|token"
)
_HEADER_OPTIONS = frozenset({"-H", "--header", "--headers"})
_LOGIN_OPTIONS = frozenset({"-u", "--user", "--userpwd"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s'\"<>]+")
_ASSIGNED = re.compile(
    r"(?P<name>(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]++)(?P<gap>[\"']?\s*+[=:]\s*+[\"']?)(?P<value>[^\s;&,]+)"
)
_IS_CODE = re.compile(r"(?:Error|Exception|\.(?:py|js|mjs|cjs|ts|go|rs))$")
_BEARER = re.compile(r"\b(?P<scheme>bearer|basic|token)(?P<gap>\s+)\S{6,}", re.IGNORECASE)
_PIECE = re.compile(r"[A-Za-z0-9_+=-]{8,}")
_KNOWN_KEY = re.compile(
    r"(?:sk-|sk_|pk_|rk_|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|xox[abeoprs]-|xapp-|AKIA|ASIA"
    r"|AIza|ya29|hf_|npm_|pypi-|dop_v1_|lin_api_|ntn_|pat-|shpat_|SG|eyJ)[A-Za-z0-9_-]{6,}"
)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MIXED = re.compile(r"[A-Za-z][0-9]|[0-9][A-Za-z]")
_LITERAL = re.compile(
    r"(?P<quote>\"{3}|\'{3}|[\"'`])(?:\\.|(?!(?P=quote)).)*+(?P<end>(?P=quote)|$)"
)
_OPEN_END = re.compile(r"[(\[{=+\\]\s*+$")
_GLUED = re.compile(r"\s*+\w{0,2}[\"'`]")
_TOKEN_LENGTH = 24
_TOKEN_DIGITS = 3
_TOKEN_ENTROPY = 3.5
_KNOWN_LENGTH = 4
_KEY_LENGTH = 20
_LONGEST_PATH_PIECE = 12
_FEWEST_DIGITS = 10**7
_SEPARATOR = "\n\0\n"
SHORTEST = 8
"""A shorter value is a setting or a word, not a secret, unless its name says otherwise."""

_PATH_START = re.compile(r"(?:\.{0,2}|~[\w-]*|[A-Za-z]:)[/\\]")
_ADDRESS = re.compile(
    r"(?:localhost|[a-z-]{1,63}(?:\.[a-z-]{1,63}){1,9}|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?"
)
_SINGLE_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NUMBER = re.compile(r"[-+]?[\d.,:]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z*]+(?:[.+-][a-z]+)*")


def mask_argv(argv: Sequence[str]) -> tuple[str, ...]:
    """Return `argv` with the values of secret-looking options, and anything like a key, masked.

    The number of words stays the same.
    """
    masked: list[str] = []
    before = ""
    for word in argv:
        if before in _HEADER_OPTIONS:
            masked.append(_mask_header(word))
        elif before in _LOGIN_OPTIONS and ":" in word and "://" not in word:
            masked.append(f"{word.partition(':')[0]}:{MASK}")
        elif before.startswith("-") and is_secret_name(before) and not word.startswith("--"):
            masked.append(MASK)
        else:
            masked.append(_mask_word(word))
        before = "" if "=" in word else word
    return tuple(masked)


def mask_url(url: str) -> str:
    """Return `url` without userinfo and fragment, its query values and key-like parts masked."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return f"{url.partition('://')[0]}://{MASK}"
    # A path may be the secret: hosted servers put their key there.
    shown = f"{parts.scheme}://{host}{_mask_pieces(parts.path)}"
    if not parts.query:
        return shown
    pairs = (pair.partition("=") for pair in parts.query.split("&"))
    return f"{shown}?" + "&".join(f"{name}={MASK}" if sign else MASK for name, sign, _ in pairs)


def mask_text(text: str, known: Iterable[str] = ()) -> str:
    """Return a server's text with `known` secrets, and anything shaped like one, masked."""
    text = _mask_short(mask_known(text, known), known)
    text = _URL.sub(lambda url: mask_url(url[0]), text)
    text = _BEARER.sub(rf"\g<scheme>\g<gap>{MASK}", text)
    return _mask_pieces(_ASSIGNED.sub(_mask_assigned, text))


def mask_known(text: str, known: Iterable[str]) -> str:
    """Return `text` with `known` secrets of 8 characters or more masked, in every usual spelling.

    >>> mask_known("Basic bWU6c3dvcmRmaXNo, %73wordfish", ["swordfish"])
    'Basic bWU***, ***'
    """
    long = tuple(secret for secret in known if len(secret) >= SHORTEST)
    return _replace_spans(text, find_secrets(text, long), 0, len(text)) if long else text


def mask_data(data: Any, known: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    """Return JSON data with `known` secrets of 8 characters or more masked, in keys and whole
    numbers too. Raises RecursionError.

    >>> mask_data({"a": ["use swordfish", 1]}, ["swordfish"])
    {'a': ['use ***', 1]}
    """
    long = tuple(secret for secret in known if len(secret) >= SHORTEST)
    if not long:
        return data
    # Joined, thousands of short texts are searched as fast as one long text.
    texts: list[str] = []
    _collect_texts(data, texts)
    whole = _SEPARATOR.join(texts)
    spans = find_secrets(whole, long)
    if not spans:
        return data
    masked: list[str] = []
    at = 0
    for text in texts:
        end = at + len(text)
        first = bisect_right(spans, at, key=itemgetter(1))
        last = bisect_left(spans, end, lo=first, key=itemgetter(0))
        masked.append(_replace_spans(whole, spans[first:last], at, end) if first < last else text)
        at = end + len(_SEPARATOR)
    return _rebuild(data, iter(masked))


def is_secret(name: str, value: str) -> bool:
    """Return whether the value of a setting or a header is a secret.

    >>> is_secret("API_KEY", "swordfish"), is_secret("MODE", "production")
    (True, False)
    """
    if is_secret_name(name):
        return len(value) >= _KNOWN_LENGTH and not _is_place(value) and value != "true"
    return len(value) >= SHORTEST and not is_setting(value)


def is_setting(value: str) -> bool:
    """Return whether a value is a word, a number, a path or an address, as settings are.

    >>> is_setting("/usr/lib/python3"), is_setting("localhost:8080"), is_setting("correct-horse")
    (True, True, False)
    """
    plain = (
        _SINGLE_WORD.fullmatch(value) or _NUMBER.fullmatch(value) or _MEDIA_TYPE.fullmatch(value)
    )
    return bool(plain) or _is_place(value)


def is_secret_name(name: str) -> bool:
    """Return whether a variable, a header or an option of this name holds a secret.

    >>> is_secret_name("GITHUB_TOKEN"), is_secret_name("LOG_LEVEL")
    (True, False)
    """
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = (one + two for one, two in pairwise(words))
    return any(_SECRET_WORD.fullmatch(word) for word in (*words, *pairs))


def is_plain(word: str) -> bool:
    """Return whether letters and digits never touch in a word, as in most names and paths.

    >>> is_plain("dist/index.js"), is_plain("mcp-server-time==2026.10"), is_plain("hunter2")
    (True, True, False)
    """
    return not _MIXED.search(word) and mask_text(word) == word


def mask_code(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines of code masked as text is, with each literal on a line that holds a secret word
    or continues such a line.

    >>> mask_code(['API_KEY: str = "correct horse"', "password = (", "    'battery',", ")"])[2:]
    ("    '***',", ')')
    """
    masked: list[str] = []
    goes_on = False
    for line in lines:
        hides = goes_on or is_secret_name(line)
        masked.append(_LITERAL.sub(rf"\g<quote>{MASK}\g<end>", line) if hides else line)
        goes_on = hides and bool(_OPEN_END.search(line) or (goes_on and _GLUED.match(line)))
    return tuple(mask_text("\n".join(masked)).split("\n"))


def keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each key of a known shape, except samples such as `sk-xxxx`."""
    if max(map(len, text.split()), default=0) >= _KEY_LENGTH:
        for found in _KNOWN_KEY.finditer(text):
            if len(found[0]) >= _KEY_LENGTH and _is_random(found[0]):
                yield found.span()


def _is_place(value: str) -> bool:
    """Return whether a value is a path, a host or a URL in which no part looks like a key."""
    if _ADDRESS.fullmatch(value):
        return True
    if "://" in value:
        return mask_url(value) == value and _mask_pieces(value) == value
    return bool(_PATH_START.match(value)) and all(
        len(piece) < _LONGEST_PATH_PIECE or (is_plain(piece) and not _is_key(piece))
        for piece in re.split(r"[/\\]", value)
    )


def _collect_texts(data: Any, texts: list[str]) -> None:  # noqa: ANN401 - JSON
    if isinstance(data, str):
        texts.append(data)
    elif isinstance(data, list):
        for one in data:
            _collect_texts(one, texts)
    elif isinstance(data, dict):
        for key, one in data.items():
            texts.append(key)
            _collect_texts(one, texts)
    elif _is_long_number(data):
        texts.append(str(data))


def _rebuild(data: Any, masked: Iterator[str]) -> Any:  # noqa: ANN401 - JSON
    """Return `data` with each text that `_collect_texts` found replaced by the next of `masked`."""
    if isinstance(data, str):
        return next(masked)
    if isinstance(data, list):
        return [_rebuild(one, masked) for one in data]
    if isinstance(data, dict):
        return {next(masked): _rebuild(one, masked) for one in data.values()}
    if _is_long_number(data):
        text = next(masked)
        return text if MASK in text else data
    return data


def _is_long_number(data: object) -> bool:
    return type(data) is int and abs(data) >= _FEWEST_DIGITS


def _replace_spans(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Return text[start:end] with a mask for each span; spans are sorted and do not overlap."""
    parts: list[str] = []
    at = start
    for begin, stop in spans:
        parts += [text[at : max(begin, at)], MASK]
        at = max(at, min(stop, end))
    return "".join((*parts, text[at:end]))


def _mask_short(text: str, known: Iterable[str]) -> str:
    """Return an error text with secrets of 4 to 7 characters masked where they are words."""
    short = [secret for secret in known if _KNOWN_LENGTH <= len(secret) < SHORTEST]
    if not short:
        return text
    words = "|".join(map(re.escape, sorted(short, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", MASK, text)


def _is_random(key: str) -> bool:
    body = key[_KNOWN_LENGTH:]
    return len(set(body)) > len(body) // 4 and any(map(str.isdigit, body))


def _mask_word(word: str) -> str:
    name, sign, value = word.partition("=")
    if sign and "://" not in name:
        if is_secret_name(name):
            return f"{name}={MASK}"
        return f"{name}={_mask_header(value) if name in _HEADER_OPTIONS else _mask_word(value)}"
    return mask_text(word)


def _mask_header(header: str) -> str:
    name, sign, _ = header.partition(":")
    return f"{name}: {MASK}" if sign else MASK


def _mask_assigned(found: re.Match[str]) -> str:
    if _IS_CODE.search(found["name"]) or not is_secret_name(found["name"]):
        return found[0]
    return f"{found['name']}{found['gap']}{MASK}"


def _mask_pieces(text: str) -> str:
    return _PIECE.sub(lambda piece: MASK if _is_key(piece[0]) else piece[0], text)


def _is_key(piece: str) -> bool:
    if _KNOWN_KEY.match(piece) or _ID.fullmatch(piece):
        return True
    digits = sum(char.isdigit() for char in piece)
    if len(piece) < _TOKEN_LENGTH or not _TOKEN_DIGITS <= digits < len(piece):
        return False
    counts = Counter(piece).values()
    entropy = -sum(n / len(piece) * math.log2(n / len(piece)) for n in counts)
    return entropy >= _TOKEN_ENTROPY or all(char in "0123456789abcdefABCDEF" for char in piece)
