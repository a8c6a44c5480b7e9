from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolgrade.listing.lenient import MAX_DEPTH, decode
from toolgrade.listing.positions import Document
from toolgrade.model import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


@dataclass(frozen=True)
class Node:
    """A value as the reference scanner sees it; `chars` are offsets of a string's characters."""

    at: int
    chars: tuple[int, ...] = ()
    members: tuple[tuple[str, Node], ...] = ()


def reference(text: str) -> Node:
    """Scan character by character: slow, obvious, and knowing nothing of the code under test."""
    node, _ = _value(text, _blank(text, 0))
    return node


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _value(text: str, at: int) -> tuple[Node, int]:
    if text[at] == '"':
        chars, end = _string(text, at)
        return Node(chars[0], tuple(chars)), end
    if text[at] in "[{":
        return _container(text, at)
    end = at
    while end < len(text) and text[end] not in ",]} \t\r\n":
        end += 1
    return Node(at), end


def _container(text: str, start: int) -> tuple[Node, int]:
    members: dict[str, Node] = {}
    at = _blank(text, start + 1)
    while text[at] not in "]}":
        key = str(len(members))
        if text[start] == "{":
            _, end = _string(text, at)
            key = json.loads(text[at:end])
            at = _blank(text, _blank(text, end) + 1)
        members[key], at = _value(text, at)
        at = _blank(text, at)
        if text[at] == ",":
            at = _blank(text, at + 1)
    return Node(start, (), tuple(members.items())), at + 1


def _string(text: str, quote: int) -> tuple[list[int], int]:
    """Return the offsets of the characters and of the closing quote, and the offset past it."""
    chars: list[int] = []
    at = quote + 1
    while text[at] != '"':
        chars.append(at)
        at += _width(text, at)
    return [*chars, at], at + 1


def _width(text: str, at: int) -> int:
    if text[at] != "\\":
        return 1
    if text[at + 1] != "u":
        return 2
    unit, following = int(text[at + 2 : at + 6], 16), text[at + 6 : at + 12]
    is_pair = (
        0xD800 <= unit < 0xDC00
        and following.startswith("\\u")
        and 0xDC00 <= int(following.replace("\\u", "0x"), 0) < 0xE000
    )
    return 12 if is_pair else 6


def _walk(node: Node, pointer: str = "") -> Iterator[tuple[str, Node]]:
    yield pointer, node
    for key, member in node.members:
        yield from _walk(member, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    before = text[:at].split("\n")
    return len(before), len(before[-1]) + 1


class Pairs(list[tuple[str, Any]]):
    """An object's members, names repeated as they come."""


KEYS = st.text(alphabet='ab~/01"\\é\n😀\ud800', max_size=3)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    # Halves of pairs, alone and together: as escapes they join, written raw they do not.
    | st.text(alphabet='x\\"/\n\x1b\ud83d\ude00😀\u202e', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(st.tuples(KEYS, inner), max_size=4).map(Pairs)
    ),
    max_leaves=25,
)


def render(value: Any, random: Random) -> str:
    """Write `value` as JSON with white space and escapes chosen by `random`."""

    def gap() -> str:
        return random.choice(["", "", " ", "\n", "\r\n", "\t \n  "])

    if isinstance(value, Pairs):
        inside = [
            f"{gap()}{_quoted(key, random)}{gap()}:{gap()}{render(member, random)}{gap()}"
            for key, member in value
        ]
        return "{" + (",".join(inside) or gap()) + "}"
    if isinstance(value, list):
        items = [f"{gap()}{render(item, random)}{gap()}" for item in value]
        return "[" + (",".join(items) or gap()) + "]"
    return _quoted(value, random) if isinstance(value, str) else json.dumps(value)


def _quoted(value: str, random: Random) -> str:
    return '"' + "".join(_written(char, random) for char in value) + '"'


def _written(char: str, random: Random) -> str:
    if char in '"\\' or char < " " or random.random() < 0.2:
        units = char.encode("utf-16-be", "surrogatepass")
        pieces = [units[i : i + 2].hex() for i in range(0, len(units), 2)]
        plain = json.dumps(char)[1:-1]
        return random.choice(["".join(f"\\u{piece}" for piece in pieces), plain])
    return char


