"""The time that is left to judge what was read of a source."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

_LEAST_SHARE = 0.1


@dataclass(slots=True)
class Budget:
    """The seconds that are left to judge a source; its servers share them."""

    left: float = math.inf

    @classmethod
    def from_timeout(cls, seconds: float, begun: float) -> Budget:
        """Return what is left of `seconds` since `begun`, but at least a tenth of them.

        Without that share, a server that never answers would keep the others in its file from
        being judged.
        """
        return cls(max(begun + seconds - time.monotonic(), seconds * _LEAST_SHARE))
