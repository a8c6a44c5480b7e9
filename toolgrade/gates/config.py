"""What a repository asks of its tools: `[tool.toolgrade]` in pyproject.toml, or toolgrade.toml.

A rubric says how to judge, a config what to judge and what is good enough. It launches nothing,
holds no secret, and writes only reports of its own into its own folder. Each fault is one line:
file, line, what to fix.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from toolgrade.files.inside import LONGEST_NAME, explain_refusal
from toolgrade.files.opening import does_exist, is_file, is_folder, read_file
from toolgrade.gates.ignores import Ignore
from toolgrade.model import InputError
from toolgrade.toml.fault import Fault
from toolgrade.toml.located import MAX_BYTES, TomlError, TomlFile
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from toolgrade.toml.located import Key

OWN, PROJECT = "toolgrade.toml", "pyproject.toml"
LONGEST_TIMEOUT = 86_400
"""A day, in seconds: no timer counts further."""

MOST_VALUES = 1000
"""Of a list: each source is read on its own, also if a file is named twice."""

_PLAIN = re.compile(r"[\w-]+")
"""A name that may be a shipped rubric's."""

_TABLE: Key = ("tool", "toolgrade")
_ELSEWHERE = {
    "command": "no config may launch a command; write it after -- on the command line",
    "args": "no config may launch a command; write it after -- on the command line",
    "launch": "no config may launch a command; give --launch on the command line",
    "env": "secrets do not belong in a config; give --env on the command line",
    "header": "secrets do not belong in a config; give --header on the command line",
    "headers": "secrets do not belong in a config; give --header on the command line",
}


@dataclass(frozen=True, slots=True)
class Config:
    """A proved config: its values by option, paths as seen from the working folder, and ignores.

    `name` is its file as it may be shown, `folder` the only one whose files it may name, except
    for sources.
    """

    name: str
    folder: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def refusal(self, key: str, message: str) -> InputError:
        """Return the error for a value that only its reader can judge."""
        return InputError(f"{self.name}:{self.lines[key]}: {key}: {message}")

    def prove(self, names: Iterable[str]) -> None:
        """Raise InputError if an ignore names a check that is none of `names`."""
        known = sorted(names)
        for ignore in self.ignores:
            if ignore.check not in known:
                shown = make_legible(ignore.check, 80)
                hint = suggest(ignore.check, known, "`toolgrade checks` lists them")
                raise InputError(f"{ignore.place}: ignore: there is no check '{shown}'{hint}")


def nearest(folder: Path) -> Path | None:
    """Return the config file of a folder, or of the nearest above it up to the one with .git.

    Raises InputError where a folder has two, or one that is not a regular file.
    """
    for here in (folder, *folder.parents):
        own, project = here / OWN, here / PROJECT
        has_own = _is_found(own)
        asked = _is_found(project) and _has_table(project)
        if has_own and asked:
            raise InputError(
                f"{_format_path(project)}: has [tool.toolgrade], and there is also "
                f"{_format_path(own)}; keep one of them"
            )
        if has_own:
            return own
        if asked:
            return project
        if does_exist(here / ".git"):
            return None
    return None


def read(path: Path) -> Config:
    """Return the config in a file. Raises InputError for its first fault."""
    shown = _format_path(path)
    try:
        file = TomlFile.read(path)
    except TomlError as error:
        where = f"{shown}:{error.line}" if error.line else shown
        raise InputError(f"{where}: {error}") from None
    at: Key = _TABLE if path.name == PROJECT else ()
    table = _get_table(file.data, at)
    if table is None:
        raise InputError(f"{shown}: has no table [tool.toolgrade]; add it, or name another file")
    for fault in _faults(table, path.parent):
        where = f"{'.'.join(str(k) for k in fault.key if isinstance(k, str))}: " * bool(fault.key)
        line = file.line((*at, *fault.key), fault.word)
        raise InputError(f"{shown}:{line}: {where}{fault.message}")
    values = {key: value for key, value in table.items() if key != "ignore"}
    return Config(
        shown,
        path.parent,
        {key: _rebase_value(key, value, path.parent) for key, value in values.items()},
        tuple(
            Ignore(
                given["check"],
                given["reason"].strip(),
                given.get("tool"),
                f"{shown}:{file.line((*at, 'ignore', number, 'check'))}",
            )
            for number, given in enumerate(table.get("ignore", []))
        ),
        {key: file.line((*at, key)) for key in values},
    )


def _is_found(path: Path) -> bool:
    """Whether a config has this name. Raises InputError for a FIFO, a device or a link that leads
    to another folder: no one named it.
    """
    if not does_exist(path) or is_folder(path):
        return False
    near = Path(os.path.realpath(path.parent))
    if not is_file(path) or Path(os.path.realpath(path)).parent != near:
        raise InputError(
            f"{_format_path(path)}: is not a regular file of its folder; "
            "name the config with --config"
        )
    return True


def _has_table(project: Path) -> bool:
    """Whether a pyproject.toml has our table; one that never says our name is not even parsed."""
    try:
        if b"toolgrade" not in read_file(project, MAX_BYTES):
            return False
        return _get_table(TomlFile.read(project).data, _TABLE) is not None
    except OSError:
        return False
    except TomlError as error:
        at = f":{error.line}" if error.line else ""
        raise InputError(f"{_format_path(project)}{at}: {error}") from None


def _get_table(data: Any, key: Key) -> dict[str, Any] | None:  # noqa: ANN401 - whatever TOML holds
    for part in key:
        data = data.get(part) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else None


