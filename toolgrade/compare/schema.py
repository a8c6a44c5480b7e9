"""Two versions of a schema in, what changed out: a changelog, keyword by keyword.

What is not breaking is proved: every value that the old input schema describes is taken by the new
one (the tests let a validator judge). What cannot be proved counts as breaking, and says so. A walk
is bounded in steps and depth, and a pair of schemas that is met again below itself is taken for
proved.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.compare.keywords import (
    compare_rule,
    compare_rules,
    compare_types,
    compare_values,
    compare_words,
    spelled_type,
)
from toolgrade.compare.references import choices, listed_values, resolve_reference, types
from toolgrade.compare.sameness import Sameness
from toolgrade.model.comparison import Change
from toolgrade.model.pointers import Trail, make_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.compare.keywords import Found, Schema
    from toolgrade.model.comparison import Kind

_MOST_STEPS = 5000
# Far below what Python can nest: a reference that leads to itself may be met anew for ever.
_MOST_DEEP = 100
_LONGEST = 80
_MOST_ALIGNED = 40
_ANYTHING: dict[str, Any] = {}  # one object, so that a pair with it is known again
_COMBINE = frozenset({"allOf", "anyOf", "oneOf", "if", "dependentSchemas", "patternProperties"})


class _At(NamedTuple):
    """Where a walk is. `shared`: other schemas apply to the same value."""

    trail: Trail
    subject: str
    nested: bool = False
    shared: bool = False

    def descend(self, *keys: str | int, subject: str = "") -> _At:
        trail = self.trail
        for key in keys:
            trail = (trail, key)
        return _At(trail, self.subject + subject, nested=True, shared=self.shared)

    def descend_to_property(self, name: str) -> _At:
        dot = "." if self.subject else ""
        return self.descend("properties", name, subject=f"{dot}{name}")._replace(shared=False)


def changes(old: Schema, new: Schema, start: str, kinds: Mapping[str, Kind]) -> list[Change]:
    """Return what changed from one schema to another, in their order.

    `start` is the schema's key in the tool, such as "inputSchema"; `kinds` is INPUT or OUTPUT.
    """
    # Arguments and results are objects by the protocol, whether or not a schema says so.
    old, new = ({"type": "object", **side} for side in (old, new))
    return list(_Walk(old, new, kinds).pair(old, new, _At((None, start), "")))


class _Walk:
    """One walk over two schemas side by side."""

    def __init__(self, old: Schema, new: Schema, kinds: Mapping[str, Kind]) -> None:
        self._old = old
        self._new = new
        self._kinds = kinds
        self._sameness = Sameness(self._old, self._new)
        self._steps = _MOST_STEPS
        self._open: set[tuple[int, int]] = set()

    def pair(self, raw_old: object, raw_new: object, at: _At) -> Iterator[Change]:
        """Yield what changed between two schemas at one place."""
        if (
            self._sameness.is_unchanged(raw_old, raw_new)
            or (id(raw_old), id(raw_new)) in self._open
        ):
            return
        self._steps -= 1
        if self._steps < 0 or len(self._open) >= _MOST_DEEP:
            yield self._change("not-followed", at)
            return
        old, new = resolve_reference(raw_old, self._old), resolve_reference(raw_new, self._new)
        self._open.add((id(raw_old), id(raw_new)))
        yield from self._make_changes(compare_words(old, new), at)
        several = choices(old, self._old), choices(new, self._new)
        if several == (None, None):
            yield from self._compare_plain(old, new, at)
        else:
            ours, theirs = several[0] or _by_type(old), several[1] or _by_type(new)
            yield from self._compare_choices(ours, theirs, at)
        self._open.discard((id(raw_old), id(raw_new)))

    def _change(self, kind: str, at: _At, before: str = "", after: str = "") -> Change:
        pointer = make_pointer(at.trail)
        return Change(self._kinds[kind], pointer, at.subject, _cut(before), _cut(after))

    def _make_changes(self, found: Iterable[Found], at: _At) -> Iterator[Change]:
        for kind, keyword, before, after in found:
            yield self._change(kind, at.descend(keyword) if keyword else at, before, after)

    def _compare_plain(self, old: Schema, new: Schema, at: _At) -> Iterator[Change]:
        moved = list(self._make_changes(compare_types(old, new), at))
        yield from moved
        if [change.kind for change in moved] == [self._kinds["type-changed"]]:
            return
        at = at._replace(shared=at.shared or not _COMBINE.isdisjoint(old))
        yield from self._make_changes(compare_values(old, new), at)
        yield from self._compare_properties(old, new, at)
        yield from self._compare_items(old, new, at)
        yield from self._compare_combinations(old, new, at)
        yield from self._make_changes(compare_rules(old, new, self._sameness), at)

    def _compare_properties(self, old: Schema, new: Schema, at: _At) -> Iterator[Change]:
        ours, theirs = _properties(old), _properties(new)
        needed, needs = _list_required(old), _list_required(new)
        for name in ours:
            if name not in theirs:
                yield self._change(
                    "property-removed", at.descend_to_property(name), spelled_type(ours[name])
                )
        offered = _find_open_schema(old, at)
        for name, schema in theirs.items():
            here = at.descend_to_property(name)
            if name in ours:
                yield from self.pair(ours[name], schema, here)
                continue
            if name not in needs or name in needed:
                yield self._change("property-added", here, "", spelled_type(schema))
            if at.shared or offered is not None:
                yield from self.pair(_ANYTHING if offered is None else offered, schema, here)
        for name in [n for n in needs if n not in needed]:
            known = name in ours or at.shared or offered is not None
            kind = "made-required" if known else "required-added"
            yield self._change(
                kind, at.descend_to_property(name), "", spelled_type(theirs.get(name))
            )
        for name in [n for n in needed if n not in needs and (n in theirs or n not in ours)]:
            yield self._change("made-optional", at.descend_to_property(name))
        yield from self._compare_additional(old, new, at)

    def _compare_additional(self, old: Schema, new: Schema, at: _At) -> Iterator[Change]:
        given = (side.get("additionalProperties", True) for side in (old, new))
        before, after = (True if value == {} else value for value in given)
        below = at.descend("additionalProperties", subject=".*")
        offered = _find_open_schema(old, at) is not None or old.get("additionalProperties") is True
        offered = offered or at.shared
        if before is False and after is not False:
            yield self._change("opened", below)
        elif before is not False and after is False:
            yield self._change("closed" if offered else "undeclared-refused", below)
        elif offered and before is not False:
            yield from self.pair(before, after, below)
        elif isinstance(after, dict):
            yield self._change("opened", below, "", spelled_type(after))

    def _compare_items(self, old: Schema, new: Schema, at: _At) -> Iterator[Change]:
        below = at.descend("items", subject="[]")._replace(shared=False)
        if isinstance(old.get("items"), list) or isinstance(new.get("items"), list):
            yield from self._make_changes(compare_rule("items", old, new, self._sameness), at)
        elif "items" in old or "items" in new:
            ours, theirs = (side.get("items", _ANYTHING) for side in (old, new))
            yield from self.pair(ours, theirs, below)

    def _compare_combinations(self, old: Schema, new: Schema, at: _At) -> Iterator[Change]:
        for keyword in ("allOf", "anyOf"):
            ours, theirs = (_list(side.get(keyword)) for side in (old, new))
            if keyword == "anyOf" and len(ours) != len(theirs):
                yield from self._make_changes(compare_rule(keyword, old, new, self._sameness), at)
                continue
            for number, one, other in self._align(ours, theirs):
                below = at.descend(keyword, number)._replace(shared=True)
                if one is None or other is None:
                    kind = "rule-added" if one is None else "rule-removed"
                    yield self._change(kind, below, "", keyword)
                else:
                    yield from self.pair(one, other, below)

    def _align(
        self, ours: Sequence[object], theirs: Sequence[object]
    ) -> Iterator[tuple[int, object | None, object | None]]:
        """Yield what is left of two lists, whose order says nothing, without what is in both: where
        it is, and either side.
        """
        left = dict(enumerate(theirs))
        lost = []
        for number, one in enumerate(ours[:_MOST_ALIGNED]):
            same = (n for n, other in left.items() if self._sameness.is_unchanged(one, other))
            if (at := next(same, None)) is None:
                lost.append((number, one))
            else:
                del left[at]
        lost += list(enumerate(ours))[_MOST_ALIGNED:]
        for before, after in zip_longest(lost, left.items()):
            number = after[0] if after else before[0] if before else 0
            yield number, before and before[1], after and after[1]

    def _compare_choices(
        self, ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]], at: _At
    ) -> Iterator[Change]:
        """Match every old alternative with a new one that takes all of it, or else with a new one
        of its types, or say that it is gone.
        """
        left = dict(enumerate(theirs))
        # Those that a new one takes all of come first, so that none takes another's place.
        others: list[tuple[dict[str, Any], list[list[Change]]]] = []
        for one in ours:
            tried = [list(self.pair(one, other, at)) for other in theirs]
            fit = [(len(c), n not in left, n) for n, c in enumerate(tried) if not _is_breaking(c)]
            if fit:
                best = min(fit)[2]
                left.pop(best, None)
                yield from tried[best]
            else:
                others.append((one, tried))
        lost = False
        for one, tried in others:
            alike = [
                (sum(change.kind.breaking for change in tried[n]), n)
                for n, other in left.items()
                if types(other) == types(one)
            ]
            if alike:
                best = min(alike)[1]
                del left[best]
                yield from tried[best]
            else:
                lost = True
        if lost or left:
            kind = "changed" if lost and left else "narrowed" if lost else "widened"
            before, after = (" or ".join(map(spelled_type, side)) for side in (ours, theirs))
            yield self._change(f"type-{kind}", at, before, after)


def _is_breaking(found: Sequence[Change]) -> bool:
    return any(change.kind.breaking for change in found)


def _by_type(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema of several types as the choice between them that it is."""
    named = types(schema)
    said = {
        key: value
        for key, value in schema.items()
        if key not in {"title", "description", "default"}
    }
    if named is None or len(named) == 1 or listed_values(schema) is not None:
        return [said]
    return [{**said, "type": name} for name in sorted(named)]


def _find_open_schema(schema: Mapping[str, Any], at: _At) -> object | None:
    """Return the schema of properties that are offered without being declared, if any are: those of
    a map, and of an object below the tool's own of which nothing is declared.
    """
    further = schema.get("additionalProperties", True)
    if isinstance(further, dict):
        return further
    free = at.nested and "properties" not in schema and further is not False
    return _ANYTHING if free else None


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _list_required(schema: Mapping[str, Any]) -> dict[str, None]:
    return dict.fromkeys(n for n in _list(schema.get("required")) if isinstance(n, str))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
