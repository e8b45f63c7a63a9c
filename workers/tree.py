"""The parent of a machine's worker processes: everything is loaded once, then forked.

It has no threads, opens no connections and takes no jobs, so nothing in it can break down. It starts again what died,
ends a pool whose loop no longer turns, and hands the successor what the dead one held.
"""

import contextlib
import ctypes
import gc
import logging
import os
import random
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable

from server.adapters.leash import die_with_parent
from server.core.losses import BROKE_DOWN
from workers.board import Board
from workers.pool import Lost

log = logging.getLogger("threadproof.jobs")

TICK_S = 0.1
STALLED_S = (
    12.0  # a loop that did not turn for so long; its jobs show signs of life every 10 s, and are missed after 30
)
STOPPING_S = 5.0  # beyond the grace, for handing back
SETTLED_S = 60.0  # a process that lived so long did not end of its start
MOST_DOUBLINGS = 16  # of a pause: who fails all night must not count to infinity
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 30.0
STALLED = "it kept its worker from turning to anything else"

Run = Callable[["Branch", list[Lost]], int]


class Branch:
    """One process of the tree and its successors. `run` is what it does; its result is its exit status."""

    def __init__(self, name: str, run: Run, board: Board | None = None) -> None:
        self.name, self.board = name, board
        self.holder = ""
        self.pid: int | None = None
        self._run = run
        self._lost: list[Lost] = []
        self._born_at = 0.0
        self._due_at = 0.0
        self._early = 0
        self._stalled_at: float | None = None

    def tend(self, now: float) -> None:
        """Start it when it is due, notice its end, and end it when it stalls."""
        if self.pid is None:
            if now >= self._due_at:
                self._start(now)
        elif (status := _ended(self.pid)) is not None:
            self._bury(status, now)
        elif self._is_stalled(now):
            log.error("%s has not turned for %.0f s and is ended; it was at %s", self.name, STALLED_S, self._at_work())
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._bury(None, now, reason=STALLED)

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def is_gone(self) -> bool:
        """Collected, or never there."""
        if self.pid is not None and _ended(self.pid) is not None:
            self.pid = None
        return self.pid is None

    def end(self) -> None:
        """SIGKILL."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            self.pid = None

    def _start(self, now: float) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{self.name}:{os.urandom(4).hex()}"
        if self.board is not None:
            self.board.clear()
        lost = list(self._lost)
        self._born_at, self._stalled_at = now, None
        try:
            self.pid = _fork(lambda: self._run(self, lost))
        except OSError as error:  # no memory, too many processes: the others go on, this one is tried again
            log.error("%s cannot be started: %s", self.name, error)
            self._wait_longer(now)

    def _bury(self, status: int | None, now: float, *, reason: str = BROKE_DOWN) -> None:
        if status is not None:
            log.warning("%s ended (%s); it was at %s", self.name, _told(status), self._at_work())
        told = self._lost if self.board is not None and not self.board.is_settled else []
        self._lost = [*told, Lost(self.holder, self._at_work(), reason)]
        self.pid = None
        if now - self._born_at > SETTLED_S:
            self._early, self._due_at = 0, now
        else:
            self._wait_longer(now)

    def _wait_longer(self, now: float) -> None:
        self._early += 1
        self._due_at = now + min(FIRST_PAUSE_S * 2 ** min(self._early - 1, MOST_DOUBLINGS), LONGEST_PAUSE_S)

    def _at_work(self) -> str | None:
        return self.board.at_work if self.board is not None else None

    def _is_stalled(self, now: float) -> bool:
        """Seen twice, a second apart: a machine that was asleep wakes its parents and its children in any order."""
        beaten_at = self.board.beaten_at if self.board is not None else 0.0
        if not beaten_at or now - beaten_at < STALLED_S:
            self._stalled_at = None
            return False
        self._stalled_at = self._stalled_at or now
        return now - self._stalled_at > 1.0


class Tree:
    """Branches, tended until SIGTERM or SIGINT."""

    def __init__(self, branches: list[Branch], *, grace_s: float) -> None:
        self._branches, self._grace_s = branches, grace_s
        self._told = False

    def run(self, holds: Callable[[], bool]) -> int:
        """0 when told to stop; 1 when what they all need (`holds`) is gone, and whoever runs us starts us again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)
        while not self._told and holds():
            for branch in self._branches:
                branch.tend(time.monotonic())
            time.sleep(TICK_S)
        self._stop()
        return 0 if self._told else 1

    def _tell(self, *_: object) -> None:
        self._told = True

    def _stop(self) -> None:
        for branch in self._branches:
            branch.ask_to_stop()
        deadline = time.monotonic() + self._grace_s + STOPPING_S
        while any(not branch.is_gone() for branch in self._branches) and time.monotonic() < deadline:
            time.sleep(0.02)
        for branch in self._branches:
            branch.end()


def settle_memory() -> None:
    """Before the first fork: nothing that is loaded is looked at again by the collector, which would copy its pages,
    and what was freed goes back to the system."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError, OSError):  # glibc alone
        ctypes.CDLL(None).malloc_trim(0)


def raise_file_limit() -> None:
    """A job may hold thirty connections; many systems start processes with 1,024 files at once allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 65_536), hard), hard))


def _fork(run: Callable[[], int]) -> int:
    """A process that does this, ends with us, and never returns. Ctrl-C reaches the whole group; we decide for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent, pid = os.getpid(), os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with_parent(parent)
        random.seed()
        status = run()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        logging.shutdown()
        os._exit(status)


def _ended(pid: int) -> int | None:
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return status if found else None


def _told(status: int) -> str:
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.waitstatus_to_exitcode(status)}"
