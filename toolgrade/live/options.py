"""How a live server may be reached; apart from what reaches it, which takes long to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _ignore(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach a server. `timeout` is how many seconds a source may take.

    `notice` gets each line that a user should see while waiting. Without `launch`, nothing that a
    file lists is started or called. With `adopt`, for a program that is only toolgrade, orphans of
    a server become children of this process and are ended too.
    """

    timeout: float = 90
    headers: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    notice: Callable[[str], None] = _ignore
    launch: bool = False
    adopt: bool = False
