"""What a wheel holds of the shipped TOML files as JSON is what the TOML says."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from toolgrade.files import compiled
from toolgrade.files.shipped import FOLDER

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of shipped files, as a wheel has them."""
    monkeypatch.setattr(compiled, "FOLDER", tmp_path)
    (tmp_path / compiled.HOME).mkdir()
    return tmp_path


def put(folder: Path, content: str) -> Path:
    """Put a TOML file and its compiled form into a folder; return the latter."""
    (folder / "a.toml").write_text(content)
    path = folder / compiled.HOME / "a.json"
    path.write_bytes(compiled.compile_tables(content.encode()))
    return path


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.toml")))
@pytest.mark.parametrize("number", [float, Decimal])
def test_a_compiled_file_says_the_same(shipped: Path, name: str, number: type) -> None:
    content = (FOLDER / name).read_text(encoding="utf-8")
    put(shipped, content)
    found = compiled.read_tables("a.toml", number)
    expected = tomllib.loads(content, parse_float=number)
    # Order counts in a rubric, and 0.5 is not 0.50 in what is shown.
    assert repr(found) == repr(expected)


def test_it_is_not_parsed_again(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shipped, "a = 1.50")
    monkeypatch.setattr(tomllib, "loads", None)
    assert str(compiled.read_tables("a.toml", Decimal)["a"]) == "1.50"


@pytest.mark.parametrize("content", [b"", b"cut", b"0" * 64 + b"\n{}"])
def test_what_is_not_of_this_file_is_not_used(shipped: Path, content: bytes) -> None:
    put(shipped, "a = 1").write_bytes(content)
    assert compiled.read_tables("a.toml") == {"a": 1}


def test_an_edited_file_counts(shipped: Path) -> None:
    put(shipped, "a = 1")
    (shipped / "a.toml").write_text("a = 2")
    assert compiled.read_tables("a.toml") == {"a": 2}
