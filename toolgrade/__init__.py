"""toolgrade: grades MCP tool definitions by rules, no model."""

__version__ = "0.1.0"
