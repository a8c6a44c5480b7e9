"""`git:REV:PATH` reads what git reads, and nothing in a repository decides what runs or is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import zlib
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolgrade.inputs.git.deltas import GitError, apply_delta

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Done

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def git(*words: str, folder: str = ".") -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    argv = ["git", "-C", folder, *identity, *words]
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    assert not done.returncode, (argv, done.stderr)
    return done.stdout.strip()


def listing(name: str, words: str = "") -> str:
    return f'{{"tools": [{{"name": "{name}", "description": "Get a page.{words}"}}]}}'


def commit(name: str, folder: str = ".", words: str = "") -> None:
    (Path(folder) / "deep").mkdir(exist_ok=True)
    (Path(folder) / "deep" / "tools.json").write_text(listing(name, words))
    git("add", ".", folder=folder)
    git("commit", "-q", "-m", name, folder=folder)


@pytest.fixture
def repository(home: Path) -> Path:
    git("init", "-q", "-b", "main")
    for number in range(4):
        commit(f"tool_{number}", words=" It is a page." * 40)
    git("tag", "light", "HEAD~1")
    git("tag", "-a", "full", "-m", "x", "HEAD~2")
    git("update-ref", "refs/remotes/origin/x", "HEAD~3")
    return home


REVISIONS = {
    "HEAD": 3,
    "@": 3,
    "main": 3,
    "refs/heads/main": 3,
    "HEAD~2": 1,
    "HEAD^^": 1,
    "HEAD~1^0": 2,
    "light": 2,
    "full": 1,
    "full^{}": 1,
    "full~1": 0,
    "main^{tree}": 3,
    "origin/x": 0,
    "FETCH_HEAD": 1,
    "abbreviated": 2,
    "whole": 0,
}


@pytest.mark.parametrize("packed", [False, True])
def test_each_kind_of_revision_is_read(
    repository: Path, run: Callable[..., Done], *, packed: bool
) -> None:
    hashes = {"abbreviated": git("rev-parse", "HEAD~1")[:7], "whole": git("rev-parse", "HEAD~3")}
    (repository / ".git/FETCH_HEAD").write_text(
        f"{git('rev-parse', 'HEAD~2')}\t\tbranch 'x' of example\n{git('rev-parse', 'HEAD')}\t\ty\n"
    )
    if packed:
        git("repack", "-adfq", "--depth=50")
        git("pack-refs", "--all")
        assert not (repository / ".git/refs/heads/main").exists()
        assert "chain length = " in git("verify-pack", "-v", *map(str, Path(".git").rglob("*.idx")))
    for rev, number in REVISIONS.items():
        done = run("grade", f"git:{hashes.get(rev, rev)}:deep/tools.json", "-o", "json")
        assert f'"name":"tool_{number}"' in done.out, (rev, done.err)


def test_a_linked_working_tree_and_a_submodule_are_read(
    repository: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    git("worktree", "add", "-q", "../linked", "light")
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"{repository}", "sub")
    for folder, name in (("../linked", "tool_2"), (f"{repository}/sub", "tool_3")):
        monkeypatch.chdir(folder)
        assert (Path(".git")).is_file()
        done = run("grade", "git:HEAD:deep/tools.json", "-o", "json")
        assert f'"name":"{name}"' in done.out, done.err
        monkeypatch.chdir("deep")
        assert run("grade", "git:HEAD:./tools.json", "-o", "json").out == done.out.replace(
            "HEAD:deep/", "HEAD:./"
        )
        monkeypatch.chdir(repository)


def test_git_is_not_run(
    repository: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = repository.parent / "bin"
    tools.mkdir()
    (tools / "git").write_text(f"#!/bin/sh\ntouch {repository.parent}/marker\n")
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    assert '"name":"tool_3"' in run("grade", "git:HEAD:deep/tools.json", "-o", "json").out
    assert run("grade", "git:HEAD:gone.json").status == 2
    assert not (repository.parent / "marker").exists()


def test_a_folder_that_looks_like_a_bare_repository_is_not_used(
    repository: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    git("clone", "-q", "--bare", ".", "bare")
    commit("theirs", folder=".")
    monkeypatch.chdir("bare")
    done = run("grade", "git:HEAD:deep/tools.json", "-o", "json")
    assert '"name":"theirs"' in done.out, done.err
    monkeypatch.setenv("GIT_DIR", str(repository / "bare"))
    assert '"name":"tool_3"' in run("grade", "git:HEAD:deep/tools.json", "-o", "json").out


@pytest.mark.parametrize("how", ["pointer", "link", "commondir", "alternates", "linked objects"])
def test_another_repository_is_never_read(home: Path, run: Callable[..., Done], how: str) -> None:
    other = home.parent / "other"
    git("init", "-q", "-b", "main", str(other))
    commit("secret", folder=str(other))
    mine, theirs = home / ".git", other / ".git"
    if how == "pointer":
        mine.write_text(f"gitdir: {theirs}\n")
    elif how == "link":
        mine.symlink_to(theirs)
    else:
        git("init", "-q", "-b", "main")
        (mine / "refs/heads/main").write_text(git("rev-parse", "HEAD", folder=str(other)) + "\n")
        if how == "commondir":
            (mine / "commondir").write_text(f"{theirs}\n")
        elif how == "alternates":
            (mine / "objects/info").mkdir(exist_ok=True)
            (mine / "objects/info/alternates").write_text(f"{theirs}/objects\n")
        else:
            shutil.rmtree(mine / "objects")
            (mine / "objects").symlink_to(theirs / "objects")
    done = run("grade", "git:main:deep/tools.json", "-o", "json")
    assert (done.status, "secret" in done.out) == (2, False)
    assert done.err.count("\n") == 1


def test_what_replaces_an_object_is_not_followed(
    repository: Path, run: Callable[..., Done]
) -> None:
    old, new = git("rev-parse", "HEAD~3:deep/tools.json"), git("rev-parse", "HEAD:deep/tools.json")
    git("replace", new, old)
    assert '"name":"tool_3"' in run("grade", "git:HEAD:deep/tools.json", "-o", "json").out
    assert repository.is_dir()


def loose(folder: Path, kind: str, size: int, content: bytes, name: str = "") -> str:
    """Write an object, with a size and a name that may be wrong, and return its name."""
    head = f"{kind} {size}\0".encode()
    name = name or sha1(head + content, usedforsecurity=False).hexdigest()
    path = folder / ".git/objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(head + content))
    return name


@pytest.mark.parametrize(
    ("size", "name", "says"),
    [
        (300 * 2**20, "", "more than 256 MB"),
        (2**50, "", "damaged"),
        (3, "", "damaged"),
        (8, "ab" * 20, "damaged"),
    ],
)
def test_an_object_that_is_not_what_it_says_is_one_line(
    repository: Path, run: Callable[..., Done], size: int, name: str, says: str
) -> None:
    found = loose(repository, "commit", size, b"too much", name)
    done = run("grade", f"git:{found}:deep/tools.json", "-o", "json")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert says in done.err


def number(value: int) -> bytes:
    """Return a size as a difference begins with it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


