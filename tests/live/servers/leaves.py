"""Leaves processes behind. Arguments: a file for their pids, and how they are left."""

import os
import subprocess
import sys
import time
from pathlib import Path

from stdio import result, serve, tool

pids, how = Path(sys.argv[1]), sys.argv[2]
WAIT = "import time; time.sleep(600)"


def leave(env: dict[str, str] | None) -> None:
    """Start a process in its own session that no process here is the parent of."""
    code = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', sys.argv[1]],"
        " start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"
    )
    argv = [sys.executable, "-c", code, WAIT]
    done = subprocess.run(
        argv, env=env, capture_output=True, text=True, check=True, start_new_session=True
    )
    with pids.open("a") as file:
        file.write(f" {done.stdout.strip()}")


pids.write_text(str(os.getpid()))
if how == "session":
    child = subprocess.Popen([sys.executable, "-c", WAIT], start_new_session=True)
    pids.write_text(f"{os.getpid()} {child.pid}")
elif how == "forked-twice":
    leave(None)
elif how == "without-variables":
    leave({})
if "stall" in sys.argv:
    time.sleep(600)
serve(lambda request: result(request, {"tools": [tool("one")]}))
