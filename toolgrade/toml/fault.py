"""An error in a TOML file: its key, what is wrong there, and what was probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.toml.located import Key


class Fault(NamedTuple):
    """What is wrong with the value at `key`; `word` is on its line, if it has several."""

    key: Key
    message: str
    word: str = ""


def meant(name: object, known: Iterable[str]) -> str:
    """Return what was probably meant, "" if nothing is near."""
    near = difflib.get_close_matches(str(name)[:80], list(known), 1, 0.5)
    return f"; did you mean '{near[0]}'?" if near else ""
