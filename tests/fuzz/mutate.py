"""Changes data and bytes at random, as a broken or hostile file may be. One seed, one change."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 1e308, "", " ", "\x00", "\ud800", "../..", [], {}, [[]]),
    *({"$ref": "#"}, {"type": ["null", 1]}, ["a", None, {"b": []}], "A" * 5000, [0] * 300),
)
WORDS = (
    b"null",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\u0000",
    b"\n",
    b"\xff",
    b"(",
    b")",
    b"'''",
    b"//",
)
MOST_CHANGES = 4


def mutate_json(data: Any, random: Random) -> Any:
    """Return a copy of JSON data with a few values or keys replaced, removed, copied or nested."""
    data = json.loads(json.dumps(data))
    for _ in range(random.randint(1, MOST_CHANGES)):
        holder, key = _pick(data, random)
        if holder is None:
            return deepcopy(random.choice(ODD))
        change = random.randrange(5)
        if change == 0:
            # A copy: a later change may be inside of it.
            holder[key] = deepcopy(random.choice(ODD))
        elif change == 1:
            del holder[key]
        elif change == 2:
            holder[key] = [holder[key]]
        elif change == 3:
            holder[key] = {"properties": {"x": holder[key]}, "items": holder[key]}
        elif isinstance(holder, dict):
            holder[str(random.choice(ODD))[:50]] = holder.pop(key)
        else:
            holder.append(holder[key])
    return data


def mutate_bytes(content: bytes, random: Random) -> bytes:
    """Return bytes with a few pieces cut, copied, replaced or inserted."""
    changed = bytearray(content)
    for _ in range(random.randint(1, MOST_CHANGES)):
        at = random.randrange(len(changed) + 1)
        length = random.choice((1, 2, 8, 64, 512))
        change = random.randrange(4)
        if change == 0:
            del changed[at : at + length]
        elif change == 1:
            changed[at:at] = changed[at : at + length] * random.choice((1, 2, 50))
        elif change == 2:
            changed[at:at] = random.choice(WORDS) * random.choice((1, 1, 200))
        else:
            changed[at : at + 1] = bytes([random.randrange(256)])
    return bytes(changed)


def _pick(data: Any, random: Random) -> tuple[Any, Any]:
    """Return a container inside of the data and one of its keys; None if there is none."""
    places = []
    work = [data]
    while work:
        value = work.pop()
        keys = value.keys() if isinstance(value, dict) else range(len(value))
        for key in [*keys]:
            places.append((value, key))
            if isinstance(value[key], dict | list):
                work.append(value[key])
    return random.choice(places) if places else (None, None)
