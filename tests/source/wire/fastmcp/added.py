"""Functions that are registered twice, and tools without some parameters."""

from typing import Annotated

from fastmcp import FastMCP
from fastmcp.contrib.mcp_mixin import MCPMixin, mcp_tool
from fastmcp.tools import Tool

mcp = FastMCP("added")
other = FastMCP("other")


class Mix(MCPMixin):
    def __init__(self, shelf: str) -> None:
        self.shelf = shelf

    @mcp_tool()
    def plain(self, a: int) -> str:
        """Plain."""
        return ""

    @mcp_tool(name="named", description="Said here.")
    def mixed(self, a: Annotated[int, "How many."] = 1) -> str:
        """Mixed."""
        return ""

    @mcp_tool("placed", enabled=False)
    def off(self) -> str:
        """Off."""
        return ""

    @mcp_tool(annotations={"readOnlyHint": True})
    def also(self) -> int:
        """Also."""
        return 1

    def neither(self) -> str:
        """Neither."""
        return ""


mix = Mix("shelf")
mix.register_all(mcp)
mix.register_tools(mcp, prefix="px")
Mix("other").register_all(mcp, prefix="py", tool_separator="-")


def made(a: int) -> str:
    """Made."""
    return ""


mcp.add_tool(Tool.from_function(made, name="made_so", description="Made so."))

if __name__ == "__main__":
    mcp.run(show_banner=False)
