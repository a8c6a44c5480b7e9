"""Builds a site: each server that changed in a process of its own, then what relates them all."""

from __future__ import annotations

import gc
import hashlib
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.catalog import entry as entries
from toolgrade.catalog.history import add_run, list_changes, list_run
from toolgrade.catalog.likeness import Row, ServerRow, make_row, relate_servers
from toolgrade.catalog.overview import Overview, Run, make_index, write_overview
from toolgrade.catalog.pages import environment, fill, list_files, make_head, render_server
from toolgrade.catalog.site import CHANGES, INDEX
from toolgrade.catalog.slugs import make_slug
from toolgrade.clients import check_compatibility, select_clients
from toolgrade.files.opening import does_exist
from toolgrade.files.shipped import FOLDER, PACKAGE
from toolgrade.gates.profiles import review_servers
from toolgrade.grading.budget import Budget
from toolgrade.grading.grade import grade
from toolgrade.model import InputError, Server, SourceError
from toolgrade.model.unknown import NotKnown
from toolgrade.processes import can_spread, spread
from toolgrade.rubric import Rubric
from toolgrade.wording.counts import format_count
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolgrade.catalog.site import Site
    from toolgrade.view import ToolView

PROFILES = ("glama", "anthropic-directory")
_CODE = frozenset((".css", ".j2", ".js", ".json", ".py", ".toml"))
"""The endings of the files that decide what a page shows."""

_MOST_CHANGES = 500


@dataclass(frozen=True)
class Settings:
    """How servers are built: with which rubric, in how many seconds each, at what time (ISO 8601,
    in UTC). `build` is a digest of all that a page depends on besides its server.
    """

    site: Site
    rubric: str
    timeout: float
    date: str
    build: str


@dataclass(frozen=True)
class Built:
    """What a run did: the servers of the catalogue, those built anew, and what was not graded."""

    servers: int
    tools: int
    built: int
    errors: tuple[SourceError, ...]


class _Job(NamedTuple):
    server: Server
    slug: str
    digest: str


@dataclass
class _Plan:
    """Which slug each server has, and which must be built."""

    site: Site
    build: str
    kept: dict[tuple[str, int], str] = field(default_factory=dict)
    slugs: list[str] = field(default_factory=list)
    jobs: list[_Job] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        numbered: Counter[str] = Counter()
        for server in self.site.index.get("servers", ()):
            self.kept[server["name"], numbered[server["name"]]] = server["slug"]
            numbered[server["name"]] += 1
        self.taken.update(self.kept.values())

    def add(self, server: Server) -> _Job | None:
        """Return how to build a server, None if an earlier run has built just that."""
        key = server.name, self.seen[server.name]
        self.seen[server.name] += 1
        # An address stays, whatever servers come or go.
        slug = self.kept.get(key) or make_slug(server.name, self.taken, self.seen[server.name])
        self.taken.add(slug)
        self.slugs.append(slug)
        digest = entries.digest(server)
        old = self.site.load_entry(slug)
        is_known = old is not None and old.get("build") == {"server": digest, "rules": self.build}
        whole = is_known and all(
            does_exist(self.site.root / path) for path in list_files(old or {})
        )
        return None if whole else _Job(server, slug, digest)


