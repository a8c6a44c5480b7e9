"""Questions put to a whole server, a module a dimension: how its tools fit together."""
