"""The standalone decorator of FastMCP 3 and later."""

from fastmcp import FastMCP
from fastmcp.tools import tool

mcp = FastMCP("marked")


@tool(name="stand", description="Stands.")
def standalone(a: int) -> str:
    """Standalone."""
    return ""


@tool
def plain(a: int) -> str:
    """Plain."""
    return ""


@tool("placed", title="Placed")
def by_place(a: int) -> str:
    """By place."""
    return ""


def twice(a: int) -> str:
    """Twice."""
    return ""


mcp.add_tool(standalone)
mcp.add_tool(plain)
mcp.add_tool(by_place)
mcp.tool(twice, name="once")
mcp.add_tool(twice)

if __name__ == "__main__":
    mcp.run(show_banner=False)
