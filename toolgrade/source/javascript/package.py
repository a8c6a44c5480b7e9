"""What package.json says: where the code starts, and which zod and SDK it is written for."""

from __future__ import annotations

import json
import posixpath
import re
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.javascript.modules import Module, Modules

_BUILT = re.compile(r"^(?:\./)?(?:dist|build|lib|out|bin|esm|cjs)/(?:(?:src|esm|cjs)/)?")
REGISTERING = (
    ".registerTool",
    ".tool(",
    ".tool<",
    "setRequestHandler",
    ".addTool",
    "registerAppTool",
    "tools/list",
)
_TESTS = re.compile(r"(?:^|/)(?:__tests__|__mocks__|tests?)/|\.(?:test|spec)\.")
_LEAST = re.compile(r"(?:\^|~|>=|=)?\s*v?(\d{1,9})\.(\d{1,9})")
_COMPACTING = (4, 6)
_BUNDLED = re.compile(r"ZodDiscriminatedUnion[\"'`]")
_MAJOR = re.compile(r"\d{1,9}")
_MOST_ENTRIES = 1000


_COMMENT = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|//[^\n]*+|/\*(?:(?!\*/).)*+(?:\*/)?', re.DOTALL
)
"""What is open at the end of the text goes on to there: no text is searched twice."""

_TRAILING = re.compile(r",(?=\s*[}\]])")


def read_aliases(text: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the paths by prefix, from a tsconfig.json's `paths` and a package.json's `imports`:
    with * as `prefix` to `folder/`, else a whole specifier to a path.
    """
    bare = _COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else "", text)
    options = read_manifest(_TRAILING.sub("", bare)).get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    base, paths = options.get("baseUrl", "."), options.get("paths")
    found: dict[str, str] = {}
    for name, targets in paths.items() if isinstance(paths, dict) else ():
        target = targets[0] if isinstance(targets, list) and targets else None
        if isinstance(target, str) and isinstance(base, str):
            found[name.removesuffix("*")] = posixpath.join(base, target.removesuffix("*"))
    imports = data.get("imports")
    for name, target in imports.items() if isinstance(imports, dict) else ():
        if isinstance(target, str):
            found[name.removesuffix("*")] = target.removesuffix("*")
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def registers(text: str) -> bool:
    """Return whether a file may register a tool: a look before any parsing."""
    return any(word in text for word in REGISTERING)


def read_manifest(text: str) -> Mapping[str, Any]:
    """Return the data of a package.json; nothing if it cannot be read."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


class Dialect(NamedTuple):
    """How schemas are spelled: the major version of `zod` (None if nothing says), whether it surely
    `compacts` a choice between types into a list of types, the $schema the SDK asks for, and
    whether zod 4 `is_early`: the one that zod 3.25 brings. `library` is the major version of
    fastmcp that is asked for.
    """

    zod: int | None
    compacts: bool
    target: str
    is_early: bool = False
    library: int = 0


def find_dialect(data: Mapping[str, Any], modules: Modules) -> Dialect:
    """Return how a package's schemas are spelled."""
    major = _zod_major(data, modules)
    is_early = major == 3 and bool(_find_requirement(data, "zod"))  # noqa: PLR2004 - a version
    target = _schema_target(data)
    wanted = _MAJOR.search(_find_requirement(data, "fastmcp"))
    library = int(wanted[0]) if wanted else 0
    return Dialect(major, _zod_compacts(data, modules), target, is_early, library)


def _zod_major(data: Mapping[str, Any], modules: Modules) -> int | None:
    """Return the newest that is asked for, else what is bundled."""
    wanted = _find_requirement(data, "zod")
    if wanted:
        majors = [int(_MAJOR.search(part)[0]) for part in wanted.split("||") if _MAJOR.search(part)]  # type: ignore[index]
        if majors:
            return 4 if max(majors) >= 4 else 3  # noqa: PLR2004 - versions
    bundled = [m for m in modules.in_use if "ZodDiscriminatedUnion" in m.text]
    return (4 if any("_zod.def" in m.text for m in bundled) else 3) if bundled else None


def _zod_compacts(data: Mapping[str, Any], modules: Modules) -> bool:
    """Return whether zod is surely one of the newest, whatever a lock file says."""
    least = _LEAST.match(_find_requirement(data, "zod"))
    is_new = least is not None and (int(least[1]), int(least[2])) >= _COMPACTING
    return is_new and not any(_BUNDLED.search(module.text) for module in modules.in_use)


_SECOND_SDK = {
    "@modelcontextprotocol/server": 1,
    "@modelcontextprotocol/node": 1,
    "@modelcontextprotocol/express": 1,
    "@modelcontextprotocol/hono": 1,
    "@modelcontextprotocol/fastify": 1,
    "mcp-handler": 2,
}
"""Packages that bring the second version of the SDK, from which of their own versions on."""


def _asks_for(data: Mapping[str, Any], name: str, least: int) -> bool:
    """Return whether a package requires another in a version of which `least` is the major."""
    wanted = _MAJOR.search(_find_requirement(data, name))
    return wanted is not None and int(wanted[0]) >= least


def _schema_target(data: Mapping[str, Any]) -> str:
    if any(_asks_for(data, name, least) for name, least in _SECOND_SDK.items()):
        return "https://json-schema.org/draft/2020-12/schema"
    return "http://json-schema.org/draft-07/schema#"


def _find_requirement(data: Mapping[str, Any], name: str) -> str:
    for part in ("dependencies", "peerDependencies", "devDependencies", "optionalDependencies"):
        listed = data.get(part)
        if isinstance(listed, dict) and isinstance(listed.get(name), str):
            return str(listed[name])
    return ""


def find_modules_in_use(data: Mapping[str, Any], modules: Modules) -> list[Module]:
    """Return the modules that the package's entries lead to; all, if they lead nowhere.

    Where sources and what is built from them are both there, the sources are read.
    """
    paths = [path for path in modules.by_path if not _TESTS.search(path)]
    written = [p for p in paths if not _BUILT.match(p)]
    if any(registers(modules.by_path[path].text) for path in written):
        paths = written
    starts: dict[str, Module] = {}
    for entry in _entries(data):
        for path in (entry, *_sources_of(entry)):
            found = modules.find_by_path(posixpath.normpath(path))
            if found and found.path in paths:
                starts.setdefault(found.path, found)
                break
    reached = modules.follow_imports(list(starts.values())) if starts else []
    kept = [m for m in reached if m.path in paths]
    if not any(registers(module.text) for module in kept):
        kept = []
    return kept or [modules.by_path[p] for p in sorted(paths)]


def _entries(data: Mapping[str, Any]) -> Iterator[str]:
    work: deque[Any] = deque(data.get(key) for key in ("bin", "main", "module", "exports"))
    for _ in range(_MOST_ENTRIES):
        if not work:
            return
        one = work.popleft()
        if isinstance(one, str) and not one.endswith((".d.ts", ".json")):
            yield one
        elif isinstance(one, dict):
            work += [value for key, value in one.items() if key != "types"]
        elif isinstance(one, list):
            work += one


def _sources_of(entry: str) -> Iterator[str]:
    """Yield the usual places of the source of a built file."""
    rest = _BUILT.sub("", entry)
    yield f"src/{rest}"
    yield rest
