"""The language's own functions and methods, as far as they only cut, glue and rearrange."""

from __future__ import annotations

import json as standard
import re
from typing import TYPE_CHECKING, Any

from toolgrade.inputs.code.javascript import calls, members, patterns, zod
from toolgrade.inputs.code.javascript.values import (
    REST,
    Absent,
    Class,
    Foreign,
    Function,
    Instance,
    Keyed,
    Namespace,
    Pattern,
    Perhaps,
    Value,
    Zod,
    json,
    truth,
)
from toolgrade.inputs.code.nodes import (
    MAX_TEXT,
    Items,
    Run,
    Scalar,
    Table,
    Text,
    Unknown,
    glued,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolgrade.inputs.code.javascript.evaluate import Evaluator
    from toolgrade.inputs.code.nodes import Spot

_SPACE = " \t\n\r\v\f\u00a0\ufeff\u2028\u2029"
_RUN_TIME = "it is made when the server runs"
_CHANGING = frozenset(
    {"add", "clear", "delete", "fill", "pop", "push", "reverse", "set", "shift", "sort", "splice"}
    | {"unshift"}
)


def text_of(value: Value) -> Text | None:
    """Return how a value reads in a template literal; None where that cannot be told."""
    match value:
        case Text():
            return value
        case Scalar(scalar, at) if isinstance(scalar, bool) or scalar is None:
            return _made({True: "true", False: "false", None: "null"}[scalar], at)
        case Scalar(scalar, at) if isinstance(scalar, int) and abs(scalar) < 10**21:
            return _made(str(scalar), at)
        case Scalar(scalar, at) if isinstance(scalar, float) and 1e-6 < abs(scalar) < 1e21:  # noqa: PLR2004 - exponents
            return _made(repr(scalar), at)
        case Items(items, at):
            parts = [text_of(item) for item in items]
            return _join([p for p in parts if p], ",", at) if all(parts) else None
    return None


def _made(text: str, at: Spot) -> Text:
    return Text(text, at, (Run(None, 0, len(text)),) if text else ())


def _join(parts: list[Text], mark: str, at: Spot) -> Text | None:
    between = _made(mark, at)
    spaced = [one for part in parts for one in (between, part)][1:]
    found = glued(spaced, at)
    return found if isinstance(found, Text) else None


def arithmetic(operator: str, left: Value, right: Value, at: Spot) -> Value:
    """Return what an operator makes of two numbers."""
    if not (isinstance(left, Scalar) and isinstance(right, Scalar)):
        return next((v for v in (left, right) if isinstance(v, Unknown)), Unknown(_RUN_TIME, at))
    a, b = left.value, right.value
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return Unknown(_RUN_TIME, at)
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
        return Unknown(_RUN_TIME, at)
    return Scalar(int(number) if float(number).is_integer() else number, at)


def kind_of(value: Value) -> str | None:
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
        case Table() | Items() | Keyed() | Zod() | Instance() | Scalar():
            return "object"
    return None


def added(values: list[Value], at: Spot) -> Value:
    """Return what + makes of values, from the left."""
    total = values[0]
    texts: list[Text] = []
    for value in values[1:]:
        if texts or isinstance(total, Text) or isinstance(value, Text):
            first, second = (None if texts else text_of(total)), text_of(value)
            if second is None or not (texts or first):
                bad = value if second is None else total
                return bad if isinstance(bad, Unknown) else Unknown(_RUN_TIME, at)
            texts += [first, second] if first else [second]
        else:
            total = arithmetic("+", total, value, at)
    return glued(texts, texts[0].at) if texts else total


def method(ev: Evaluator, of: Value, name: str, given: list[Value], at: Spot) -> Value | None:
    """Return what a method of a text, list or global returns; None if it is none of these."""
    if ev.running and isinstance(of, Items | Keyed) and name in _CHANGING:
        return _changing(ev, of, name, given, at)
    if any(isinstance(one, Perhaps) for one in given) and not isinstance(of, Foreign):
        return Unknown(_RUN_TIME, at)
    if isinstance(of, Text):
        return _of_text(of, name, given, at)
    if isinstance(of, Items):
        return _of_items(ev, of, name, given, at)
    if isinstance(of, Keyed):
        return _of_map(ev, of, name, given, at)
    if isinstance(of, Pattern):
        known = name == "test" and len(given) == 1 and isinstance(given[0], Text)
        return _matched(given[0], of, at) if known else Unknown(_RUN_TIME, at)  # type: ignore[arg-type]
    if isinstance(of, Scalar):
        return text_of(of) if name == "toString" and not given else Unknown(_RUN_TIME, at)
    return None


def _matched(of: Text, pattern: Pattern, at: Spot) -> Value:
    """Return whether a text holds what a pattern describes."""
    found = patterns.python(pattern)
    if found is None or len(of.value) > patterns.MAX_LENGTH:
        return Unknown(_RUN_TIME, at)
    return Scalar(bool(found.search(of.value)), at)


def _replaced(of: Text, pattern: Pattern, new: Text, at: Spot) -> Value:
    """Return a text with what a pattern describes replaced."""
    found = patterns.python(pattern)
    if found is None or len(of.value) > patterns.MAX_LENGTH or "$" in new.value:
        return Unknown(_RUN_TIME, at)
    pieces: list[Text] = []
    end = 0
    for match in found.finditer(of.value):
        pieces += [of.cut(end, match.start()), new]
        end = match.end()
        if "g" not in pattern.flags:
            break
    return glued([*pieces, of.cut(end, len(of.value))], at)


def _of_text(of: Text, name: str, given: list[Value], at: Spot) -> Value:
    value = of.value
    if given and isinstance(given[0], Pattern) and name in {"replace", "replaceAll"}:
        known = len(given) > 1 and isinstance(given[1], Text)
        return _replaced(of, given[0], given[1], at) if known else Unknown(_RUN_TIME, at)  # type: ignore[arg-type]
    words = [one.value for one in given if isinstance(one, Text)]
    if len(words) != len(given) and name not in {"slice", "substring", "repeat", "replace"}:
        return Unknown(_RUN_TIME, at)
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
            return Text(made, of.at, of.runs) if len(made) == len(value) else _made(made, of.at)
        case "concat":
            return glued([of, *(one for one in given if isinstance(one, Text))], at)
        case "startsWith" | "endsWith" | "includes" if len(words) == 1:
            tests: dict[str, Callable[[str], bool]] = {
                "startsWith": value.startswith,
                "endsWith": value.endswith,
                "includes": value.__contains__,
            }
            return Scalar(tests[name](words[0]), at)
        case "split" if len(words) == 1 and words[0]:
            return Items(tuple(_split(of, words[0])), at)
        case "replace" | "replaceAll" if len(words) == 2 and words[0] and "$" not in words[1]:  # noqa: PLR2004
            pieces = _split(of, words[0], 1 if name == "replace" else -1)
            new = next(one for one in given[1:] if isinstance(one, Text))
            return glued([p for piece in pieces for p in (new, piece)][1:], at)
        case "slice" | "substring" if (ends := _whole(given)) is not None:
            if name == "slice" or all(end >= 0 for end in ends):
                start, end, _ = slice(*_ends(ends)).indices(len(value))
                return of.cut(start, max(start, end))
        case "repeat" if len(given) == 1 and isinstance(given[0], Scalar):
            times = given[0].value
            if isinstance(times, int) and 0 <= times * len(value) <= MAX_TEXT:
                return glued([of] * times, at)
    return Unknown(_RUN_TIME, at)


def _whole(given: list[Value]) -> list[int] | None:
    """Return values that are all whole numbers; None if any is not."""
    found = [one.value for one in given if isinstance(one, Scalar)]
    whole = [n for n in found if isinstance(n, int)]
    return whole if len(whole) == len(given) else None


def _ends(ends: list[int]) -> tuple[int | None, int | None]:
    return (ends[0] if ends else 0, ends[1] if len(ends) > 1 else None)


def _split(of: Text, mark: str, most: int = -1) -> list[Text]:
    found: list[Text] = []
    at = 0
    for piece in of.value.split(mark, most):
        found.append(of.cut(at, at + len(piece)))
        at += len(piece) + len(mark)
    return found


def _changing(ev: Evaluator, of: Items | Keyed, name: str, given: list[Value], at: Spot) -> Value:
    """Do what a method does to a list, set or map."""
    held = of.pairs if isinstance(of, Keyed) else of.items
    unknown = Perhaps(Unknown("it is changed when the server runs", at), at)
    match name:
        case "push":
            held = (*held, *given)
        case "add":
            new = [one for one in given if all(one is not other for other in held)]
            held = (*held, *new)
        case "unshift":
            held = (*given, *held)
        case "clear":
            held = ()
        case "set" if isinstance(of, Keyed) and len(given) == 2:  # noqa: PLR2004 - key and value
            key = given[0]
            kept = [p for p in held if not (isinstance(key, Text) and _is_at(p, key))]
            held = (*kept, Items(tuple(given), at))
        case "delete" if given and isinstance(given[0], Text) and _told_apart(held):
            key = given[0]
            held = tuple(one for one in held if not (_is_at(one, key) or _is_text(one, key)))
        case "sort" | "reverse" if all(isinstance(_held(one), Table) for one in held):
            pass
        case _:
            held = (
                *(one if isinstance(one, Perhaps) else Perhaps(one, at) for one in held),
                unknown,
            )
    ev.journal.put(of, None, held)
    return of


def _told_apart(held: Sequence[Value]) -> bool:
    """Return whether all keys of a set or map are known."""
    keys = [p.items[0] if isinstance(p, Items) and p.items else p for p in held]
    return all(isinstance(key, Text | Scalar) for key in keys)


def _is_text(value: Value, text: Text) -> bool:
    return isinstance(value, Text) and value.value == text.value


def _is_at(pair: Value, key: Text) -> bool:
    return (
        isinstance(pair, Items)
        and bool(pair.items)
        and isinstance(pair.items[0], Text)
        and pair.items[0].value == key.value
    )


def _of_items(ev: Evaluator, of: Items, name: str, given: list[Value], at: Spot) -> Value:
    items = of.items
    unsure = any(isinstance(item, Perhaps) for item in items)
    match name:
        case "map" | "flatMap" if given:
            made = [
                Perhaps(calls.apply(ev, given[0], [item.value], at), item.at)
                if isinstance(item, Perhaps)
                else calls.apply(ev, given[0], [item, Scalar(i, at)], at)
                for i, item in enumerate(items)
            ]
            if name == "flatMap":
                return Items(tuple(x for one in made for x in _flat(one)), of.at)
            return Items(tuple(made), of.at)
        case "forEach" if given:
            for i, item in enumerate(items):
                _each(ev, given[0], item, Scalar(i, at), at)
            return Absent(at)
        case "find" | "findLast" if given:
            return _found(ev, items, given[0], at)
        case "some" | "every" if given:
            return _all(ev, items, given[0], at, every=name == "every")
        case "filter" if given:
            return Items(tuple(_filtered(ev, items, given[0], at)), of.at)
        case "concat":
            return Items((*items, *(x for one in given for x in _flat(one))), of.at)
        case "flat" if not given:
            return Items(tuple(x for one in items for x in _flat(one)), of.at)
        case "join" if not unsure:
            mark = (
                given[0].value
                if given and isinstance(given[0], Text)
                else ","
                if not given
                else None
            )
            parts = [text_of(item) for item in items]
            if isinstance(mark, str) and all(part is not None for part in parts):
                return _join([p for p in parts if p], mark, at) or Unknown("it is too long", at)
            return next((i for i in items if isinstance(i, Unknown)), Unknown(_RUN_TIME, at))
        case "slice" if not unsure and (ends := _whole(given)) is not None:
            return Items(items[slice(*_ends(ends))], of.at)
        case "includes" | "has" | "indexOf" if given and isinstance(given[0], Text | Scalar):
            return _where(items, given[0], at, index=name == "indexOf")
        case "values":
            return of
        case "reduce" if len(given) == 2 and isinstance(given[0], Function) and not unsure:  # noqa: PLR2004
            return _collected(ev, of, given[0], given[1], at)
        case "sort" | "toSorted" if all(isinstance(_held(item), Table) for item in items):
            return of  # of tools, which none is more or less for
        case "reverse" | "toReversed" if not unsure:
            return Items(items[::-1], of.at)
    return Unknown(_RUN_TIME, at)


def _of_map(ev: Evaluator, of: Keyed, name: str, given: list[Value], at: Spot) -> Value:
    if name in {"get", "has"}:
        return _looked_up(ev, of, given[0] if given else Absent(at), at, get=name == "get")
    pairs = [pair.value if isinstance(pair, Perhaps) else pair for pair in of.pairs]
    if not all(isinstance(pair, Items) and len(pair.items) == 2 for pair in pairs):  # noqa: PLR2004
        return Unknown(_RUN_TIME, at)
    if name == "entries":
        return Items(of.pairs, of.at)
    if name in {"keys", "values"}:
        found = [pair.items[name == "values"] for pair in pairs]
        held = zip(of.pairs, found, strict=True)
        return Items(
            tuple(Perhaps(f, p.at) if isinstance(p, Perhaps) else f for p, f in held), of.at
        )
    return Unknown(_RUN_TIME, at)


def _looked_up(ev: Evaluator, of: Keyed, key: Value, at: Spot, *, get: bool) -> Value:
    """Return what a map has at a key, or (without `get`) whether it has it."""
    if id(of.pairs) not in ev.indexes:
        ev.indexes[id(of.pairs)] = of.pairs, _index(of.pairs)
    index = ev.indexes[id(of.pairs)][1]
    if index is None or not isinstance(key, Text | Scalar):
        return Unknown(_RUN_TIME, at)
    found = index.get((type(key.value), key.value), Absent(at))
    if isinstance(found, Perhaps):
        return Unknown("it depends on a condition", at)
    return found if get else Scalar(not isinstance(found, Absent), at)


def _index(pairs: Sequence[Any]) -> dict[tuple[type, Any], Value] | None:
    """Return the values of a map by their keys; None if any key cannot be known."""
    index: dict[tuple[type, Any], Value] = {}
    for pair in pairs:
        match pair.value if isinstance(pair, Perhaps) else pair:
            case Items((Text(key) | Scalar(key), value)):
                index[type(key), key] = (
                    Perhaps(value, pair.at) if pair is not _held(pair) else value
                )
            case _:
                return None
    return index


def _collected(ev: Evaluator, of: Items, function: Function, start: Value, at: Spot) -> Value:
    """Return the table that reduce fills by `all[key] = value; return all`."""
    body = function.node.field("body")
    statements = body.children if body else []
    if not (isinstance(start, Table) and not start.entries and len(statements) == 2):  # noqa: PLR2004
        return Unknown(_RUN_TIME, at)
    written = statements[0].children[0] if statements[0].children else statements[0]
    left, right = written.field("left"), written.field("right")
    index, table = (left.field("index"), left.field("object")) if left else (None, None)
    returned = statements[1].children[0] if statements[1].children else None
    if not (index and table and right and returned and returned.text == table.text):
        return Unknown(_RUN_TIME, at)
    entries: dict[str, Any] = {}
    keys: dict[str, Spot] = {}
    for item in of.items:
        env = {**function.env, **calls.bind(ev, function, [start, item])}
        key = ev.value(index, env)
        if not isinstance(key, Text):
            return Unknown(_RUN_TIME, at)
        entries[key.value] = ev.value(right, env)
        keys[key.value] = key.spot(0) or key.at
    return Table(entries, at, keys)


def _held(item: Value) -> Value:
    return item.value if isinstance(item, Perhaps) else item


def _where(items: Sequence[Value], wanted: Text | Scalar, at: Spot, *, index: bool) -> Value:
    """Return whether a list or set holds a plain value, or (with `index`) where."""
    for place, item in enumerate(items):
        if not isinstance(item, Text | Scalar):
            return Unknown(_RUN_TIME, at)
        if item.value == wanted.value and type(item.value) is type(wanted.value):
            return Scalar(place if index else True, at)
    return Scalar(-1 if index else False, at)


def _each(ev: Evaluator, function: Value, item: Value, index: Scalar, at: Spot) -> None:
    """Call a function for what it does to an item."""
    mark = ev.journal.mark()
    calls.apply(ev, function, [_held(item), index], at)
    if isinstance(item, Perhaps):
        ev.journal.join([ev.journal.back(mark), {}], at)


def _found(ev: Evaluator, items: Sequence[Value], test: Value, at: Spot) -> Value:
    for item in items:
        holds = truth(calls.apply(ev, test, [_held(item)], at))
        if holds is None or (holds and isinstance(item, Perhaps)):
            return Unknown("it depends on a condition", at)
        if holds:
            return item
    return Absent(at)


def _all(ev: Evaluator, items: Sequence[Value], test: Value, at: Spot, *, every: bool) -> Value:
    if any(isinstance(item, Perhaps) for item in items):
        return Unknown("it depends on a condition", at)
    answers = [truth(calls.apply(ev, test, [item], at)) for item in items]
    if (not every) in answers:
        return Scalar(not every, at)
    return Unknown(_RUN_TIME, at) if None in answers else Scalar(every, at)


def _flat(value: Value) -> list[Any]:
    return list(calls.spread(value, value.at)) if isinstance(value, Items | Perhaps) else [value]


def _filtered(ev: Evaluator, items: tuple[Any, ...], test: Value, at: Spot) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        inner = item.value if isinstance(item, Perhaps) else item
        is_boolean = isinstance(test, Foreign) and test.path == ("Boolean",)
        holds = truth(inner if is_boolean else calls.apply(ev, test, [inner], at))
        if holds:
            kept.append(item)
        elif holds is None:
            kept.append(item if isinstance(item, Perhaps) else Perhaps(item, at))
    return kept


def foreign(ev: Evaluator, function: Foreign, given: list[Value], at: Spot) -> Value:
    """Return what a function of the language or of another package returns."""
    if zod.is_zod(function):
        return zod.make(ev, function, given, at)
    if any(isinstance(one, Perhaps) for one in given):
        return Unknown(_RUN_TIME, at)
    first = given[0] if given else Absent(at)
    if function.path[-1:] == ("zodToJsonSchema",):
        return zod.converted(ev, first, given[1:], at, 3)
    match function.path:
        case ("Object", "freeze" | "seal") | ("Promise", "resolve" | "all") | ("structuredClone",):
            return first
        case ("Object", ("values" | "entries" | "keys") as part):
            return listed(ev, first, part, at)
        case ("Object", "fromEntries") if isinstance(first, Items):
            return _from_entries(first, at)
        case ("Object", "assign") if ev.running and isinstance(first, Table):
            for one in given[1:]:
                _assign(ev, first, one, at)
            return first
        case ("Object", "assign") if given:
            entries: dict[str, Any] = {}
            keys: dict[str, Spot] = {}
            for one in given:
                calls.merge(entries, keys, one, at)
            return Table(entries, at, keys)
        case ("Array", "from") if isinstance(first, Items | Keyed):
            first = first if isinstance(first, Items) else Items(first.pairs, first.at)
            done = (
                [calls.apply(ev, given[1], [x], at) for x in first.items]
                if len(given) > 1
                else first.items
            )
            return Items(tuple(done), first.at)
        case ("Array", "isArray") if not isinstance(first, Unknown):
            return Scalar(isinstance(first, Items), at)
        case ("String",):
            return text_of(first) or Unknown(_RUN_TIME, at)
        case ("String", "raw"):
            return Unknown(_RUN_TIME, at)
        case ("Object", "prototype", "hasOwnProperty", "call") | ("Object", "hasOwn"):
            return has(first, given[1] if given[1:] else Absent(at), at)
        case ("Boolean",):
            holds = truth(first)
            return Unknown(_RUN_TIME, at) if holds is None else Scalar(holds, at)
        case ("JSON", "stringify"):
            return _stringified(first, given[1:], at)
    return Unknown(_RUN_TIME, at)


def has(of: Value, key: Value, at: Spot) -> Value:
    """Return whether a table has a key."""
    if isinstance(key, Text) and isinstance(of, Table):
        found = of.entries.get(key.value, of.entries.get(REST))
        if not isinstance(found, Perhaps) and (key.value in of.entries or found is None):
            return Scalar(found is not None, at)
    return Unknown(_RUN_TIME, at)


def listed(ev: Evaluator, value: Value, part: str, at: Spot) -> Value:
    """Return what Object.values, entries or keys (by `part`) lists."""
    if isinstance(value, Namespace):
        from toolgrade.inputs.code.javascript.exports import all_exported  # noqa: PLC0415

        entries = {
            n: members.member(ev, value, n, at) for n in sorted(all_exported(ev, value.module))
        }
        value = Table(entries, at)
    if not isinstance(value, Table) or REST in value.entries:
        return value if isinstance(value, Unknown) else Unknown(_RUN_TIME, at)
    if any(re.fullmatch("0|[1-9][0-9]*", key) for key in value.entries):
        return Unknown(
            _RUN_TIME, at
        )  # such keys come first, whatever the order they are written in
    found: list[Any] = []
    for key, member in value.entries.items():
        name = _made(key, value.keys.get(key, at))
        one = {"keys": name, "values": _held(member)}.get(part) or Items((name, _held(member)), at)
        found.append(Perhaps(one, member.at) if isinstance(member, Perhaps) else one)
    return Items(tuple(found), at)


def _assign(ev: Evaluator, of: Table, more: Value, at: Spot) -> None:
    """Do what Object.assign does to a table."""
    entries, keys = dict(of.entries), dict(of.keys)
    calls.merge(entries, keys, more, at)
    for key, value in entries.items():
        if of.entries.get(key) is not value:
            ev.journal.put(of.entries, key, value)


def _from_entries(pairs: Items, at: Spot) -> Value:
    entries: dict[str, Any] = {}
    for pair in pairs.items:
        match pair:
            case Items((Text(key), value)):
                entries[key] = value
            case _:
                return Unknown(_RUN_TIME, at)
    return Table(entries, at)


def _stringified(value: Value, more: list[Value], at: Spot) -> Value:
    indent = _whole(more[1:]) if len(more) != 1 else None
    if indent is None or not isinstance(value, Table | Items):
        return Unknown(_RUN_TIME, at)
    data, unknown = plain(json(value))
    if unknown:
        return Unknown(_RUN_TIME, at)
    spaces = indent[0] if indent else None
    marks = (",", ": ") if spaces else (",", ":")
    return _made(standard.dumps(data, ensure_ascii=False, indent=spaces, separators=marks), at)
