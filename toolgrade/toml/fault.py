"""An error in a TOML file: its key, and what is wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from toolgrade.toml.located import Key


class Fault(NamedTuple):
    """What is wrong with the value at `key`; `word` is on its line, if it has several."""

    key: Key
    message: str
    word: str = ""
