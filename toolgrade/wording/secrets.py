"""What may be shown of a command, a URL or a server's words: everything but the secrets.

Masking errs towards hiding: a masked word costs a reader little, a shown key costs its owner much.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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


def mask_argv(argv: Sequence[str]) -> tuple[str, ...]:
    """Return `argv` with the values of secret-looking options and whatever looks like a key masked.

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
    """Return a server's words with `known` secrets, and whatever looks like one, masked."""
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= _KNOWN_LENGTH:
            text = text.replace(secret, MASK)
    text = _URL.sub(lambda url: mask_url(url[0]), text)
    text = _BEARER.sub(rf"\g<scheme>\g<gap>{MASK}", text)
    return _mask_pieces(_ASSIGNED.sub(_mask_assigned, text))


def mask_data(data: Any, known: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    """Return JSON data with `known` secrets masked, in keys too. Raises RecursionError.

    >>> mask_data({"a": ["use swordfish", 1]}, ["swordfish"])
    {'a': ['use ***', 1]}
    """
    if not known:
        return data
    if isinstance(data, str):
        for secret in known:
            data = data.replace(secret, MASK)
        return data
    if isinstance(data, list):
        return [mask_data(one, known) for one in data]
    if isinstance(data, dict):
        return {mask_data(key, known): mask_data(one, known) for key, one in data.items()}
    return data


def is_secret_name(name: str) -> bool:
    """Whether a variable or an option of this name holds a secret.

    >>> is_secret_name("GITHUB_TOKEN"), is_secret_name("LOG_LEVEL")
    (True, False)
    """
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = (one + two for one, two in pairwise(words))
    return any(_SECRET_WORD.fullmatch(word) for word in (*words, *pairs))


def is_plain(word: str) -> bool:
    """Whether a word is of letters or of digits alone between signs, as names and paths mostly are.

    >>> is_plain("dist/index.js"), is_plain("mcp-server-time==2026.10"), is_plain("hunter2")
    (True, True, False)
    """
    return not _MIXED.search(word) and mask_text(word) == word


def mask_code(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines of code masked as text is, and each literal on a line that holds a secret word,
    or follows where such a line leaves off.

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
    """Yield the start and end of each key of a known shape; a sample such as `sk-xxxx` is none."""
    if max(map(len, text.split()), default=0) >= _KEY_LENGTH:
        for found in _KNOWN_KEY.finditer(text):
            if len(found[0]) >= _KEY_LENGTH and _is_random(found[0]):
                yield found.span()


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
