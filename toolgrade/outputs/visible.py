r"""Hostile text made harmless to show: what would act or hide becomes a token that can be read.

A description may carry ANSI escapes (which move a terminal's cursor), bidi controls (which reorder
what is read), zero-width or tag characters (which hide words from people and not from models) and
lone surrogates (which no file can hold). None is dropped: a reader should see that they are there.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from toolgrade.wording.counts import inflect

# Half of a Windows line end hides nothing; alone, it moves the cursor back over what was read.
_CARRIAGE_RETURNS = re.compile(r"\r(?=\n)")
_ACTS_OR_HIDES = re.compile(
    r"(?P<tags>[\U000e0020-\U000e007e]+)"
    # An emoji's own joiner and variation selector are part of a picture people do see.
    r"|(?<=[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff#*0-9])(?P<emoji>\ufe0f(?:\u20e3)?)"
    r"|(?<=[\ufe0f\u2600-\u27bf\U0001f300-\U0001faff])"
    r"(?P<joined>\u200d(?=[\u2190-\u27bf\u2b50\U0001f300-\U0001faff]))"
    r"|(?P<hidden>["
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\ud800-\udfff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff])(?P=hidden)*"
)
_ASCII_TAG = 0xE0000
# Names, not the "control pictures" of Unicode: common fonts lack those, and show a box instead.
_NAMES = (  # noqa: SIM905 - 32 names, in the standard's two rows
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
).split()
_ON_ONE_LINE = {"\n": "↵", "\t": "⇥"}


def visible(text: str, *, lines: bool = True) -> str:
    r"""Return `text` with every character that acts or hides replaced by a token.

    A C0 control becomes its name ("⟨ESC⟩"), another its number ("⟨U+202E⟩"), a run of one character
    is counted ("⟨40 U+200B⟩") and tag characters are spelled out ("⟨tags: …⟩"). With `lines`,
    newlines and tabs stay; without, they become "↵" and "⇥". The result encodes as UTF-8.
    """
    if text.isascii() and text.isprintable():  # most are, and this is quick to ask
        return text
    text = _CARRIAGE_RETURNS.sub("", text)
    return _ACTS_OR_HIDES.sub(lambda found: _make_token(found, lines=lines), text)


def encode_path(path: str) -> str:
    r"""Return a path with every character that acts or hides percent-encoded.

    >>> encode_path("a\nb ü.json")
    'a%0Ab ü.json'
    """
    return _ACTS_OR_HIDES.sub(
        lambda found: (
            quote(encode_name(found[0])) if found["tags"] or found["hidden"] else found[0]
        ),
        path,
    )


def encode_name(path: str) -> bytes:
    """Return the bytes of a file's name, whatever its characters."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _make_token(found: re.Match[str], *, lines: bool) -> str:
    if found["tags"]:
        spelled = "".join(chr(ord(character) - _ASCII_TAG) for character in found["tags"])
        return f"⟨tags: {spelled}⟩"
    if not found["hidden"]:
        return found[0]
    character, times = found["hidden"], len(found[0])
    if character in _ON_ONE_LINE:
        return found[0] if lines else _ON_ONE_LINE[character] * times
    code = ord(character)
    name = _NAMES[code] if code < len(_NAMES) else f"U+{code:04X}"
    return f"⟨{inflect(times, name, f'{times} {name}')}⟩"
