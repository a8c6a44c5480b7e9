"""The picture that others show when a server's page is shared: its name and score, as PNG."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from toolgrade.outputs.badge import COLORS, GREY
from toolgrade.outputs.results import flat

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_SIZE = (1200, 630)
_PAPER, _INK, _QUIET = "#fbfaf8", "#1d2126", "#586069"
_LEFT = 90
_COLORS = 16
_LONGEST_NAME = 60
_NAME_SIZES = ((22, 84), (32, 60), (60, 40))
"""The most letters of a name for each size of type, so that it fits in one line."""


def draw(name: str, tier: str, score: str, about: str) -> bytes:
    """Return a picture of 1200 x 630 pixels. A letter that its font lacks is a box."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - an extra

    image = Image.new("RGB", _SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    shown = flat(name, _LONGEST_NAME)
    size = next(size for most, size in _NAME_SIZES if len(shown) <= most)
    pen.text((_LEFT, 110), "MCP server", _QUIET, _font(32))
    pen.text((_LEFT, 165), shown, _INK, _font(size))
    pen.rounded_rectangle((_LEFT, 330, _LEFT + 130, 460), 20, COLORS.get(tier, GREY))
    pen.text((_LEFT + 65, 395), flat(tier, 2) or "?", "#ffffff", _font(84), anchor="mm")
    pen.text((_LEFT + 170, 395), score, _INK, _font(84), anchor="lm")
    pen.text((_LEFT, 510), flat(about), _QUIET, _font(34))
    buffer = io.BytesIO()
    few = image.quantize(_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


@cache
def _font(size: int) -> Any:  # noqa: ANN401 - a bitmap font where Pillow lacks FreeType
    from PIL import ImageFont  # noqa: PLC0415 - an extra

    font: FreeTypeFont | ImageFont.ImageFont = ImageFont.load_default(size)
    return font
