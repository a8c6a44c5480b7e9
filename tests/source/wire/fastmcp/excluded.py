"""Parameters that a registration excludes."""

from fastmcp import FastMCP

mcp = FastMCP("excluded")


@mcp.tool(exclude_args=["secret"])
def find(word: str, secret: str = "s") -> str:
    """Find."""
    return ""


HIDDEN = ["a", "b"]


@mcp.tool(exclude_args=HIDDEN)
def hide(word: str, a: int = 1, b: dict = {}) -> str:
    """Hide."""
    return ""


@mcp.tool(exclude_args=None)
def show(word: str, a: int = 1) -> str:
    """Show."""
    return ""


if __name__ == "__main__":
    mcp.run(show_banner=False)