def build(
    sources: Iterable[tuple[Server, ...] | SourceError],
    settings: Settings,
    jobs: int,
    say: Callable[[str], None],
) -> Built:
    """Build a site of all servers, in their order; `say` is given what progress there is, in words.
    Raises InputError.

    A server whose source failed keeps the pages of an earlier run; one that is gone loses them.
    """
    site = settings.site
    site.prove()
    gc.enable()  # unlike a run that grades and ends, one that makes a site would fill the memory
    rubric, clients = _load_rubric(settings.rubric), select_clients(["all"])
    earlier = dict(site.index)
    since = earlier.get("since", settings.date)
    plan = _Plan(site, settings.build)
    errors: list[SourceError] = []
    for found in sources:
        if isinstance(found, SourceError):
            errors.append(found)
        else:
            plan.jobs += [job for server in found if (job := plan.add(server))]
            say(f"{format_count(len(plan.slugs), 'server')} read")
    if not earlier and plan.slugs:
        start = Run(settings.date, since, (), ())
        site.write_json(INDEX, make_index(Overview(rubric.stamp, clients), start, complete=False))
    errors += _build_all(plan, settings, jobs, say)
    plan.slugs += _keep_failed(earlier, plan.slugs, errors, site)
    if not plan.slugs:
        raise InputError(_explain_nothing(errors))
    overview = Overview(rubric.stamp, clients)
    say("relating tools")
    related = list(_relate(site, plan.slugs, overview, rubric))
    _fill_all(related, settings, jobs)
    fresh = {job.slug for job in plan.jobs}
    changes = list_run(earlier, overview.last, fresh, settings.date)
    kept = site.load_changes()
    all_changes = [*(row for row in changes if row not in kept), *kept][:_MOST_CHANGES]
    run = Run(settings.date, since, all_changes, errors)
    write_overview(site, overview, run)
    site.write_json(CHANGES, {"schema": entries.SCHEMA, "changes": all_changes})
    site.write_json(INDEX, make_index(overview, run, complete=True))
    _remove_gone(site, earlier, plan.slugs)
    return Built(len(plan.slugs), overview.tools, len(fresh), tuple(errors))


def _build_all(
    plan: _Plan, settings: Settings, jobs: int, say: Callable[[str], None]
) -> Iterator[SourceError]:
    """Build the servers of a plan; yield what could not be graded."""

    def work(at: int, seconds: float) -> bytes:
        found = _build_server(plan.jobs[at], settings, seconds)
        return json.dumps([(error.source, error.message) for error in found]).encode()

    todo = range(len(plan.jobs))
    for at, result in zip(todo, _spread(work, todo, jobs, settings.timeout), strict=True):
        say(f"{at + 1:,} of {format_count(len(todo), 'server')} built")
        if result is None:
            job = plan.jobs[at]
            if not settings.site.load_entry(job.slug):
                plan.slugs.remove(job.slug)
            said = "the process that built it was ended; try again, with -j 1 if it lacks memory"
            yield SourceError(str(job.server.source), f"{make_legible(job.server.name)}: {said}")
        else:
            yield from (SourceError(*error) for error in json.loads(result))


def _fill_all(
    related: Sequence[tuple[str, Mapping[str, Any]]], settings: Settings, jobs: int
) -> None:
    def work(at: int, _: float) -> bytes:
        _fill_server(*related[at], settings)
        return b""

    todo = range(len(related))
    for at, result in zip(todo, _spread(work, todo, jobs, settings.timeout), strict=True):
        if result is None:
            _fill_server(*related[at], settings)


def _spread(
    work: Callable[[int, float], bytes], todo: Sequence[int], jobs: int, seconds: float
) -> Iterator[bytes | None]:
    """Yield what `work` returns, in order: from several processes, where that can be."""
    if jobs > 1 and len(todo) > 1 and can_spread():
        return spread(work, todo, jobs, lambda _: seconds)
    return (work(at, seconds) for at in todo)


def _explain_nothing(errors: list[SourceError]) -> str:
    if errors:
        return f"{errors[0].source}: {errors[0].message}"
    return "no server was given; name files, folders or addresses"


@cache
def _load_rubric(name: str) -> Rubric:
    return Rubric.load(name)


def _build_server(job: _Job, settings: Settings, seconds: float) -> tuple[SourceError, ...]:
    """Grade one server and write its files; return what could not be graded."""
    rubric, site = _load_rubric(settings.rubric), settings.site
    graded = grade([job.server], rubric, budgets=[Budget(seconds)])
    report = review_servers(check_compatibility(graded, select_clients(["all"])), PROFILES)
    (server,) = report.servers
    view = rubric.view(job.server)
    legible = [_is_legible(view.tool(at)) for at in range(len(job.server.tools))]
    stamp = {"server": job.digest, "rules": settings.build}
    entry = entries.encode(server, job.slug, stamp, legible)
    old = site.load_entry(job.slug)
    with suppress(LookupError, TypeError, AttributeError):  # what another program made of it
        if old:
            same = old["build"]["server"] == job.digest
            changes = [] if same else list_changes(old, server, rubric.stamp)
            entry["changes"] = add_run(old, entry, changes, settings.date)
    for path, content in render_server(report, entry, site.url):
        site.write(path, content)
    if old:
        site.remove(set(list_files(old)) - set(list_files(entry)))
    site.write_json(f"api/servers/{job.slug}.json", {**entry, "filled": False})
    return graded.errors


