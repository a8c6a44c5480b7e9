"""`toolgrade catalog` from the command line: what it reads, says and returns."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sites import api, tool

from toolgrade.cli import cli

if TYPE_CHECKING:
    from pathlib import Path


def run(*words: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["catalog", "-j", "1", *map(str, words)])
    error = f"{done.exception}\n" if isinstance(done.exception, Exception) else ""
    return done.exit_code, done.stdout, done.stderr + error


def save(path: Path, *names: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"tools": [tool(name, "Get a note.") for name in names]}))
    return path


def test_a_folder_of_saved_lists_is_read(tmp_path: Path) -> None:
    save(tmp_path / "lists/b.json", "get_note")
    save(tmp_path / "lists/deep/a.json", "list_notes", "get_note")
    save(tmp_path / "lists/.hidden.json", "no")
    code, out, said = run(tmp_path / "lists", "-o", tmp_path / "site")
    assert (code, out) == (0, "")
    assert said.endswith("site: 2 servers with 3 tools, 2 built anew\n")
    assert [s["name"] for s in api(tmp_path / "site", "index.json")["servers"]] == ["b", "a"]


def test_a_site_below_its_sources_is_not_one_of_them(tmp_path: Path) -> None:
    save(tmp_path / "a.json", "get_note")
    for _ in range(2):
        code, _, said = run(tmp_path, "-o", tmp_path / "site")
        assert (code, said.rpartition("site: ")[2].partition(",")[0]) == (0, "1 server with 1 tool")


def test_what_cannot_be_read_hides_nothing_else(tmp_path: Path) -> None:
    save(tmp_path / "lists/a.json", "get_note")
    (tmp_path / "lists/b.json").write_text('{"tools": [')
    code, _, said = run(tmp_path / "lists", tmp_path / "none.json", "-o", tmp_path / "site")
    assert code == 2
    assert "none.json: no such file" in said
    errors = api(tmp_path / "site", "index.json")["errors"]
    assert [error["source"].rpartition("/")[2] for error in errors] == ["b.json", "none.json"]
    assert (tmp_path / "site/servers/a/index.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "example.com"), "--url: give an http(s) address"),
        (("--url", "https://example.com/?a=b"), "--url: give an http(s) address"),
        (("--url", "https://[::1/"), "--url: give an http(s) address"),
        (("--rubric", "none"), "none"),
    ],
)
def test_a_wrong_option_writes_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    save(tmp_path / "a.json", "get_note")
    code, _, message = run(tmp_path / "a.json", "-o", tmp_path / "site", *words)
    assert code
    assert said in message
    assert not (tmp_path / "site").exists()


def test_a_wrong_date_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    _, _, said = run(save(tmp_path / "a.json", "get_note"), "-o", tmp_path / "site")
    assert "SOURCE_DATE_EPOCH: 'yesterday' is not a number of seconds since 1970" in said


def test_the_date_is_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    run(save(tmp_path / "a.json", "get_note"), "-o", tmp_path / "site")
    assert api(tmp_path / "site", "index.json")["since"] == "1970-01-02T00:00:00Z"


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    _, _, said = run(save(tmp_path / "a.json", "get_note"), "-o", tmp_path / "site")
    assert "pip install 'toolgrade[catalog]'" in said
    assert not (tmp_path / "site").exists()
