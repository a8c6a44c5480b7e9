"""toolgrade grades MCP tool definitions offline, by rules and without a model.

The three names below are what a program needs; docs/api.md has an example. They are imported when
they are first used, so that `import toolgrade` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.files.version import VERSION as __version__  # noqa: N811 - the name that Python asks for

if TYPE_CHECKING:
    from toolgrade.api import Rubric, grade, read

__all__ = ["Rubric", "__version__", "grade", "read"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a function or a class
    if name not in __all__:
        raise AttributeError(f"module 'toolgrade' has no attribute {name!r}")
    from toolgrade import api  # noqa: PLC0415 - imported at first use

    return getattr(api, name)
