"""Which fixture servers, and which processes, are running."""

import time
from contextlib import suppress
from pathlib import Path

SERVERS = Path(__file__).parent / "servers"


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to notice its end does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def fixtures_running() -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(SERVERS) in (folder / "cmdline").read_text():
                found.add(int(folder.name))
    return {pid for pid in found if is_alive(pid)}


def still_running(pids: set[int]) -> set[int]:
    """Those of `pids` that are alive, allowing a busy machine two seconds for a SIGKILL."""
    for _ in range(40):
        if not any(map(is_alive, pids)):
            return set()
        time.sleep(0.05)
    return {pid for pid in pids if is_alive(pid)}
