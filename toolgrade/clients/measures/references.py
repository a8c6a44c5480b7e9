"""Measures of `$ref` and of `pattern`: where one leads, and what engine reads the other."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from toolgrade.clients.facts import point_at
from toolgrade.clients.regexes import read_pattern
from toolgrade.model.pointers import make_pointer
from toolgrade.schema import anchors, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.clients.facts import Fault, Held, Part, Schemas
    from toolgrade.clients.regexes import Engine

_SHOWN = 60


def references(part: Part, taken: Sequence[str]) -> Iterator[Fault]:
    """Has references that begin as the client asks and lead to a schema.

    `taken` holds beginnings such as "#/$defs/", "#" for the root, "anchor", and "~" for a pointer
    with escapes.
    """
    schemas = part.input
    held_ones = schemas.having("$ref")
    if not held_ones or schemas.root is None:
        return
    if "anchors" not in part.memory:
        part.memory["anchors"] = anchors(schemas.root)
    named = part.memory["anchors"]
    for held in held_ones:
        reference = held.schema["$ref"]
        if not isinstance(reference, str):
            yield point_at(held, "$ref"), "make $ref a text"
        elif not _is_taken(schemas, reference, taken, named):
            yield point_at(held, "$ref"), f"write out what {reference[:_SHOWN]} names"


def _is_taken(
    schemas: Schemas, reference: str, taken: Sequence[str], named: frozenset[str]
) -> bool:
    if reference in named:
        return "anchor" in taken
    if reference == "#":
        return "#" in taken
    if ("~" in reference or "%" in reference) and "~" not in taken:
        return False
    begins = any(start != "#" and reference.startswith(start) for start in taken)
    return begins and resolve(schemas.root or {}, reference) is not None


def recursive_references(part: Part, to: Sequence[str]) -> Iterator[Fault]:
    """Has no reference that leads back to itself, in "definitions" or from the "root"."""
    held_ones = part.input.having("$ref")
    roots = {f"/{part.input.key}"} if "root" not in to else set()
    places = [
        (held, target)
        for held in held_ones
        if (target := _locate_target(held, part)) and target not in roots
    ]
    if not places:
        return
    targets = {target for _, target in places}
    graph: dict[str, set[str]] = {}
    for held, target in places:
        for above in _list_ancestors(held):
            if above == target:
                yield point_at(held, "$ref"), "end the recursion: write the schema to a fixed depth"
                return
            if above in targets:
                graph.setdefault(above, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        yield (
            point_at(places[0][0], "$ref"),
            "end the recursion: write the schema to a fixed depth",
        )


def _locate_target(held: Held, part: Part) -> str:
    reference = held.schema["$ref"]
    if not isinstance(reference, str) or not reference.startswith("#"):
        return ""
    return f"/{part.input.key}{unquote(reference[1:])}"


def _list_ancestors(held: Held) -> Iterator[str]:
    trail = held.node.trail
    while trail:
        yield make_pointer(trail)
        trail = trail[0]


def reference_siblings(part: Part, taken: Sequence[str]) -> Iterator[Fault]:
    """Has no keyword next to a reference that is not taken there."""
    for held in part.input.having("$ref"):
        more = [key for key in held.schema if key != "$ref" and key not in taken]
        if more and held.node.depth:
            yield point_at(held, more[0]), f"move {more[0][:_SHOWN]} into what $ref names"


def pattern_compiles(part: Part, engine: Engine) -> Iterator[Fault]:
    """Has patterns that the client's engine compiles."""
    for held in part.input.having("pattern"):
        pattern = held.schema["pattern"]
        if isinstance(pattern, str) and (why := read_pattern(pattern, engine).fault):
            yield (
                point_at(held, "pattern"),
                f"write a pattern that {engine} compiles: this one {why}",
            )


def pattern_features(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has patterns without what the client's engine does not know."""
    for held in part.input.having("pattern"):
        pattern = held.schema["pattern"]
        used = _find_features(pattern) if isinstance(pattern, str) else frozenset[str]()
        if any(feature in used for feature in refused):
            first = next(feature for feature in refused if feature in used)
            yield point_at(held, "pattern"), _advise_on(first)


def _find_features(pattern: str) -> frozenset[str]:
    # A pattern that one engine does not compile is read further by the other.
    return read_pattern(pattern, "javascript").features | read_pattern(pattern, "python").features


def _advise_on(feature: str) -> str:
    advice = {
        "lookahead": "write the pattern without lookaround (?= (?!",
        "lookbehind": "write the pattern without lookaround (?<= (?<!",
        "shorthand": "write the class out: [0-9] instead of \\d, [A-Za-z0-9_] instead of \\w",
        "negated-shorthand": "write the class out: [^0-9] instead of \\D",
        "escaped-slash": "write / instead of \\/",
        "unanchored": "begin the pattern with ^ and end it with $",
    }
    return advice.get(feature, f"write the pattern without {feature}")
