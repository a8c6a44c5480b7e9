"""Definitions that Hypothesis draws: mostly what belongs in each place, now and then anything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# Words that checks look for, so that what is drawn meets some checks and fails others.
PHRASES = (
    "Get the page of a wiki.",
    "Delete a page.",
    "Use when the id is not known.",
    "Do not use it for drafts.",
    "This cannot be undone.",
    "Returns null if nothing is found, at most 50 rows.",
    "Requires the admin role.",
    "call `b/c` instead",
    "limit: how many to return (default 20)",
    "Args:\n  limit: most rows\n  ghost: none",
    "- a list\n- of `items`",
    "TODO",
    "Weather, wind, rain",
    "IMPORTANT!!! NEVER!",
    "Lädt die Datei und gibt den Inhalt als Text zurück, wenn sie da ist.",
    "列出所有打开的问题。",
    "https://example.test/a?b=c `code` ```fence",
    "{ a, b } [x, y]",
)
HOSTILE = (
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\u200b",
    "\ud800",
    "\U000e0041",
    "\U0001f600",
    "e\u0301",
    "\u0130",  # lower-cases to two characters
    "\ufb01",
    "\u2028",
    "\r\n",
    " ",
    "\n\n",
)
NAMES = ("", " ", "a", "b/c", "m~n", "~1", "limit", "user_id", "data", "0", "get_page", "\u202e")


def texts() -> st.SearchStrategy[str]:
    phrase = st.sampled_from(PHRASES)
    piece = st.one_of(phrase, phrase, phrase, st.sampled_from(HOSTILE), st.text(max_size=12))
    return st.lists(piece, min_size=1, max_size=8).map(" ".join)


def any_json() -> st.SearchStrategy[Any]:
    leaf = (
        st.none()
        | st.booleans()
        | st.integers(-(10**20), 10**20)
        | st.floats()
        | texts()
        | st.sampled_from(NAMES)
    )
    return st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=4)
        ),
        max_leaves=8,
    )


def or_any(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw mostly what belongs there, and now and then whatever JSON can hold."""
    return st.one_of(strategy, strategy, strategy, any_json())


def schemas() -> st.SearchStrategy[Any]:
    leaf: st.SearchStrategy[Any] = st.fixed_dictionaries(
        {},
        optional={
            "type": or_any(st.sampled_from(["string", "integer", "array", ["null", "number"]])),
            "description": or_any(texts()),
            "enum": or_any(st.lists(st.sampled_from(NAMES) | st.integers(), max_size=4)),
            "default": any_json(),
            "$ref": or_any(st.sampled_from(["#/$defs/a", "#", "#/$defs/b~1c", "x"])),
        },
    )
    return st.recursive(leaf, objects, max_leaves=6)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw schemas of objects whose members `inner` draws."""
    members = st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    return st.fixed_dictionaries(
        {"properties": or_any(members)},
        optional={
            "type": st.just("object"),
            "description": or_any(texts()),
            "required": or_any(st.lists(st.sampled_from(NAMES), max_size=3)),
            "items": or_any(inner),
            "anyOf": or_any(st.lists(inner, max_size=3)),
            "oneOf": or_any(st.lists(inner, max_size=3)),
            "$defs": or_any(st.dictionaries(st.sampled_from(["a", "b/c"]), inner, max_size=2)),
        },
    )


ANY_NAME = or_any(st.sampled_from(NAMES))
A_NAME = st.sampled_from(["get_page", "delete"])


def tools(name: st.SearchStrategy[Any] = ANY_NAME) -> st.SearchStrategy[dict[str, Any]]:
    hint = or_any(st.booleans())
    hints = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
    return st.fixed_dictionaries(
        {"name": name, "description": or_any(texts()), "inputSchema": or_any(objects(schemas()))},
        optional={
            "title": or_any(texts()),
            "outputSchema": or_any(schemas()),
            "annotations": or_any(st.dictionaries(st.sampled_from([*hints, "title"]), hint)),
        },
    )


def listings() -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(tools(), min_size=1, max_size=4)
