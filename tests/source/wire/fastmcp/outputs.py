"""What is made of return types."""

import datetime
import enum
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Dict, List, Literal, NewType, Optional

from fastmcp import FastMCP

try:
    from mcp.types import ImageContent, TextContent
except ImportError:
    from mcp_types import ImageContent, TextContent
from pydantic import BaseModel, Field, computed_field
from typing_extensions import NotRequired, TypedDict

mcp = FastMCP("outputs")


class Kind(enum.Enum):
    """A kind."""

    NEW = "new"
    OLD = "old"


class Item(BaseModel):
    """One item."""

    code: int
    kind: Kind = Kind.NEW
    note: str | None = Field(None, description="A note.")


class Box(BaseModel):
    items: list[Item]
    first: Item | None = None


class Branch(BaseModel):
    twigs: list["Branch"] = []


class Left(BaseModel):
    right: Optional["Right"] = None


class Right(BaseModel):
    left: Optional[Left] = None


class Aliased(BaseModel):
    inner: int = Field(alias="innerName")


class Serial(BaseModel):
    at: datetime.datetime
    wait: datetime.timedelta = datetime.timedelta(seconds=1)
    price: Decimal = Decimal("1")

    @computed_field
    @property
    def double(self) -> int:
        return 2


@dataclass
class Pair:
    """A pair."""

    one: int
    two: list[int] = field(default_factory=list)
    three: str = field(default="3", metadata={"description": "Third."})


class Plain:
    """Plain with hints."""

    size: int
    name: str = "n"


class NoHints:
    pass


class Row(TypedDict):
    """A row."""

    key: str
    value: NotRequired[int]


class Loose(TypedDict, total=False):
    key: str


Alias = Annotated[Item, Field(description="An alias.")]
Number = Annotated[int, Field(ge=1, description="A number.")]
Code = NewType("Code", int)


@mcp.tool()
def item() -> Item:
    """Item."""


@mcp.tool()
def box() -> Box:
    """Box."""


@mcp.tool()
def branch() -> Branch:
    """Branch."""


@mcp.tool()
def left() -> Left:
    """Left."""


@mcp.tool()
def aliased() -> Aliased:
    """Aliased."""


@mcp.tool()
def serial() -> Serial:
    """Serial."""


@mcp.tool()
def pair() -> Pair:
    """Pair."""


@mcp.tool()
def plain() -> Plain:
    """Plain."""


@mcp.tool()
def row() -> Row:
    """Row."""


@mcp.tool()
def loose() -> Loose:
    """Loose."""


@mcp.tool()
def kind() -> Kind:
    """Kind."""


@mcp.tool()
def annotated() -> Annotated[Item, Field(description="Said of it.")]:
    """Annotated."""


@mcp.tool()
def alias() -> Alias:
    """Alias."""


@mcp.tool()
def number() -> Number:
    """Number."""


@mcp.tool()
def code() -> Code:
    """Code."""


@mcp.tool()
def optional() -> Item | None:
    """Optional."""


@mcp.tool()
def optional_old() -> Optional[Item]:
    """Optional."""


@mcp.tool()
def optional_text() -> str | None:
    """Optional text."""


@mcp.tool()
def union() -> Item | Pair:
    """Union."""


@mcp.tool()
def models() -> list[Item]:
    """Models."""


@mcp.tool()
def table() -> dict[str, Item]:
    """Table."""


@mcp.tool()
def table_any() -> dict[str, Any]:
    """Table of anything."""


@mcp.tool()
def table_numbers() -> dict[int, str]:
    """Table with numbers."""


@mcp.tool()
def annotated_table() -> Annotated[dict[str, int], Field(description="A table.")]:
    """Annotated table."""


@mcp.tool()
def bare_table() -> dict:
    """Bare table."""


@mcp.tool()
def bare_list() -> list:
    """Bare list."""


@mcp.tool()
def any_list() -> list[Any]:
    """Any list."""


@mcp.tool()
def tuple_of() -> tuple[int, str]:
    """Tuple."""


@mcp.tool()
def bare_tuple() -> tuple:
    """Bare tuple."""


@mcp.tool()
def old_list() -> List:
    """Old list."""


@mcp.tool()
def old_table() -> Dict:
    """Old table."""


@mcp.tool()
def literal() -> Literal["a", "b"]:
    """Literal."""


@mcp.tool()
def anything() -> Any:
    """Anything."""


@mcp.tool()
def nothing() -> None:
    """Nothing."""


@mcp.tool()
def unsaid():
    """Unsaid."""


@mcp.tool()
def truth() -> bool:
    """Truth."""


@mcp.tool()
def share() -> float:
    """Share."""


@mcp.tool()
def data() -> bytes:
    """Data."""


@mcp.tool()
def moment() -> datetime.datetime:
    """Moment."""


@mcp.tool()
def texts() -> "list[str]":
    """Texts."""


@mcp.tool()
async def later() -> "Item":
    """Later."""


@mcp.tool()
def nested() -> list[dict[str, Item | None]]:
    """Nested."""


@mcp.tool()
def content() -> list[TextContent]:
    """Content."""


@mcp.tool()
def mixed_content() -> list[TextContent | ImageContent]:
    """Content."""


@mcp.tool(output_schema=None)
def unstructured() -> Item:
    """Unstructured."""


@mcp.tool(output_schema={"type": "object", "properties": {"a": {"title": "A", "type": "integer"}}})
def own() -> int:
    """Has its own."""


if __name__ == "__main__":
    mcp.run(show_banner=False)
