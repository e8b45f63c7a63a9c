"""A page of memory that a pool shares with its parent: whether its loop still turns, and which job's step it is at.

What is written here is there after any death, `kill -9` included. So the parent knows which of many jobs a process died
under, and whether one of them keeps the loop from turning.
"""

import mmap
import struct

PULSE, STEP, SETTLED = struct.Struct("d"), struct.Struct("i"), struct.Struct("i")
STEP_AT = PULSE.size
SETTLED_AT = STEP_AT + STEP.size
FIRST_JOB = SETTLED_AT + SETTLED.size
JOB_BYTES = 64  # ids are 16 characters


class Board:
    """Make it before the fork; one process writes, the other reads."""

    def __init__(self, slots: int) -> None:
        self._page = mmap.mmap(-1, FIRST_JOB + JOB_BYTES * (slots + 1))
        self._slots = slots

    def clear(self) -> None:
        """As before the first pulse."""
        self._page[:] = bytes(len(self._page))

    def beat(self, monotonic_s: float) -> None:
        """The loop has turned."""
        PULSE.pack_into(self._page, 0, monotonic_s)

    @property
    def beaten_at(self) -> float:
        """When it last turned; 0.0 before it ever did."""
        return float(PULSE.unpack_from(self._page, 0)[0])

    def settle(self) -> None:
        """What the predecessors held is put back."""
        SETTLED.pack_into(self._page, SETTLED_AT, 1)

    @property
    def is_settled(self) -> bool:
        """Whether the process came so far."""
        return bool(SETTLED.unpack_from(self._page, SETTLED_AT)[0])

    def seat(self, slot: int, job_id: str) -> None:
        """The job that works in a slot, counted from 1."""
        start = FIRST_JOB + JOB_BYTES * slot
        self._page[start : start + JOB_BYTES] = job_id.encode()[:JOB_BYTES].ljust(JOB_BYTES, b"\0")

    def enter(self, slot: int) -> None:
        """A step of that slot's job begins; 0 when it is over."""
        STEP.pack_into(self._page, STEP_AT, slot)

    @property
    def at_work(self) -> str | None:
        """The job whose step is under way; None between steps."""
        slot = int(STEP.unpack_from(self._page, STEP_AT)[0])
        if not 1 <= slot <= self._slots:
            return None
        start = FIRST_JOB + JOB_BYTES * slot
        return self._page[start : start + JOB_BYTES].rstrip(b"\0").decode(errors="replace") or None
