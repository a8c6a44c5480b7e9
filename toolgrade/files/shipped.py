"""The data files that toolgrade ships (rubrics, word lists, pages), here and on the web."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
"""The folder of the installed package `toolgrade`."""

FOLDER = PACKAGE / "rubrics" if (PACKAGE / "rubrics").is_dir() else PACKAGE.parent / "rubrics"
"""Inside an installed package; in a checkout, next to the package."""

REPOSITORY = "https://github.com/toolgrade/toolgrade"
"""The address of the repository: the only place in the package where it is written."""


def read_shipped(path: Path) -> str:
    """Return the text of a file that toolgrade ships: in FOLDER, or next to the code."""
    return path.read_text(encoding="utf-8")


def page_path(id_: str) -> Path:
    """Return the file of the page of a check, whether there is one or not."""
    return FOLDER / "pages" / f"{id_}.md"


def page_url(id_: str) -> str:
    """Return the address of the page of a check, "" if it has none: a rubric may add checks."""
    known = id_ in _list_pages()
    return f"{REPOSITORY}/blob/main/rubrics/pages/{id_}.md" if known else ""


@cache
def _list_pages() -> frozenset[str]:
    return frozenset(path.stem for path in (FOLDER / "pages").glob("*.md"))
