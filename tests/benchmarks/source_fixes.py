"""What `--fix` does to the source of real packages: each is fixed in a copy, and read again.

`python tests/benchmarks/source_fixes.py FOLDER... -o reports/fixes-source.md`. Each folder below a
FOLDER is a package as its registry ships it: of PyPI with its dependencies beside it (`pip install
--target`), of npm as `npm pack` makes it. Nothing of it is run but the import of Python files that
a fix changed.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.cli.fixing_code import GradedCode
from toolgrade.fixes import rewrite
from toolgrade.fixes.code.plan import plan_code
from toolgrade.fixes.kinds import ON_REQUEST
from toolgrade.fixes.proof import find_failing
from toolgrade.gates.pipeline import Request, run
from toolgrade.inputs import read
from toolgrade.inputs.code import find_code_file
from toolgrade.inputs.named import format_path
from toolgrade.model import InputError
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.fixes.code.plan import CodePlan
    from toolgrade.model import Fix, Server

HEAD = """\
# Fixes in the source of real packages

Each package was copied and fixed as `toolgrade grade PACKAGE --fix --unsafe-fixes --clients all`
fixes it, without what has slots to fill in, by
`python tests/benchmarks/source_fixes.py FOLDER... -o reports/fixes-source.md`.

*Files* are those that changed, *parsed* those of them that `ast` or `node --check` takes then,
*imported* the Python files among them that Python imports then, of those that it imported before.
*Other* counts tools whose definition, read again, is not what the fixes say, or is another without
a fix.

| Package | Tools | Fixes | Not applied | Files | Parsed | Imported | Other |
| :-- | --: | --: | --: | --: | --: | --: | --: |
"""
TAIL = """

{packages} packages, {tools:,} tools: {fixes:,} fixes in {files} files, {safe:,} of them safe
({by_kind}). Of these files {parsed} parse, and {imported} of the {before} that could be imported
still can. {other} definitions are other than their fixes say.
"""


@dataclass
class Row:
    """What became of one package."""

    name: str
    tools: int = 0
    refused: int = 0
    parsed: int = 0
    before: int = 0
    imported: int = 0
    other: int = 0
    files: int = 0
    kinds: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def __str__(self) -> str:
        imported = f"{self.imported} of {self.before}" if self.before else "-"
        cells = (self.tools, self.kinds.total(), self.refused, self.files, self.parsed)
        return f"| {self.name} | {' | '.join(map(str, cells))} | {imported} | {self.other} |"


def is_wanted(fix: Fix) -> bool:
    """Whether --unsafe-fixes writes a fix."""
    return not fix.slots and fix.kind not in ON_REQUEST


def find_package(folder: Path) -> Path:
    """Return the folder of a package's own code, which has its dependencies beside it."""
    if (folder / "package").is_dir():
        return folder / "package"
    name = folder.name.partition("=")[0].lower().replace("-", "_")
    dotted = folder.joinpath(*name.split("."))
    if dotted.is_dir():
        return dotted
    for info in folder.glob("*.dist-info"):
        if info.name.lower().replace("-", "_").startswith((f"{name}_", f"{name}-")):
            top = {line.split("/")[0] for line in (info / "RECORD").read_text().splitlines()}
            held = [folder / one for one in sorted(top) if (folder / one / "__init__.py").is_file()]
            if held:
                return held[0]
    raise FileNotFoundError(folder.name)


def judge_package(folder: Path, work: Path, rubric: Rubric) -> Row:
    """Fix a copy of a package, and return what became of it. Raises InputError."""
    own = find_package(folder)
    copy = work / own.relative_to(folder)
    shutil.copytree(own, copy, symlinks=True)
    request = Request(clients=("all",))
    before = read(str(copy))
    reports = run(before, rubric, request).report.servers
    code = GradedCode(str(copy))
    plan = plan_code(
        reports,
        is_wanted,
        code,
        lambda servers, applied: find_failing(
            reports, run(servers, rubric, request).report.servers, applied
        ),
    )
    row = Row(folder.name, sum(len(s.tools) for s in before), len(plan.refused))
    paths = [find_code_file(copy, format_path(copy), file.label) for file, _ in plan.files]
    importable = [p for p in paths if p.suffix == ".py" and can_import(p, work, folder)]
    code.write(plan)
    row.files = len(paths)
    row.parsed = sum(map(can_parse, paths))
    row.before = len(importable)
    row.imported = sum(can_import(path, work, folder) for path in importable)
    row.kinds.update((fix.kind, fix.safe) for fixes in plan.applied.values() for fix in fixes)
    row.other = count_others(before, read(str(copy)), plan)
    return row


def count_others(before: Sequence[Server], after: Sequence[Server], plan: CodePlan) -> int:
    """Return how many tools are not what their fixes say."""
    if [len(s.tools) for s in before] != [len(s.tools) for s in after]:
        return sum(len(s.tools) for s in before)
    return sum(
        new.raw != rewrite(old.raw or {}, plan.applied.get((number, at), ()))
        for number, (one, other) in enumerate(zip(before, after, strict=True))
        for at, (old, new) in enumerate(zip(one.tools, other.tools, strict=True))
    )


def can_parse(path: Path) -> bool:
    """Whether a file is what its language allows."""
    if path.suffix == ".py":
        try:
            ast.parse(path.read_bytes())
        except SyntaxError:
            return False
        return True
    argv = ["node", "--check", str(path)]
    return subprocess.run(argv, capture_output=True, timeout=60, check=False).returncode == 0


def can_import(path: Path, work: Path, folder: Path) -> bool:
    """Whether Python imports a file of the copy, with the dependencies that were installed."""
    module = ".".join(path.relative_to(work).with_suffix("").parts).removesuffix(".__init__")
    code = f"import sys; sys.path[:0] = [{str(work)!r}, {str(folder)!r}]; import {module}"
    argv = [sys.executable, "-c", code]
    try:
        done = subprocess.run(
            argv, capture_output=True, timeout=90, check=False, cwd=work, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def render(rows: Sequence[Row]) -> str:
    """Return the page."""
    kinds = sum((row.kinds for row in rows), Counter[tuple[str, bool]]())
    safe = sum(count for (_, is_safe), count in kinds.items() if is_safe)
    names = ("tools", "files", "parsed", "before", "imported", "other")
    total = {name: sum(getattr(row, name) for row in rows) for name in names}
    by_kind = ", ".join(f"`{kind}` {count:,}" for (kind, _), count in kinds.most_common())
    tail = TAIL.format(packages=len(rows), fixes=kinds.total(), safe=safe, by_kind=by_kind, **total)
    return HEAD + "\n".join(map(str, rows)) + tail


def main() -> int:
    """Write the page; return the exit status: 1 if a fixed file parses or imports no longer, or a
    definition is not what its fixes say.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    rubric = Rubric.load()
    rows: list[Row] = []
    for folder in sorted(one for top in asked.folders for one in top.iterdir() if one.is_dir()):
        with tempfile.TemporaryDirectory() as work:
            try:
                row = judge_package(folder, Path(work), rubric)
            except (InputError, FileNotFoundError) as error:
                sys.stderr.write(f"{folder.name}: left out: {error}\n")
                continue
        sys.stderr.write(f"{row}\n")
        rows.append(row)
    asked.output.write_text(render(rows), encoding="utf-8")
    return int(
        any(row.other or row.parsed < row.files or row.imported < row.before for row in rows)
    )


if __name__ == "__main__":
    sys.exit(main())
