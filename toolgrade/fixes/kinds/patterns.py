"""Fixes of `pattern` and of values, for the clients that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.fixes.subject import Draft, Kind, point_at
from toolgrade.model import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.fixes.subject import Subject


def _find_patterns(subject: Subject) -> Iterator[Draft]:
    asked = [*subject.obstacles.get("pattern-features", ())]
    compiles = subject.obstacles.get("pattern-compiles", ())
    if not asked and not compiles:
        return
    from toolgrade.clients import limits  # noqa: PLC0415 - start-up time
    from toolgrade.fixes.patterns import rewrite_pattern  # noqa: PLC0415 - as above

    clients = {obstacle.client for obstacle in asked}
    anchors = any(
        limit.client.key in clients and limit.measure == "pattern-features"
        for limit in limits()
        if isinstance(limit.is_, list) and "unanchored" in limit.is_
    )
    edits: list[Edit] = []
    for node, schema in subject.find_objects("pattern"):
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            written = rewrite_pattern(pattern, anchors=anchors)
            if written is not None and written != pattern:
                edits.append(Edit("replace", point_at(node, "pattern"), written))
    if edits:
        check = "client.pattern-features" if asked else "client.pattern-compiles"
        yield Draft(check, "write the pattern in forms that every engine reads", tuple(edits))


def _find_constants(subject: Subject) -> Iterator[Draft]:
    refusing = ("keywords", "text-values")
    if not any(
        obstacle.pointer.endswith("/const")
        for measure in refusing
        for obstacle in subject.obstacles.get(measure, ())
    ):
        return
    edits: list[Edit] = []
    for node, schema in subject.find_objects("const"):
        if "const" in schema and "enum" not in schema and node.under != "":
            edits += (
                Edit("remove", point_at(node, "const")),
                Edit("add", point_at(node, "enum"), [schema["const"]]),
            )
    if edits:
        yield Draft("client.keywords", "write const as an enum of one value", tuple(edits))


KINDS = (
    Kind(
        "common-pattern",
        safe=True,
        reason="both patterns match the same texts",
        find=_find_patterns,
    ),
    Kind(
        "const-as-enum",
        safe=True,
        reason="an enum of one value allows what const does",
        find=_find_constants,
    ),
)
