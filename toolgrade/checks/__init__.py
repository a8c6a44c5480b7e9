"""The questions, one module for each dimension. A public function is a check."""

from __future__ import annotations

from importlib import import_module

from toolgrade.checks.check import Check, collect
from toolgrade.model import COHERENCE, DIMENSIONS

UNPRICED = ("schema", "names", "hints", "hygiene")
"""Modules whose checks have a level instead of a price."""


def checks() -> dict[str, Check]:
    """Return every check there is, by id, in the order of the dimensions; then those that no
    dimension asks.
    """
    names = (*DIMENSIONS, *(f"coherence.{name}" for name in COHERENCE), *UNPRICED)
    modules = (import_module(f"toolgrade.checks.{name}") for name in names)
    return {check.id: check for module in modules for check in collect(module)}
