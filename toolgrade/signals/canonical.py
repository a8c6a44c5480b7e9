"""The bytes from which `inputHash` and `definitionBytes` are computed.

They are those of `JSON.stringify` with sorted keys, so a hash computed here equals the one that a
registry publishes. The C encoder writes the same for nearly every definition. A cheap test of its
text shows where it might differ; then every value is written in the exact way.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolgrade.model import Tool

_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    sort_keys=True,
    separators=(",", ":"),
)
# A number that Python and JavaScript write differently is a float or has 16 digits or more. With
# every digit replaced by 0 and every "e" by a point, a search shows within a microsecond that there
# is none. Words in a string may look like one; that only costs time.
_SHAPE = bytes.maketrans(b"123456789e", b"000000000.")
_MAYBE_INEXACT = re.compile(r"[:,\[]-?(?:[0-9]{16}|[0-9]+[.e])")
# Keys sort by UTF-16 code unit, which differs from Python's order only between these two kinds.
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ABOVE_SURROGATES = re.compile("[\ue000-\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LARGEST_EXACT = 2**53
_FIRST_EXPONENT = 10**21


def canonical_bytes(tool: Tool) -> bytes:
    """Return the six scoring inputs as the registry serializes them: sorted keys, null if
    absent.
    """
    definition = {
        "annotations": tool.annotations,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "name": tool.name,
        "outputSchema": tool.output_schema,
        "title": tool.title,
    }
    try:
        text = _ENCODER.encode(definition)
        data = text.encode()
    except ValueError:  # NaN, an infinity, a lone surrogate or an integer of 4,300 digits
        return _exact(definition).encode()
    if _numbers_differ(text, data) or (len(data) > len(text) and _order_differs(text)):
        return _exact(definition).encode()
    return data


def _numbers_differ(text: str, data: bytes) -> bool:
    shape = data.translate(_SHAPE)
    return (b"0." in shape or b"0" * 16 in shape) and bool(_MAYBE_INEXACT.search(text))


def _order_differs(text: str) -> bool:
    return bool(_ASTRAL.search(text) and _ABOVE_SURROGATES.search(text))


def _exact(value: object) -> str:
    """Return what `JSON.stringify` writes, one value at a time."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join([f"{_quote_string(key)}:{_exact(value[key])}" for key in keys]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_exact(item) for item in value]) + "]"
    if isinstance(value, str):
        return _quote_string(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value)
    return json.dumps(value)


def _quote_string(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _number(value: float) -> str:
    """Return a number as ECMAScript's Number::toString writes it; JSON has no infinity, so null."""
    if isinstance(value, int) and abs(value) <= _LARGEST_EXACT:
        return str(value)
    try:
        double = float(value)
    except OverflowError:
        return "null"
    if not math.isfinite(double):
        return "null"
    # All digits, as the `tdqs` package; JavaScript itself writes zeros after the seventeenth.
    if double.is_integer() and abs(double) < _FIRST_EXPONENT:
        return str(int(double))
    mantissa, _, exponent = repr(double).partition("e")
    if not exponent:
        return mantissa
    return _with_exponent(mantissa, int(exponent))


def _with_exponent(mantissa: str, exponent: int) -> str:
    # Python writes an exponent below 1e-4, JavaScript below 1e-6.
    if exponent in (-5, -6):
        sign = "-" if mantissa.startswith("-") else ""
        digits = mantissa.lstrip("-").replace(".", "")
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    return f"{mantissa}e{exponent:+d}"
