"""`--diff`, `--fix` and `--unsafe-fixes` of `toolgrade grade`: what is done about the findings."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from toolgrade.cli.writing import write
from toolgrade.files.opening import read_file
from toolgrade.files.saving import save
from toolgrade.inputs.named import GIT, MAX_BYTES, format_path, is_code, is_url
from toolgrade.model import InputError
from toolgrade.wording.counts import format_count, join_first
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.cli.fixing_code import GradedCode
    from toolgrade.fixes.code.plan import CodePlan
    from toolgrade.fixes.plan import Plan
    from toolgrade.fixes.proved import Proved
    from toolgrade.gates.pipeline import Request
    from toolgrade.live.options import Options
    from toolgrade.model import Fix, Report, Server, ServerReport
    from toolgrade.rubric import Rubric

_MOST_TAKEN = 5
_MOST_NAMED = 3
_INSTEAD = "save its tools with `toolgrade fetch -o tools.json` and fix that file"


class Fixing(NamedTuple):
    """What is asked: to show the changes, or to make them; the unsafe ones too; and for how many
    seconds each source may be read again.
    """

    diff: bool
    fix: bool
    unsafe: bool
    select: tuple[str, ...]
    seconds: float

    def wants(self, fix: Fix) -> bool:
        """Return whether a fix is asked for. What only saves tokens answers to no check."""
        from toolgrade.fixes.kinds import ON_REQUEST  # noqa: PLC0415 - start-up time

        if not (fix.safe or self.unsafe) or (self.fix and fix.slots):
            return False
        family = fix.check.partition(".")[0]
        is_named = fix.check in self.select or family in self.select
        return is_named if self.select else fix.kind not in ON_REQUEST


def fix_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    """Give a command the options that `take_fixing` reads."""
    for option in (
        click.option(
            "--unsafe-fixes",
            is_flag=True,
            help="With --diff or --fix: also those that a caller may notice, and skeletons with "
            "slots to fill in.",
        ),
        click.option(
            "--fix",
            is_flag=True,
            help="Write the safe fixes into the saved lists, then grade them. --select narrows.",
        ),
        click.option(
            "--diff",
            is_flag=True,
            help="Show what --fix would write, as a unified diff, instead of a report.",
        ),
    ):
        command = option(command)
    return command


def take_fixing(
    asked: dict[str, Any], sources: Sequence[str], argv: Sequence[str], needs: Options
) -> Fixing:
    """Return what the options of `fix_options` ask, and take them away. Raises UsageError where
    a source cannot be changed.
    """
    names = ("diff", "fix", "unsafe_fixes")
    diff, fix, unsafe = (bool(asked.pop(name)) for name in names)
    if diff and fix:
        raise click.UsageError("--diff shows what --fix would write: give one of them")
    if unsafe and not (diff or fix):
        raise click.UsageError("--unsafe-fixes goes with --diff or --fix")
    if diff or fix:
        option = "--diff" if diff else "--fix"
        if needs.launch:
            raise click.UsageError(
                f"{option} is for saved lists and source code, not for the servers that a config "
                f"starts: {_INSTEAD}"
            )
        _refuse_unwritable(sources, argv, option)
    return Fixing(diff, fix, unsafe, asked["select"], needs.timeout)


def ask_for_fixes(request: Request, outputs: Sequence[tuple[str, str]]) -> Request:
    """Return a request that asks for fixes if one of the outputs shows them."""
    formats = {format_ for format_, _ in outputs}
    shows = not formats.isdisjoint({"json", "sarif", "html"})
    return replace(request, fixes=shows, replacements="sarif" in formats)


def _refuse_unwritable(sources: Sequence[str], argv: Sequence[str], option: str) -> None:
    if argv:
        raise click.UsageError(
            f"{option} is for saved lists and source code, not for a live server: {_INSTEAD}"
        )
    for source in sources:
        if is_url(source):
            raise click.UsageError(
                f"{option} is for saved lists and source code, not for a URL: {_INSTEAD}"
            )
        if source == "-" or source.startswith(GIT):
            raise click.UsageError(f"{option} is for files: give the path of a saved list")


def show_diffs(
    report: Report,
    fixing: Fixing,
    context: click.Context,
    sources: Sequence[str],
    outputs: list[tuple[str, str]],
) -> list[tuple[str, str]]:
    """Print the diff, if it is asked for, and return the outputs that follow: without those asked
    for, none.
    """
    if not fixing.diff:
        return outputs
    write(_format_diffs(report, fixing, sources), "")
    is_asked = context.get_parameter_source("outputs") is not ParameterSource.DEFAULT
    return outputs if is_asked else []


def _format_diffs(report: Report, fixing: Fixing, sources: Sequence[str]) -> Iterator[str]:
    """Yield the unified diff of each file that the fixes change."""
    from toolgrade.fixes.diff import format_diff  # noqa: PLC0415 - start-up time
    from toolgrade.fixes.plan import make_plans  # noqa: PLC0415 - start-up time

    plans = make_plans(report.servers, lambda _, fix: fixing.wants(fix))
    for plan in plans:
        lines = format_diff(plan.document.text, plan.edits(), plan.document.file)
        yield from map(_show, lines) if sys.stdout.isatty() else lines
    code = _plan_code(report, fixing, sources)
    for file, edits in (one for _, plan_ in code for one in plan_.files):
        lines = format_diff(file.text, edits, file.label)
        yield from map(_show, lines) if sys.stdout.isatty() else lines
    _say_unchanged(plans)
    _say_refused(code)
    click.echo(_summarise(*_count(plans, code), "--fix writes"), err=True)


def _plan_code(
    report: Report,
    fixing: Fixing,
    sources: Sequence[str],
    grade: Callable[[Sequence[Server]], Sequence[ServerReport]] | None = None,
) -> list[tuple[GradedCode, CodePlan]]:
    if not any(map(is_code, sources)):
        return []
    from toolgrade.cli.fixing_code import plan_sources  # noqa: PLC0415 - start-up time

    return plan_sources(
        report,
        fixing.wants,
        sources,
        grade,
        is_narrow=bool(fixing.select),
        seconds=fixing.seconds,
    )


def _count(plans: Sequence[Plan], code: Sequence[tuple[GradedCode, CodePlan]]) -> tuple[int, int]:
    """Return how many fixes are applied, and to how many tools."""
    from toolgrade.fixes.plan import count_fixes  # noqa: PLC0415 - start-up time

    fixes, tools = count_fixes(plans)
    applied = [of_tool for _, plan in code for of_tool in plan.applied.values()]
    return fixes + sum(map(len, applied)), tools + len(applied)


def _say_refused(code: Sequence[tuple[GradedCode, CodePlan]]) -> None:
    """Say which fixes of source code are not applied, and why."""
    for _, plan in code:
        by_reason: dict[tuple[str, str], list[str]] = {}
        for one in plan.refused:
            by_reason.setdefault((one.fix.title, one.why), []).append(make_legible(one.tool))
        for (title, why), tools in by_reason.items():
            of = join_first(tools, _MOST_NAMED)
            click.echo(f"toolgrade: not applied: {title} ({of}): {why}", err=True)


def _show(line: str) -> str:
    """Return a line of a diff as a terminal may show it: nothing in it acts."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in line
    )


