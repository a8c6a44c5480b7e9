"""Checks of a whole server, one module for each dimension of coherence."""
