from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports import empty_report, one_server_report, sample_report, with_words
from toolgrade.outputs.markdown import render

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
MARKS = st.text("`|\\@#$*_[]()<>!&~:/w.a\n -")
INERT = {
    "inline",
    "text",
    "code_inline",
    "strong_open",
    "strong_close",
    *(f"{block}_{end}" for block in ("paragraph", "heading") for end in ("open", "close")),
    *(f"{block}_{end}" for block in ("bullet_list", "list_item") for end in ("open", "close")),
    *(f"{block}_{end}" for block in ("table", "thead", "tbody") for end in ("open", "close")),
    *(f"{block}_{end}" for block in ("tr", "th", "td") for end in ("open", "close")),
}  # fmt: skip


def parse(text: str) -> list[Any]:
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    blocks = parser.parse(text)
    return [token for block in blocks for token in (block, *(block.children or ()))]


def shape(text: str) -> list[str]:
    return [token.type for token in parse(text) if token.type not in {"text", "code_inline"}]


@UNHURRIED
@given(ANY_TEXT | MARKS)
@example("a\\|b")
@example("- `")
@example("1. `")
@example("# `")
@example("`|`")
@example("@@team")
@example("![x](http://evil.test)")
@example("<img src=x onerror=alert(1)>")
def test_words_change_neither_the_structure_nor_what_acts(words: str) -> None:
    text = "".join(render(with_words(words)))
    assert shape(text) == shape("".join(render(with_words("words"))))
    assert {token.type for token in parse(text)} <= INERT


@UNHURRIED
@given(ANY_TEXT | MARKS)
@example("@@octocat fixes #1 at https://evil.test and WWW.evil.test for $x$")
def test_what_is_linked_after_escaping_stands_in_code(words: str) -> None:
    running = [t.content for t in parse("".join(render(with_words(words)))) if t.type == "text"]
    assert not re.search(r"[@#$]|://|www\.", " ".join(running), re.IGNORECASE)


@pytest.mark.parametrize("words", ["get_issue", "a*b*c", "x < y & z", "1. [a](b)", "~~no~~ `code`"])
def test_words_are_shown_as_they_are(words: str) -> None:
    tokens = parse("".join(render(with_words(words))))
    cells = [token for token in tokens if token.type == "inline"]
    spelled = ["".join(child.content for child in cell.children) for cell in cells]
    assert spelled.count(words) >= 3  # the server's row and heading, and the tool's row


def test_every_row_has_as_many_cells_as_its_table() -> None:
    text = "".join(render(sample_report()))
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}) == 1


def test_the_summary_says_what_the_report_says() -> None:
    text = "".join(render(sample_report()))
    assert "| `issue-tracker` | - | C | 2.3 | - | 2.8 | 1.5 | 5 | 4 |" in text
    assert "| `get_issue` | 2 | 1 | 1 | 1 | 3 | 1 | 1.5 | D |" in text
    assert (
        "- **+0.15** `create_issue`: drop the praise (`conciseness.marketing`), `Powerful and easy`"
        in text
    )
    assert "- **error** (no name, number 4): give it a name (`malformed.nameless`)" in text
    assert "- `npx broken-server`: ended before it answered; see its last lines" in text
    assert text.index("`get_issue` | 2") < text.index("`create_issue` | 4")
    assert text.endswith("digest `sha256:0f3c9a5e7b21`.\n")


def test_a_report_without_a_server_says_why() -> None:
    text = "".join(render(empty_report()))
    assert "- `none.json`: no such file; check the path" in text
    assert "|" not in text


def test_a_long_list_is_cut_and_counted() -> None:
    report = one_server_report()
    server = report.servers[0]
    many = replace(server, tools=server.tools[:3] * 20)
    text = "".join(render(replace(report, servers=(many,))))
    assert "40 more tools in the JSON report." in text


def test_a_summary_stays_under_what_github_takes_and_says_what_was_cut() -> None:
    report = with_words("\u524a|" * 200)
    text = "".join(
        render(replace(report, servers=report.servers * 600, errors=report.errors * 600))
    )
    assert len(text.encode()) < 1024 * 1024
    overview, cut = re.findall(r"^(\d+) more servers in the JSON report", text, re.MULTILINE)
    assert overview == "400"
    assert 600 - int(cut) == text.count("### Fix first")
    assert "400 more sources in the JSON report" in text


def test_the_same_report_gives_the_same_text() -> None:
    assert list(render(sample_report())) == list(render(sample_report()))
