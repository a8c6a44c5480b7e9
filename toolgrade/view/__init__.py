"""A server's definitions as checks see them: with their siblings, each fact computed once."""

from __future__ import annotations

from toolgrade.model.unknown import NotKnown
from toolgrade.view.definition import Parameter, escape_key
from toolgrade.view.server import SEARCHED, SERVER_FACTS, ServerView
from toolgrade.view.tool import FACT_WORDS, FACTS, ToolView

__all__ = [
    "FACTS",
    "FACT_WORDS",
    "SEARCHED",
    "SERVER_FACTS",
    "NotKnown",
    "Parameter",
    "ServerView",
    "ToolView",
    "escape_key",
]
