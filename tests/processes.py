"""Processes in tests: who is alive, and waiting for what should happen soon."""

import time
from collections.abc import Callable
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet collected (a zombie) does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, as /proc tells."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, wanted = [], [pid]
    while wanted:
        parent = wanted.pop()
        children = [child for child, its_parent in parents.items() if its_parent == parent]
        found += children
        wanted += children
    return found


def connected_to(port: int, pids: list[int]) -> list[int]:
    """Those of the processes that have a connection open to a port of this machine."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {row[9] for row in rows if row[2].endswith(f":{port:04X}") and row[3] == "01"}  # ESTABLISHED
    return [pid for pid in pids if inodes & _sockets_of(pid)]


def _sockets_of(pid: int) -> set[str]:
    found: set[str] = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            target = str(entry.readlink())
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:  # it ended meanwhile, or closed the file
        pass
    return found


def soon(holds: Callable[[], object], *, within_s: float = 10.0) -> bool:
    """Whether it comes to hold in time."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
