"""Speaks the first protocol; falls over anything that comes before initialize."""

import sys

from stdio import hello, read, result, tool

first = read()
if first["method"] != "initialize":
    sys.exit("expected initialize")
hello(first, version="2024-11-05")
while True:
    request = read()
    if request["method"] == "tools/list":
        result(request, {"tools": [tool("one")]})
