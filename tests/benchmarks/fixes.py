"""What fixes there are in a corpus of saved lists, by kind, and what they gain.

`python tests/benchmarks/fixes.py FOLDER -o reports/fixes.md` grades each list for all clients, proposes
fixes, applies the safe ones as `--fix` does (those that help nothing are taken back), and grades again.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.fixes import propose
from toolgrade.fixes.adapt import HARD
from toolgrade.fixes.kinds import KINDS, ON_REQUEST
from toolgrade.fixes.names import Names
from toolgrade.fixes.proved import prove
from toolgrade.gates.pipeline import Request, run
from toolgrade.inputs import read
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.model import InputError
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.fixes.plan import Plan
    from toolgrade.model import Fix, Server, ServerReport

REQUEST = Request(clients=("all",))
HEAD = """\
# Fixes on real definitions

Counted over {files:,} saved lists with {tools:,} tools, by
`python tests/benchmarks/fixes.py FOLDER -o reports/fixes.md`; all clients were asked for. *Fixes* are what
`toolgrade grade --diff --unsafe-fixes` shows; *kept* are the safe ones that `--fix` writes, after those that help
nothing are taken back. *Clients* counts pairs of a tool and a client that has a limit at the place that a kept fix edits;
*tokens* is what the kept ones save, about.

| Kind | Safe | Fixes | Kept | Clients | Tokens |
| :-- | :-- | --: | --: | --: | --: |
"""
TAIL = """
{safe:,} of {all:,} fixes ({share:.0%}) are safe. With those that are kept, {changed:,} tools change: their mean TDQS goes
from {before:.3f} to {after:.3f}, {saved:,} tokens are saved ({share_saved:.1%} of all), and pairs of a tool and a client that
refuses or loses it go from {lost_before:,} to {lost_after:,}.
"""


class Tally:
    """What was counted so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = {kind.name: Counter() for kind in KINDS}

    def add(self, name: str, fix: Fix) -> None:
        """Count a fix under a heading."""
        self.kinds[fix.kind][name] += 1
        if name == "kept":
            self.kinds[fix.kind]["clients"] += len(fix.clients)
            self.kinds[fix.kind]["tokens"] += fix.tokens

    def add_file(self, found: Sequence[Server], rubric: Rubric) -> None:
        """Count the fixes of one file, and what they do."""
        report = run(found, rubric, REQUEST).report
        last: list[Sequence[ServerReport]] = [report.servers]

        def regrade(plan: Plan) -> Sequence[ServerReport]:
            first = report.servers[0].server
            document = Document(plan.text(), plan.document.file)
            reading = Reading(
                first.source, document.file, first.name, document.origin, document.find_malformed
            )
            held = [s for s in servers(document.data, reading) if s.tools]
            last.append(run(held, rubric, REQUEST).report.servers)
            return last[-1]

        self.counts["files"] += 1
        for server in report.servers:
            names = Names(server.tools)
            for tool in server.tools:
                self.counts["tools"] += 1
                self.counts["bytes"] += tool.signals.definition_bytes if tool.signals else 0
                for fix in propose(tool, names):
                    self.add("fixes", fix)
        for proved in prove(report.servers, _is_wanted, regrade):
            kept = proved.plan.changes.values()
            for change in kept:
                for fix in change.fixes:
                    self.add("kept", fix)
            if kept:
                self._compare(report.servers, last[-1])

    def _compare(self, before: Sequence[ServerReport], after: Sequence[ServerReport]) -> None:
        for old, new in zip(before, after, strict=True):
            for one, other in zip(old.tools, new.tools, strict=True):
                if one.tool.raw != other.tool.raw and one.score and other.score:
                    self.counts["changed"] += 1
                    self.counts["before"] += int(one.score.expected * 1000)
                    self.counts["after"] += int(other.score.expected * 1000)
                self.counts["lost_before"] += _count_lost(one)
                self.counts["lost_after"] += _count_lost(other)

    def render(self) -> str:
        """Return the page."""
        counts = self.counts
        rows = []
        for kind in KINDS:
            row = self.kinds[kind.name]
            safe = "yes" if kind.safe else "no"
            kept = f"{row['kept']:,}" if kind.safe and kind.name not in ON_REQUEST else "-"
            rows.append(
                f"| `{kind.name}` | {safe} | {row['fixes']:,} | {kept} | {row['clients']:,} "
                f"| {row['tokens']:,} |"
            )
        fixes = {kind: self.kinds[kind.name]["fixes"] for kind in KINDS}
        safe_count = sum(count for kind, count in fixes.items() if kind.safe)
        saved = sum(row["tokens"] for row in self.kinds.values())
        changed = max(counts["changed"], 1)
        head = HEAD.format(files=counts["files"], tools=counts["tools"])
        tail = TAIL.format(
            safe=safe_count,
            all=sum(fixes.values()),
            share=safe_count / max(sum(fixes.values()), 1),
            changed=counts["changed"],
            before=counts["before"] / changed / 1000,
            after=counts["after"] / changed / 1000,
            saved=saved,
            share_saved=saved / max(counts["bytes"] / 4.25, 1),
            lost_before=counts["lost_before"],
            lost_after=counts["lost_after"],
        )
        return head + "\n".join(rows) + "\n" + tail


def _is_wanted(fix: Fix) -> bool:
    return fix.safe and fix.kind not in ON_REQUEST


def _count_lost(tool: Any) -> int:
    return len({o.client for o in tool.clients or () if o.effect in HARD and o.level == "error"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    rubric, tally = Rubric.load(), Tally()
    for file in sorted(asked.folder.rglob("*.json")):
        try:
            found = read(str(file))
        except InputError:
            continue
        tally.add_file([server for server in found if server.tools], rubric)
    asked.output.write_text(tally.render(), encoding="utf-8")


if __name__ == "__main__":
    main()
