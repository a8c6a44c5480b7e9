"""Docstrings with blank lines that hold more blanks than the margin, and other corners."""

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("docs")


@mcp.tool()
def blanks(a: int) -> str:
    """First line.

            
    Second line.
      Third line.
        
    """
    return ""


@mcp.tool()
def sections(a: int, b: str = "") -> str:
    """Does it.
      
    More of it.

    Args:
        a: The first.
            
            Goes on.
        b (str): The second.

    Returns:
        Nothing.
    """
    return ""


@mcp.tool()
def tabs(a: int) -> str:
    """Tabs.

	Indented by a tab.
    	Both.
    """
    return ""


@mcp.tool()
def raw(a: int) -> str:
    r"""Raw \d.

    And \n.
    """
    return ""


@mcp.tool()
def one() -> str:
    """   One line.   """
    return ""


@mcp.tool()
def empty() -> str:
    """ """
    return ""


@mcp.tool(description="  Kept as it is.  ")
def described() -> str:
    """Not this."""
    return ""


if __name__ == "__main__":
    mcp.run()
