"""A rubric: which checks are asked, with which options, and what each answer is worth.

Tests validate the shipped rubrics, so grading with one imports neither pydantic nor a schema. Any
other file is validated first (`toolgrade.rubric.proof`); an error names its file and line.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.checks import checks
from toolgrade.files.opening import is_file
from toolgrade.files.shipped import FOLDER, read_shipped
from toolgrade.model import MALFORMED, SHADOWED, STRICTEST, RubricError, RubricStamp
from toolgrade.rubric.files import read_with_parents, tables
from toolgrade.rubric.rules import dimension_rules, remarks, word_lists
from toolgrade.view import ServerView
from toolgrade.view.frame import description_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import Level, Server
    from toolgrade.rubric.rules import DimensionRules, Remark
    from toolgrade.text import WordList

_NAME = re.compile(r"[\w-]+")
_BY_GAIN: tuple[Level, ...] = ("error", "warning")


@dataclass(frozen=True, eq=False)
class Rubric:
    """Everything that a rubric file decides. `sees` is "definition" or "description"; `unpriced`
    has a title and a level for each kind of malformed definition, and for shadowing. `levels` are
    the least gains that give a level, the highest level first.
    """

    stamp: RubricStamp
    scale: tuple[Decimal, Decimal]
    tiers: Mapping[str, Decimal]
    levels: tuple[tuple[Level, Decimal], ...]
    server: Mapping[str, Decimal]
    dimensions: tuple[DimensionRules, ...]
    words: Mapping[str, WordList]
    unpriced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    sees: str = "definition"
    coherence: tuple[DimensionRules, ...] = ()

    @cached_property
    def weights(self) -> Mapping[str, int]:
        """The weight of each of a tool's dimensions, by its key."""
        return {rules.words.key: rules.words.weight for rules in self.dimensions}

    @cached_property
    def viable(self) -> Decimal:
        """The middle of the scale; a dimension below it is a smell."""
        return (self.scale[0] + self.scale[1]) / 2

    @cached_property
    def tool_remarks(self) -> tuple[Remark, ...]:
        """The remarks that are asked of each tool."""
        return tuple(remark for remark in self.remarks if remark.check.of_tool)

    @property
    def every_dimension(self) -> tuple[DimensionRules, ...]:
        """The dimensions of a tool, then those of a server."""
        return (*self.dimensions, *self.coherence)

    @classmethod
    def load(cls, name: str = "tdqs", inside: Path | None = None) -> Rubric:
        """Return a shipped rubric by name, or the rubric in a file. Raises RubricError.

        `inside` is the folder of a config that names it: what it extends must be in there too.
        """
        shipped = FOLDER / f"{name}.toml"
        if _NAME.fullmatch(name) and is_file(shipped) and _judges(shipped):
            return _load_shipped(shipped)
        path = Path(name)
        if not is_file(path):
            known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.toml") if _judges(path)))
            raise RubricError(f"{name}: no such rubric and no such file; shipped: {known}")
        return cls.prove(path, inside)

    @classmethod
    def prove(cls, path: Path, inside: Path | None = None) -> Rubric:
        """Validate any rubric file, shipped or not, and return it. Raises RubricError.

        `inside` is as for `load`.
        """
        from toolgrade.rubric.proof import prove  # noqa: PLC0415 - pydantic is only for own rubrics

        return bind(prove(path, inside))

    def view(self, server: Server, spec: str = STRICTEST) -> ServerView:
        """Return a server with what this rubric judges of it."""
        seen = description_alone(server) if self.sees == "description" else server
        return ServerView(seen, self.words, spec)


@cache
def _load_shipped(path: Path) -> Rubric:
    return bind(read_with_parents(path))


def _judges(path: Path) -> bool:
    # The folder has files of other kinds too: clients, profiles.
    return "[dimensions" in read_shipped(path)


def bind(data: Mapping[str, Any]) -> Rubric:
    """Return a rubric from validated tables: questions with options and prices, and a digest."""
    known = checks()
    words = word_lists(data, known)
    rules = [dimension_rules(table, key, said, known, words) for table, key, said in tables(data)]
    tools, servers = (
        tuple(r for r in rules if r.table == table) for table in ("dimensions", "coherence")
    )
    canonical = json.dumps(data, sort_keys=True, default=str, ensure_ascii=True)
    stamp = RubricStamp(
        name=data["name"],
        version=data["version"],
        digest=hashlib.sha256(canonical.encode()).hexdigest()[:16],
        dimensions=tuple(r.words for r in tools),
        coherence=tuple(r.words for r in servers),
    )
    return Rubric(
        stamp=stamp,
        scale=(Decimal(data["scale"]["min"]), Decimal(data["scale"]["max"])),
        tiers={tier: Decimal(bound) for tier, bound in data["tiers"].items()},
        levels=tuple(
            (level, Decimal(data["levels"][level])) for level in _BY_GAIN if level in data["levels"]
        ),
        server={part: Decimal(weight) for part, weight in data["server"].items()},
        dimensions=tools,
        words=words,
        unpriced={k: t for k, t in data["unpriced"].items() if k in (*MALFORMED, SHADOWED)},
        remarks=tuple(remarks(data["unpriced"], known, words)),
        sees=data.get("sees", "definition"),
        coherence=servers,
    )
