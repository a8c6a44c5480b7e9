"""What is known of an SDK: one small TOML file of `sdks` each: README.md there says how."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.files.shipped import read_shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED = ("call", "annotation")
FOLDER = Path(__file__).parent / "sdks"


@dataclass(frozen=True)
class Schemas:
    """The rules by which an SDK makes schemas of types."""

    types: Mapping[str, Any] = field(default_factory=dict)
    list: tuple[str, ...] = ()
    list_type: Any = "array"
    map: tuple[str, ...] = ()
    nullable: tuple[str, ...] = ()
    nullable_how: str = "unknown"
    required: str = "unknown"
    closed: bool | str = "unknown"
    closed_by: str = ""
    name: tuple[str, ...] = ()
    naming: str = ""
    description: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    options: str = ""
    doc: bool = False
    refs: bool = False
    cases: str = "unknown"
    cases_name: tuple[str, ...] = ()
    unwrapped: tuple[str, ...] = ()
    starts: Mapping[str, Any] = field(default_factory=dict)
    default: str = "unknown"
    default_note: str = ""
    ignored: tuple[str, ...] = ()
    fields_name: tuple[str, ...] = ()
    fields_required: str = ""
    skipped: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    injected: str = ""
    unsure: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sdk:
    """An SDK: how code registers tools with it, and what its names mean on the wire."""

    marks: tuple[str, ...]
    home: str
    tool: tuple[Mapping[str, Any], ...]
    needs: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    bare: bool = False
    version: Mapping[str, str] = field(default_factory=dict)
    newer: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    same: Mapping[str, int] = field(default_factory=dict)
    schemas: Schemas = field(default_factory=Schemas)


@cache
def sdks(language: str = "") -> tuple[Sdk, ...]:
    """Return the SDKs of a language, or all."""
    return tuple(_sdk(table) for table in _tables() if language in {"", table["language"]})


@cache
def _tables() -> list[dict[str, Any]]:
    return [tomllib.loads(read_shipped(p)) for p in sorted(FOLDER.glob("*.toml"))]


def _sdk(table: dict[str, Any]) -> Sdk:
    home = table["home"]
    joint = {"go": ".", "rust": "::"}.get(table["language"], ".")

    def full(name: Any) -> Any:
        if isinstance(name, list):
            return [full(one) for one in name]
        return name if not home or "." in name or "/" in name else f"{home}{joint}{name}"

    tools = [
        {**one, **{key: full(one[key]) for key in _NAMED if key in one}} for one in table["tool"]
    ]
    schemas: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) and key != "list_type" else value
        for key, value in table.get("schemas", {}).items()
    }
    return Sdk(
        marks=tuple(table["marks"]),
        home=home,
        tool=tuple(tools),
        needs=tuple(table.get("needs", ())),
        unread=tuple(table.get("unread", ())),
        bare=table.get("bare", False),
        version=table.get("version", {}),
        newer=table.get("newer", {}),
        options={full(key): value for key, value in table.get("options", {}).items()},
        objects={full(key): value for key, value in table.get("objects", {}).items()},
        same={full(key): value for key, value in table.get("same", {}).items()},
        schemas=Schemas(**schemas),
    )
