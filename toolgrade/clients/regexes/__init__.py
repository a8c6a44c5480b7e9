"""Reads a `pattern` without running it: whether an engine can compile it, and what it uses.

A pattern is a stranger's text, so nothing here matches with it. One pass over its characters says
what is wrong under the rules of an engine: JavaScript's with the flag `u` (as ajv compiles, in Node
20 and 22), Python's `re`, or Rust's `regex` (which pydantic uses).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from toolgrade.clients.regexes.escapes import Engine, FaultError
from toolgrade.clients.regexes.reader import Reader, VerboseError

__all__ = ("MOST_READ", "Engine", "Shape", "read_pattern")

MOST_READ = 10_000
"""Characters of a pattern that are read; a longer one counts as valid, and as without features."""


class Shape(NamedTuple):
    """What a pattern is to an engine: `fault` says why it does not compile ("" if it does), and
    `features` what it uses, as far as it was read.
    """

    fault: str
    features: frozenset[str]


@lru_cache(maxsize=4096)
def read_pattern(pattern: str, engine: Engine) -> Shape:
    """Return what `pattern` is to `engine`."""
    if len(pattern) > MOST_READ:
        return Shape("", frozenset())
    reader = Reader(pattern, engine)
    fault = ""
    try:
        reader.read()
    except FaultError as error:
        fault = str(error)
    except VerboseError:
        pass
    return Shape(fault, frozenset(reader.features))
