"""Reads TOML that people write; an error has its line, and what was probably meant."""
