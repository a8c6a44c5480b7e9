"""The prose is plain English: phrases of this project's old private language stay out of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLACES = (
    *("README.md", "docs", "CHANGELOG.md", "reports/agreement/README.md"),
    *("toolgrade", "rubrics", "tests/cases"),
    *("action.yml", ".github", ".pre-commit-hooks.yaml"),
)
"""Files and folders that must not contain PHRASES."""

PROSE = ("README.md", "docs", "CHANGELOG.md", "reports/agreement/README.md")
"""Those that must not contain IN_PROSE either; in code these would be false alarms."""

SUFFIXES = {".md", ".py", ".toml", ".j2", ".yml", ".yaml", ".json"}
PHRASES = {
    "is no X (is not a X)": r"\b(?<!there )(is|are|was) no (?!longer|more)\w+",
    "stand (be, appear)": r"\b(stands?|stood)\b(?!alone|ard)",
    "mend (fix)": r"\bmend(s|ed)?\b",
    "hang on (depend on)": r"\bhangs? on\b",
    "told, tells of (reported, says)": r"\b(is|are|was) told\b|\btells of\b",
    "nobody, whoever (no one, anyone who)": r"\b(nobody|whoever|somebody)\b",
    "heed (respect, follow)": r"\bheed",
    "as good as said": r"as good as said|goes to none|no dozen",
}
"""What to avoid (and what to write instead), as a pattern."""

IN_PROSE = {
    "but for (except)": r"\bbut for\b",
    "beside (with, next to)": r"\bbeside\b",
    "so many (that many)": r"\bso many\b",
    "held to (must)": r"\b(is|are) held to\b",
    "what of it": r"\bwhat of it\b",
    "bar (threshold)": r"\bbars?\b(?!`)",
    "speaks for (says)": r"\bspeaks? for\b",
}


def files(places: tuple[str, ...]) -> list[str]:
    found = []
    for place in places:
        path = ROOT / place
        inside = [path] if path.is_file() else sorted(path.rglob("*"))
        found += [each for each in inside if each.suffix in SUFFIXES]
    return [path.relative_to(ROOT).as_posix() for path in found]


def found_in(file: str, phrases: dict[str, str]) -> list[str]:
    """Return where a file says what it should not: line, words, and what they are an example of."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return [
        f"{file}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}: {phrase}"
        for phrase, pattern in phrases.items()
        for match in re.finditer(pattern, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("file", files(PLACES))
def test_no_phrase_of_the_private_language(file: str) -> None:
    assert found_in(file, PHRASES) == []


@pytest.mark.parametrize("file", files(PROSE))
def test_no_private_word_in_prose(file: str) -> None:
    assert found_in(file, IN_PROSE) == []


@pytest.mark.parametrize(
    "text", ["This is no check.", "It stands there.", "Mend it.", "Nobody is told of it."]
)
def test_a_phrase_is_found(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text(f"First line.\n{text}\nThere is no other.\n")
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    lines = found_in("page.md", PHRASES)
    assert lines
    assert all(line.startswith("page.md:2: ") for line in lines)
