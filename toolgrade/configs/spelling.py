"""Parses the text of a config: TOML, YAML, and JSON with the comments that clients allow."""

from __future__ import annotations

import re
from typing import Any

from toolgrade.model import InputError
from toolgrade.toml import bounded as toml

MAX_CHARS = toml.MAX_CHARS
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)'
_COMMENT = re.compile(rf"(?P<kept>{_STRING})|//[^\n]*+|/\*(?:(?!\*/).)*+(?:\*/)?", re.DOTALL)
_COMMA = re.compile(rf"(?P<kept>{_STRING})|,(?=[ \t\r\n]*+[\]}}])", re.DOTALL)
_LINE = re.compile(r"[^\r\n]")
_INT = "tag:yaml.org,2002:int"
_LONGEST_INT = 1000
_WRONG_VALUES = (
    *(ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError),
)
"""What the YAML library raises if a value does not fit its tag, as in `!!int ""`."""


def blank_comments(text: str) -> str:
    """Return JSON with comments and trailing commas blanked; the rest keeps its place.

    >>> blank_comments('{"a": [1,], /* "b" */ "c": "//"}')
    '{"a": [1 ],           "c": "//"}'
    """
    for pattern in (_COMMENT, _COMMA):
        text = pattern.sub(lambda found: found["kept"] or _LINE.sub(" ", found[0]), text)
    return text


def parse_config_text(text: str, suffix: str, label: str) -> Any:  # noqa: ANN401 - whatever a file holds
    """Return the data of a TOML or YAML text. YAML needs the extra `live`.

    Raises InputError, which quotes nothing of the text: it may be a key.
    """
    if len(text) > MAX_CHARS:
        raise InputError(
            f"{label}: larger than {MAX_CHARS >> 20} MB, so not a client's config; name another"
        )
    return _toml(text, label) if suffix == ".toml" else _yaml(text, label)


def _toml(text: str, label: str) -> Any:  # noqa: ANN401 - as above
    try:
        return toml.loads(text)
    except RecursionError:
        raise InputError(
            f"{label}: nests too deeply for a client's config; name another file"
        ) from None
    except ValueError as error:
        at = re.search(r"\(at line (\d+), column", str(error))
        line = at[1] if at else text.rstrip().count("\n") + 1
        raise InputError(f"{label}:{line}: not TOML; correct this line") from None


def _yaml(text: str, label: str) -> Any:  # noqa: ANN401 - as above
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415 - start-up time
        from ruamel.yaml.constructor import SafeConstructor  # noqa: PLC0415 - as above
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        raise InputError(f"{label}: YAML needs the extra: pip install 'toolgrade[live]'") from None

    class Constructor(SafeConstructor):
        pairs = 0

        def flatten_mapping(self, node: Any) -> None:  # noqa: ANN401 - the library's
            self._count(node)
            super().flatten_mapping(node)
            if node.merge:
                self._count(node)

        def construct_scalar(self, node: Any) -> Any:  # noqa: ANN401 - the library's
            if node.tag == _INT and len(node.value) > _LONGEST_INT:
                raise MarkedYAMLError(problem_mark=node.start_mark)
            return super().construct_scalar(node)

        def _count(self, node: Any) -> None:  # noqa: ANN401 - the library's
            self.pairs += len(node.value)
            if self.pairs > MAX_CHARS:
                raise MarkedYAMLError(problem_mark=node.start_mark)

    # Merges can double a mapping at every step. Without them, pairs are fewer than characters.
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    try:
        return yaml.load(text)
    except (YAMLError, *_WRONG_VALUES) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        where = f":{mark.line + 1}" if mark else ""
        raise InputError(f"{label}{where}: not YAML; correct it there") from None
