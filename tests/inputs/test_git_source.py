"""`git:REV:PATH`: a file as it stands at a revision, and every way in which it cannot be read."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from toolgrade.inputs import describe_source, read
from toolgrade.model import InputError

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
OLD = '{"tools": [{"name": "old_tool"}]}'


def git(*words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose working tree is ahead of its one commit."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    Path("sub").mkdir()
    Path("sub/tools.json").write_text(OLD)
    git("add", ".")
    git("commit", "-q", "-m", "one")
    Path("sub/tools.json").write_text('{"tools": [{"name": "new_tool"}]}')
    return tmp_path


@pytest.mark.parametrize("rev", ["HEAD", "main", "main^{tree}", "HEAD~0"])
def test_a_file_is_read_as_it_was(rev: str) -> None:
    [server] = read(f"git:{rev}:sub/tools.json")
    assert [tool.name for tool in server.tools] == ["old_tool"]
    assert (server.name, str(server.source)) == ("tools", f"git:{rev}:sub/tools.json")


def test_a_path_may_start_at_this_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("sub")
    assert [tool.name for tool in read("git:HEAD:./tools.json")[0].tools] == ["old_tool"]


def test_nothing_is_checked_out() -> None:
    read("git:HEAD:sub/tools.json")
    assert "new_tool" in Path("sub/tools.json").read_text()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("git:", "expected git:REV:PATH"),
        ("git:HEAD", "expected git:REV:PATH"),
        ("git::tools.json", "expected git:REV:PATH"),
        ("git:--output=x:sub/tools.json", "expected git:REV:PATH"),
        ("git:-p:sub/tools.json", "expected git:REV:PATH"),
        ("git:HEAD:nope.json", "path 'nope.json' does not exist in 'HEAD'"),
        ("git:HEAD:sub", "is a folder; name a file"),
        ("git:origin/main:sub/tools.json", "no revision origin/main here; a shallow clone"),
        ("git:HEAD:\0", "does not exist in 'HEAD'"),
        ("git:\x1b[2J:\x1b[2J", "git has no revision"),
    ],
)
def test_what_cannot_be_read_is_one_harmless_line(repository: Path, source: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read(source)
    said = str(caught.value)
    assert says in said
    assert said.isprintable()
    assert sorted(path.name for path in repository.iterdir()) == [".git", "sub"]


def test_outside_a_repository_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="not a git repository"):
        read("git:HEAD:sub/tools.json")


def test_git_itself_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert [tool.name for tool in read("git:HEAD:sub/tools.json")[0].tools] == ["old_tool"]


def test_the_source_is_spelled_harmlessly() -> None:
    assert describe_source("git:HEAD:a.json") == "git:HEAD:a.json"
    assert describe_source("git:\x1b:a.json").isprintable()
