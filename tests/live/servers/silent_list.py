"""Shakes hands, then never answers tools/list."""

from stdio import serve

serve(lambda _: None)
