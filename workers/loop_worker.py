"""An RQ worker whose jobs are tasks of one event loop: RQ's queues, registries, retries and commands, no process a job.

RQ 3.0 keeps a worker's executions by id, as many as there are; only its own classes run one at a time. One thread takes
jobs off the queues while there is room, and never one more: what cannot start yet stays where others can take it.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

import redis
from rq import Queue
from rq.exceptions import DequeueTimeout, StopRequested
from rq.executions import Execution
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from rq.utils import now
from rq.worker import BaseWorker, WorkerStatus
from rq.worker_registration import register

from server.adapters.rq_queue import COLLECTING, READERS, REFRESHES, connect

log = logging.getLogger("threadproof.jobs")

LISTEN_S = 1  # for a job, before looking whether to stop; Redis wakes us at once when there is one
AGAIN_S = 1.0  # after the queue was away
MONITORING_S = 15  # between RQ's signs of life
WORKER_TTL_S = 60
MAINTENANCE_S = 60
FOR_READERS = 4  # a quarter of the room is kept free of what nobody waits for
BACKGROUND_TURN, COLLECTING_TURN = 8, 16  # and every so many turns that comes first, so that it comes at all

Run = Callable[[str], Awaitable[None]]


class LoopWorker(BaseWorker):
    """`work()` in a thread of its own; `stop()` from any other. Connects when it is made."""

    def __init__(self, redis_url: str, run: Run, loop: asyncio.AbstractEventLoop, *, room: int, name: str) -> None:
        connection = connect(redis_url, timeout_s=LISTEN_S + 10)
        names = (*READERS, REFRESHES, COLLECTING)
        super().__init__(
            [Queue(each, connection=connection, serializer=JSONSerializer) for each in names],
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            job_monitoring_interval=MONITORING_S,
            maintenance_interval=MAINTENANCE_S,
            worker_ttl=WORKER_TTL_S,
            log_job_description=False,
        )
        self._run, self._loop, self._room = run, loop, room
        self._readers = self.queues[: len(READERS)]
        self._rest = self.queues[len(READERS) :]
        self._turn = 0
        self._running: dict[str, tuple[RqJob, Execution, Future[None]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._left = threading.Condition()
        self._ending = ThreadPoolExecutor(2, thread_name_prefix="rq-ending")  # what RQ writes when a job is over
        self._beaten_at = time.monotonic()

    def stop(self) -> None:
        """Take no more jobs; those at work go on."""
        self._stop_requested = True
        with self._left:
            self._left.notify_all()

    def work_until_stopped(self) -> None:
        """`work`, and again when the queue was away."""
        while not self._stop_requested:
            try:
                self.work(logging_level="WARNING")
            except redis.RedisError as error:
                log.warning("the queue is away: %s", error)
            if not self._stop_requested:
                time.sleep(AGAIN_S)

    @property
    def is_idle(self) -> bool:
        """Whether no job is at work, to the last word that RQ writes of it."""
        return not self._running

    # ---- what RQ calls ------------------------------------------------------------------------------

    def _install_signal_handlers(self) -> None:
        """They are the pool's business; Python allows them in the main thread alone."""

    def register_birth(self) -> None:
        """As a worker that may have been here before: after an outage its old record is in the way."""
        self.connection.delete(self.key)
        super().register_birth()  # type: ignore[no-untyped-call]

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[RqJob, Queue] | None:
        """A job, once there is one and room for it."""
        while True:
            self._wait_for_room()
            if self._stop_requested:
                raise StopRequested
            self._maintain()
            try:
                found = self.queue_class.dequeue_any(
                    self._queues_in_turn(),
                    LISTEN_S,
                    connection=self.connection,
                    job_class=self.job_class,
                    serializer=self.serializer,
                    death_penalty_class=self.death_penalty_class,
                )
            except DequeueTimeout:
                continue
            if found is not None:
                job, queue = found
                self._turn += 1
                self.reorder_queues(queue)
                job.redis_server_version = self.get_redis_server_version()  # type: ignore[no-untyped-call]
                return job, queue

    def reorder_queues(self, reference_queue: Queue) -> None:
        """Readers' lanes take turns."""
        if reference_queue in self._readers:
            place = self._readers.index(reference_queue) + 1
            self._readers = self._readers[place:] + self._readers[:place]

    def execute_job(self, job: RqJob, queue: Queue) -> None:
        """Begin it, and come back."""
        execution = self.prepare_execution(job)
        self.prepare_job_execution(job)
        job.started_at = now()
        future = asyncio.run_coroutine_threadsafe(self._tracked(execution.id, str(job.args[0])), self._loop)
        self._running[execution.id] = job, execution, future
        future.add_done_callback(lambda done: self._ending.submit(self._end, job, queue, execution, done))

    def request_stop_execution(self, execution_id: str) -> None:
        """Somebody called the job off; its row says so already."""
        self._call_off(execution_id)

    def call_off_all(self) -> None:
        """Cancel what is at work."""
        for execution_id in list(self._running):
            self._call_off(execution_id)

    def unsubscribe(self) -> None:
        """The listening thread is told to end before it is woken; RQ 3.0 does it the other way round, and one time in
        four the thread goes back to waiting and is waited for, for a second."""
        thread: Any = self.pubsub_thread
        if thread:
            thread.stop()
        super().unsubscribe()  # type: ignore[no-untyped-call]

    async def _tracked(self, execution_id: str, job_id: str) -> None:
        """In the loop."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks[execution_id] = task
        try:
            await self._run(job_id)
        finally:
            del self._tasks[execution_id]

    def _call_off(self, execution_id: str) -> None:
        """The task, not the future that waits for it: that would count as ended while the job is still handed back."""
        if (task := self._tasks.get(execution_id)) is not None:
            self._loop.call_soon_threadsafe(task.cancel)
        elif (found := self._running.get(execution_id)) is not None:
            found[2].cancel()

    # ---- room, turns, ends ---------------------------------------------------------------------------

    def _wait_for_room(self) -> None:
        with self._left:
            while len(self._running) >= self._room and not self._stop_requested:
                self._left.wait(LISTEN_S)
                self._maintain()

    def _queues_in_turn(self) -> Sequence[Queue]:
        """Readers before refreshes before collecting, but for their turns; readers alone where little room is left."""
        at_work = [job for job, _, _ in self._running.values()]
        background = sum(job.origin not in READERS for job in at_work)
        if background >= max(1, self._room - -(-self._room // FOR_READERS)) and self._room > 1:
            return self._readers
        if self._turn % COLLECTING_TURN == COLLECTING_TURN - 1:
            return [*reversed(self._rest), *self._readers]
        if self._turn % BACKGROUND_TURN == BACKGROUND_TURN - 1:
            return [*self._rest, *self._readers]
        return [*self._readers, *self._rest]

    def _maintain(self) -> None:
        """RQ's signs of life, for the worker and for each job, now and then."""
        if time.monotonic() - self._beaten_at < MONITORING_S:
            return
        self._beaten_at = time.monotonic()
        self.heartbeat()
        register(self)  # Redis may have come back without its data
        for job, execution, _ in list(self._running.values()):
            self.maintain_heartbeats(job, execution)
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()  # type: ignore[no-untyped-call]

    def _end(self, job: RqJob, queue: Queue, execution: Execution, done: "Future[None]") -> None:
        """What RQ has to write down. The row has said it all, so a queue that is away takes nothing with it."""
        try:
            error = CancelledError() if done.cancelled() else done.exception()
            if error is None or isinstance(error, CancelledError):
                self._finalize_success(job, queue, execution, None)
            else:
                log.error("job %s: %s", job.id, type(error).__name__, exc_info=error)
                self._finalize_failure(job, queue, execution, (type(error), error, error.__traceback__))
            if len(self._running) == 1:
                self.set_state(WorkerStatus.IDLE)
        except Exception as error:
            log.warning("job %s: the queue did not hear of its end: %s", job.id, error)
        finally:
            self._running.pop(execution.id, None)
            self.executions.pop(execution.id, None)
            with self._left:
                self._left.notify_all()
