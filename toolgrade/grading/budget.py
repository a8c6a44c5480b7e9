"""The time that is left to judge what was read of a source, for all passes together."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_SHARE = 0.1


@dataclass(slots=True)
class Budget:
    """The seconds that are left to judge a source; its servers share them. `is_overdrawn` says that
    something was left out for that.
    """

    left: float = math.inf
    is_overdrawn: bool = False

    @classmethod
    def from_timeout(cls, seconds: float, begun: float) -> Budget:
        """Return what is left of `seconds` since `begun`, but at least a tenth of them.

        Without that share, a server that never answers would keep the others in its file from
        being judged.
        """
        return cls(max(begun + seconds - time.monotonic(), seconds * _LEAST_SHARE))


class Watch:
    """Takes the time of passes over servers, each of which spends its own budget."""

    def __init__(self, budgets: Sequence[Budget]) -> None:
        self._budgets = budgets
        self._running: Budget | None = None
        self._since = 0.0

    def is_late(self, server: int) -> bool:
        """Return whether the time for a server, by index, is over; it runs from now on."""
        self.stop()
        self._running = self._budgets[server]
        if self._running.left > 0:
            return False
        self._running.is_overdrawn = True
        return True

    def stop(self) -> None:
        """Let no time run until the next call of `is_late`."""
        now = time.monotonic()
        if self._running:
            self._running.left -= now - self._since
        self._running, self._since = None, now
