"""A file keeps every character that a change of its data does not need to touch."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolgrade.fixes.diff import format_diff
from toolgrade.fixes.json_text import apply_text_edits, edit_text
from toolgrade.listing.lenient import decode, encode_like

KEYS = st.sampled_from(["a", "b", "c", "é", 'q"', "d\\", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.just(1.5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
STYLES = st.sampled_from(
    [
        {"indent": 2},
        {"indent": "\t"},
        {"indent": 4, "ensure_ascii": False},
        {"separators": (",", ":")},
        {},
        {"indent": 0},
        {"indent": 2, "separators": (" ,", " : ")},
    ]
)


def apply_diff(text: str, lines: list[str]) -> str:
    """Return the text after a unified diff, as `patch` would make it; every old line must agree."""
    old = text.split("\n")
    new: list[str] = []
    at = 0
    for line in lines[2:]:
        if found := re.match(r"@@ -(\d+)(?:,(\d+))? ", line):
            start = int(found[1]) - 1
            new += old[at:start]
            at = start
        elif line[0] == "\\":
            continue
        else:
            body = line[1:].removesuffix("\n").removesuffix("\n\\ No newline at end of file")
            if line[0] in " -":
                assert old[at] == body
                at += 1
            if line[0] in " +":
                new.append(body)
    return "\n".join([*new, *old[at:]])


@given(old=JSON, new=JSON, style=STYLES, newline=st.sampled_from(["\n", "\r\n"]))
def test_the_text_holds_the_new_data(old: Any, new: Any, style: Any, newline: str) -> None:
    text = json.dumps(old, **style).replace("\n", newline)
    edits = edit_text(text, old, new)
    changed = apply_text_edits(text, edits)
    assert json.loads(changed) == new
    assert (not edits) == (json.dumps(old) == json.dumps(new))
    if newline == "\r\n":
        assert "\n" not in changed.replace("\r\n", "")


@given(old=st.dictionaries(KEYS, JSON, max_size=4), new=JSON, style=STYLES)
def test_what_is_beside_a_change_keeps_its_characters(old: Any, new: Any, style: Any) -> None:
    beside = {"kept": [1, {"x": "é"}], "also": {"n": 1.50}}
    text = json.dumps({**beside, "old": old}, **style)
    changed = apply_text_edits(
        text, edit_text(text, {**beside, "old": old}, {**beside, "old": new})
    )
    assert changed[: text.index("old")] == text[: text.index("old")]


@given(old=st.lists(JSON, min_size=1, max_size=6), style=STYLES, data=st.data())
def test_the_diff_makes_the_new_text(old: list[Any], style: Any, data: Any) -> None:
    new = [data.draw(JSON) if data.draw(st.booleans()) else member for member in old]
    text = json.dumps(old, **style) + data.draw(st.sampled_from(["", "\n"]))
    edits = edit_text(text, old, new)
    lines = list(format_diff(text, edits, "tools.json"))
    changed = apply_text_edits(text, edits)
    assert (apply_diff(text, lines) if lines else text) == changed


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        ('{"a": 1, "b": 2}', {"a": 1, "b": 2}, {"b": 2}, '{"b": 2}'),
        ('{\n  "a": 1,\n  "b": 2\n}', {"a": 1, "b": 2}, {"a": 1}, '{\n  "a": 1\n}'),
        ('{\n\t"a": 1\n}', {"a": 1}, {"a": 1, "b": [2]}, '{\n\t"a": 1,\n\t"b": [\n\t\t2\n\t]\n}'),
        ('{"a":1}', {"a": 1}, {"a": 1, "b": {"c": 2}}, '{"a":1,"b":{"c":2}}'),
        ('{"a": 1}', {"a": 1}, {"b": 1}, '{"b": 1}'),
        ('{"a" : {} }', {"a": {}}, {}, "{}"),
        ('[{"a": [1, 2]}]', [{"a": [1, 2]}], [{"a": [1]}], '[{"a": [1]}]'),
        ("{}", {}, {"a": 1}, '{"a": 1}'),
        ('{"\\u0061": 1, "b": 2}', {"a": 1, "b": 2}, {"a": 3, "b": 2}, '{"\\u0061": 3, "b": 2}'),
    ],
)
def test_a_change_is_written_as_the_file_is(text: str, old: Any, new: Any, wanted: str) -> None:
    assert apply_text_edits(text, edit_text(text, old, new)) == wanted


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_utf_8_keeps_its_mark(mark: bytes) -> None:
    content = mark + '{"a": "é\ud800"}'.encode("utf-8", "surrogatepass")
    assert encode_like(decode(content, "x"), content) == content


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_other_encodings_are_kept(encoding: str, mark: str) -> None:
    content = (mark + '{"a": "é"}').encode(encoding)
    assert encode_like(decode(content, "x"), content) == content
