"""One pool: a process in which many jobs wait at once, as tasks of one event loop.

Whatever kills the process ends all its jobs' tries. So what is heavy or a stranger's runs elsewhere (pages are read by
the extraction server's children), each step is marked with its job, and a job that took a pool with it next runs in a
process of its own (alone.py).
"""

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import redis

from server.core.errors import InsightError
from server.core.jobs import CardKey, Job, JobId
from server.core.losses import BROKE_DOWN, blamed_among
from server.settings import Settings
from workers import jobs, taking
from workers.board import Board
from workers.bootstrap import Commons, Warm, open_claims, open_commons, open_parts
from workers.loop_worker import AGAIN_S, LoopWorker
from workers.marked_loop import SLOT, MarkedLoop
from workers.taking import Post

log = logging.getLogger("threadproof.jobs")

PULSE_S = 0.5
THREADS = 32  # for the database and for looking up names, which may take 5 s each
HAND_BACK_S = 3.0  # for writing that the jobs are free again


class Lost(msgspec.Struct, frozen=True):
    """A process that is gone: its jobs are to be put back before anything else."""

    holder: str
    at_work: str | None = None  # the job whose step it was at
    reason: str = BROKE_DOWN


class Pool:
    """Runs in a process that was forked for it, until SIGTERM."""

    def __init__(self, settings: Settings, warm: Warm, board: Board, *, holder: str, room: int) -> None:
        self._settings, self._warm, self._board = settings, warm, board
        self._holder, self._room = holder, room
        self._slots = list(range(room, 0, -1))
        self._worker: LoopWorker | None = None
        self._told = threading.Event()

    def run(self, lost: list[Lost]) -> int:
        """0 when told to stop."""
        with asyncio.Runner(loop_factory=lambda: MarkedLoop(self._board)) as runner:
            runner.run(self._run(lost))
        return 0

    async def _run(self, lost: list[Lost]) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="blocking"))
        async with open_commons(self._settings) as commons, open_claims(self._settings) as claims, self._pulse():
            self._commons, self._post = commons, Post(self._holder, claims)
            await self._connect()
            await self._put_back(lost, commons)
            self._board.settle()
            listening = threading.Thread(target=self._listen, args=(loop,), name="rq", daemon=True)
            listening.start()
            await stop.wait()
            await self._finish(listening)

    async def _connect(self) -> None:
        """Before the first job, which would otherwise wait 0.1 s for it."""
        nobody = CardKey("", scope=self._holder)
        with contextlib.suppress(InsightError):
            await asyncio.gather(self._commons.store.load_job(JobId("")), self._post.claims.release(nobody, ""))

    @contextlib.asynccontextmanager
    async def _pulse(self) -> AsyncIterator[None]:
        """Tells the parent that the loop turns."""

        async def beat() -> None:
            while True:
                self._board.beat(time.monotonic())
                await asyncio.sleep(PULSE_S)

        beating = asyncio.create_task(beat())
        try:
            yield
        finally:
            beating.cancel()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: RQ blocks. The queue may come later, and come back."""
        while not self._told.is_set():
            try:
                self._worker = LoopWorker(
                    self._settings.redis_url or "",
                    self._work,
                    loop,
                    room=self._room,
                    name=self._holder.replace(":", "-"),
                )
                break
            except redis.RedisError as error:
                log.warning("the queue is away: %s", error)
                self._told.wait(AGAIN_S)
        if self._worker is not None and not self._told.is_set():
            self._worker.work_until_stopped()

    async def _work(self, job_id: str) -> None:
        """One job, in a slot of its own."""
        slot = self._slots.pop()
        self._board.seat(slot, job_id)
        SLOT.set(slot)
        try:
            await jobs.run_job(JobId(job_id), self._settings, self._warm, self._commons, self._post)
        finally:
            self._slots.append(slot)

    async def _put_back(self, lost: list[Lost], commons: Commons) -> None:
        """What the processes held that are gone. What cannot be put back now is found by the sweep."""
        for gone in lost:
            try:
                async with open_parts(self._settings, self._warm, commons) as parts:
                    held = [job for job in await commons.store.unfinished_jobs() if _was_held(job, gone)]
                    blamed = frozenset((gone.at_work,)) if gone.at_work else blamed_among(held)
                    for job in held:
                        await taking.release(job, parts, blamed=job.id in blamed, reason=gone.reason)
            except InsightError as error:
                log.warning("the jobs of %s wait for the sweep: %s", gone.holder, error.message)

    async def _finish(self, listening: threading.Thread) -> None:
        """Let jobs end within the grace, hand the others back."""
        self._told.set()
        worker = self._worker
        if worker is not None:
            worker.stop()
            await asyncio.to_thread(listening.join, HAND_BACK_S)  # it may just be taking one more job
            await _until(lambda: worker.is_idle, self._settings.grace_s)
            worker.call_off_all()
            await _until(lambda: worker.is_idle, HAND_BACK_S)
        await asyncio.to_thread(listening.join, HAND_BACK_S)


def _was_held(job: Job, gone: Lost) -> bool:
    return job.state == "working" and job.holder == gone.holder


async def _until(holds: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not holds() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
