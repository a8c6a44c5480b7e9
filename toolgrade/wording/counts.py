"""Counts in messages: a number with its noun, and a list whose rest is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def inflect(number: int, one: str, several: str) -> str:
    """Return the form of a word that agrees with a number.

    >>> inflect(1, "is", "are")
    'is'
    """
    return one if number == 1 else several


def pluralize(noun: str) -> str:
    """Return the plural of a noun, by the regular rules.

    >>> pluralize("tool"), pluralize("fix"), pluralize("entry")
    ('tools', 'fixes', 'entries')
    """
    if noun.endswith(("ch", "s", "sh", "x")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> format_count(1, "tool"), format_count(1204, "more entry")
    ('1 tool', '1,204 more entries')
    """
    return f"{number:,} {inflect(number, noun, pluralize(noun))}"


def format_more(total: int, shown: int) -> str:
    """Return how many follow the ones shown, as the end of a list; "" for none.

    >>> format_more(5, 3), format_more(3, 3)
    (' and 2 more', '')
    """
    return f" and {total - shown:,} more" if total > shown else ""


def join_first(words: Sequence[str], most: int) -> str:
    """Return the first `most` words of a list, and how many follow.

    >>> join_first(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    return ", ".join(words[:most]) + format_more(len(words), most)


def format_rest(total: int, shown: int, noun: str, where: str) -> str:
    """Return a line for the rest of a list that is cut: how many, and where they are; "" for none.

    >>> format_rest(25, 20, "tool", "in -o json")
    '5 more tools in -o json'
    """
    return f"{format_count(total - shown, f'more {noun}')} {where}" if total > shown else ""
