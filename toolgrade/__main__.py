"""`python -m toolgrade` is the command line."""

from toolgrade.cli import main

main()
