"""The checks: one module for each dimension, one public function for each check."""

from __future__ import annotations

from importlib import import_module

from toolgrade.checks.check import Check, collect
from toolgrade.model import COHERENCE, DIMENSIONS

UNPRICED = ("schema", "names", "hints", "hygiene")
"""Modules whose checks have a level instead of a price."""


def checks() -> dict[str, Check]:
    """Return every check by id: those of the dimensions in order, then those without a price."""
    names = (*DIMENSIONS, *(f"coherence.{name}" for name in COHERENCE), *UNPRICED)
    modules = (import_module(f"toolgrade.checks.{name}") for name in names)
    return {check.id: check for module in modules for check in collect(module)}
