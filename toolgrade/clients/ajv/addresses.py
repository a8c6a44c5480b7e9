"""Joins the addresses of schemas as ajv does (RFC 3986)."""

from __future__ import annotations

import re
from urllib.parse import quote

_PARTS = re.compile(r"(?:([^#/:?]+):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_END = re.compile(r"#/?\Z")
_KEPT = "%/:?#[]@!$&'()*+,;=~"
_FALSE = (None, "", 0, False)
"""What JavaScript takes for false."""
MOST_READ = 2_000
"""Characters of an address that are read."""


class UnresolvedError(Exception):
    """Why ajv cannot use an address, as advice."""


def normalize(address: object) -> str:
    """Return an address without an empty fragment. Raises UnresolvedError if it is not a text."""
    if address in _FALSE and not isinstance(address, dict | list):
        return ""
    if not isinstance(address, str):
        raise UnresolvedError("make $id and $ref texts")
    return _END.sub("", address[:MOST_READ])


def join(base: str, address: str) -> str:
    """Return where `address` leads from `base`. Raises UnresolvedError for one that is malformed.

    >>> join("https://e.example/a/b", "../c#d"), join("", "#/$defs/a")
    ('https://e.example/c#d', '#/$defs/a')
    """
    for one in (base, address):
        if _BAD_PERCENT.search(one):
            raise UnresolvedError("write %25 for a percent sign in $id and $ref")
    there, here = _split(address), _split(base)
    scheme, authority, path, query, fragment = there
    if not scheme:
        scheme = here[0]
        if not there[1]:
            authority = here[1]
            if path:
                path = _merge(here, path)
            else:
                path, query = here[2], query or here[3]
    head = f"{scheme.lower()}:" if scheme else ""
    host = f"//{authority.lower()}" if authority or address.startswith("//") else ""
    return quote(f"{head}{host}{_remove_dots(path)}{query}{fragment}", safe=_KEPT)


def _split(address: str) -> tuple[str, str, str, str, str]:
    found = _PARTS.fullmatch(address)
    groups = found.groups() if found else ("", "", address, "", "")
    scheme, authority, path, query, fragment = (group or "" for group in groups)
    if scheme and not _SCHEME.fullmatch(scheme):
        raise UnresolvedError("write an address, or a name without a colon, as $id and $ref")
    return scheme, authority, path, query, fragment


def _merge(base: tuple[str, ...], path: str) -> str:
    if path.startswith("/"):
        return path
    if base[1] and not base[2]:
        return f"/{path}"
    return base[2][: base[2].rfind("/") + 1] + path


def _remove_dots(path: str) -> str:
    if "." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if kept and kept[-1] not in {"", ".."}:
                kept.pop()
            elif not path.startswith("/"):
                kept.append(part)
        elif part != ".":
            kept.append(part)
    if parts[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
