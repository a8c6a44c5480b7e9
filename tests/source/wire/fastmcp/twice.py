"""Functions that are registered more than once, which FastMCP 3 and later knows again."""

from fastmcp import FastMCP
from fastmcp.tools import Tool

mcp = FastMCP("twice")


def first(a: int) -> str:
    """First."""
    return ""


mcp.tool(first, name="once")
mcp.add_tool(Tool.from_function(first, name="again"))


@mcp.tool(name="kept", description="Kept.")
def second(a: int) -> str:
    """Second."""
    return ""


mcp.tool(name="third")(first)

if __name__ == "__main__":
    mcp.run(show_banner=False)
