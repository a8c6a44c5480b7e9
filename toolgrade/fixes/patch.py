"""JSON Patch on a definition: what was not edited stays the same object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.model.pointers import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolgrade.model import Edit, Pointer

_MISSING = object()


class NoSuchPlaceError(Exception):
    """An edit's path leads to nothing in the definition."""


def split_pointer(pointer: Pointer) -> list[str]:
    """Return the keys that a pointer follows, [] for the whole definition."""
    return [key_of(token) for token in pointer.split("/")[1:]]


def find_value(definition: Any, pointer: Pointer) -> Any:  # noqa: ANN401 - any JSON
    """Return the value at a pointer. Raises NoSuchPlaceError."""
    value = definition
    for key in split_pointer(pointer):
        value = _step(value, key)
    return value


def _step(value: Any, key: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    raise NoSuchPlaceError(key)


def apply_edits(definition: Mapping[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """Return the definition after the edits, in order. Raises NoSuchPlaceError.

    A key that is moved within its object keeps its place among the others.
    """
    changed: Any = definition
    for edit in edits:
        keys = split_pointer(edit.path)
        if edit.op == "move":
            changed = _move(changed, split_pointer(edit.source), keys)
        elif edit.op == "remove":
            changed = _change(changed, keys, _MISSING, is_new=False)
        else:
            changed = _change(changed, keys, edit.value, is_new=edit.op == "add")
    result: dict[str, Any] = changed
    return result


def _move(value: Any, old: list[str], new: list[str]) -> Any:  # noqa: ANN401 - any JSON
    moved = value
    for key in old:
        moved = _step(moved, key)
    if old[:-1] == new[:-1]:
        return _rename(value, old, new[-1])
    return _change(_change(value, old, _MISSING, is_new=False), new, moved, is_new=True)


def _rename(value: Any, keys: list[str], name: str) -> Any:  # noqa: ANN401 - any JSON
    if len(keys) > 1:
        inner = _rename(_step(value, keys[0]), keys[1:], name)
        return _put(value, keys[0], inner)
    if not isinstance(value, dict) or keys[0] not in value or name in value:
        raise NoSuchPlaceError(name)
    return {name if key == keys[0] else key: member for key, member in value.items()}


def _change(value: Any, keys: list[str], new: Any, *, is_new: bool) -> Any:  # noqa: ANN401 - any JSON
    if not keys:
        return new
    if len(keys) > 1:
        return _put(value, keys[0], _change(_step(value, keys[0]), keys[1:], new, is_new=is_new))
    if new is _MISSING:
        return _without(value, keys[0])
    if is_new and isinstance(value, list):
        at = len(value) if keys[0] == "-" else int(keys[0])
        return [*value[:at], new, *value[at:]]
    if not is_new:
        _step(value, keys[0])
    return _put(value, keys[0], new)


def _put(value: Any, key: str, member: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {**value, key: member}
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return [*value[: int(key)], member, *value[int(key) + 1 :]]
    raise NoSuchPlaceError(key)


def _without(value: Any, key: str) -> Any:  # noqa: ANN401 - any JSON
    _step(value, key)
    if isinstance(value, dict):
        return {name: member for name, member in value.items() if name != key}
    return [member for at, member in enumerate(value) if at != int(key)]


def meet(one: Iterable[Edit], other: Iterable[Edit]) -> bool:
    """Return whether two sets of edits touch one place: the same, or one inside the other."""
    mine = [path for edit in one for path in _touched(edit)]
    theirs = [path for edit in other for path in _touched(edit)]
    return any(_holds(a, b) or _holds(b, a) for a in mine for b in theirs)


def _touched(edit: Edit) -> tuple[Pointer, ...]:
    return (edit.path, edit.source) if edit.op == "move" else (edit.path,)


def _holds(outer: Pointer, inner: Pointer) -> bool:
    return inner == outer or inner.startswith(f"{outer}/")
