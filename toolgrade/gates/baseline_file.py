"""`toolgrade-baseline/1`: a line for each tool and each finding, sorted, so that a diff is read."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from toolgrade.files.opening import does_exist, read_file
from toolgrade.gates.baseline import Known, Record
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from toolgrade.gates.baseline import Which
    from toolgrade.model import RubricStamp

_FAMILY = "toolgrade-baseline/"
SCHEMA = f"{_FAMILY}1"
RENEW = "renew it with --update-baseline"
_MAX_BYTES = 64 * 2**20
_HEAD = 1024
"""The bytes at the start of a broken file in which a baseline is still recognised."""

_MOST = 1000
"""No score, gain or sum of points comes near it."""

_Key = tuple[str, bool, str | None, int]


def render_baseline(records: Iterable[Record], rubric: RubricStamp, version: str) -> Iterator[str]:
    """Return a baseline's text in chunks; `version` is the toolgrade that graded."""
    stamp = {"name": rubric.name, "version": rubric.version, "digest": rubric.digest}
    head = {"schema": SCHEMA, "toolgrade": version, "rubric": stamp}
    ranked = sorted(
        records, key=lambda r: (r.server, r.tool, r.name is not None, r.name or "", r.nth)
    )
    tools = [{**_make_owner_keys(r), "tdqs": _number(r.tdqs)} for r in ranked if r.tool]
    findings = [
        {
            **_make_owner_keys(r),
            "check": check,
            "number": number,
            "gain": _number(known.gain),
            "points": _number(known.points),
        }
        for r in ranked
        for (check, number), known in r.findings
    ]
    yield json.dumps(head)[:-1]
    yield from _render_list("tools", tools)
    yield from _render_list("findings", findings)
    yield "}\n"


def read(path: Path, rubric: RubricStamp) -> tuple[Record, ...]:
    """Return a baseline's records. Raises InputError for a file that is missing, is not a baseline,
    is damaged, or holds another rubric's scores.
    """
    if not does_exist(path):
        raise InputError(f"{path}: there is no such baseline; write it with --update-baseline")
    data = _data(path)
    stamp = data.get("rubric")
    digest = stamp.get("digest") if isinstance(stamp, dict) else None
    if digest != rubric.digest:
        other = f"{stamp.get('name')} {stamp.get('version')}" if isinstance(stamp, dict) else "none"
        raise InputError(
            f"{path}: was made with another rubric, {make_legible(other, 60)} "
            f"({make_legible(str(digest), 40)}), not {rubric.name} {rubric.version} "
            f"({rubric.digest}); {RENEW}"
        )
    try:
        return tuple(_records(data["tools"], data["findings"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(f"{path}: is a damaged baseline; {RENEW}") from None


def check_replaceable(path: Path) -> None:
    """Raise InputError if a baseline must not be written here: the file there is something else."""
    if does_exist(path):
        _data(path, any_version=True)


def _data(path: Path, *, any_version: bool = False) -> dict[str, Any]:
    try:
        content = read_file(path, _MAX_BYTES)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        data = json.loads(content.decode(), parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation):
        if f'"{_FAMILY}'.encode() in content[:_HEAD]:
            if any_version:
                return {}
            raise InputError(
                f"{path}: is a damaged baseline, cut short or with a merge conflict in it; {RENEW}"
            ) from None
        data = None
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, str) or not schema.startswith(_FAMILY):
        raise InputError(
            f"{path}: is not a baseline; give another file, which --update-baseline will write"
        )
    if schema != SCHEMA and not any_version:
        raise InputError(
            f"{path}: is {make_legible(schema, 60)}, and this toolgrade reads {SCHEMA}; {RENEW}"
        )
    return dict(data)


def _records(tools: Sequence[Any], findings: Sequence[Any]) -> Iterator[Record]:
    open_: defaultdict[_Key, list[tuple[Which, Known]]] = defaultdict(list)
    for entry in findings:
        which = str(entry["check"]), _whole(entry["number"])
        open_[_key(entry)].append((which, Known(_exact(entry["gain"]), _exact(entry["points"]))))
    scores = {
        _key(entry): None if entry["tdqs"] is None else _exact(entry["tdqs"]) for entry in tools
    }
    for key in scores | dict.fromkeys(key for key in open_ if not key[1]):
        server, tool, name, nth = key
        yield Record(server, tool, name, nth, scores.get(key), tuple(sorted(open_[key])))


def _key(entry: Any) -> _Key:  # noqa: ANN401 - what JSON holds
    name = entry.get("tool")
    if not isinstance(entry["server"], str) or not isinstance(name, str | None):
        raise TypeError
    return entry["server"], "tool" in entry, name, _whole(entry["nth"])


def _make_owner_keys(record: Record) -> dict[str, Any]:
    tool = {"tool": record.name} if record.tool else {}
    return {"server": record.server, **tool, "nth": record.nth}


def _render_list(name: str, entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield f',\n"{name}": ['
    for number, entry in enumerate(entries):
        yield f"{',' if number else ''}\n{json.dumps(entry)}"
    yield "\n]"


def _number(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _exact(number: object) -> Decimal:
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise TypeError
    if not -_MOST < number < _MOST:
        raise ValueError
    return Decimal(number)


def _whole(number: object) -> int:
    # A Decimal is none: int() would write out all the digits of 1e999999999.
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError
    return number
