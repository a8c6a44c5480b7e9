"""How near other linters' scores come to the judge, on the same definitions. To measure again, from
the top of a checkout: `pip install agent-friend==0.209.0 mcplint-cli==0.2.0 mcpolish==0.1.1`, then
`python tests/benchmarks/peers.py reports/agreement/labels.jsonl > reports/agreement/peers.md`.

They rate from 0 to 100 or count findings, and do not claim to predict this judge. So each gets what
length gets: for every dimension a straight line from its score to the labels, fitted on the other
folds' servers. Only what needs no server and no model is asked.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.agreement.figures import Prediction
from toolgrade.agreement.labels import IN_TENTHS, SUBJECTS, read, weights
from toolgrade.agreement.measure import FOLDS, OURS, agree
from toolgrade.agreement.show import SHOWN
from toolgrade.agreement.split import folds
from toolgrade.agreement.statistics import line
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.agreement.labels import Labelled
    from toolgrade.agreement.series import Series

TABLES = ("Definitions", "Mean absolute error of whole points", "Spearman", "Same tier")


def ask_agent_friend(tool: dict[str, Any]) -> float:
    """Return agent-friend's grade of one tool, from 0 to 100."""
    grade: Any = import_module("agent_friend.grade")
    return float(grade.grade_tools([tool])["overall_score"])


def ask_mcplint(tool: dict[str, Any]) -> float:
    """Return mcplint's score of a server with this tool alone, from 0 to 100."""
    common: Any = import_module("mcplint.models.common")
    contracts: Any = import_module("mcplint.models.contracts")
    snapshot: Any = import_module("mcplint.models.snapshot")
    engine: Any = import_module("mcplint.core.engine")
    registry: Any = import_module("mcplint.core.registry")
    score: Any = import_module("mcplint.core.score")
    schema, hints = tool.get("inputSchema") or {}, tool.get("annotations") or {}
    needed = schema.get("required") or ()
    one = contracts.ToolContract(
        id=tool["name"],
        name=tool["name"],
        description=tool.get("description"),
        input_schema=schema,
        output_schema=tool.get("outputSchema"),
        parameters=[
            contracts.ParameterContract(
                name=name,
                json_schema=part,
                required=name in needed,
                description=part.get("description"),
            )
            for name, part in (schema.get("properties") or {}).items()
        ],
        annotations=contracts.ToolAnnotation(
            title=hints.get("title"),
            read_only_hint=hints.get("readOnlyHint"),
            destructive_hint=hints.get("destructiveHint"),
            idempotent_hint=hints.get("idempotentHint"),
            open_world_hint=hints.get("openWorldHint"),
        ),
        raw=tool,
    )
    server = snapshot.MCPServerSnapshot(
        metadata=common.ArtifactMetadata.create(schema_version="1.0"),
        server_name="server",
        server_version=None,
        transport="stdio",
        command=None,
        tools=[one],
    )
    found = engine.lint_snapshot(server, registry.RuleRegistry.with_builtin_rules())
    return float(score.compute_score(found).total_score)


def ask_mcpolish(tool: dict[str, Any]) -> float:
    """Return mcpolish's score of a server with this tool alone, from 0 to 100."""
    types: Any = import_module("mcpolish.types")
    base: Any = import_module("mcpolish.rules.base")
    rules: Any = import_module("mcpolish.rules.registry")
    scorer: Any = import_module("mcpolish.score.scorer")
    schema = tool.get("inputSchema") or {}
    needed = schema.get("required") or ()
    params = tuple(
        types.ParamDecl(
            name=name,
            type=part.get("type") if isinstance(part.get("type"), str) else None,
            description=part.get("description"),
            required=name in needed,
            has_example="example" in part or "examples" in part,
            raw=part,
        )
        for name, part in (schema.get("properties") or {}).items()
        if isinstance(part, dict)
    )
    one = types.ToolDecl(
        name=tool["name"],
        description=tool.get("description") or "",
        input_schema=schema,
        params=params,
        file="server.py",
        schema_is_explicit=True,
    )
    context = base.RuleContext(config={}, snapshot=None, llm=None)
    chosen = rules.filter_rules(select=None, ignore=None, llm_enabled=False)
    found = rules.run_rules(types.ToolRegistry(tools=(one,)), context, chosen)
    return float(scorer.compute_score(found, tool_count=1))


PEERS: dict[str, Callable[[dict[str, Any]], float]] = {
    "agent-friend": ask_agent_friend,
    "mcplint-cli": ask_mcplint,
    "mcpolish": ask_mcpolish,
}


def predict_from_scores(rows: Sequence[Labelled], scores: Sequence[float]) -> Series:
    """Return what one score for each definition predicts of every dimension."""
    fold = folds((row.group for row in rows), FOLDS)
    series: Series = {}
    for subject in SUBJECTS:
        made = [
            Prediction(row.values(subject), 0, 0, weight, row.group, score)
            for row, score, weight in zip(rows, scores, weights(rows, subject), strict=True)
            if weight
        ]
        rules = {}
        for left_out in range(FOLDS):
            others = [p for p in made if fold[p.group] != left_out]
            rules[left_out] = line(
                [p.order for p in others], [p.label for p in others], [p.weight for p in others]
            )
        series[subject] = [_follow(p, *rules[fold[p.group]], subject) for p in made]
    return series


def _follow(prediction: Prediction, start: float, slope: float, subject: str) -> Prediction:
    value = max(1.0, min(5.0, start + slope * prediction.order))
    whole = round(value, 1 if subject in IN_TENTHS else 0)
    return replace(prediction, expected=value, whole=whole)


def report(labels: Path) -> Iterator[str]:
    """Yield the lines of the report."""
    rows = read(labels)
    tools = [json.loads(text)["tool"] for text in labels.read_text("utf-8").splitlines() if text]
    others = {
        f"{name} {version(name)}": predict_from_scores(rows, [ask(tool) for tool in tools])
        for name, ask in PEERS.items()
    }
    found = agree(Rubric.load(), rows, others=others, held=True, most_misses=0)
    yield "# Other linters on the same definitions"
    yield ""
    yield (
        f"Made by `{Path(__file__).name}` of tests/benchmarks, which says how. Series that begin "
        f"with {OURS} are its own scores; the others are fitted lines, length too."
    )
    yield ""
    text = "".join(SHOWN["markdown"](found))
    for block in text.split("\n### "):
        if block.partition("\n")[0] in TABLES:
            yield f"## {block.rstrip()}"
            yield ""


if __name__ == "__main__":
    sys.stdout.write("\n".join(report(Path(sys.argv[1]))).rstrip() + "\n")
