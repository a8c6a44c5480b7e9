"""A server of every kind of parameter, whose tools are read from source and from the SDK itself."""


import dataclasses
import datetime as dt
import enum
import functools
import textwrap
import typing as t
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Dict, List, Literal, Optional, Union
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import NotRequired, TypedDict

try:
    from mcp.server import MCPServer
    from mcp.server.mcpserver import Context, Image
except ImportError:
    from mcp.server.fastmcp import FastMCP as MCPServer
    from mcp.server.fastmcp import Context, Image
from mcp.types import CallToolResult, ImageContent, TextContent, ToolAnnotations

mcp = MCPServer("shapes")

LIMIT = 20
INTRO = "Finds " + f"at most {LIMIT} rows."
READ = ToolAnnotations(readOnlyHint=True, title="Reads")
Count = Annotated[int, Field(ge=1, le=LIMIT, description="How many.")]
Name = t.NewType("Name", str)
Level = Literal["low", "high"]


class Color(str, enum.Enum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Only(enum.Enum):
    ONE = "one"


class Point(BaseModel):
    """A place on
    the plane."""

    x: float
    y: float = 0
    label: str | None = Field(None, description="What it is called.", max_length=9)
    color: Color = Color.RED


class Strict(Point):
    model_config = ConfigDict(extra="forbid")
    tags: list[str] = Field(default_factory=list)
    other: Optional["Point"] = None
    alias_: int = Field(alias="aliasName")


class Bare(BaseModel):
    value: Any


@dataclasses.dataclass
class Pair:
    """Two numbers."""

    one: int
    two: int = 2


class Options(TypedDict, total=False):
    """What can be chosen."""

    fast: bool
    deep: NotRequired[int]


class Needed(TypedDict):
    fast: bool
    deep: NotRequired[int]


def logged(function):
    @functools.wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)

    return inner


@mcp.tool()
def plain(text: str, count: int, share: float, flag: bool, data: bytes) -> str:
    """Takes the plain kinds.

    And says so in
        several lines.
    """
    return ""


@mcp.tool()
def defaults(a: str = "x", b: int = 3, c: float = 0.5, d: bool = False, e: None = None, f=4, *, g: str | None = None):
    """Has defaults."""


@mcp.tool()
def bare(anything, more: Any, other: object = None):
    pass


@mcp.tool(name="renamed", title="Renamed", description=INTRO, annotations=READ)
def original(ctx: Context, query: str) -> dict[str, int]:
    """Not this one."""
    return {}


@mcp.tool(description="")
def emptied(query: str) -> None:
    """Stays."""


@mcp.tool()
@logged
async def wrapped(query: str, limit: Count = 5) -> list[str]:
    """Wrapped."""
    return []


@mcp.tool()
def containers(
    a: list,
    b: list[str],
    c: List[int],
    d: dict,
    e: dict[str, Any],
    f: Dict[str, int],
    g: tuple[int, str],
    h: tuple[int, ...],
    i: set[str],
    j: list[dict[str, list[int]]],
    k: t.Sequence[str] = (),
    l: dict[Level, int] = {},
    m: tuple = (),
    n: frozenset[int] = frozenset(),
    o: list[Any] = [],
):
    """Containers."""


@mcp.tool()
def unions(
    a: Optional[str],
    b: Union[str, int, None],
    c: str | int,
    d: Optional[Union[int, List[str]]] = None,
    e: "str | None" = None,
    f: Optional[Literal["x", "y"]] = None,
    g: Union[str, str] = "",
    h: None | int = 1,
    i: Union[int, Optional[str]] = 2,
):
    """Unions."""


@mcp.tool()
def literals(a: Literal["one"], b: Literal["x", "y"], c: Literal[1, 2] = 1, d: Literal["x", 1] = 1, e: Level = "low", f: Literal[True, False] = True, g: Literal["a", None] = None):
    """Literals."""


