"""Definitions and a rubric to scores: sums, findings, what-if, and the report."""
