"""Puts the shipped TOML files into the wheel as JSON too: see toolgrade/files/compiled.py."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTables(BuildHookInterface):
    """Compiles what is in rubrics/."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled files to a wheel; an editable installation reads the TOML."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from toolgrade.files.compiled import HOME, compile_tables  # noqa: PLC0415 - found just now

        self._folder = Path(tempfile.mkdtemp())
        for path in sorted(Path(self.root, "rubrics").glob("*.toml")):
            made = self._folder / f"{path.stem}.json"
            made.write_bytes(compile_tables(path.read_bytes()))
            build_data["force_include"][str(made)] = f"toolgrade/rubrics/{HOME}/{made.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - as hatchling calls it
        """Remove the compiled files, which the wheel now holds."""
        if version != "editable":
            shutil.rmtree(self._folder)
