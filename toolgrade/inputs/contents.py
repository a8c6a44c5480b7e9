"""Parses a file's bytes: a document that names tools, or a list of servers that could be started.

Its content decides which. The ending of its name only says in which syntax it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolgrade import configs
from toolgrade.listing.lenient import decode
from toolgrade.listing.positions import Document
from toolgrade.model import InputError
from toolgrade.wording.counts import inflect

ZIP = b"PK\x03\x04"
"""What a packed MCPB bundle begins with."""

_SUFFIXES = frozenset({".toml", ".yaml", ".yml"})
"""Of files that can only be a client's config."""

if TYPE_CHECKING:
    from toolgrade.configs.entries import Config
    from toolgrade.inputs.named import Given


class Opened(NamedTuple):
    """What a file holds: its JSON, None where it is TOML or YAML; and the servers that it lists,
    None where it lists none.
    """

    document: Document | None
    config: Config | None


def parse_source(given: Given) -> Opened:
    """Return what a file holds. Raises InputError for what is neither JSON nor a config."""
    label = given.label
    content, packed = given.content, given.content.startswith(ZIP)
    if packed:
        from toolgrade.configs import bundle  # noqa: PLC0415 - start-up time

        content = bundle.manifest(content, label)
    text, suffix = decode(content, label), given.file.suffix.lower()
    if suffix in _SUFFIXES:
        return Opened(None, _parse_config(text, suffix, given))
    try:
        document = Document(text, label)
    except InputError as fault:
        document = _with_comments(text, given, fault)
    return Opened(document, configs.detect_config(document.data, given.file, packed=packed))


def _parse_config(text: str, suffix: str, given: Given) -> Config:
    from toolgrade.configs import spelling  # noqa: PLC0415 - start-up time
    from toolgrade.configs.entries import INSTEAD  # noqa: PLC0415 - as above

    data = spelling.parse_config_text(text, suffix, given.label)
    if config := configs.detect_config(data, given.file):
        return config
    raise InputError(f"{given.label}: is not an MCP client's config; {INSTEAD}")


def how_to_launch(config: Config, label: str) -> str:
    """Return what to do about a file that lists servers; only their names are shown."""
    said = f"{label}: {config.said}"
    if not config.servers:
        return said
    them = inflect(len(config.servers), "it", "them")
    return f"{said}; add --launch to start {them}, or pass a saved tools/list file"


def _with_comments(text: str, given: Given, fault: InputError) -> Document:
    """Return the document of a config, which clients let their users comment; anything else
    raises its `fault`.
    """
    from toolgrade.configs import spelling  # noqa: PLC0415 - start-up time

    plain = spelling.blank_comments(text) if len(text) <= spelling.MAX_CHARS else text
    if plain == text:
        raise fault
    document = Document(plain, given.label)
    if configs.detect_config(document.data, given.file) is None:
        raise fault
    return document
