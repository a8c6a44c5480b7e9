"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 80
_LEAST_ALIKE = 0.5


def find_nearest(word: object, known: Iterable[str], least: float = _LEAST_ALIKE) -> str:
    """Return the known name that is most like a word, in any case; "" if none is `least` alike.

    >>> find_nearest("Trminal", ["json", "terminal"])
    'terminal'
    """
    import difflib  # noqa: PLC0415 - start-up time

    by_lowercase = {name.lower(): name for name in sorted(known)}
    near = difflib.get_close_matches(str(word)[:_LONGEST].lower(), list(by_lowercase), 1, least)
    return by_lowercase[near[0]] if near else ""


def ask_if_meant(name: str) -> str:
    """Return the question whether a name was meant."""
    return f"did you mean '{name}'?"


def suggest(word: object, known: Iterable[str], otherwise: str = "") -> str:
    """Return the end of an error message about an unknown word: the nearest known name, or what
    to say `otherwise`.

    >>> suggest("jsn", ["json"]), suggest("x", ["json"]), suggest("x", ["json"], "known: json")
    ("; did you mean 'json'?", '', '; known: json')
    """
    if nearest := find_nearest(word, known):
        return f"; {ask_if_meant(nearest)}"
    return f"; {otherwise}" if otherwise else ""
