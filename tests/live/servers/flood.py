"""A hundred megabytes where an answer should be."""

import sys

from stdio import Message, serve


def listed(_: Message) -> None:
    for _ in range(100):
        sys.stdout.write("x" * 1_000_000)
    sys.stdout.flush()


serve(listed)
