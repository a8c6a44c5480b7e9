"""What a Python program calls: `read` a source, `grade` it, with a `Rubric`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from toolgrade.gates import baseline_file
from toolgrade.gates.ignores import Ignore, prove_names
from toolgrade.gates.pipeline import Baseline, Request, run
from toolgrade.gates.thresholds import parse_threshold
from toolgrade.inputs import read
from toolgrade.model import LEVELS, SEVERITIES, STRICTEST, Thresholds
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from toolgrade.model import Report, Server

_Choice = TypeVar("_Choice", bound=str)

__all__ = ["Rubric", "grade", "read"]


def grade(  # noqa: PLR0913 - an option of the command line is a parameter
    servers: Iterable[Server],
    rubric: Rubric | None = None,
    *,
    spec: str = STRICTEST,
    clients: Iterable[str] = (),
    profiles: Iterable[str] = (),
    tokens: bool = False,
    max_tokens: int | None = None,
    ignore: Mapping[str, str] | Iterable[Ignore] = (),
    select: Iterable[str] = (),
    baseline: str | Path | None = None,
    fail_under: Decimal | str | None = None,
    fail_on: str | None = None,
    fail_on_risk: str | None = None,
    allow_renames: bool = False,
) -> Report:
    """Return the report that `toolgrade grade` makes of these servers with the same options.

    `ignore` maps a check or dimension to the reason for ignoring it; an `Ignore` can name one tool.
    `fail_under` is a score or a tier, `fail_on` a level and `fail_on_risk` a severity, in any case.
    `Report.missed` has a line for each threshold that is missed. Nothing is written, and no
    configuration file is looked for. Raises InputError for an unknown name or an unusable baseline,
    and ValueError for any other wrong value.
    """
    rubric = rubric or Rubric.load()
    if isinstance(ignore, Mapping):
        ignores = tuple(Ignore(check, reason) for check, reason in ignore.items())
    else:
        ignores = tuple(ignore)
    chosen = tuple(select)
    prove_names((*(one.check for one in ignores), *chosen), rubric)
    known = baseline_file.read(Path(baseline), rubric.stamp) if baseline is not None else None
    # As on the command line: with a baseline, whatever is new or worse fails.
    least = "note" if known is not None and fail_on is None else fail_on
    under = None if fail_under is None else parse_threshold(str(fail_under), rubric)
    request = Request(
        spec=spec,
        clients=tuple(clients),
        profiles=tuple(profiles),
        tokens=tokens,
        max_tokens=max_tokens,
        ignores=ignores,
        select=chosen,
        baseline=None if known is None else Baseline(str(baseline), known),
        thresholds=Thresholds(_choose(least, LEVELS), under, _choose(fail_on_risk, SEVERITIES)),
        renames=allow_renames,
        fixes=True,
        replacements=True,
    )
    return run(servers, rubric, request).report


def _choose(given: str | None, choices: Sequence[_Choice]) -> _Choice | None:
    """Return the choice that was given, in whatever case. Raises ValueError."""
    if given is None:
        return None
    for choice in choices:
        if choice.lower() == given.lower():
            return choice
    raise ValueError(f"give one of {', '.join(choices)}, not {given[:40]!r}")
