"""What a stranger wrote is inert in every format that a machine reads."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from consumers import CONSUMERS, strings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports import sample_report, with_words
from toolgrade.model import RubricStamp
from toolgrade.outputs import REPORTERS
from toolgrade.outputs.visible import visible

SERVER = Path(__file__).parents[1] / "servers" / "hostile.json"
UNHURRIED = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
SIGNS = st.text("%:,=#[](){}0A\n\r<>&;'\"]|`\\x\x00\x1b\ufffe\u202e\ud800")
WORDS = (
    "%0A::error::x",
    "\n::error file=x::y\r\n##[error]z",
    "]]><x/><!-- -- --><![CDATA[",
    "\x00\x1b[31m\x7f\x85\ufffe\uffff",
    "\u202egnp.exe\u202c\u200b",
    "\ud800",
    "<script>alert(1)</script>",
    "| a | [x](http://evil.test) ![y](z) {0} {1}",
    "\\[x](http://evil.test)",
    '" onload="alert(1)',
    "&amp;&lt;&#0;",
)


def read(format_: str, words: str) -> Any:
    report = with_words(words)
    stamp = report.rubric
    named = RubricStamp(words, words, words, stamp.dimensions)
    return CONSUMERS[format_]("".join(REPORTERS[format_](replace(report, rubric=named))))


def size(read_back: Any) -> int:
    return len(read_back["results"]) if isinstance(read_back, dict) else len(list(read_back))


@pytest.mark.parametrize("words", [*WORDS, "long " * 20_000], ids=range(len(WORDS) + 1))
@pytest.mark.parametrize("format_", CONSUMERS)
def test_hostile_words_are_harmless(format_: str, words: str) -> None:
    text = "".join(REPORTERS[format_](with_words(words)))
    assert text.encode()
    assert len(text) < 100_000  # a name of 100 kB is cut wherever it stands
    found = read(format_, words)
    assert size(found) == size(read(format_, "words"))
    for string in strings(found):
        assert visible(string) == string


@UNHURRIED
@given(ANY_TEXT | SIGNS)
@example("\ufffe")
@example("/")
def test_no_words_change_what_a_machine_reads(words: str) -> None:
    for format_ in CONSUMERS:
        assert size(read(format_, words or "-")) == size(read(format_, "words"))


@pytest.mark.parametrize("format_", CONSUMERS)
def test_a_hostile_server_is_graded_into_every_format(format_: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["-c", "from toolgrade.cli import main; main()", "grade", str(SERVER)]
    subprocess.run([sys.executable, *command, "-o", f"{format_}:{out}"], check=True)
    found = CONSUMERS[format_](out.read_text("utf-8"))
    assert size(found)
    assert "\u202e" not in "".join(strings(found))


@pytest.mark.parametrize("format_", CONSUMERS)
def test_the_same_report_gives_the_same_bytes(format_: str) -> None:
    assert list(REPORTERS[format_](sample_report())) == list(REPORTERS[format_](sample_report()))
