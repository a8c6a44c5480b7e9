"""A FastMCP server: docstrings of every style, and each way to register."""


import enum
from typing import Annotated, Any, Literal, Optional

from fastmcp import Context, FastMCP
from fastmcp.dependencies import Depends
from fastmcp.tools import Tool
from mcp.types import ImageContent, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

mcp = FastMCP("fast")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Point(BaseModel):
    """A place."""

    x: float
    y: float = 0
    color: Color = Color.RED


def key() -> str:
    return ""


@mcp.tool
def google(query: str, limit: int = 5, ctx: Context = None, secret: str = Depends(key)) -> list[str]:
    """Finds rows.

    In the whole
    table.

    Args:
        query: What to look for,
            in two lines.
        limit (int): How many.
        missing: Not there.

    Returns:
        The rows.

    Note:
        Never mind.
    """
    return []


@mcp.tool()
def numpy(a: int, b: str = "x") -> str:
    """Adds.

    Parameters
    ----------
    a : int
        The first.
    b : str, optional
        The second.

    Returns
    -------
    str
        The sum.
    """
    return ""


@mcp.tool("sphinx_one")
def sphinx(a: int, b: Annotated[str, "told here"] = "x") -> dict:
    """Adds.

    More.

    :param a: The first.
    :param b: The second.
    :returns: The sum.
    """
    return {}


@mcp.tool(name="explicit", description="Explicit text.\n\nArgs:\n    a: stays", annotations={"readOnlyHint": True}, tags={"x"})
def explicit_(a: int, b: Annotated[int, Field(ge=0, description="Bee.")] = 0) -> dict[str, Any]:
    """Not this.

    Args:
        a: From the docstring.
        b: Not this.
    """
    return {}


@mcp.tool(annotations=ToolAnnotations(readOnlyHint=False, title="Titled"))
def titled(p: Point, q: Optional[Point] = None, c: Color = Color.BLUE, l: Literal["a", "b"] = "a", r: list[Point] = []) -> None:
    """Takes models."""


@mcp.tool(output_schema=None)
def no_output() -> str:
    return ""


def added(a: int, b: Optional[str] = Field(None, title="Bee", description="B.")) -> str | None:
    """Added: later."""


def made(text, flag: bool = True) -> int:
    """Made.

    Raises:
        ValueError: never
    """
    return 1


def direct(a: int) -> Any:
    """One: two.

    Example:
        >>> direct(1)

    Usage: none.
    """


async def renamed(a: int, b: dict[str, Any] | None = None) -> bool:
    """Renamed."""
    return True


mcp.add_tool(Tool.from_function(made, name="made_tool", description="Given."))
mcp.tool(direct)
mcp.tool(renamed, name="other_name")
mcp.tool()(added)


@mcp.tool
def content(a: int) -> list[TextContent | ImageContent]:
    """Content."""


@mcp.tool
def one_text(a: int) -> TextContent:
    """One text."""


@mcp.tool
def text_or_content(a: int) -> str | list[TextContent]:
    """Text, or content."""


@mcp.tool
def maybe(a: int) -> Optional[dict[str, Any]]:
    """Maybe."""


@mcp.tool
def numbered(a: int) -> dict[int, str]:
    """Numbered."""


other = FastMCP("other")


@other.tool
def beneath(a: int) -> str:
    """Beneath."""


mcp.mount(other, "sub")
