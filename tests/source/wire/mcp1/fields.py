"""What pydantic makes of fields, models and limits."""

import enum
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Optional, Union

from mcp.server.fastmcp import FastMCP
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    conint,
    conlist,
    conset,
    constr,
)
from pydantic.alias_generators import to_camel, to_pascal

mcp = FastMCP("fields")


def shout(name: str) -> str:
    return name.upper()


class Old(BaseModel):
    one: str = Field("x", deprecated="use two")
    two: str = Field("x", deprecated=True)
    three: str = Field("x", deprecated=False)
    four: Final[int] = 3
    five: Final[int] = Field(5, description="Five.")
    six: Final[str]


class Named(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)
    first_name: str
    last_name: str = Field(alias="surname")
    x1_value: int = 1


class Pascal(BaseModel):
    model_config = {"alias_generator": to_pascal, "title": "Own Title"}
    first_name: str


class Titled(BaseModel):
    model_config = ConfigDict(
        field_title_generator=lambda name, info: shout(name),
        model_title_generator=lambda made: f"A {made.__name__}",
    )
    first_name: str
    last_name: str = Field(title="Surname")
    old: Old = Old(six="6")


class Chosen(BaseModel):
    a: int = Field(validation_alias=AliasChoices("aye", "eh"))
    b: int = Field(validation_alias=AliasPath("bee", 0))
    c: int = Field(alias="cee", validation_alias=AliasChoices(AliasPath("sea", 1), "see"))
    d: int = Field(serialization_alias="dee")
    my_field: int = Field(1, field_title_generator=lambda name, info: name + "!")


class Side(enum.Enum):
    LEFT = "l"
    PORT = "l"
    RIGHT = "r"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"
    UNO = 1


@dataclass
class Parcel:
    """A parcel."""

    weight: int = field(default=1, metadata={"description": "In grams.", "ge": 0})
    to: str = field(metadata={"title": "Destination"}, default="here")
    tags: list[str] = field(default_factory=list)
    kept: Final[int] = 2


@mcp.tool()
def models(
    old: Old, named: Named, pascal: Pascal, titled: Titled, chosen: Chosen, parcel: Parcel
) -> str:
    """Models."""
    return ""


@mcp.tool()
def choices(
    side: Side, mixed: Mixed, sides: list[Side], some: Literal[Side.LEFT, "x"] = "x"
) -> str:
    """Choices."""
    return ""


@mcp.tool()
def limits(
    a: Annotated[int, AfterValidator(lambda v: v), Field(ge=1, lt=9)],
    b: Annotated[int, Field(ge=1), AfterValidator(lambda v: v)],
    c: Annotated[int, BeforeValidator(int), Field(gt=1, multiple_of=2)],
    d: Annotated[int | float, Field(gt=0)],
    e: Annotated[str | list[str], Field(min_length=2, max_length=5)],
    f: Annotated[str, AfterValidator(str.strip), Field(min_length=1)],
    g: Annotated[list[int], AfterValidator(sorted), Field(min_length=1, max_length=3)],
    h: Annotated[int | None, Field(ge=1)] = None,
    i: Annotated[Union[int, str, None], Field(ge=1)] = None,
    j: Optional[Annotated[str, Field(min_length=3)]] = None,
    k: Annotated[str, Field(pattern="^a"), Field(max_length=3)] = "a",
) -> str:
    """Limits."""
    return ""


@mcp.tool()
def made(
    a: conint(ge=1, le=5),
    b: constr(min_length=2, pattern="^b"),
    c: conlist(int, min_length=1),
    d: conset(str, max_length=3),
    e: conlist(conint(gt=0), max_length=2) = [1],
    f: conlist(Parcel) = [],
) -> str:
    """Made."""
    return ""


if __name__ == "__main__":
    mcp.run()
