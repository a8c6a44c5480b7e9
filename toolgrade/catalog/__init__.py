"""Servers in, a static site out: a page for each server and each tool, a search, a JSON API.

A site needs no web server. What a run knows of a server is in its JSON file; the next run reads it
back, so that a server whose definition, rubric and toolgrade are the same is not built again, and
what changed can be listed. Files are replaced whole; a run that is ended goes on where it was.
"""