@given(VALUES, st.randoms(use_true_random=False))
def test_every_character_is_where_a_slow_scanner_finds_it(value: Any, random: Random) -> None:
    text = random.choice(["", " ", "\n"]) + render(value, random) + "\n"
    document = Document(text, "f.json")
    for pointer, node in _walk(reference(text)):
        for index, offset in enumerate(node.chars or (node.at,)):
            assert document.place(pointer, index) == Place(
                "f.json", *_line_and_column(text, offset)
            )
        assert document.place(pointer, len(node.chars) or 1) is None
        assert document.place(f"{pointer}/none such") is None


@given(VALUES, st.randoms(use_true_random=False))
def test_the_data_is_what_the_standard_parser_reads(value: Any, random: Random) -> None:
    text = render(value, random)
    assert Document(text, "f.json").data == json.loads(text)


@pytest.mark.parametrize(
    ("text", "pointer", "start", "expected"),
    [
        pytest.param('{"a": "xy"}', "/a", 0, (1, 8), id="the first character, past the quote"),
        pytest.param('{"a": "xy"}', "/a", 2, (1, 10), id="the closing quote"),
        pytest.param('{"a": "xy"}', "/a", 3, None, id="past the end"),
        pytest.param('{"a": 1}', "/a", 1, None, id="a number has no second character"),
        pytest.param('{"a": "\\ud83d\\ude00!"}', "/a", 1, (1, 20), id="a pair is one character"),
        pytest.param('{"a": "😀!"}', "/a", 1, (1, 9), id="columns count code points"),
        pytest.param('{"a": "\\ud83d!"}', "/a", 1, (1, 14), id="half a pair is one too"),
        pytest.param('{"a":\r\n"x\\n\\ny"}', "/a", 3, (2, 7), id="an escaped newline is no line"),
        pytest.param('{"a": 1,\n "a": 2}', "/a", 0, (2, 7), id="the last of two"),
        pytest.param('{"a": {"b": 1},\n "a": {}}', "/a/b", 0, None, id="not inside the first"),
        pytest.param('{"a/b": {"~": 7}}', "/a~1b/~0", 0, (1, 15), id="escaped pointer"),
        pytest.param('{"~1": 7}', "/~01", 0, (1, 8), id="~01 is ~1"),
        pytest.param('{"\\u0061": 7}', "/a", 0, (1, 12), id="escaped key"),
        pytest.param("[1, 2]", "/1", 0, (1, 5), id="index"),
        pytest.param("[1, 2]", "/01", 0, None, id="no leading zero"),
        pytest.param("[1, 2]", "/-", 0, None, id="past the last item"),
        pytest.param("[1, 2]", "/2", 0, None, id="no such item"),
        pytest.param("[1, 2]", "/0/a", 0, None, id="nothing inside a number"),
        pytest.param('{"": 7}', "/", 0, (1, 6), id="the empty key"),
        pytest.param("\n 7", "", 0, (2, 2), id="the root"),
        pytest.param('{"a": [ ], "b": 7}', "/b", 0, (1, 17), id="past an empty array"),
        pytest.param('{"a": %s, "b": 7}' % ("9" * 5000), "/b", 0, (1, 5014), id="past a huge int"),
    ],
)
def test_places(text: str, pointer: str, start: int, expected: tuple[int, int] | None) -> None:
    place = Document(text, "f.json").place(pointer, start)
    assert place == (Place("f.json", *expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "data", "mended"),
    [
        ("[NaN, 1]", [None, 1], [("not-a-number", "/0")]),
        ('{"a": {"b": -Infinity}}', {"a": {"b": None}}, [("not-a-number", "/a/b")]),
        ("Infinity", None, [("not-a-number", "")]),
        ("[1e400, -1e400, 1e-400]", [None, None, 0], [("not-a-number", f"/{i}") for i in (0, 1)]),
        (f"[{'9' * 5000}]", [None], [("not-a-number", "/0")]),
        ('["NaN", -0]', ["NaN", 0], []),
        ('{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}, [("duplicate-key", "/a")]),
        ('{"a": 1, "a": 2, "a": 3}', {"a": 3}, [("duplicate-key", "/a")]),
        ('[{"a/": {"x": 1, "x": 2}}]', [{"a/": {"x": 2}}], [("duplicate-key", "/0/a~1/x")]),
        # What stood in the first of two is gone, and so is what was wrong with it.
        ('{"a": {"x": 1, "x": NaN}, "a": 0}', {"a": 0}, [("duplicate-key", "/a")]),
        ('["\\ud800", "\\u0000"]', ["\ud800", "\0"], []),
    ],
)
def test_what_json_cannot_say_is_mended_and_noted(
    text: str, data: object, mended: list[tuple[str, str]]
) -> None:
    document = Document(text, "f.json")
    assert document.data == data
    assert [(found.kind, found.pointer) for found in document.find_malformed("")] == mended


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 900, 10_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_beyond_the_bound_is_null(levels: int, opening: str) -> None:
    closing = {"[": "]"}.get(opening, "}")
    text = f'[{opening * (levels - 1)}"]}}\\"["{closing * (levels - 1)},\n"after"]'
    document = Document(text, "f.json")
    step = {"[": "/0"}.get(opening, "/a")
    deepest = "/0" + step * (MAX_DEPTH - 1)
    assert [(found.kind, found.pointer) for found in document.find_malformed("")] == [
        ("too-deep", deepest)
    ]
    value = document.data
    for _ in range(MAX_DEPTH):
        value = value["a"] if isinstance(value, dict) else value[0]
    assert value is None
    assert document.place(deepest) == Place("f.json", 1, 2 + len(opening) * (MAX_DEPTH - 1))
    assert document.data[1] == "after"
    assert document.place("/1", 1) == Place("f.json", 2, 3)


def test_nesting_up_to_the_bound_is_kept() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    document = Document(text, "f.json")
    assert document.data == json.loads(text)
    assert document.find_malformed("") == ()


def test_many_faults_are_all_mended_though_not_all_noted() -> None:
    key = "k" * 100_000
    document = Document(json.dumps({key: [float("nan")] * 1000}), "f.json")
    assert document.data == {key: [None] * 1000}
    assert 10 <= len(document.find_malformed("")) <= 20


def test_what_was_mended_is_told_to_the_definition_it_is_in() -> None:
    text = '{"tools": [{"a": NaN}, 1, 2, 3, 4, 5, 6, 7, 8, 9, {"a": [NaN]}], "tools!": NaN}'
    document = Document(text, "f.json")
    assert [found.pointer for found in document.find_malformed("/tools/1")] == []
    assert [found.pointer for found in document.find_malformed("/tools/0")] == ["/a"]
    assert [found.pointer for found in document.find_malformed("/tools/10")] == ["/a/0"]
    assert [found.pointer for found in document.find_malformed("/tools")] == ["/0/a", "/10/a/0"]


def test_an_origin_counts_from_its_definition() -> None:
    document = Document('{"tools": [{"name": "a"}]}', "f.json")
    assert document.origin("/tools/0").place("/name") == Place("f.json", 1, 22)
    assert document.origin("").place("/tools/0/name") == Place("f.json", 1, 22)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_every_encoding_of_json_is_read(encoding: str) -> None:
    text = '["é😀", 1]'
    assert decode(text.encode(encoding), "f.json") == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"tools": [', "f.json:1:12: the JSON ends too early: expected a value"),
        ('{"a": 1,\n "b', "f.json:2:2: the JSON ends too early: expected a closing quote"),
        ('{"a": 1', "f.json:1:8: the JSON ends too early: expected ',' or a closing bracket"),
        ('{"a" 1}', "f.json:1:6: not JSON: expected ':'"),
        ("{'a': 1}", "f.json:1:2: not JSON: expected a name in double quotes"),
        ("[1]\n[2]", "f.json:2:1: not JSON: expected nothing after the first value"),
        ('["\t"]', "f.json:1:3: not JSON: expected no raw control character inside a string"),
        ('["\\x"]', "f.json:1:3: not JSON: expected a valid escape after the backslash"),
        ("tools: []", "f.json:1:1: not JSON: expected a value"),
        ("[" * 100_000, "f.json:1:100001: the JSON ends too early"),
        ("[" * 5000 + "\n" + "]" * 4990, "f.json:2:4991: the JSON ends too early"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Document(text, "f.json")
    assert str(caught.value).startswith(message)
