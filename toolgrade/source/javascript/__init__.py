"""Tools declared in TypeScript and JavaScript, read from the syntax tree and never run."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolgrade.source.comments import read_layout
from toolgrade.source.found import Findings
from toolgrade.source.javascript import package
from toolgrade.source.javascript.modules import MAX_BUNDLE, Modules
from toolgrade.source.javascript.syntax import GRAMMARS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.allowance import Allowance
    from toolgrade.source.comments import Layout
    from toolgrade.source.javascript.modules import Readable
    from toolgrade.source.nodes import File

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
SETTINGS = ("package.json", "tsconfig.json")
MARKS = package.REGISTERING
LARGEST = MAX_BUNDLE
"""Bytes of the largest file that is read, where that is not discover.MAX_BYTES."""


def read(
    files: Mapping[str, Readable], settings: Mapping[str, str], only: str, allowance: Allowance
) -> Findings:
    """Return the tools that the TypeScript and JavaScript files of one package declare.

    `files` are its files by path from the package's root, `settings` the texts of SETTINGS. With
    `only`, the path of one file, those that this file registers; "" for all.
    """
    findings = Findings()
    if not any(package.registers(file.peek_text(MAX_BUNDLE)) for file in files.values()):
        return findings
    from toolgrade.source.javascript import registrations  # noqa: PLC0415 - brings the parser
    from toolgrade.source.javascript.evaluator import Evaluator  # noqa: PLC0415 - as above

    data = package.read_manifest(settings.get("package.json", ""))
    aliases = package.read_aliases(settings.get("tsconfig.json", ""), data)
    modules = Modules(files, aliases, allowance)
    modules.in_use = package.find_modules_in_use(data, modules)
    if only:
        modules.in_use = list(modules.by_path.values())
    evaluator = Evaluator(modules, package.find_dialect(data, modules))
    registrations.read(evaluator, only, findings)
    return findings


def layout(file: File, path: str, allowance: Allowance) -> Layout:
    """Return the places of the comments and the long texts of a file."""
    return read_layout(file, GRAMMARS[posixpath.splitext(path)[1]], allowance)
