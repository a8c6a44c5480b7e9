"""Answers and their prices, added up: what a dimension's score is made of, before it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.checks.check import NOT_APPLICABLE
from toolgrade.grading.arithmetic import points
from toolgrade.model import Line
from toolgrade.view import NotKnown

if TYPE_CHECKING:
    from decimal import Decimal

    from toolgrade.model import Verdict
    from toolgrade.rubric.rules import DimensionRules, Question, Rung
    from toolgrade.view import ServerView, ToolView


class Sum(NamedTuple):
    """One dimension: the rung it starts from, a line for each question that applies, in order, with
    the verdict that it prices, and their total before caps and scale.
    """

    rules: DimensionRules
    rung: Rung
    lines: tuple[Line, ...]
    verdicts: tuple[Verdict, ...]
    total: Decimal


def ask(question: Question, view: ToolView | ServerView) -> Verdict:
    """Return a check's answer; it does not apply where the rubric's condition fails, where it
    rests on English words and the text is in another language, or on what is not known.
    """
    when = question.price.when
    try:
        if question.wordy and not view.legible:
            return NOT_APPLICABLE
        if when is not None and not when.holds(view):
            return NOT_APPLICABLE
        return question.ask(view)
    except NotKnown:
        return NOT_APPLICABLE


def add_up(rules: DimensionRules, view: ToolView | ServerView) -> Sum:
    """Ask a dimension's questions of a tool or a server and add up what the answers are worth."""
    rung = _select_rung(rules, view)
    lines: list[Line] = []
    verdicts: list[Verdict] = []
    total = rung.score
    for question in rules.questions:
        verdict = ask(question, view)
        share = verdict.share
        if share is not None:
            price = question.price
            answer = (share, *price.at(view)) if price.cases else share
            line = question.lines.get(answer) or _make_line(question, answer)
            lines.append(line)
            verdicts.append(verdict)
            total += line.points
    return Sum(rules, rung, tuple(lines), tuple(verdicts), total)


def _select_rung(rules: DimensionRules, view: ToolView | ServerView) -> Rung:
    """Return the first rung whose condition holds; where that depends on what is unknown, the
    highest rung that may hold, so that the unknown never lowers a score.
    """
    possible: list[Rung] = []
    for rung in rules.baseline:
        answer = True if rung.when is None else rung.when.answer(view)
        if answer is not False:
            possible.append(rung)
        if answer:
            break
    best = max(possible, key=lambda rung: rung.score)
    return (
        best
        if len(possible) == 1
        else replace(best, why=f"at best, because a part is unknown: {best.why}")
    )


def _make_line(question: Question, answer: Decimal | tuple[Decimal, Decimal, Decimal]) -> Line:
    price = question.price
    share, met, unmet = answer if isinstance(answer, tuple) else (answer, price.met, price.unmet)
    line = question.lines[answer] = Line(
        id=question.check.id,
        share=share,
        points=points(share, met, unmet),
        met=met,
        cap=price.cap,
        gate=price.gate,
        title=question.check.title,
        level=price.level,
        flag=price.flag,
    )
    return line
