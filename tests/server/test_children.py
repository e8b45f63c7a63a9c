"""Processes beside us: restarted when they die, stopped politely, ended when they must."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from server.children import CRASH_LOOP, Child, stop_all
from tests.processes import is_alive, soon

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def test_a_child_that_died_is_started_again_after_a_pause() -> None:
    """The pause keeps a broken one from taking the machine."""
    child = Child("sleeper", SLEEP, os.environ)
    child.start()
    first = child.pid
    assert first is not None
    assert not child.look_after()
    os.kill(first, signal.SIGKILL)
    assert soon(lambda: not child.alive)
    assert not child.look_after()
    assert soon(child.look_after)
    assert child.pid not in (None, first)
    child.end()


def test_a_child_that_dies_at_every_start_is_broken(tmp_path: Path) -> None:
    """What it says is kept."""
    said = tmp_path / "said"
    child = Child("crasher", [sys.executable, "-c", "raise SystemExit('no such thing')"], os.environ, output=said)
    child.start()
    assert soon(lambda: (child.look_after() and False) or child.is_broken)
    assert said.read_text().splitlines() == ["no such thing"] * CRASH_LOOP
    assert child.last_words == "no such thing"


def test_children_are_asked_to_stop_all_at_once() -> None:
    """Stopping two takes no longer than stopping one."""
    children = [Child(f"sleeper {number}", SLEEP, os.environ) for number in (1, 2)]
    for child in children:
        child.start()
    assert stop_all(children, grace_s=5) == []
    assert not any(child.alive for child in children)


def test_a_child_that_does_not_stop_is_ended_after_its_grace(tmp_path: Path) -> None:
    """And named, for the log."""
    said = tmp_path / "said"
    child = Child("stubborn", STUBBORN, os.environ, output=said)
    child.start()
    assert soon(lambda: said.read_text() == "up\n")
    pid, began = child.pid, time.monotonic()
    assert pid is not None
    assert stop_all([child], grace_s=0.3) == ["stubborn"]
    assert 0.3 <= time.monotonic() - began < 5
    assert not is_alive(pid)


def test_ctrl_c_reaches_us_alone() -> None:
    """The terminal signals a whole process group; ours decides in which order things stop."""
    child = Child("sleeper", SLEEP, os.environ)
    child.start()
    assert child.pid is not None
    assert os.getpgid(child.pid) == child.pid != os.getpgrp()
    child.end()


@pytest.mark.parametrize("started", [True, False])
def test_stopping_what_does_not_run_is_fine(started: bool) -> None:
    """Cleaning up never asks how far we came."""
    child = Child("brief", [sys.executable, "-c", ""], os.environ)
    if started:
        child.start()
        assert soon(lambda: not child.alive)
    assert stop_all([child], grace_s=1) == []
    child.end()
