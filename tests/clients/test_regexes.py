"""A pattern is read as its engine reads it: Python's `re` and Rust's `regex` are asked here, and
`python tests/benchmarks/patterns.py` asks node too, of many more patterns.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolgrade.clients.regexes import Engine, read_pattern

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
from patterns import compiles_in_python, compiles_in_rust

SIGNS = "ab\\[](){}?*+|^$-,:<>=!Pdw10ux4n/ &~é"
NEITHER: tuple[Engine, ...] = ()
ALL: tuple[Engine, ...] = ("javascript", "python", "rust")
COMPILED_BY: list[tuple[str, tuple[Engine, ...]]] = [
    # The ends of a range are characters, however they are written.
    (r"[1-\/]", NEITHER),
    (r"[\/-1]", ALL),
    (r"[a-\x41]", NEITHER),
    (r"[\x41-a]", ALL),
    (r"[b-\u0061]", NEITHER),
    (r"[\t-\n]", ALL),
    (r"[\n-\t]", NEITHER),
    (r"[a-\n]", NEITHER),
    (r"[\--a]", ALL),
    (r"[a-\-]", NEITHER),
    (r"[\cA-\cZ]", ("javascript",)),
    (r"[\cZ-\cA]", NEITHER),
    (r"[\u{61}-\u{7a}]", ("javascript", "rust")),
    (r"[\u{7a}-\u{61}]", NEITHER),
    (r"[\ud83d\ude00-\ud83d\ude4f]", ("javascript",)),
    (r"[\0-\x1f]", ("javascript", "python")),
    (r"[\b-\n]", ("javascript", "python")),
    (r"[\a-\n]", ("python", "rust")),
    (r"[\101-Z]", ("python",)),
    (r"[\N{DIGIT ONE}-9]", ("python",)),
    (r"[\d-a]", NEITHER),
    (r"[a-\d]", NEITHER),
    (r"[\p{L}-z]", NEITHER),
    (r"[\d-]", ALL),
    (r"[-\d]", ALL),
    (r"[--a]", ALL),
    (r"[a-c-e]", ALL),
    (r"[a-z&&[^b]]", ("python", "rust")),
    (r"[[:alpha:]-_]", ("python", "rust")),
    (r"[]a]", ("python", "rust")),
    # Escapes.
    (r"\_", ("python", "rust")),
    (r"\é", ("python",)),
    (r"\e", NEITHER),
    (r"\p{L}", ("javascript", "rust")),
    (r"\p{Script=Greek}", ("javascript", "rust")),
    (r"\pL", ("rust",)),
    (r"\400", NEITHER),
    (r"\377", ("python",)),
    (r"\U00110000", NEITHER),
    (r"\b{start}", ("python", "rust")),
    # Groups.
    (r"(a)\1", ("javascript", "python")),
    (r"(a\1)", ("javascript",)),
    (r"\1(a)", ("javascript",)),
    (r"(?<n>a)\k<n>", ("javascript",)),
    (r"(?P<n>a)(?P=n)", ("python",)),
    (r"(?<n>a)(?<n>b)", NEITHER),
    (r"(?P<n>a)(?P<n>b)", NEITHER),
    (r"(?<=a+)b", ("javascript",)),
    (r"(?<=ab|c)d", ("javascript",)),
    (r"(?<=ab|cd)e", ("javascript", "python")),
    (r"(a)?(?(1)b|c)", ("python",)),
    (r"(?i)a", ("python", "rust")),
    (r"a(?i)", ("rust",)),
    (r"(?i:a)", ("python", "rust")),
    (r"(?-i:a)", ("python", "rust")),
    (r"(?au)a", NEITHER),
    (r"(?>a)", ("python",)),
    # Counts.
    (r"a{,3}", ("python",)),
    (r"a{3,2}", NEITHER),
    (r"a{99999999999}", ("javascript",)),
    (r"a**", ("rust",)),
    (r"a++", ("python", "rust")),
    (r"^*", ("rust",)),
    (r"(?=a)*", ("python",)),
    (r"{,3}", NEITHER),
]


@pytest.mark.parametrize(("pattern", "engines"), COMPILED_BY)
def test_each_engine_compiles_what_it_knows(pattern: str, engines: tuple[Engine, ...]) -> None:
    assert tuple(one for one in ALL if not read_pattern(pattern, one).fault) == engines
    assert compiles_in_python(pattern) is ("python" in engines)
    assert compiles_in_rust(pattern) is ("rust" in engines)


@pytest.mark.parametrize(
    ("pattern", "engine"),
    [
        (r"\p{Foo}", "rust"),  # a script, which Rust takes without `Script=`: they are not listed
        ("(?x) ( # not closed", "rust"),  # in a pattern with comments, nothing is read
        ("(?x) ( # not closed", "python"),
    ],
)
def test_what_is_not_read_counts_as_valid(pattern: str, engine: Engine) -> None:
    assert not read_pattern(pattern, engine).fault
    compiles = compiles_in_python if engine == "python" else compiles_in_rust
    assert not compiles(pattern)


@settings(max_examples=150, deadline=None)
@given(pattern=st.text(alphabet=SIGNS, max_size=30))
def test_a_pattern_is_read_as_its_engine_does(pattern: str) -> None:
    assert (not read_pattern(pattern, "python").fault) is compiles_in_python(pattern)
    assert (not read_pattern(pattern, "rust").fault) is compiles_in_rust(pattern)


def test_a_hostile_pattern_is_read_in_one_pass() -> None:
    for pattern in ("(" * 9_999, "[" * 9_999, "\\u{" + "1" * 9_000, "a{" + "1" * 9_000 + "}"):
        assert read_pattern(pattern, "rust").fault
        assert read_pattern(pattern, "javascript").fault or "{1" in pattern
    assert not read_pattern("(a" * 4_000 + "){2}" * 4_000 + "(", "python").features - {"unanchored"}
    assert not read_pattern("(" * 20_000, "python").fault
