"""Parses a file's bytes: a document that names tools, or a list of servers that could be started.

Its content decides which. The ending of its name only says in which syntax it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolgrade import configs
from toolgrade.configs import bundle, spelling
from toolgrade.configs.entries import INSTEAD
from toolgrade.listing.lenient import decode
from toolgrade.listing.positions import Document
from toolgrade.model import InputError
from toolgrade.wording.counts import inflect

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
    packed = bundle.is_bundle(given.content)
    content = bundle.manifest(given.content, label) if packed else given.content
    text, suffix = decode(content, label), given.file.suffix.lower()
    if suffix in spelling.SUFFIXES:
        config = configs.detect_config(spelling.parse_config_text(text, suffix, label), given.file)
        if config is None:
            raise InputError(f"{label}: is not an MCP client's config; {INSTEAD}")
        return Opened(None, config)
    try:
        document = Document(text, label)
    except InputError as fault:
        document = _with_comments(text, given, fault)
    return Opened(document, configs.detect_config(document.data, given.file, packed=packed))


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
    plain = spelling.blank_comments(text) if len(text) <= spelling.MAX_CHARS else text
    if plain == text:
        raise fault
    document = Document(plain, given.label)
    if configs.detect_config(document.data, given.file) is None:
        raise fault
    return document
