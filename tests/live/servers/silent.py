"""Reads everything, answers nothing."""

from stdio import read

while True:
    read()
