"""Tools declared in TypeScript and JavaScript, read from the syntax tree and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.inputs.code.found import Findings
from toolgrade.inputs.code.javascript import package
from toolgrade.inputs.code.javascript.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.inputs.code.javascript.modules import Readable

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
SETTINGS = ("package.json", "tsconfig.json")


def read(files: Mapping[str, Readable], settings: Mapping[str, str]) -> Findings:
    """Return the tools that the files of a package (by path from its root) declare."""
    findings = Findings()
    if not any(package.registers(source.sniffed()) for source in files.values()):
        return findings
    from toolgrade.inputs.code.javascript import registrations  # noqa: PLC0415 - brings the parser
    from toolgrade.inputs.code.javascript.evaluate import Evaluator  # noqa: PLC0415 - as above

    data = package.manifest(settings.get("package.json", ""))
    modules = Modules(files, {})
    modules.in_use = package.modules_in_use(data, modules)
    evaluator = Evaluator(modules, package.zod_major(data, modules))
    registrations.read(evaluator, package.schema_target(data), findings)
    return findings


