"""Tools declared in Go, C#, Java, Rust and Kotlin, read from the syntax tree and never run.

One reader for all: `grammars` describes the languages, `sdks` the SDKs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.comments import Layout, read_layout
from toolgrade.source.found import Failure, Findings
from toolgrade.source.patterns.evaluator import Evaluator
from toolgrade.source.patterns.grammars.csharp import CSHARP
from toolgrade.source.patterns.grammars.go import GO
from toolgrade.source.patterns.grammars.java import JAVA
from toolgrade.source.patterns.grammars.kotlin import KOTLIN
from toolgrade.source.patterns.grammars.rust import RUST
from toolgrade.source.patterns.modules import Module, Modules
from toolgrade.source.patterns.registrations import Reader
from toolgrade.source.patterns.sdk import sdks
from toolgrade.source.patterns.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.allowance import Allowance
    from toolgrade.source.nodes import File
    from toolgrade.source.patterns.grammar import Grammar
    from toolgrade.source.patterns.modules import Readable
    from toolgrade.source.patterns.sdk import Sdk

GRAMMARS: tuple[Grammar, ...] = (GO, CSHARP, JAVA, RUST, KOTLIN)
SUFFIXES = tuple(suffix for grammar in GRAMMARS for suffix in grammar.suffixes)
MARKS = tuple(mark for sdk in sdks() for mark in sdk.marks)
SETTINGS = ("go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts")

_MANIFESTS = ("pom.xml", "build.gradle", "build.gradle.kts")
_MODULE = re.compile(r"(?m)^module\s+(\S+)")


def read(
    files: Mapping[str, Readable], settings: Mapping[str, str], only: str, allowance: Allowance
) -> Findings:
    """Return the tools that the files of one package declare in these languages.

    `files` are its files by path from the package's root, `settings` the texts of SETTINGS. `only`
    is the path of one file: the result has only its tools; "" for all.
    """
    findings = Findings()
    module = _MODULE.search(settings.get("go.mod", ""))
    root_path = module[1] if module else ""
    for grammar in GRAMMARS:
        modules = [
            Module(path, file, grammar, allowance)
            for path, file in files.items()
            if path.endswith(grammar.suffixes)
        ]
        _read(Modules(modules, root_path, allowance), grammar, settings, only, findings)
    return findings


def layout(file: File, path: str, allowance: Allowance) -> Layout:
    """Return where the comments and the long texts of a file are."""
    grammar = next(one for one in GRAMMARS if path.endswith(one.suffixes))
    if grammar.is_too_deep(file.text):
        return Layout((), (), "//")
    return read_layout(file, grammar.name, allowance)


def _serves(sdk: Sdk, modules: list[Module], settings: Mapping[str, str]) -> bool:
    """Return whether tools of an SDK reach a server: some SDKs also make tools for other agents."""
    manifests = [settings[name] for name in _MANIFESTS if name in settings]
    texts = (*manifests, *(module.text for module in modules))
    return not (sdk.needs and manifests) or any(n in text for text in texts for n in sdk.needs)


def _read(
    held: Modules, grammar: Grammar, settings: Mapping[str, str], only: str, findings: Findings
) -> None:
    modules = held.all
    marked = [
        (sdk, found)
        for sdk in sdks(grammar.name)
        if (found := [m for m in modules if any(mark in m.text for mark in sdk.marks)])
        and _serves(sdk, modules, settings)
    ]
    if not marked:
        return

    deep = [m for m in modules if grammar.is_too_deep(m.text)]
    held.all = modules = [m for m in modules if m not in deep]
    findings.failures += [
        Failure(m.label, "is nested too deep to be read") for m in deep if only in {"", m.path}
    ]
    before = len(findings.tools)
    ev = Evaluator(held, grammar)
    for sdk, found in marked:
        own = [m for m in found if m not in deep and only in {"", m.path}]
        Reader(Wire(ev, sdk, settings)).read(own, findings)
    order = {module.label: place for place, module in enumerate(modules)}
    findings.sort_tools(before, lambda one: (order.get(one.at.file.label, 0), one.at.offset))
