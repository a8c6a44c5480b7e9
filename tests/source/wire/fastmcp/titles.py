"""Which titles FastMCP keeps: those of schemas that no keyword marks as one."""

import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastmcp import FastMCP
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

mcp = FastMCP("titles")


class Level(enum.Enum):
    """How urgent."""

    LOW = 1
    HIGH = "high"


class Plain(enum.Enum):
    ONE = "one"
    TWO = "two"


class Shelf(BaseModel):
    """A shelf."""

    room: Any
    row: Any = 3
    title: str = "none"
    type: str = "wood"
    level: Level = Level.LOW


class Loan(TypedDict):
    title: str
    note: Any


@dataclass
class Reader:
    name: str
    extra: Any = None


@mcp.tool
def look(
    book,
    level: Level,
    plain: Plain,
    shelf: Shelf,
    loan: Loan,
    reader: Reader,
    anything: Any,
    mode: Literal[1, "x"],
    title: str,
    type: int,
    some_pages=5,
    extra: Any = None,
    other: object = "o",
):
    """Look for a book."""


@mcp.tool
def written(
    a: Annotated[int, Field(title="The A")],
    b: Annotated[Any, Field(title="The B")],
    c_d: Annotated[int, Field(title="C D")],
    e: Annotated[Any, Field(title="The E", description="An e.")] = 1,
    f: Annotated[Any, Field(json_schema_extra={"x-ui": {"title": "U", "type": "t"}})] = None,
    g: dict = {"title": "T", "type": "t"},
    h: Annotated[Shelf, Field(title="Own")] = None,
) -> Literal[1, "x"]:
    """Titles that are written."""


@mcp.tool
def listed(
    a: list[Any],
    b: dict[str, Any],
    c: tuple[Any, int],
    d: list[Literal[1, "x"]],
    e: Any | None = None,
    f: list[Shelf] | None = None,
) -> list[int]:
    """Lists."""


@mcp.tool
def returned() -> dict[str, Level]:
    """Returned."""


if __name__ == "__main__":
    mcp.run(show_banner=False)
