"""toolgrade: grades MCP tool definitions by rules, no model."""
