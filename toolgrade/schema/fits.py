"""Whether a value is valid under a schema, within a limited number of steps.

Defaults and examples are checked against untrusted schemas. The library for that follows every
`pattern` and `$ref`, which may take forever. So this reads simple keywords only, counts its steps,
and returns None rather than guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.schema import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_STEPS = 400
_DEEPEST = 40
_KINDS: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": (int, float),
    "array": list,
    "object": dict,
    "null": type(None),
}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
_COUNTED: dict[str, tuple[Any, Callable[[int, float], bool]]] = {
    "minLength": (str, lambda count, bound: count >= bound),
    "maxLength": (str, lambda count, bound: count <= bound),
    "minItems": (list, lambda count, bound: count >= bound),
    "maxItems": (list, lambda count, bound: count <= bound),
}


def kind_of(value: object) -> str:
    """Return the JSON type of a value; "integer" for an integer.

    >>> kind_of(True), kind_of(1), kind_of(None)
    ('boolean', 'integer', 'null')
    """
    if isinstance(value, bool):
        return "boolean"
    return next(
        k for k in ("integer", *_KINDS) if isinstance(value, int if k == "integer" else _KINDS[k])
    )


def fits(value: object, schema: object, root: Mapping[str, Any]) -> bool | None:
    """Return whether `value` is valid under `schema`, None if a few steps cannot decide it.

    >>> fits("x", {"enum": ["y"]}, {}), fits(2, {"minimum": 1}, {}), fits(2, {"multipleOf": 2}, {})
    (False, True, True)
    """
    return _Trial(root).run(value, schema)


class _Trial:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._left = _STEPS
        self._depth = 0

    def run(self, value: object, schema: object) -> bool | None:
        self._left -= 1
        if self._left < 0 or not isinstance(schema, dict | bool):
            return None
        if isinstance(schema, bool):
            return schema
        if value is None and schema.get("nullable") is True:  # OpenAPI's way
            return True
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        try:
            return _all(self._answers(value, schema))
        finally:
            self._depth -= 1

    def _answers(self, value: Any, schema: Mapping[str, Any]) -> Iterator[bool | None]:  # noqa: ANN401 - any JSON
        yield _of_type(value, schema.get("type"))
        if isinstance(values := schema.get("enum"), list):
            yield any(_same(value, other) for other in values)
        if "const" in schema:
            yield _same(value, schema["const"])
        yield _is_within_bounds(value, schema)
        if isinstance(reference := schema.get("$ref"), str):
            target = resolve(self._root, reference)
            yield None if target is None else self.run(value, target)
        yield from self._unions(value, schema)
        if isinstance(value, list) and isinstance(items := schema.get("items"), dict):
            yield from (self.run(item, items) for item in value[:_STEPS])
        if isinstance(value, dict):
            yield from self._members(value, schema)

    def _unions(self, value: object, schema: Mapping[str, Any]) -> Iterator[bool | None]:
        for keyword in ("anyOf", "oneOf"):
            if isinstance(options := schema.get(keyword), list):
                answers = [self.run(value, option) for option in options[:_STEPS]]
                # More than one of oneOf may match; that is not the fault of the default.
                yield True if True in answers else None if None in answers else False
        if isinstance(parts := schema.get("allOf"), list):
            yield from (self.run(value, part) for part in parts[:_STEPS])

    def _members(self, value: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[bool | None]:
        if isinstance(required := schema.get("required"), list):
            yield all(name in value for name in required if isinstance(name, str))
        properties = schema.get("properties")
        known = properties if isinstance(properties, dict) else {}
        for name, member in list(value.items())[:_STEPS]:
            if name in known:
                yield self.run(member, known[name])
            elif schema.get("additionalProperties") is False and "patternProperties" not in schema:
                yield False


def _all(answers: Iterator[bool | None]) -> bool | None:
    sure = True
    for answer in answers:
        if answer is False:
            return False
        sure = sure and answer is True
    return True if sure else None


def _of_type(value: object, given: object) -> bool | None:
    kinds = [given] if isinstance(given, str) else given
    if not isinstance(kinds, list):
        return True if given is None else None
    if any(kind not in _KINDS for kind in kinds if isinstance(kind, str)):
        return None
    return any(_is(value, kind) for kind in kinds if isinstance(kind, str))


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool) or kind == "boolean":
        return isinstance(value, bool) and kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS[kind])


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _is_within_bounds(value: Any, schema: Mapping[str, Any]) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(value, int | float) and not isinstance(value, bool):
        return all(
            holds(value, bound)
            for keyword, holds in _COMPARED.items()
            if (bound := _number(schema.get(keyword))) is not None
        )
    return all(
        holds(len(value), bound)
        for keyword, (kind, holds) in _COUNTED.items()
        if isinstance(value, kind) and (bound := _number(schema.get(keyword))) is not None
    )


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