def _is_legible(tool: ToolView) -> bool | None:
    """Whether English word lists can judge a tool; None where its description is unknown."""
    try:
        return tool.legible
    except NotKnown:
        return None


def _fill_server(slug: str, shown: Mapping[str, Any], settings: Settings) -> None:
    """Write on a server's pages what relates it to others, where that is not there yet."""
    site = settings.site
    entry = site.load_entry(slug)
    if entry is None:
        raise InputError(f"{slug}: was changed while the site was built; build it again")
    macros: Any = (
        environment()
        .get_template("related.html.j2")
        .make_module(make_head(_load_rubric(settings.rubric).stamp, site.url, ""))
    )
    folder = f"servers/{slug}"
    blocks = [
        (f"{tool['slug']}.html", shown["tools"][tool["slug"]], tool["related"], macros.of_tool)
        for tool in entry["tools"]
    ]
    blocks.append(("index.html", shown["servers"], entry.get("relatives"), macros.of_server))
    todo = [block for block in blocks if not entry["filled"] or block[1] != block[2]]
    for name, now, _, render in todo:
        page = site.read(f"{folder}/{name}")
        site.write(f"{folder}/{name}", fill(page, render(now)))
    if todo:
        for tool in entry["tools"]:
            tool["related"] = shown["tools"][tool["slug"]]
        entry |= {"relatives": shown["servers"], "filled": True}
        site.write_json(f"api/servers/{slug}.json", entry)


def _relate(
    site: Site, slugs: Iterable[str], overview: Overview, rubric: Rubric
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Count every server, and yield what relates it to others."""
    empty = rubric.words["function-words"].words
    servers: dict[str, ServerRow] = {}
    rows: list[Row] = []
    for slug in slugs:
        entry = site.load_entry(slug)
        if entry is None:
            raise InputError(f"{slug}: was changed while the site was built; build it again")
        overview.add(entry)
        known = overview.servers[-1]
        servers[slug] = ServerRow(slug, entry["name"], known["score"], known["tier"])
        rows += [make_row(slug, tool, empty) for tool in entry["tools"]]
    yield from relate_servers(servers, rows)


def _keep_failed(
    earlier: Mapping[str, Any], slugs: list[str], errors: list[SourceError], site: Site
) -> Iterator[str]:
    """Yield the earlier servers of sources that failed in this run."""
    failed, built = {error.source for error in errors}, set(slugs)
    for server in earlier.get("servers", ()) if failed else ():
        entry = site.load_entry(server["slug"]) if server["slug"] not in built else None
        if entry and failed & {_spell_source(entry["source"])}:
            yield server["slug"]


def _spell_source(source: Mapping[str, Any]) -> str:
    value = next(source[key] for key in ("path", "url", "command") if key in source)
    return value if isinstance(value, str) else " ".join(value)


def _remove_gone(site: Site, earlier: Mapping[str, Any], slugs: list[str]) -> None:
    kept = set(slugs)
    for server in earlier.get("servers", ()):
        if server["slug"] not in kept and (entry := site.load_entry(server["slug"])):
            site.remove(list_files(entry))


def digest_rules(rubric: str, url: str) -> str:
    """Return a digest of all that a server's pages depend on besides the server: toolgrade itself,
    file by file, as an installation may be of any state.
    """
    found = hashlib.sha256(f"{_load_rubric(rubric).stamp.digest}\n{url}\n".encode())
    for folder in (PACKAGE, FOLDER):
        for file in sorted(path for path in folder.rglob("*.*") if path.suffix in _CODE):
            found.update(f"{file.relative_to(folder).as_posix()}\n".encode())
            found.update(file.read_bytes())
    return found.hexdigest()
