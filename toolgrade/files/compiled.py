"""The tables of the TOML files that toolgrade ships, which a wheel holds as JSON too.

JSON is read in a tenth of the time. It is used only where it begins with the digest of the TOML
that lies next to it: in a checkout, and where a file was edited, the TOML is read.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolgrade.files.shipped import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = "compiled"
"""The folder of the JSON files, next to the TOML files."""

_DATE = "$date"


def read_tables(name: str, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """Return the tables of the shipped TOML file `name`, with its decimal numbers as `number` makes
    them of their digits.
    """
    content = (FOLDER / name).read_bytes()
    try:
        kept = (FOLDER / HOME / name).with_suffix(".json").read_bytes()
    except OSError:
        kept = b""
    digest, _, text = kept.partition(b"\n")
    if digest == hashlib.sha256(content).hexdigest().encode():
        hook = _restore_date if _DATE.encode() in text else None
        tables: dict[str, Any] = json.loads(text, parse_float=number, object_hook=hook)
        return tables
    import tomllib  # noqa: PLC0415 - start-up time

    return tomllib.loads(content.decode(), parse_float=number)


def compile_tables(content: bytes) -> bytes:
    """Return the tables of a TOML file as JSON, after a line with the digest of the TOML."""
    import tomllib  # noqa: PLC0415 - as above

    tables = tomllib.loads(content.decode(), parse_float=Decimal)
    return f"{hashlib.sha256(content).hexdigest()}\n{_write(tables)}\n".encode()


def _write(value: Any) -> str:  # noqa: ANN401 - any TOML
    """Return a value as JSON: a decimal number with all its digits, a date as a table."""
    if isinstance(value, dict):
        return f"{{{','.join(f'{json.dumps(key)}:{_write(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_write, value))}]"
    if isinstance(value, date):
        return _write({_DATE: value.isoformat()})
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _restore_date(table: dict[str, Any]) -> Any:  # noqa: ANN401 - a table or a date
    return date.fromisoformat(table[_DATE]) if _DATE in table else table
