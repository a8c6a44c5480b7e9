"""Fixes in source code: edits of the literals that a reader has exact places for.

`texts` cuts characters out of a text, `python` and `javascript` find the members of an object,
`objects` takes members out and puts them in, `edits` turns a fix into these, and `plan` keeps
those after which the package, read again, declares what the fix says, and nothing else.
"""
