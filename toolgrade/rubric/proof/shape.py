"""The shape of a rubric's tables: which keys, of which types and ranges."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from toolgrade.model import Level  # noqa: TC001 - pydantic reads it
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import suggest

_LARGEST = 1000


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"must be a number, not {make_legible(repr(value), 40)}")  # noqa: TRY004 - pydantic's way
    number = Decimal(value)
    if not number.is_finite() or abs(number) > _LARGEST:
        raise ValueError(f"must be a number from -{_LARGEST} to {_LARGEST}")
    # Sums are shown, and must add up, in thousandths.
    if number != round(number, 3):
        raise ValueError("has more than three decimals")
    return number


def _check_falling(values: dict[str, Decimal]) -> dict[str, Decimal]:
    bounds = list(values.values())
    if not bounds or any(low >= high for high, low in pairwise(bounds)):
        raise ValueError("must fall from tier to tier, the best first")
    return values


Number = Annotated[Decimal, BeforeValidator(_number)]
Gain = Annotated[Number, Field(ge=0)]
Loss = Annotated[Number, Field(le=0)]
Said = Annotated[StrictStr, Field(min_length=1)]
Weight = Annotated[StrictInt, Field(ge=0, le=100)]
Point = Annotated[StrictInt, Field(ge=-_LARGEST, le=_LARGEST)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _reject_unknown_keys(cls, table: Any) -> Any:  # noqa: ANN401 - unread
        closed = isinstance(table, dict) and cls.model_config.get("extra") == "forbid"
        for key in table if closed else ():
            if key in cls.model_fields:
                continue
            context = {"key": key, "hint": suggest(key, cls.model_fields)}
            raise PydanticCustomError("unknown", "there is no key '{key}' here{hint}", context)
        return table


class _Scale(_Table):
    min: Point
    max: Point

    @model_validator(mode="after")
    def _check_bounds(self) -> _Scale:
        if self.min >= self.max:
            raise ValueError("min must be below max")
        return self


class _Levels(_Table):
    error: Gain | None = None
    warning: Gain


class _Server(_Table):
    mean: Gain
    worst: Gain
    quality: Gain | None = None
    coherence: Gain | None = None

    @model_validator(mode="after")
    def _check_weights(self) -> _Server:
        if not self.mean + self.worst:
            raise ValueError("mean and worst cannot both be 0")
        if self.quality == self.coherence == 0:
            raise ValueError("quality and coherence cannot both be 0")
        return self


class _Remark(_Table):
    title: Said | None = None
    level: Level
    off: StrictBool = False


class _Rung(_Table):
    score: Number
    why: Said | None = None
    when: StrictStr | None = None


class _Case(_Table):
    when: StrictStr
    met: Gain = Decimal(0)
    unmet: Loss = Decimal(0)


class _Price(_Table):
    # What else a check's table may hold, its options, is the check's to say.
    model_config = ConfigDict(extra="ignore")

    met: Gain = Decimal(0)
    unmet: Loss = Decimal(0)
    cap: Number | None = None
    gate: Point | None = None
    flag: StrictStr = ""
    level: Level | None = None
    when: StrictStr | None = None
    cases: list[_Case] = []
    off: StrictBool = False
    title: Said | None = None
    cues: Annotated[list[Said], Field(min_length=1)] | None = None


class _Dimension(_Table):
    title: Said
    question: Said
    importance: Said
    weight: Weight
    anchors: dict[str, StrictStr]
    baseline: list[_Rung]
    checks: dict[str, _Price]
    cuts: list[Number] = []


class Shape(_Table):
    """A whole rubric, with what it extends."""

    name: Said
    version: Said
    sees: Literal["definition", "description"] = "definition"
    scale: _Scale
    tiers: Annotated[dict[str, Number], AfterValidator(_check_falling)]
    levels: _Levels
    server: _Server
    dimensions: dict[str, _Dimension]
    coherence: dict[str, _Dimension] = {}
    unpriced: dict[str, _Remark]
    lexicons: dict[str, list[StrictStr]]
