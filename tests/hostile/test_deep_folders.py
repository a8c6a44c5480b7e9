"""Folders inside of one another, deeper or with longer names than any that people make."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolgrade.files.walking import MAX_LEVELS, list_files
from toolgrade.source.folders import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Done

LISTING = '{"tools": [{"name": "get_page", "description": "Get a page of the wiki by its id."}]}'

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such paths")


@contextmanager
def nested(top: Path, name: str, levels: int) -> Iterator[None]:
    """Make folders from inside, as their paths are too long to be used, and remove them so."""
    before = Path.cwd()
    os.chdir(top)
    for _ in range(levels):
        Path(name).mkdir()
        os.chdir(name)
    try:
        os.chdir(before)
        yield
    finally:
        os.chdir(top)
        for _ in range(levels):
            os.chdir(name)
        for _ in range(levels):
            os.chdir("..")
            Path(name).rmdir()
        os.chdir(before)


@pytest.mark.parametrize(
    ("name", "levels", "said"),
    [
        ("a", 1100, f"is below {MAX_LEVELS} other folders"),
        ("n" * 240, 20, "cannot be read: File name too long"),
    ],
)
def test_deep_folders_end_no_command(
    home: Path, run: Callable[..., Done], name: str, levels: int, said: str
) -> None:
    (home / ".git").mkdir()
    (home / "tools.json").unlink()
    with nested(home, name, levels):
        graded = run("grade", ".")
        assert (graded.status, said in graded.err) == (2, True)
        (home / "tools.json").write_text(LISTING)
        for words in (["init"], ["catalog", ".", "-o", "site"]):
            done = run(*words)
            assert "internal error" not in done.err, words
    assert "tools.json" in (home / "toolgrade.toml").read_text()
    assert (home / "site" / "index.html").is_file()


def test_what_is_below_too_many_folders_is_left_out(tmp_path: Path) -> None:
    with nested(tmp_path, "a", MAX_LEVELS + 5):
        folders = [*walk(tmp_path, [".py"])]
        assert len(folders) == MAX_LEVELS + 1
        assert [why for one in folders for _, why in one.refusals] == [
            f"is below {MAX_LEVELS} other folders, so it is not read; name a folder nearer to it"
        ]


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside / "b"):
        folder.mkdir(parents=True)
    for file in (outside / "o.json", inside / "z.json", inside / "b" / "c.json", inside / "n.txt"):
        file.write_text(LISTING)
    (inside / "linked").symlink_to(outside)
    (inside / "l.json").symlink_to(outside / "o.json")
    found = [*list_files(inside, ".json", lambda _: True)]
    assert [file.relative_to(inside).as_posix() for file in found] == ["z.json", "b/c.json"]
