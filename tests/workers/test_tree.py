"""The processes of a worker: which job a dead one was at, what its successor is told, and loops that no longer turn."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import is_alive, soon
from workers import tree
from workers.board import Board
from workers.marked_loop import SLOT, MarkedLoop
from workers.pool import Lost
from workers.tree import STALLED, Branch

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")


async def kill_in_a_step() -> None:
    """As a parser does that runs out of memory: somewhere below the job's own task."""
    await asyncio.sleep(0)
    await asyncio.gather(asyncio.create_task(end_here()))


async def end_here() -> None:
    await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)


async def wait() -> None:
    await asyncio.sleep(30)


def run_jobs(board: Board, **jobs: Callable[[], object]) -> Callable[[Branch, list[Lost]], int]:
    """A pool reduced to its loop: each job a task in a slot of its own, while the loop tells that it turns."""

    async def seat(slot: int, name: str, run: Callable[[], object]) -> None:
        board.seat(slot, name)
        SLOT.set(slot)
        await run()  # type: ignore[misc]

    async def all_of_them() -> None:
        tasks = [asyncio.create_task(seat(slot, name, run)) for slot, (name, run) in enumerate(jobs.items(), start=1)]
        while not all(task.done() for task in tasks):
            board.beat(time.monotonic())
            await asyncio.sleep(0.01)

    def run(branch: Branch, lost: list[Lost]) -> int:
        with asyncio.Runner(loop_factory=lambda: MarkedLoop(board)) as runner:
            runner.run(all_of_them())
        return 0

    return run


def tend_until(branch: Branch, holds: Callable[[], object]) -> None:
    """As the tree does, until something holds."""

    def once() -> object:
        branch.tend(time.monotonic())
        return holds()

    assert soon(once, within_s=30)


def test_a_process_that_dies_in_a_step_names_the_job_whose_step_it_was() -> None:
    """Among many that only wait, and however deep in tasks of its own the job was."""
    board = Board(3)
    branch = Branch("pool", run_jobs(board, innocent=wait, poison=kill_in_a_step, other=wait), board)
    tend_until(branch, lambda: branch._lost)
    assert [lost.at_work for lost in branch._lost] == ["poison"]
    branch.end()


def test_a_process_that_is_killed_while_all_wait_names_none() -> None:
    """Nobody is to blame for a signal from outside."""
    board = Board(2)
    branch = Branch("pool", run_jobs(board, one=wait, two=wait), board)
    tend_until(branch, lambda: board.beaten_at)
    assert branch.pid is not None
    time.sleep(0.1)
    os.kill(branch.pid, signal.SIGSTOP)  # so that it is certainly between steps, or in one of nobody's
    os.kill(branch.pid, signal.SIGKILL)
    tend_until(branch, lambda: branch._lost)
    assert [lost.at_work for lost in branch._lost] == [None]
    branch.end()


def test_a_loop_that_no_longer_turns_is_ended_and_its_job_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that backtracks for hours keeps all others from their heartbeats too."""
    monkeypatch.setattr(tree, "STALLED_S", 0.3)

    async def spin() -> None:
        await asyncio.sleep(0.05)
        while True:
            pass

    board = Board(2)
    branch = Branch("pool", run_jobs(board, innocent=wait, poison=spin), board)
    tend_until(branch, lambda: branch._lost)
    assert [(lost.at_work, lost.reason) for lost in branch._lost] == [("poison", STALLED)]
    branch.end()


def test_a_successor_is_told_what_its_predecessors_held(tmp_path: Path) -> None:
    """Also of one that died before it could put anything back; of none whose jobs are put back."""
    board, told = Board(1), tmp_path / "told"

    def run(branch: Branch, lost: list[Lost]) -> int:
        with told.open("a") as lines:
            lines.write(f"{branch.holder}: {' '.join(each.holder for each in lost)}\n")
        if len(lost) == 2:
            board.settle()
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    branch = Branch("pool", run, board)
    tend_until(branch, lambda: told.exists() and told.read_text().count("\n") == 4)
    first, second, third, fourth = (line.split(": ") for line in told.read_text().splitlines())
    assert [first[1], second[1], third[1]] == ["", first[0], f"{first[0]} {second[0]}"]
    assert fourth[1] == third[0]
    branch.end()


def test_a_process_ends_with_its_tree() -> None:
    """With -9 too: its jobs must not go on beside their successors'."""
    reading, writing = os.pipe()
    parent = os.fork()
    if not parent:
        branch = Branch("pool", lambda *_: time.sleep(60) or 0)  # type: ignore[func-returns-value]
        branch.tend(time.monotonic())
        os.write(writing, str(branch.pid).encode())
        time.sleep(60)
        os._exit(0)
    child = int(os.read(reading, 20))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert soon(lambda: not is_alive(child))
    os.close(reading)
    os.close(writing)
