"""A check: a public function that asks one question about a view and answers with a verdict.

Its module and name make its id, its docstring is its page, and its keyword-only parameters are its
options. `collect` finds the checks of a module; importing a check registers nothing.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolgrade.model import Quote, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from toolgrade.model import Pointer

NOT_APPLICABLE = Verdict(None)
_ONE, _ZERO = Decimal(1), Decimal(0)
_MET = Verdict(_ONE)
_MOST_QUOTES = 3
_THOUSANDTH = Decimal("0.001")


def met(*quotes: Quote) -> Verdict:
    """Answer yes, with the words that prove it (at most three are kept)."""
    return Verdict(_ONE, quotes[:_MOST_QUOTES]) if quotes else _MET


def unmet(note: str, *quotes: Quote, at: Pointer | None = None) -> Verdict:
    """Answer no: what to do, with the words at fault, or else the place to change."""
    return Verdict(_ZERO, quotes[:_MOST_QUOTES], note, at) if quotes else _unmet(note, at)


@lru_cache(4096)
def _unmet(note: str, at: Pointer | None) -> Verdict:
    return Verdict(_ZERO, (), note, at)


def faulty(found: Sequence[tuple[Pointer, str]]) -> Verdict:
    """Answer no if anything was `found`: the first place, what to do, and how many more there are."""
    if not found:
        return _MET
    (at, note), more = found[0], len(found) - 1
    return Verdict(_ZERO, (), f"{note} (and {more} more like it)" if more else note, at)


def partly(count: float, of: float, note: str, *quotes: Quote) -> Verdict:
    """Answer by degrees: `count` of `of`, kept between 0 and 1, in thousandths."""
    if count >= of:
        return Verdict(_ONE, quotes[:_MOST_QUOTES])
    if count <= 0:
        return Verdict(_ZERO, quotes[:_MOST_QUOTES], note)
    return Verdict(_share(count, of), quotes[:_MOST_QUOTES], note)


@lru_cache(4096)
def _share(count: float, of: float) -> Decimal:
    return (Decimal(str(count)) / Decimal(str(of))).quantize(_THOUSANDTH)


@dataclass(frozen=True, slots=True)
class Check:
    """A question about each tool (`of_tool`), about the server (`of_server`), or both.

    `options` maps each option to its default, None if a rubric must give one. `words` names the
    options that take a word list, `searched` those among them that texts are searched for. `page`
    is the docstring.
    """

    id: str
    title: str
    page: str
    ask: Callable[..., Verdict]
    options: dict[str, Any]
    words: frozenset[str]
    searched: frozenset[str]
    of_tool: bool = True
    of_server: bool = False


def collect(module: ModuleType) -> tuple[Check, ...]:
    """Return the checks of a module, in the order they are written there."""
    dimension = module.__name__.rpartition(".")[2]
    own = [
        function
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    ]
    return tuple(_check(dimension, function) for function in own)


def _check(dimension: str, function: Callable[..., Verdict]) -> Check:
    page = inspect.getdoc(function) or ""
    parameters = tuple(inspect.signature(function).parameters.values())
    options = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    return Check(
        id=f"{dimension}.{function.__name__.replace('_', '-')}",
        title=page.partition("\n")[0].rstrip("."),
        page=page,
        ask=function,
        options={p.name: None if p.default is p.empty else p.default for p in options},
        words=frozenset(p.name for p in options if p.annotation in {"Lexicon", "WordList"}),
        searched=frozenset(p.name for p in options if p.annotation == "Lexicon"),
        of_tool="ToolView" in parameters[0].annotation,
        of_server="ServerView" in parameters[0].annotation,
    )