@pytest.mark.parametrize(
    ("delta", "says"),
    [
        (number(4) + number(2**40) + b"\x90\x04", "too large"),
        (number(4) + number(9) + b"\x90\x04", "damaged"),
        (number(4) + number(4) + b"\x91\x01\x04", "damaged"),
        (number(4) + number(4) + b"\x00", "damaged"),
        (number(4) + number(4) + b"\x04ab", "damaged"),
        (number(4) + b"\xff" * 20, "damaged"),
        (b"", "damaged"),
    ],
)
def test_a_difference_makes_no_more_than_it_says(delta: bytes, says: str) -> None:
    def spend(size: int) -> None:
        if size > 2**20:
            raise GitError("too large")

    assert apply_delta(b"abcd", number(4) + number(6) + b"\x90\x04\x02ef", spend) == b"abcdef"
    with pytest.raises(GitError, match=says):
        apply_delta(b"abcd", delta, spend)


def test_a_damaged_pack_is_one_line(repository: Path, run: Callable[..., Done]) -> None:
    git("repack", "-adq")
    [pack] = (repository / ".git/objects/pack").glob("*.pack")
    content = pack.read_bytes()
    pack.chmod(0o600)
    for at in range(8, len(content) - 20, max(1, len(content) // 40)):
        pack.write_bytes(content[:at] + bytes([content[at] ^ 0x5A]) + content[at + 1 :])
        done = run("grade", "git:HEAD:deep/tools.json", "-o", "json")
        assert done.status in {0, 2}
        assert done.status == 2 or '"name":"tool_3"' in done.out


def test_a_repository_of_sha256_is_one_line(home: Path, run: Callable[..., Done]) -> None:
    git("init", "-q", "-b", "main", "--object-format=sha256")
    commit("tool")
    done = run("grade", "git:main:deep/tools.json", "-o", "json")
    assert (done.status, done.err.count("\n"), "SHA-256" in done.err) == (2, 1, True)
    assert home.is_dir()


def test_a_repository_of_reftables_is_one_line(repository: Path, run: Callable[..., Done]) -> None:
    # As git 2.45 and newer leave it; the git at hand may be too old to make one.
    (repository / ".git/reftable").mkdir()
    (repository / ".git/HEAD").write_text("ref: refs/heads/.invalid\n")
    done = run("grade", "git:main:deep/tools.json", "-o", "json")
    assert (done.status, done.err.count("\n"), "reftable" in done.err) == (2, 1, True)


@pytest.mark.parametrize("name", ["HEAD", "packed-refs", "refs/heads/main", "objects/pack/a.idx"])
def test_a_fifo_in_a_repository_is_not_waited_for(
    repository: Path, run_apart: Callable[..., Done], name: str
) -> None:
    path = repository / ".git" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert run_apart("grade", "git:main:gone.json").status == 2