def _summarise(fixes: int, tools: int, what: str) -> str:
    if not fixes:
        return "toolgrade: nothing that could be fixed was found"
    return f"toolgrade: {what} {format_count(fixes, 'fix')} in {format_count(tools, 'tool')}"


def _say_unchanged(plans: Sequence[Plan]) -> None:
    for plan in plans:
        if not plan.document.is_whole:
            click.echo(
                f"toolgrade: {plan.document.file}: nests too deep to be changed safely", err=True
            )


def write_fixes(
    report: Report, fixing: Fixing, sources: Sequence[str], rules: Rubric, request: Request
) -> bool:
    """Write the fixes that do what they are for into their files; say what was taken back. Return
    whether anything was written. Raises InputError.
    """
    from toolgrade.fixes.proved import prove  # noqa: PLC0415 - start-up time
    from toolgrade.gates.pipeline import run  # noqa: PLC0415 - start-up time

    bare = replace(request, baseline=None, max_tokens=None)
    paths = _find_paths([source for source in sources if not is_code(source)])
    code = _plan_code(
        report, fixing, sources, lambda servers: run(servers, rules, bare).report.servers
    )
    regrade = _make_regrader(report, rules, request)
    found = prove(report.servers, fixing.wants, regrade, is_narrow=bool(fixing.select))
    for one in found:
        if one.plan.changes:
            _write(one.plan, paths[one.plan.document.file])
        _say_taken(one)
    for source, plan in code:
        source.write(plan)
    plans = [one.plan for one in found]
    _say_unchanged(plans)
    _say_refused(code)
    fixes, tools = _count(plans, code)
    click.echo(_summarise(fixes, tools, "wrote"), err=True)
    return fixes > 0


def _find_paths(sources: Sequence[str]) -> dict[str, Path]:
    """Return each source's file by the name that reports have for it."""
    paths: dict[str, Path] = {}
    for source in sources:
        label = format_path(Path(source))
        if label in paths and not paths[label].samefile(source):
            raise InputError(
                f"{label}: two of the files have this name outside of this folder; fix them one by "
                "one"
            )
        paths[label] = Path(source)
    return paths


def _write(plan: Plan, path: Path) -> None:
    """Write a changed document over its file, whole. Raises InputError, if the file is another by
    now too.
    """
    from toolgrade.listing.lenient import decode, encode_like  # noqa: PLC0415 - start-up time

    shown = make_legible(str(path), 4096)
    try:
        before = read_file(path, MAX_BYTES)
        if decode(before, shown) != plan.document.text:
            raise InputError(
                f"{shown}: was changed while it was graded, so nothing is written; run this again"
            )
        save(path, [encode_like(plan.text(), before)])
    except OSError as error:
        raise InputError(f"{shown}: cannot be written: {error.strerror}") from error


def _say_taken(found: Proved) -> None:
    """Say which fixes were taken back, and why."""
    lines = [f"{make_legible(name)}: {one.fix.title} ({one.why})" for name, one in found.taken]
    if lines:
        count = format_count(len(lines), "fix")
        click.echo(
            f"toolgrade: {found.plan.document.file}: took back {count}: "
            f"{join_first(lines, _MOST_TAKEN)}",
            err=True,
        )


def _make_regrader(
    report: Report, rules: Rubric, request: Request
) -> Callable[[Plan], Sequence[ServerReport]]:
    """Return what grades a document after its changes as it was graded before."""
    from toolgrade.gates.pipeline import run  # noqa: PLC0415 - start-up time
    from toolgrade.listing.parse import Reading, servers  # noqa: PLC0415 - start-up time
    from toolgrade.listing.positions import Document  # noqa: PLC0415 - start-up time

    sources = {str(server.server.source): server.server for server in report.servers}
    bare = replace(request, baseline=None, max_tokens=None)

    def regrade(plan: Plan) -> Sequence[ServerReport]:
        label = plan.document.file
        before = sources[label]
        document = Document(plan.text(), label)
        reading = Reading(
            before.source, label, before.name, document.origin, document.find_malformed
        )
        found = [server for server in servers(document.data, reading) if server.tools]
        return run(found, rules, bare).report.servers

    return regrade
