"""The tables of a rubric file, with those of the rubric it extends."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolgrade.files.compiled import read_tables
from toolgrade.files.opening import is_file, read_file
from toolgrade.files.shipped import FOLDER
from toolgrade.model import RubricError

MAX_BYTES = 2**20
"""The largest file that is read."""

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def tables(data: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every dimension in a rubric's data: its table, its name, its content."""
    for table in ("dimensions", "coherence"):
        for name, said in data.get(table, {}).items():
            yield table, name, said


def read(path: Path) -> dict[str, Any]:
    """Return the tables of a rubric file, numbers as Decimal. Raises RubricError with the line."""
    if path.parent == FOLDER:
        return read_tables(path.name, Decimal)
    import tomllib  # noqa: PLC0415 - start-up time

    try:
        return tomllib.loads(read_file(path, MAX_BYTES).decode(), parse_float=Decimal)
    except OSError as error:
        raise RubricError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RubricError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise RubricError(f"{path}: is not TOML: {error}") from error


def read_with_parents(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Return a rubric merged with what it extends. Tables are merged, except those it `replaces`;
    other values replace those of the parent; word lists are read. Raises RubricError.
    """
    if path in above:
        raise RubricError(f"{path}: a rubric cannot extend itself; name another rubric")
    own = read(path)
    base: dict[str, Any] = {}
    if isinstance(parent := own.pop("extends", None), str):
        near = path.parent / parent
        shipped = FOLDER / f"{parent}.toml"
        target = near if is_file(near) else shipped
        if not is_file(target):
            raise RubricError(f"{path}: extends {parent!r}, which is neither a file nor shipped")
        base = read_with_parents(target, (*above, path))
    for table in own.pop("replaces", ()):
        base.pop(table, None)
    lexicons = dict(base.get("lexicons", {}))
    for name, words in own.pop("lexicons", {}).items():
        lexicons[name] = _words(path, name, words, lexicons.get(name, []))
    return {**_merge_tables(base, own), "lexicons": lexicons}


def _merge_tables(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in own.items():
        old = out.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[key] = _merge_tables(old, value) if both and isinstance(old, dict) else value
    return out


def _words(path: Path, name: str, given: object, base: list[str]) -> list[str]:
    if isinstance(given, list) and all(isinstance(word, str) for word in given):
        return given
    if isinstance(given, dict) and set(given) <= {"add", "drop"}:
        return [w for w in base if w not in given.get("drop", [])] + list(given.get("add", []))
    if isinstance(given, dict) and set(given) == {"file"}:
        try:
            lines = read_file(path.parent / str(given["file"]), MAX_BYTES).decode().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise RubricError(
                f"{path}: lexicons.{name}: cannot read the file {given['file']}"
            ) from error
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    raise RubricError(f"{path}: lexicons.{name}: give a list of words, a file, or add and drop")
