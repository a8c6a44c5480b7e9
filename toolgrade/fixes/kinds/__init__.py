"""The kinds of fixes, in the order in which they are proposed."""

from __future__ import annotations

from toolgrade.fixes.kinds import definitions, fields, patterns, schemas, skeletons, texts

KINDS = (
    *fields.KINDS,
    *schemas.KINDS,
    *patterns.KINDS,
    *definitions.KINDS,
    *texts.KINDS,
    *skeletons.KINDS,
)

ON_REQUEST = frozenset({"docstring-arguments"})
"""Kinds that are applied only where their check is selected. Arguments that were moved out of the
description leave it poorer than they make the schema: of 222 real tools, the score of each fell.
"""
