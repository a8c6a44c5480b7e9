"""Files that toolgrade reads: where its own are, and how those of others are opened."""
