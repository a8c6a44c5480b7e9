"""Ignores a closed input and SIGTERM, and so does its child. Argument: a file for their pids."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from stdio import Message, hello, read, result, tool

signal.signal(signal.SIGTERM, signal.SIG_IGN)
CHILD = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", CHILD])
Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid}")


def respond(request: Message) -> None:
    if request["method"] == "initialize":
        hello(request)
    elif "id" in request:
        result(request, {"tools": [tool("one")]})


try:
    while "stall" not in sys.argv:
        respond(read())
except SystemExit:
    pass
while True:
    time.sleep(600)
