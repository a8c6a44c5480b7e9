"""Where the data files are that toolgrade ships: rubrics, word lists, what it knows of risk."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
"""The folder of the installed package `toolgrade`."""

FOLDER = PACKAGE / "rubrics" if (PACKAGE / "rubrics").is_dir() else PACKAGE.parent / "rubrics"
"""Inside an installed package, beside it in a checkout."""
