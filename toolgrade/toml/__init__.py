"""TOML that people write: what is wrong with it is told with its line and what was meant."""
