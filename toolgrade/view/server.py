"""A server as checks see it: its tools together, and a view of each one."""

from __future__ import annotations

from toolgrade.view.siblings import Siblings
from toolgrade.view.tool import ToolView


class ServerView(Siblings):
    """A server's tools, with the facts that checks of the whole set need."""

    def tool(self, index: int) -> ToolView:
        """Return a view of one tool. It is not cached, so its facts are freed with it."""
        return ToolView(self.server.tools[index], index, self)


SERVER_FACTS = ("tool_count", "distinct_count")
"""The names that conditions of a server's dimensions may use; each is a property of ServerView."""

SEARCHED = ("short-facts",)
"""The word lists whose phrases a view itself looks for; a rubric makes lexicons of them."""
