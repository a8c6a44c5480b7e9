"""Operations on texts and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import regexes
from toolgrade.source.javascript.budget import TOO_LARGE, Budget
from toolgrade.source.javascript.combine import limit_size
from toolgrade.source.javascript.values import (
    RUN_TIME,
    Absent,
    Array,
    Class,
    Function,
    Instance,
    Keyed,
    Object,
    Pattern,
    Value,
    Zod,
)
from toolgrade.source.nodes import (
    MAX_ITEMS,
    MAX_TEXT,
    Run,
    Scalar,
    Spot,
    Text,
    Unknown,
    concatenate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_STEP = 2_000
"""Characters, squared, of a searched text that count as one step."""

_SPACE = " \t\n\r\v\f\u00a0\ufeff\u2028\u2029"


def convert_to_text(value: Value, budget: Budget) -> Text | None:
    """Return how a value reads in a template literal; None where that is unknown."""
    match value:
        case Text():
            return value
        case Scalar(scalar, at) if isinstance(scalar, bool) or scalar is None:
            return make_text({True: "true", False: "false", None: "null"}[scalar], at)
        case Scalar(scalar, at) if isinstance(scalar, int) and abs(scalar) < 10**21:
            return make_text(str(scalar), at)
        case Scalar(scalar, at) if isinstance(scalar, float) and 1e-6 < abs(scalar) < 1e21:  # noqa: PLR2004 - exponents
            return make_text(repr(scalar), at)
        case Array(items, at):
            return _join_items(items, at, budget)
    return None


def make_text(text: str, at: Spot) -> Text:
    """Return a text that is not in the source, as made at a place."""
    return Text(text, at, (Run(None, 0, len(text)),) if text else ())


def _join_items(items: tuple[Any, ...], at: Spot, budget: Budget) -> Text | None:
    """Return how a list reads in a template literal."""
    with budget.nest() as is_shallow:
        if not is_shallow or not budget.spend(1 + len(items)):
            return None
        parts = [convert_to_text(item, budget) for item in items]
    if not all(parts):
        return None
    joined = limit_size(join_texts([p for p in parts if p], ",", at), budget)
    return joined if isinstance(joined, Text) else None


def join_texts(parts: list[Text], mark: str, at: Spot) -> Text | Unknown:
    """Return texts with a mark between them; unknown if that is too long."""
    between = make_text(mark, at)
    return concatenate([one for part in parts for one in (between, part)][1:], at)


def arithmetic(operator: str, left: Value, right: Value, at: Spot) -> Value:
    """Return what an operator makes of two numbers."""
    if not (isinstance(left, Scalar) and isinstance(right, Scalar)):
        return next((v for v in (left, right) if isinstance(v, Unknown)), Unknown(RUN_TIME, at))
    a, b = left.value, right.value
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return Unknown(RUN_TIME, at)
    number: Any = None
    if operator in {">", "<", ">=", "<="}:
        return Scalar({">": a > b, "<": a < b, ">=": a >= b, "<=": a <= b}[operator], at)
    if operator in {"+", "-", "*"}:
        number = {"+": a + b, "-": a - b, "*": a * b}[operator]
    elif operator == "/" and b:
        number = a / b
    elif operator == "**" and abs(a) <= 2**20 and 0 <= b <= 64:  # noqa: PLR2004 - a size, not a sum
        number = a**b
    if number is None or abs(number) >= 2**53:
        return Unknown(RUN_TIME, at)
    return Scalar(int(number) if float(number).is_integer() else number, at)


def evaluate_typeof(value: Value) -> str | None:
    """Return what typeof says of a value; None if that cannot be known."""
    match value:
        case Text():
            return "string"
        case Scalar(scalar) if isinstance(scalar, bool):
            return "boolean"
        case Scalar(scalar) if scalar is not None:
            return "number"
        case Absent():
            return "undefined"
        case Function() | Class():
            return "function"
        case Object() | Array() | Keyed() | Zod() | Instance() | Scalar():
            return "object"
    return None


def add_values(values: list[Value], at: Spot, budget: Budget) -> Value:
    """Return what + makes of values, from the left."""
    total = values[0]
    texts: list[Text] = []
    for value in values[1:]:
        if texts or isinstance(total, Text) or isinstance(value, Text):
            first = None if texts else convert_to_text(total, budget)
            second = convert_to_text(value, budget)
            if second is None or not (texts or first):
                bad = value if second is None else total
                return bad if isinstance(bad, Unknown) else Unknown(RUN_TIME, at)
            texts += [first, second] if first else [second]
        else:
            total = arithmetic("+", total, value, at)
    return concatenate(texts, texts[0].at) if texts else total


def match_pattern(of: Text, pattern: Pattern, at: Spot, budget: Budget) -> Value:
    """Return whether a text holds what a pattern describes."""
    found = regexes.translate_pattern(pattern)
    if found is None or not _may_search(of, budget):
        return Unknown(RUN_TIME, at)
    return Scalar(bool(found.search(of.value)), at)


def _may_search(of: Text, budget: Budget) -> bool:
    """Return whether a text may be searched: for some patterns, that takes its length squared."""
    length = len(of.value)
    return length <= regexes.MAX_LENGTH and budget.spend(length * (length + len(of.runs)) // _STEP)


def _replace_matches(of: Text, pattern: Pattern, new: Text, at: Spot, budget: Budget) -> Value:
    """Return a text with what a pattern describes replaced."""
    found = regexes.translate_pattern(pattern)
    if found is None or "$" in new.value or not _may_search(of, budget):
        return Unknown(RUN_TIME, at)
    pieces: list[Text] = []
    end = 0
    for match in found.finditer(of.value):
        pieces += [of.cut(end, match.start()), new]
        end = match.end()
        if "g" not in pattern.flags:
            break
    return concatenate([*pieces, of.cut(end, len(of.value))], at)


def call_text_method(of: Text, name: str, given: list[Value], at: Spot, budget: Budget) -> Value:
    """Return what a method of a text returns."""
    value = of.value
    if given and isinstance(given[0], Pattern) and name in {"replace", "replaceAll"}:
        new = given[1] if len(given) > 1 else None
        if not isinstance(new, Text):
            return Unknown(RUN_TIME, at)
        return _replace_matches(of, given[0], new, at, budget)
    words = [one.value for one in given if isinstance(one, Text)]
    if len(words) != len(given) and name not in {"slice", "substring", "repeat", "replace"}:
        return Unknown(RUN_TIME, at)
    match name:
        case "trim" | "trimStart" | "trimEnd" | "trimLeft" | "trimRight":
            front = (
                0 if name in {"trimEnd", "trimRight"} else len(value) - len(value.lstrip(_SPACE))
            )
            back = len(value) if name in {"trimStart", "trimLeft"} else len(value.rstrip(_SPACE))
            return of.cut(front, max(front, back))
        case "toString" | "valueOf" | "normalize" if not given:
            return of
        case "toLowerCase" | "toUpperCase" if not given:
            made = value.lower() if name == "toLowerCase" else value.upper()
            return Text(made, of.at, of.runs) if len(made) == len(value) else make_text(made, of.at)
        case "concat":
            return concatenate([of, *(one for one in given if isinstance(one, Text))], at)
        case "startsWith" | "endsWith" | "includes" if len(words) == 1:
            tests: dict[str, Callable[[str], bool]] = {
                "startsWith": value.startswith,
                "endsWith": value.endswith,
                "includes": value.__contains__,
            }
            return Scalar(tests[name](words[0]), at)
        case "split" if len(words) == 1 and words[0]:
            pieces = _split(of, words[0], budget)
            return Array(tuple(pieces), at) if pieces else Unknown(TOO_LARGE, at)
        case "replace" | "replaceAll" if len(words) == 2 and words[0] and "$" not in words[1]:  # noqa: PLR2004
            pieces = _split(of, words[0], budget, 1 if name == "replace" else -1)
            if not pieces:
                return Unknown(TOO_LARGE, at)
            new = next(one for one in given[1:] if isinstance(one, Text))
            return concatenate([p for piece in pieces for p in (new, piece)][1:], at)
        case "slice" | "substring" if (ends := whole_numbers(given)) is not None:
            if name == "slice" or all(end >= 0 for end in ends):
                start, end, _ = slice(*bounds(ends)).indices(len(value))
                return of.cut(start, max(start, end))
        case "repeat" if len(given) == 1 and isinstance(given[0], Scalar):
            times = given[0].value
            if isinstance(times, int) and 0 <= times * len(value) <= MAX_TEXT:
                return concatenate([of] * times, at)
    return Unknown(RUN_TIME, at)


def whole_numbers(given: list[Value]) -> list[int] | None:
    """Return values that are all whole numbers; None if any is not."""
    found = [one.value for one in given if isinstance(one, Scalar)]
    whole = [n for n in found if isinstance(n, int)]
    return whole if len(whole) == len(given) else None


def bounds(ends: list[int]) -> tuple[int | None, int | None]:
    """Return from where to where a slice goes."""
    return (ends[0] if ends else 0, ends[1] if len(ends) > 1 else None)


def _split(of: Text, mark: str, budget: Budget, most: int = -1) -> list[Text]:
    """Return the pieces of a text; none if they are too many."""
    count = of.value.count(mark) + 1 if most < 0 else most + 1
    if count > MAX_ITEMS or not budget.spend(count * len(of.runs)):
        return []
    found: list[Text] = []
    at = 0
    for piece in of.value.split(mark, most):
        found.append(of.cut(at, at + len(piece)))
        at += len(piece) + len(mark)
    return found
