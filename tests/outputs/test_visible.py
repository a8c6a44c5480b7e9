import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolgrade.outputs.visible import visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Format characters that are drawn: signs that enclose or stand over the digits after them.
DRAWN = {
    *range(0x600, 0x606),
    *(0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD),
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext, café, 削除, ✓", "plain\n\ttext, café, 削除, ✓"),
        ("\x1b[31mred\x1b[0m", "⟨ESC⟩[31mred⟨ESC⟩[0m"),
        ("a\x00b\x7fc\x9bd", "a⟨NUL⟩b⟨U+007F⟩c⟨U+009B⟩d"),
        ("report\u202egnp.exe", "report⟨U+202E⟩gnp.exe"),
        ("in\u200bvisible", "in⟨U+200B⟩visible"),
        ("\u200b" * 1_000_000, "⟨1000000 U+200B⟩"),
        ("hi\U000e0062\U000e0079\U000e0065", "hi⟨tags: bye⟩"),
        ("half \ud83d of a pair", "half ⟨U+D83D⟩ of a pair"),
        ("one\r\ntwo\rthree\r\r\n", "one\ntwo⟨CR⟩three⟨CR⟩\n"),
        ("warn ⚠️ and 👩‍💻 and 1️⃣", "warn ⚠️ and 👩‍💻 and 1️⃣"),
        ("\ufe0f\u200d", "⟨U+FE0F⟩⟨U+200D⟩"),
        ("😀\ufe0f\ufe0f", "😀\ufe0f⟨U+FE0F⟩"),
    ],
)
def test_acting_and_hiding_characters_become_tokens(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_on_one_line_newlines_and_tabs_are_arrows() -> None:
    assert visible("a\n\n\tb\r\n", lines=False) == "a↵↵⇥b↵"


def test_no_control_or_format_character_is_missed() -> None:
    assert visible("\n\t\r", lines=False) == "↵⇥⟨CR⟩"
    acting = [chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) in ACTING]
    missed = {ord(c) for c in acting if visible(c, lines=False) == c}
    assert missed <= DRAWN


@given(ANY_TEXT)
def test_the_result_can_be_written_and_is_stable(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown
    assert not any(c in shown for c in "\x1b\r\x00\u202e\u2066\u200b")
