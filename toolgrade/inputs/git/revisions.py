"""What a revision names: a branch, a tag, HEAD, a commit's hash, and its ancestors (HEAD~2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.inputs.git.deltas import FSCK, GitError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.inputs.git.objects import Objects
    from toolgrade.inputs.git.repository import Repository

_REVISION = re.compile(r"([^~^]+)((?:~\d{0,6}|\^\{\w{0,6}\}|\^\d{0,3})*)")
_STEP = re.compile(r"(~)(\d*)|\^\{(\w*)\}|(\^)(\d*)")
_FULL = re.compile(r"[0-9a-f]{40}")
_SHORT = re.compile(r"[0-9a-f]{4,40}")
_MODE = re.compile(rb"[0-7]{5,6}")
_PLACES = (
    *("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}"),
    "refs/remotes/{}/HEAD",
)
"""Where git looks for a name, in this order."""

FOLDER = 0o040000
"""The mode of a folder."""

_COMMIT = "give a branch, a tag, a commit, or one such as HEAD~2"
_MOST_TAGS = 16
_HASH = 20


class TreeEntry(NamedTuple):
    """A name in a folder: its mode, and the object's name."""

    mode: int
    name: str


def find_tree(repository: Repository, objects: Objects, rev: str) -> str:
    """Return the folder of a revision, by the name of its object. Raises GitError."""
    shown = make_legible(rev, 200)
    parsed = _REVISION.fullmatch(rev)
    if parsed is None:
        raise GitError(f"revision {shown}: cannot be read; {_COMMIT}")
    name = _find(repository, objects, "HEAD" if parsed[1] == "@" else parsed[1])
    if not name:
        raise GitError(
            f"git has no revision {shown} here; a shallow clone, as CI makes one, must fetch it "
            "first: git fetch origin BRANCH, then git:FETCH_HEAD:PATH"
        )
    for step in _STEP.finditer(parsed[2]):
        if step[1]:
            for _ in range(int(step[2] or 1)):
                name = _parent(objects, name, 1, shown)
        elif step[4]:
            name = _parent(objects, name, int(step[5] or 1), shown)
        elif step[3] == "tree":
            name = _tree(objects, name)
        elif step[3] not in {"", "commit"}:
            raise GitError(f"revision {shown}: ^{{{step[3]}}} cannot be read; leave it out")
    return _tree(objects, name)


def find_entry(objects: Objects, tree: str, parts: Sequence[bytes]) -> TreeEntry | None:
    """Return what a path leads to from a folder, None if nothing has that path. Raises GitError."""
    entry = TreeEntry(FOLDER, tree)
    for part in parts:
        if entry.mode != FOLDER:
            return None
        listed = list_tree(objects.read(entry.name, b"tree"))
        found = next((inner for name, inner in listed if name == part), None)
        if found is None:
            return None
        entry = found
    return entry


def list_tree(tree: bytes) -> Iterator[tuple[bytes, TreeEntry]]:
    """Yield the names in a folder, with what each leads to. Raises GitError."""
    at = 0
    while at < len(tree):
        space, end = tree.find(b" ", at), tree.find(b"\0", at)
        if not at < space < end or end + _HASH >= len(tree):
            raise GitError(f"has a damaged folder; {FSCK}")
        mode = tree[at:space]
        if not _MODE.fullmatch(mode):
            raise GitError(f"has a damaged folder; {FSCK}")
        name = tree[end + 1 : end + 1 + _HASH].hex()
        yield tree[space + 1 : end], TreeEntry(int(mode, 8), name)
        at = end + 1 + _HASH


def _find(repository: Repository, objects: Objects, name: str) -> str:
    if _FULL.fullmatch(name):
        return name
    for place in _PLACES:
        if found := repository.read_reference(place.format(name)):
            return found
    if not _SHORT.fullmatch(name):
        return ""
    names = objects.find_names(name)
    if len(names) > 1:
        names = [one for one in names if objects.load(one)[0] != b"blob"]
    if len(names) > 1:
        raise GitError(f"{name} is short for several objects; give more of it")
    return names[0] if names else ""


def _peel(objects: Objects, name: str) -> tuple[str, bytes, bytes]:
    """Return the name, the kind and the content of what a tag is for, or of what is not a tag."""
    for _ in range(_MOST_TAGS):
        kind, content = objects.load(name)
        if kind != b"tag":
            return name, kind, content
        name = _field(content, b"object")
    raise GitError(f"its tags lead in a circle; {FSCK}")


def _parent(objects: Objects, name: str, number: int, shown: str) -> str:
    name, kind, content = _peel(objects, name)
    if kind != b"commit":
        raise GitError(f"revision {shown}: {name[:12]} is not a commit; {_COMMIT}")
    if not number:
        return name
    head = content.partition(b"\n\n")[0]
    parents = re.findall(rb"^parent ([0-9a-f]{40})$", head, re.MULTILINE)
    if number > len(parents):
        raise GitError(f"revision {shown}: {name[:12]} has no such parent; see git log")
    return str(parents[number - 1].decode())


def _tree(objects: Objects, name: str) -> str:
    name, kind, content = _peel(objects, name)
    if kind == b"tree":
        return name
    if kind == b"commit":
        return _field(content, b"tree")
    raise GitError(f"{name[:12]} is a {kind.decode()}, not a commit; {_COMMIT}")


def _field(content: bytes, key: bytes) -> str:
    found = re.match(key + rb" ([0-9a-f]{40})\n", content)
    if found is None:
        raise GitError(f"has a damaged commit or tag; {FSCK}")
    return found[1].decode()
