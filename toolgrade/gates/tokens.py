"""What the definitions cost an agent on every turn, in tokens: counted where the extra `tokens` is
installed, else estimated from their length; a count says which it is.

Counted is what clients hand to a model: name, description and input schema, as compact JSON.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolgrade.model import Tokens
from toolgrade.model.pointers import key_of
from toolgrade.model.unknown import find_unknown
from toolgrade.schema import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.model import Report, ServerReport, Tool

_ENCODING = "o200k_base"
_LONGEST_PIECE = 20_000
"""Characters that are counted at once: the tokenizer refuses very long texts."""

# Bytes to a token, measured over 2,858 real definitions: half of the estimates of a text are off by
# less than 8 %, nine of ten by less than 20 %; for schemas by 6 and 15 %.
_IN_TEXT = 4.8
_IN_JSON = 4.25


def count_tokens(report: Report, is_late: Callable[[int], bool] = lambda _: False) -> Report:
    """Return the report with what each tool and each server costs. When `is_late` says so of a
    server, by index, its other tools are not counted, and it costs at least what was.
    """
    count, exact = _counter()
    return replace(
        report,
        servers=tuple(
            _server(server, count, exact, partial(is_late, at))
            for at, server in enumerate(report.servers)
        ),
    )


def limit_tokens(report: Report, most: int) -> Report:
    """Return a counted report in which each server of more than `most` tokens misses that
    threshold.
    """
    return replace(report, missed=(*report.missed, *list_costly(report, most)))


def list_costly(report: Report, most: int) -> list[str]:
    """Return a line for each server of a counted report that costs more than `most` tokens."""
    return [
        f"{server.server.name}: {server.tokens.about}{server.tokens.total:,} tokens"
        f", {most:,} at most"
        for server in report.servers
        if server.tokens and server.tokens.total > most
    ]


def _counter() -> tuple[Callable[[str, float], int], bool]:
    try:
        # It opens its vocabulary in a way that Python 3.11 and 3.12 call deprecated.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import bpe_openai  # noqa: PLC0415 - an extra, and slow

            encode = bpe_openai.get_encoding(_ENCODING).encode_ordinary
    except ModuleNotFoundError:
        return _estimate, False

    def count(text: str, _: float) -> int:
        plain = text.encode("utf-8", "replace").decode()
        starts = range(0, len(plain), _LONGEST_PIECE)
        return sum(len(encode(plain[at : at + _LONGEST_PIECE])) for at in starts)

    return count, True


def _estimate(text: str, bytes_a_token: float) -> int:
    return round(len(text.encode("utf-8", "replace")) / bytes_a_token)


def _server(
    report: ServerReport,
    count: Callable[[str, float], int],
    exact: bool,  # noqa: FBT001 - a fact
    is_late: Callable[[], bool],
) -> ServerReport:
    tools = tuple(
        t if is_late() else replace(t, tokens=_tool(t.tool, count, exact)) for t in report.tools
    )
    total = _sum([t.tokens for t in tools if t.tokens and not t.tool.is_app_only], exact)
    if not report.server.complete or not all(tool.tokens for tool in tools):
        total = total._replace(least=True)
    return replace(report, tools=tools, tokens=total)


def _sum(costs: Sequence[Tokens], exact: bool) -> Tokens:  # noqa: FBT001 - a fact
    return Tokens(
        total=sum(cost.total for cost in costs),
        name=sum(cost.name for cost in costs),
        description=sum(cost.description for cost in costs),
        schema=sum(cost.schema for cost in costs),
        titles=sum(cost.titles for cost in costs),
        savable=sum(cost.savable for cost in costs),
        exact=exact,
        least=any(cost.least for cost in costs),
    )


def _tool(tool: Tool, count: Callable[[str, float], int], exact: bool) -> Tokens:  # noqa: FBT001 - a fact
    schema = _json(tool.input_schema)
    bare = _json(_strip_schema(tool.input_schema, titles=True))
    kept = _json(_strip_schema(tool.input_schema, titles=False))
    in_schema = count(schema, _IN_JSON)
    titles = max(in_schema - count(bare, _IN_JSON), 0)
    name, said = count(tool.name or "", _IN_TEXT), count(tool.description or "", _IN_TEXT)
    return Tokens(
        total=name + said + in_schema,
        name=name,
        description=said,
        schema=in_schema - titles,
        titles=titles,
        savable=max(in_schema - count(kept, _IN_JSON), 0),
        exact=exact,
        least=bool(find_unknown(tool, ("/description", "/inputSchema"))),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""


def _strip_schema(schema: Any, *, titles: bool) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of a schema without titles, or (`titles` False) without anything that tells an
    agent nothing: titles, `$schema`, `$id`, `$comment`, empty descriptions, and definitions that
    nothing refers to.
    """
    if not isinstance(schema, dict):
        return schema
    copy = json.loads(json.dumps(schema))
    if not titles:
        _drop_unused(copy)
    for node in walk(copy):
        if isinstance(node.schema, dict):
            for key in ("title",) if titles else ("title", "$schema", "$id", "$comment"):
                if isinstance(node.schema.get(key), str):
                    del node.schema[key]
            if not titles and node.schema.get("description") == "":
                del node.schema["description"]
    return copy


def _drop_unused(schema: dict[str, Any]) -> None:
    """Take out of a schema, in place, the definitions that are not reached from its root."""
    for folder in ("$defs", "definitions"):
        held = schema.get(folder)
        if not isinstance(held, dict):
            continue
        waiting = [
            *_find_references({key: value for key, value in schema.items() if key != folder})
        ]
        reached: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in held and name not in reached:
                reached.add(name)
                waiting += _find_references(held[name])
        schema[folder] = {name: held[name] for name in held if name in reached}
        if not schema[folder]:
            del schema[folder]


def _find_references(schema: object) -> Iterator[str]:
    """Yield the names that references inside a schema may mean."""
    for node in walk(schema):
        reference = node.schema.get("$ref") if isinstance(node.schema, dict) else None
        if isinstance(reference, str) and reference.startswith(("#/$defs/", "#/definitions/")):
            yield key_of(unquote(reference.split("/")[2]))