def _format_path(path: Path) -> str:
    return make_legible(Path(os.path.relpath(path)).as_posix(), 4096)


def _faults(table: Mapping[str, Any], folder: Path) -> Iterator[Fault]:
    for key in table:
        if key in _ELSEWHERE:
            yield Fault((key,), _ELSEWHERE[key])
        elif key not in _KEYS:
            hint = suggest(key, _KEYS, f"there are {', '.join(_KEYS)}")
            yield Fault((key,), f"there is no such key{hint}")
    for key, value in table.items():
        yield from _KEYS[key]((key,), value)
    for number, source in enumerate(table.get("sources", [])):
        if message := _source_fault(source, folder):
            yield Fault(("sources", number), message, source if "://" not in source else "")
    yield from _path_faults(table, folder)


def _path_faults(table: Mapping[str, Any], folder: Path) -> Iterator[Fault]:
    """Yield what is wrong with the files that a config names, except for its sources."""
    named: list[tuple[Key, str, str, str]] = [
        (("outputs", number), output.partition(":")[2], "-o", output)
        for number, output in enumerate(table.get("outputs", []))
    ]
    named.append((("baseline",), table.get("baseline", ""), "--baseline", ""))
    rubric = table.get("rubric", "")
    if does_exist(folder / rubric) or not _PLAIN.fullmatch(rubric):
        named.append((("rubric",), rubric, "--rubric", ""))
    for key, name, option, word in named:
        if name and (refused := explain_refusal(folder, name)):
            shown = make_legible(name, 80)
            yield Fault(key, f"'{shown}' {refused}; give {option} on the command line", word)


def _text(key: Key, value: object) -> Iterator[Fault]:
    if not isinstance(value, str) or not value.strip():
        yield Fault(key, "give a text in quotes")


def _texts(key: Key, value: object) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        yield Fault(key, 'give a list of texts in quotes, such as ["tools.json"]')
    elif len(value) > MOST_VALUES:
        yield Fault(key, f"give at most {MOST_VALUES:,} values")


def _bar(key: Key, value: object) -> Iterator[Fault]:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not number and not isinstance(value, str):
        yield Fault(key, 'give a score such as 3.5, or a tier such as "B"')


def _seconds(key: Key, value: object) -> Iterator[Fault]:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not number or not 0 < float(Decimal(value)) <= LONGEST_TIMEOUT:  # type: ignore[arg-type]
        yield Fault(key, f"give a number of seconds above 0, at most {LONGEST_TIMEOUT}")


def _count(key: Key, value: object) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        yield Fault(key, "give a whole number above 0")


def _ignores(key: Key, value: object) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        yield Fault(key, "write each as a table, [[tool.toolgrade.ignore]]")
        return
    allowed = ("check", "tool", "reason")
    for number, entry in enumerate(value):
        for name, given in entry.items():
            if name not in allowed:
                hint = suggest(name, allowed, f"there are {', '.join(allowed)}")
                yield Fault((*key, number, name), f"there is no such key{hint}")
            else:
                yield from _text((*key, number, name), given)
        for name, why in (("check", "its id or a dimension"), ("reason", "why it is left so")):
            if name not in entry:
                yield Fault((*key, number), f"needs '{name}': {why}")


_KEYS: Mapping[str, Callable[[Key, object], Iterator[Fault]]] = {
    "sources": _texts,
    "rubric": _text,
    "fail-under": _bar,
    "fail-on": _text,
    "fail-on-risk": _text,
    "level": _text,
    "baseline": _text,
    "select": _texts,
    "outputs": _texts,
    "timeout": _seconds,
    "ignore": _ignores,
    "spec": _text,
    "clients": _texts,
    "profile": _texts,
    "max-tokens": _count,
}


def _is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _source_fault(source: str, folder: Path) -> str:
    """Return why a source cannot be in a config, "" if it can; a secret in it is not shown."""
    if _is_url(source):
        return _url_fault(source)
    if source.startswith("git:"):
        return "a config names files and folders as they are; give git:REV:PATH on the command line"
    if source == "-":
        return "standard input cannot be a source of a config; name a file or a URL"
    if "\0" in source or len(source) > LONGEST_NAME:
        return "is not a file name"
    if len(source.split()) > 1 and not does_exist(folder / source):
        shown = make_legible(source.split(maxsplit=1)[0], 40)
        return (
            f"'{shown} ...' looks like a command, and no config may launch one; "
            "write it after -- on the command line, or name a file that `toolgrade fetch` saved"
        )
    return ""


def _url_fault(url: str) -> str:
    try:
        secret = "@" in urlsplit(url).netloc
    except ValueError:
        return "is not a URL"
    return "holds a password; give --header on the command line instead" if secret else ""


def _rebase_value(key: str, value: Any, folder: Path) -> Any:  # noqa: ANN401 - a proved value
    """Return a value with its paths, written from the config's folder, as seen from here."""
    if key == "sources":
        return [source if _is_url(source) else _rebase_path(folder, source) for source in value]
    if key == "baseline" or (key == "rubric" and is_file(folder / value)):
        return _rebase_path(folder, value)
    if key == "outputs":
        pairs = (output.partition(":") for output in value)
        return [f"{name}:{_rebase_path(folder, file)}" if file else name for name, _, file in pairs]
    return value


def _rebase_path(folder: Path, path: str) -> str:
    return path if Path(path).is_absolute() else os.path.relpath(folder / path)
