"""Processes that end with the process that started them, even when that one is killed with -9.

On Linux the kernel keeps the leash: prctl(PR_SET_PDEATHSIG) survives exec. Elsewhere somebody has to look: a watcher
asks every half second whether the parent is still there.

Run as a program this file is the launcher, so it imports nothing of ours and starts in 15 ms under `-I -S`:

    python leash.py [--signal N] PARENT_PID -- argv…

The kernel fires when the *thread* that started the process ends (prctl(2)), so start leashed processes from the main
thread, or from one that lives as long.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1  # linux/prctl.h
POLL_S = 0.5


def leashed(argv: Sequence[str], *, sig: int = signal.SIGKILL) -> list[str]:
    """The command that runs `argv` as a child of this process and ends it with `sig` when this process ends."""
    return [sys.executable, "-I", "-S", __file__, "--signal", str(int(sig)), str(os.getpid()), "--", *argv]


def die_with_parent(parent_pid: int | None = None, *, sig: int = signal.SIGKILL) -> None:
    """Put this very process on a leash; call it first thing in a child, forked or spawned.

    Where `parent_pid` is given and no longer our parent, the parent died before we got here: we end at once.
    """
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sig))
    else:
        threading.Thread(target=_watch, args=(os.getppid(), sig), daemon=True).start()
    if parent_pid is not None and os.getppid() != parent_pid:
        os.kill(os.getpid(), sig)


def _watch(parent_pid: int, sig: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(POLL_S)
    os.kill(os.getpid(), sig)


def launch(argv: Sequence[str]) -> int:
    """Become the program on Linux; elsewhere stay beside it, pass signals on, and end it when the parent is gone."""
    sig, parent_pid, program = _parse(list(argv))
    if LINUX:
        die_with_parent(parent_pid, sig=sig)
        os.execvp(program[0], program)  # noqa: S606 - the caller's own command
    return _stay_beside(program, parent_pid, sig)


def _parse(argv: list[str]) -> tuple[int, int, list[str]]:
    sig = int(signal.SIGKILL)
    if argv[:1] == ["--signal"]:
        sig, argv = int(argv[1]), argv[2:]
    if len(argv) < 3 or argv[1] != "--":
        sys.exit("usage: leash.py [--signal N] PARENT_PID -- argv…")
    return sig, int(argv[0]), argv[2:]


def _stay_beside(program: list[str], parent_pid: int, sig: int) -> int:
    child = subprocess.Popen(program, close_fds=False)  # noqa: S603 - the caller's own command

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    while True:
        try:
            return child.wait(timeout=POLL_S)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent_pid:
                child.send_signal(sig)


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
