"""Values of annotations and attributes, in languages that write them alike: C# and Java."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Scalar, Unknown

if TYPE_CHECKING:
    from toolgrade.source.patterns.grammar import Interpreter, Mark


def read_annotation(ev: Interpreter, marks: list[Mark], source: str) -> Any:
    """Return the value of an annotation: "ToolParam.required" is its argument of that name,
    "ToolParam" the one without a name, "Nullable!false" false if it is there, "Schema!?" unknown.
    """
    written, sign, said = source.partition("!")
    name, _, argument = written.partition(".")
    for mark in marks:
        if mark.name.rpartition(".")[2] == name:
            if sign and argument and argument not in (key for key, _ in mark.given):
                continue
            if sign:
                return _read_presence(said, mark)
            for key, node in mark.given:
                if (key or "value") == (argument or "value"):
                    return ev.value(node)
    return None


def _read_presence(said: str, mark: Mark) -> Scalar | Unknown:
    """Return the value that the presence of an annotation means: "true", "false", or "?"."""
    if said == "?":
        return Unknown("the SDK's versions differ on it", mark.node.spot)
    return Scalar(said == "true", mark.node.spot)
