"""Secrets that a server was given and repeats: by spelling, by channel and by output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from spellings import SECRET, find_leaks, list_spellings

from toolgrade.cli import cli
from toolgrade.cli.writing import FORMATS
from toolgrade.wording.secrets import mask_data, mask_known, mask_text

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., list[str]]

SPELLINGS = list_spellings(SECRET)


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("around", ["{}", "x{}y", "key={};", '"{}"', "a\n{}\nb", "https://h/{}"])
def test_every_spelling_is_masked(name: str, around: str) -> None:
    # A letter next to base64 would be part of it.
    spelled = around.format(SPELLINGS[name] if around != "x{}y" else f" {SPELLINGS[name]} ")
    for shown in (
        mask_known(spelled, [SECRET]),
        mask_text(spelled, [SECRET]),
        json.dumps(mask_data({spelled: [spelled, 1, None]}, [SECRET])),
    ):
        assert "***" in shown
        assert find_leaks(shown) == []


def test_other_texts_stay_as_they_are() -> None:
    text = "Gets a row by 100 %, a+b, %zz, \\u12, \\d+ and aGVsbG8gd29ybGQ= of production &amp; co."
    data = {"a": [text, 12345678, -1.5, True, None], "b": {"c": text}}
    assert mask_known(text, [SECRET]) == text
    assert mask_data(data, [SECRET]) is data


def test_a_secret_may_be_a_number_in_a_list() -> None:
    masked = mask_data({"default": 8675309123, "port": 8080}, ["8675309123"])
    assert masked == {"default": "***", "port": 8080}


def test_ordinary_words_of_a_secret_are_not_masked() -> None:
    text = "The production password of the live server, read-only"
    assert mask_known(text, ["sk-live-Zx81kQ0pLm-production-password-read-only"]) == text


@pytest.mark.parametrize(
    "text",
    ["a1", "%41", "\\u0041", "%41x", "x\n", "aGVs", "&amp;", "\\\\", SECRET[:-1], SECRET],
)
def test_masking_takes_linear_time(text: str) -> None:
    """A megabyte and a hundred secrets: quadratic time would take hours."""
    secrets = [f"{SECRET}{number:03}" for number in range(99)] + ["a1" * 20_000 + "b"]
    whole = (text * (1_000_000 // len(text)))[:1_000_000]
    assert len(mask_known(whole, secrets)) <= 1_000_000


def test_many_texts_are_masked_in_linear_time() -> None:
    data = [f"{SECRET} {number}" for number in range(50_000)]
    assert mask_data(data, [SECRET])[-1] == "*** 49999"


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command) -> Path:
    """A folder with a config of one server, by argument: it lists, fails or dies."""
    monkeypatch.chdir(tmp_path)
    spellings = tmp_path / "spellings"
    spellings.write_text(json.dumps(SPELLINGS))
    for how in ("list", "fail", "die"):
        argv = command("repeats", how)
        entry: dict[str, Any] = {
            "command": argv[0],
            "args": argv[1:],
            "env": {"SECRET_KEY": SECRET, "SPELLINGS": str(spellings)},
        }
        Path(f"{how}.json").write_text(json.dumps({"mcpServers": {"one": entry}}))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words])


@pytest.mark.live
def test_no_report_has_a_secret(servers: Path) -> None:
    outputs = [word for name in FORMATS for word in ("-o", f"{name}:out.{name}")]
    done = run("grade", "--launch", "list.json", "--tokens", "--clients", "all", *outputs)
    assert done.exit_code == 0, done.output
    for name in FORMATS:
        assert find_leaks((servers / f"out.{name}").read_text()) == [], name
    assert find_leaks(done.output) == []
    assert "repeats a secret that it was given, shown here as ***" in done.stderr


@pytest.mark.live
@pytest.mark.parametrize(
    "words",
    [
        ["fetch", "--launch", "list.json"],
        ["compare", "saved.json", "list.json", "--launch", "-o", "json"],
        ["compare", "saved.json", "list.json", "--launch"],
        ["policy", "--launch", "list.json", "--for", "claude-code"],
    ],
)
def test_no_other_command_shows_a_secret(servers: Path, words: list[str]) -> None:
    saved = {"tools": [{"name": "t plain ***", "description": "Gets something else."}]}
    (servers / "saved.json").write_text(json.dumps(saved))
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert done.stdout
    assert find_leaks(done.output) == []


@pytest.mark.live
@pytest.mark.parametrize("how", ["fail", "die"])
@pytest.mark.usefixtures("servers")
def test_no_error_shows_a_secret(how: str) -> None:
    done = run("grade", "--launch", f"{how}.json", "-o", "json:out.json")
    assert done.exit_code == 2
    said = done.output + Path("out.json").read_text()
    assert "***" in said
    assert find_leaks(said) == []
