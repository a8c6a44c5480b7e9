"""How toolgrade's messages are worded, and what of others' words they may show."""
