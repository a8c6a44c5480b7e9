"""A definition that is being made to fit, and what was lost on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from toolgrade.fixes.patch import NoSuchPlaceError, apply_edits, find_value
from toolgrade.model import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import Pointer

Effect = Literal["takes more", "takes less", "other calls", "says less"]
"""What a loss does: calls that were refused are taken, calls that were taken are refused, calls
must be made otherwise, or only what is said is less."""

_LONGEST_SAID = 200


class Loss(NamedTuple):
    """What was lost at a place of a tool, and what that does."""

    pointer: Pointer
    effect: Effect
    what: str


class Piece:
    """A definition under change. `definition` is what it is by now."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition: dict[str, Any] = dict(definition)
        self.losses: list[Loss] = []

    def get(self, pointer: Pointer) -> Any:  # noqa: ANN401 - any JSON
        """Return the value at a pointer, None if there is none."""
        try:
            return find_value(self.definition, pointer)
        except NoSuchPlaceError:
            return None

    def has(self, pointer: Pointer) -> bool:
        """Return whether there is a value at a pointer, even null."""
        try:
            find_value(self.definition, pointer)
        except NoSuchPlaceError:
            return False
        return True

    def put(self, pointer: Pointer, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Write a value at a pointer, whether or not there was one."""
        op: Literal["add", "replace"] = "replace" if self.has(pointer) else "add"
        self.definition = apply_edits(self.definition, [Edit(op, pointer, value)])

    def remove(self, pointer: Pointer) -> None:
        """Leave out the value at a pointer."""
        if self.has(pointer):
            self.definition = apply_edits(self.definition, [Edit("remove", pointer)])

    def lose(self, pointer: Pointer, effect: Effect, what: str) -> None:
        """Record a loss, once."""
        loss = Loss(pointer, effect, what)
        if loss not in self.losses:
            self.losses.append(loss)

    def say(self, schema: Pointer, text: str) -> None:
        """Add a sentence to the description of a schema; to the tool's at a root."""
        is_root = schema in {"/inputSchema", "/outputSchema"}
        at = "/description" if is_root else f"{schema}/description"
        held = self.get(schema)
        before = self.get(at)
        if (is_root or isinstance(held, dict)) and isinstance(before, str | None):
            said = (before or "").rstrip()
            if text not in said:
                self.put(at, f"{said} {text}".strip())

    def drop(self, pointer: Pointer, effect: Effect, *, said: bool = True) -> None:
        """Leave out a keyword of a schema, and say its rule in the description instead."""
        schema, _, keyword = pointer.rpartition("/")
        value = self.get(pointer)
        self.remove(pointer)
        if said:
            self.say(schema, describe_rule(keyword, value))
        where = ", and said in the description" if said else ""
        self.lose(pointer, effect, f"{keyword} is left out{where}")


def split_keyword(pointer: Pointer) -> tuple[Pointer, str]:
    """Return the pointer of a schema, and the keyword at its end."""
    schema, _, keyword = pointer.rpartition("/")
    return schema, keyword


def describe_rule(keyword: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return what a keyword asks for, in words."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > _LONGEST_SAID:
        text = f"{text[:_LONGEST_SAID]}..."
    words = {
        "minimum": "At least <>.",
        "maximum": "At most <>.",
        "exclusiveMinimum": "More than <>.",
        "exclusiveMaximum": "Less than <>.",
        "multipleOf": "A multiple of <>.",
        "minLength": "At least <> characters.",
        "maxLength": "At most <> characters.",
        "minItems": "At least <> items.",
        "maxItems": "At most <> items.",
        "pattern": "Matches the pattern <>.",
        "format": "Format: <>.",
        "const": "Always <>.",
        "default": "Default: <>.",
    }
    if keyword == "enum" and isinstance(value, list):
        listed = ", ".join(json.dumps(one, ensure_ascii=False) for one in value)
        return f"One of: {listed}."
    if keyword in {"pattern", "format"} and isinstance(value, str):
        text = f"`{value}`"
    return words.get(keyword, f"{keyword}: <>.").replace("<>", text)