@mcp.tool()
def fields(
    a: str = Field(description="First."),
    b: int = Field(5, ge=1, le=10, description="Second."),
    c: str = Field(default="x", min_length=1, max_length=3, pattern="^x"),
    d: Annotated[str, Field(description="Fourth.")] = "d",
    e: Annotated[Optional[int], Field(gt=0, description="Fifth.")] = None,
    f: Optional[int] = Field(None, lt=9, title="Eff"),
    g: list[str] = Field(default_factory=list, min_length=1),
    h: Annotated[str, "only words"] = "",
    i: Count = 3,
    j: str = Field(..., description=("Joined " "words."), examples=["a", "b"]),
    k: Optional[Count] = None,
    l: Annotated[list[Count], Field(max_length=4)] = [],
    m: str = Field(json_schema_extra={"format": "hex"}, default="00"),
    n: float = Field(multiple_of=0.5, default=1),
):
    """Fields."""


@mcp.tool()
def enums(a: Color, b: Size = Size.SMALL, c: Optional[Color] = None, d: list[Color] = [], e: Only = Only.ONE, f: Color = Field(Color.BLUE, description="Hue.")):
    """Enums."""


@mcp.tool()
def models(a: Point, b: Optional[Strict] = None, c: list[Point] = [], d: Pair = None, e: Options = {}, f: Needed = None, g: Bare = None, h: Annotated[Point, Field(description="Where.")] = None) -> Bare:
    """Models."""
    return Bare(value=1)


@mcp.tool()
def times(a: dt.datetime, b: dt.date, c: dt.time, d: dt.timedelta, e: UUID, f: Path, g: Name, h: Name = "n"):
    """Times."""


@mcp.tool()
def starred(a: int, *args: str, **kwargs: int):
    """Starred."""


class Holder:
    def __init__(self, server: MCPServer):
        self.server = server
        self.server.tool(name="method", description=textwrap.dedent("""\
            Of a method,
              indented.
            """))(self.method)
        self.server.add_tool(self.other, annotations=READ)

    def method(self, where: str = "here") -> int:
        return 1

    async def other(self, where: Path) -> "Point":
        """Other: %s."""
        return Point(x=1)


Holder(mcp)


@mcp.tool()
def returns_union(a: int) -> str | None:
    """R."""


@mcp.tool()
def returns_list(a: int) -> list[dict[str, Any]]:
    """R."""


@mcp.tool()
def returns_dict(a: int) -> dict:
    """R."""


@mcp.tool()
def returns_old(a: int) -> Dict[str, Any]:
    """R."""


@mcp.tool()
def returns_any(a: int) -> Any:
    """R."""


@mcp.tool()
def returns_typed(a: int) -> Needed:
    """R."""


@mcp.tool(structured_output=False)
def unstructured(a: int) -> str:
    """R."""


@mcp.tool()
def returns_enum(a: int) -> Color:
    """R."""


@mcp.tool()
def returns_models(a: int) -> list[Point]:
    """R."""


@mcp.tool()
def returns_numbered(a: int) -> dict[int, str]:
    """R."""


@mcp.tool()
def returns_bare(a: int) -> Dict:
    """R."""


@mcp.tool()
def returns_result(a: int) -> CallToolResult:
    """R."""


@mcp.tool()
def returns_content(a: int) -> list[TextContent]:
    """R."""


@mcp.tool()
def returns_text_or_content(a: int) -> Union[str, List[Union[TextContent, ImageContent]]]:
    """R."""


@mcp.tool()
def returns_image(a: int) -> Image:
    """R."""


@mcp.tool()
def returns_time(a: int) -> dt.datetime:
    """R."""


@mcp.tool()
def returns_pair(a: int) -> tuple:
    """R."""


@mcp.tool()
def returns_bytes(a: int) -> bytes:
    """R."""


@mcp.tool()
def returns_maybe(a: int) -> Optional[Dict[str, Any]]:
    """R."""


@mcp.tool("placed", "Placed", "By its place.")
def by_place(a: int) -> None:
    """R."""


def spread_out(a: int, b: str = "x") -> set[str]:
    """Spread out."""


KEPT = []
KEPT.append({"fn": spread_out, "name": "from_a_table", "title": "Of a table"})
for row in KEPT:
    mcp.add_tool(**row)
mcp.add_tool(spread_out, "added_by_place", "Added")
