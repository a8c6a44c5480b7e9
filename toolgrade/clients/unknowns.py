"""What a measure says of a tool that was seen only in part: which faults are certain, and what was
not seen that could be at fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.clients.facts import Whole, locate
from toolgrade.clients.measures.fields import has_field, locate_field
from toolgrade.model.unknown import find_unknown, is_certain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.clients.facts import Fault, Part
    from toolgrade.model import Pointer, Tool

_INPUT = ("/inputSchema",)
_OUTPUT = ("/outputSchema",)
_BOTH = ("/inputSchema", "/outputSchema")
_JUDGED = (*_BOTH, "/description")
_READS: dict[str, tuple[Pointer, ...]] = {
    "name-length": (),
    "name-characters": (),
    "icons": (),
    "task-support": (),
    "hint-types": (),
    "null-fields": (),
    "field-types": (),
    "description-length": ("/description",),
    "description-present": ("/description",),
    "output-root-type": _OUTPUT,
    "output-root-keywords": _OUTPUT,
    "output-beside-execution": _OUTPUT,
    "output-dialect": _OUTPUT,
    "output-compiles": _OUTPUT,
    "output-valid": _OUTPUT,
    "output-property-schemas": _OUTPUT,
    "known-types": _BOTH,
    "exact-integers": _BOTH,
    "keywords-anywhere": _BOTH,
    "declared-dialect": _BOTH,
}
"""What a measure of a tool reads; those that are not here read the input schema. Fields of a wrong
type, or null, are not expected where the source did not show them.
"""


def faults(
    ask: Callable[..., Iterator[Fault]],
    part: Part | Whole,
    is_: Any,  # noqa: ANN401 - a limit's value
) -> Sequence[Fault]:
    """Return where a measure is exceeded, except for what the unseen could fix."""
    found = list(ask(part, is_))
    if not found or isinstance(part, Whole) or not part.tool.unknown:
        return found
    # What a tool should declare is asked field by field: the measure itself knows which were seen.
    located = (locate(fault) for fault in found)
    return [f for f in located if not f[0].startswith(_JUDGED) or is_certain(part.tool, f[0])]


def find_unknown_parts(measure: str, is_: Any, tool: Tool) -> tuple[Pointer, ...]:  # noqa: ANN401 - a limit's value
    """Return what was not seen of a tool and could pass a measure; nothing if all was seen."""
    if measure != "declared":
        return find_unknown(tool, _READS.get(measure, _INPUT))
    names = (field.split("|") for field in is_)
    fields = [either for either in names if not any(has_field(tool, name) for name in either)]
    return find_unknown(tool, (locate_field(name) for either in fields for name in either))
