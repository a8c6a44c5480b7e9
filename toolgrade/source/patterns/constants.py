"""Sums, numbers and constants: the simple expressions that all languages share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Scalar, Text, Unknown, concatenate
from toolgrade.source.patterns.values import make_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.values import Env
    from toolgrade.source.tree import Node


def join_texts(parts: Sequence[Any], at: Spot) -> Any:
    """Return texts in one; anything else makes the whole unknown."""
    texts: list[Text] = []
    for part in parts:
        text = convert_to_text(part)
        if text is None:
            return part if isinstance(part, Unknown) else make_unknown(at)
        texts.append(text)
    return concatenate(texts, at)


def convert_to_text(value: Any) -> Text | None:
    """Return a value as it is written into a text; None for what languages print differently."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Scalar) and type(value.value) is int:
        return Text(str(value.value), value.at)
    return None


def add(ev: Interpreter, node: Node, env: Env) -> Any:
    """Return the sum of a chain of +, however long, from its left end."""
    operands: list[Node] = []
    kind = node.kind
    while node.kind == kind:
        sides = node.children
        if len(sides) != 2 or not _is_sum(sides[0], sides[1]):
            return make_unknown(node.spot)
        operands.append(sides[1])
        node = sides[0]
    values = [ev.value(one, env) for one in reversed([*operands, node])]
    if any(isinstance(value, Text) for value in values[:2]):
        return join_texts(values, node.spot)
    if any(isinstance(value, Unknown) for value in values):
        return next(value for value in values if isinstance(value, Unknown))
    numbers = [v.value for v in values if isinstance(v, Scalar) and type(v.value) is int]
    if len(numbers) == len(values):
        return Scalar(sum(numbers), node.spot)
    return make_unknown(node.spot)


def _is_sum(left: Node, right: Node) -> bool:
    return left.file.text[left.end : right.start].strip() == "+"


def evaluate_inner(ev: Interpreter, node: Node, env: Env) -> Any:
    """Return the value of an expression inside another, such as parentheses."""
    return ev.value(node.children[-1], env) if node.children else make_unknown(node.spot)


def read_constant(_: Interpreter, node: Node, __: Env) -> Scalar:
    """Return true, false, or none."""
    return Scalar({"true": True, "false": False}.get(node.text), node.spot)


def read_number(_: Interpreter, node: Node, __: Env) -> Any:
    """Return a number, whatever its type says of its size."""
    text = node.text.replace("_", "").lower()
    try:
        if text.startswith(("0x", "0b", "0o")):
            return Scalar(int(text, 0), node.spot)
        text = re.sub(r"(?:[iu](?:8|16|32|64|128|size)|f32|f64|[lfdum]+)$", "", text)
        return Scalar(int(text) if text.isdecimal() else float(text), node.spot)
    except (ValueError, OverflowError):
        return make_unknown(node.spot)
