"""Where the data files are that toolgrade ships: rubrics, word lists, what it knows of risk."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent.parent
FOLDER = _HERE / "rubrics" if (_HERE / "rubrics").is_dir() else _HERE.parent / "rubrics"
"""Inside an installed package, beside it in a checkout."""
