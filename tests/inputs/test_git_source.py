"""`git:REV:PATH`: a file or a folder of code at a revision, and every way it cannot be read."""

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
        ("git:HEAD:sub", "no tools found in 0 source files"),
        ("git:HEAD:nope.py", "path 'nope.py' does not exist"),
        ("git:HEAD:nope/server.ts", "path 'nope/server.ts' does not exist"),
        ("git:nope:.", "git has no revision nope here"),
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


SERVER = "from fastmcp import FastMCP\nfrom {place} import WORDS\nmcp = FastMCP('a')\n"
TOOL = "@mcp.tool(description=WORDS)\ndef {name}(x: int) -> str:\n    return ''\n"


@pytest.fixture
def package(repository: Path) -> Path:
    """A package of code in a repository, whose working tree has another tool than its commit."""
    files = {
        "app/pyproject.toml": "[project]\nname = 'apple'\ndependencies = ['fastmcp']\n",
        "app/src/server.py": SERVER.format(place="src.words") + TOOL.format(name="old_tool"),
        "app/src/words.py": "WORDS = 'Find an apple.'\n",
        "app/tests/server.py": SERVER.format(place="x") + TOOL.format(name="tested"),
        ".gitignore": "made.py\n",
        "app/made.py": SERVER.format(place="x") + TOOL.format(name="made"),
        "app/README.md": "x",
    }
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (repository / "app/src/link.py").symlink_to(repository / "app/src/server.py")
    git("add", "-f", ".")
    git("commit", "-q", "-m", "two")
    server = repository / "app/src/server.py"
    server.write_text(server.read_text().replace("old_tool", "new_tool"))
    return repository / "app"


def _names(source: str) -> list[str | None]:
    return [tool.name for server in read(source) for tool in server.tools]


@pytest.mark.usefixtures("package")
def test_code_is_read_as_it_was() -> None:
    for path in ("app", "app/src/server.py", "app/src"):
        assert _names(path) == ["new_tool"]
        assert _names(f"git:HEAD:{path}") == ["old_tool"]
    [server] = read("git:HEAD:.")
    assert (server.name, str(server.source)) == ("apple", "git:HEAD:.")
    [tool] = server.tools
    place = tool.origin.place("/description", 0)
    assert place
    assert place.file == "git:HEAD:app/src/words.py"
    assert server.files is not None
    assert "README.md" in {name for s in read("git:HEAD:app") for name in s.files or ()}


def test_a_folder_may_start_at_this_one(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package)
    assert _names("git:HEAD:.") == _names("git:HEAD:./src") == ["old_tool"]
    monkeypatch.chdir("src")
    assert _names("git:HEAD:..") == ["old_tool"]


def test_code_at_a_revision_leaves_nothing_behind(
    package: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(made))
    monkeypatch.setenv("PATH", "")
    before = {path: path.lstat().st_mtime_ns for path in package.parent.rglob("*")}
    assert _names("git:HEAD:app") == ["old_tool"]
    assert {path: path.lstat().st_mtime_ns for path in package.parent.rglob("*")} == before
    assert not [*made.iterdir()]


def _write_object(kind: str, content: bytes) -> bytes:
    words = ["git", "hash-object", "--literally", "-t", kind, "-w", "--stdin"]
    done = subprocess.run(words, input=content, check=True, capture_output=True)
    return bytes.fromhex(done.stdout.decode())


@pytest.mark.parametrize("name", [b"..", b".", b".GIT", b"a/b", b"a\\b", b"../../out.py", b"C:x"])
def test_a_hostile_folder_leads_nowhere(
    tmp_path: Path,
    name: bytes,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(made))
    code = (SERVER.format(place="x") + TOOL.format(name="found")).encode()
    blob = _write_object("blob", code)
    inner = _write_object("tree", b"100644 out.py\0" + blob)
    top = b"40000 " + name + b"\0" + inner + b"100644 " + name + b"\0" + blob
    tree = _write_object("tree", top + b"120000 link\0" + blob + b"160000 module.py\0" + blob)
    with pytest.raises(InputError, match="no tools found in 0 source files"):
        read(f"git:{tree.hex()}:.")
    assert not [*made.iterdir()]
    assert not [path for path in tmp_path.rglob("*.py") if ".git" not in path.parts]


def test_a_folder_that_holds_one_many_times_over_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("toolgrade.inputs.git.trees.MOST_FOLDERS", 50)
    name = _write_object("tree", b"100644 a.py\0" + _write_object("blob", b""))
    for _ in range(6):
        name = _write_object("tree", b"".join(b"40000 %d\0" % n + name for n in range(10)))
    with pytest.raises(InputError, match="more than 50 folders; name one of them"):
        read(f"git:{name.hex()}:.")
