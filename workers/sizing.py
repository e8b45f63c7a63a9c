"""How many worker processes, and how many jobs at once in each, by what the machine has.

With a model a job waits for it nine tenths of its time, and memory is the bound; quoting without a model is work for
the processor from end to end, and more of it at once only makes each card late.
"""

import os
from pathlib import Path

import msgspec

TREE_MB = 250  # all that runs before the first job
JOB_MB = 8  # a job at work; twice what decision 17 found with 50 of them
MOST_POOLS = 16
WAITING_PER_CORE, WORKING_PER_CORE = 32, 2
CGROUP = Path("/sys/fs/cgroup")


class Size(msgspec.Struct, frozen=True):
    """Processes, and jobs at once in each of them."""

    pools: int
    room: int


def size_for(cores: int, memory_mb: int, *, has_model: bool, pools: int | None = None, jobs: int | None = None) -> Size:
    """`pools` and `jobs` (in all) are the operator's wish. Never less than one process with room for one job, and never
    more jobs than were wished for or fit, but where more processes were wished for than jobs."""
    if jobs is None:
        wanted = (WAITING_PER_CORE if has_model else WORKING_PER_CORE) * max(cores, 1)
        jobs = min(wanted, max(0, memory_mb - TREE_MB) // JOB_MB)
    pools = max(1, pools or min(cores, MOST_POOLS, jobs))
    return Size(pools, max(1, jobs // pools))


def machine_cores() -> int:
    """Those this process may use: by affinity, and by the container's quota, rounded up."""
    affine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _read("cpu.max").partition(" ")
    if quota.isdecimal() and period.strip().isdecimal():
        return max(1, min(affine, -(-int(quota) // int(period))))
    return affine


def machine_memory_mb() -> int:
    """What the machine has, or the container may use of it."""
    has = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _read("memory.max").strip()
    return min(has, int(limit) if limit.isdecimal() else has) // 2**20


def _read(name: str) -> str:
    try:
        return (CGROUP / name).read_text()
    except OSError:
        return ""
