"""Hints, execution and _meta that are not written as clients read them."""

from __future__ import annotations

from typing import Any

import pytest
from tools import rubric, server

from toolgrade.grading.grade import grade

TOOL = {"name": "find_page", "inputSchema": {"type": "object", "properties": {}}}


def notes(check: str, more: dict[str, Any], spec: str = "strictest") -> list[str]:
    (report,) = grade([server([{**TOOL, **more}])], rubric(), spec=spec).servers
    return [f.note for f in report.tools[0].findings if f.check == check and f.share == 0]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"annotations": {"readonlyHint": True}}, "write readOnlyHint instead of readonlyHint"),
        ({"annotations": {"readOnly": True}}, "write readOnlyHint instead of readOnly"),
        ({"annotations": {"destructive_hint": True}}, "write destructiveHint instead of"),
        ({"annotations": {"idempotantHint": True}}, "write idempotentHint instead of"),
        (
            {"annotations": {"annotations": {"readOnlyHint": True}}},
            "not in annotations.annotations",
        ),
        ({"readOnlyHint": True}, "move readOnlyHint into annotations"),
    ],
)
def test_a_hint_that_no_client_reads(more: dict[str, Any], note: str) -> None:
    (said,) = notes("hints.known", more)
    assert note in said


@pytest.mark.parametrize(
    "hints", [{"readOnlyHint": True, "title": "Find"}, {"audience": ["user"]}, {"costHint": "low"}]
)
def test_other_annotations_are_left_alone(hints: dict[str, Any]) -> None:
    assert not notes("hints.known", {"annotations": hints})


@pytest.mark.parametrize(
    ("support", "spec", "faulty"),
    [
        ("optional", "strictest", False),
        ("maybe", "strictest", True),
        (None, "2025-11-25", True),
        ("optional", "2025-11-25", False),
        ("optional", "2026-07-28", True),
    ],
)
def test_task_support_by_revision(support: object, spec: str, *, faulty: bool) -> None:
    found = notes("schema.execution", {"execution": {"taskSupport": support}}, spec)
    assert bool(found) is faulty


@pytest.mark.parametrize(
    ("meta", "note"),
    [
        ({"ui": {"resourceUri": "https://wiki.example/a.html"}}, "starts with ui://"),
        ({"ui": {"visibility": ["everyone"]}}, "as visibility"),
        ({"ui": {"visibility": "app"}}, "as visibility"),
        ({"anthropic/alwaysLoad": "yes"}, "make anthropic/alwaysLoad true or false"),
        ({"anthropic/maxResultSizeChars": 600_000}, "up to 500,000"),
        ({"anthropic/maxResultSizeChars": True}, "up to 500,000"),
        ({"openai/outputTemplate": "page.html"}, "write the address of a resource"),
        ({"openai/widgetAccessible": "true"}, "write true or false as openai/widgetAccessible"),
        ({"openai/visibility": "hidden"}, "write public or private"),
        ({"openai/visibility": ["public"]}, "write public or private"),
        ({"openai/toolInvocation/invoking": "x" * 65}, "at most 64 characters"),
        ({"openai/toolInvocation/invoked": None}, "at most 64 characters"),
        ({"openai/fileParams": "photo"}, "list parameters of this tool"),
        ({"openai/fileParams": ["scan", []]}, "list parameters of this tool"),
    ],
)
def test_a_meta_key_that_is_not_read(meta: dict[str, Any], note: str) -> None:
    (said,) = notes("schema.extensions", {"_meta": meta})
    assert note in said


def test_meta_as_it_is_read() -> None:
    meta = {
        "ui": {"resourceUri": "ui://wiki/page", "visibility": ["model", "app"]},
        "anthropic/alwaysLoad": True,
        "anthropic/maxResultSizeChars": 500_000,
        "openai/outputTemplate": "ui://wiki/page",
        "openai/widgetAccessible": False,
        "openai/visibility": "private",
        "openai/toolInvocation/invoking": "x" * 64,
        "openai/fileParams": ["photo"],
        "wiki.example/rank": None,
    }
    schema = {"type": "object", "properties": {"photo": {"type": "object"}}}
    assert not notes("schema.extensions", {"_meta": meta, "inputSchema": schema})


@pytest.mark.parametrize(
    ("parameter", "faulty"),
    [
        ("password", True),
        ("apiKey", True),
        ("db_passwd", True),
        ("token", True),
        ("access_token", True),
        ("page_token", False),
        ("max_tokens", False),
        ("key", False),
        ("secretary", False),
        ("region", False),
    ],
)
def test_a_secret_is_not_marked_as_a_header(parameter: str, *, faulty: bool) -> None:
    marked = {parameter: {"type": "string", "x-mcp-header": "Berth"}}
    found = notes("schema.headers", {"inputSchema": {"type": "object", "properties": marked}})
    assert bool(found) is faulty
