"""JobQueue on RQ: a dotted name, one argument, and nothing that RQ would have to remember for us.

RQ's own record of a job is short-lived on purpose. With its defaults a failed job blocks its id for a year.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zlib import crc32

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry as ConnectionRetry
from rq import Queue, Retry, Worker
from rq.command import send_stop_execution_command
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from rq.utils import utcparse

from server.core.errors import QueueUnavailable
from server.core.jobs import MAKE_CARD, Job, JobId

# Stochastic fair queueing (McKenney 1990): payers are spread over lanes that are served in turn, so that one who asks
# for a thousand cards is in the way of an eighth of the others at most.
READERS = ("cards", *(f"cards-{n}" for n in range(1, 8)))
REFRESHES, COLLECTING = "refreshes", "collecting"
ALONE = "alone"  # jobs that took a worker with them: each gets a process of its own
LANES = (*READERS, REFRESHES, COLLECTING, ALONE)
RESULT_TTL_S = 60
FAILURE_TTL_S = 60
CRASH_RETRIES = 2  # how often RQ starts a job again whose process died under it
MARGIN_S = 30  # RQ's own limit is only a second line behind the job's
ATTEMPTS = 3  # tries that one RQ job may make (workers/attempts.py)
ALIVE = timedelta(seconds=60)  # four signs of life missed

T = TypeVar("T")


def connect(redis_url: str, *, timeout_s: float = 5.0) -> redis.Redis:
    """A client that gives up within seconds instead of hanging on a dead server."""
    return redis.Redis.from_url(
        redis_url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=ConnectionRetry(ExponentialBackoff(cap=0.5, base=0.05), 2),
    )


def lane_of(job: Job) -> str:
    """The queue that a job waits in."""
    if job.crashes:
        return ALONE
    if job.priority != "reader":
        return REFRESHES if job.priority == "refresh" else COLLECTING
    who = job.payer.key or job.payer.address or ""
    return READERS[crc32(who.encode()) % len(READERS)] if who else READERS[0]


class RqJobQueue:
    """Job ids on RQ's queues, one a lane. Opening it does not connect."""

    def __init__(self, redis_url: str, *, job_timeout_s: int = 180) -> None:
        self._redis = connect(redis_url)
        self._lanes = {name: Queue(name, connection=self._redis, serializer=JSONSerializer) for name in LANES}
        self._timeout_s = ATTEMPTS * (job_timeout_s + MARGIN_S)

    async def enqueue(self, job: Job) -> None:
        """Hand the job to a worker. One that still waits keeps its place; one that ran before is queued afresh."""
        await _in_thread(lambda: self._enqueue(job.id, lane_of(job)))

    async def places(self) -> set[JobId]:
        """The ids of all jobs that wait."""
        return await _in_thread(self._places)

    async def cancel(self, job_id: JobId) -> None:
        """Take it off the queue, or stop the worker that is at it; unknown ids are fine."""
        await _in_thread(lambda: self._cancel(job_id))

    async def depth(self) -> int:
        """Jobs waiting."""
        return await _in_thread(lambda: sum(int(queue.count) for queue in self._lanes.values()))

    async def ahead(self) -> int:
        """Jobs waiting on the readers' lanes."""
        return await _in_thread(lambda: sum(int(self._lanes[name].count) for name in READERS))

    async def workers(self) -> int:
        """Worker processes that take readers' jobs and showed a sign of life lately."""
        return await _in_thread(self._count_workers)

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._redis.close)

    def _count_workers(self) -> int:
        """RQ itself goes on counting one that was killed for two minutes."""
        pipe = self._redis.pipeline(transaction=False)
        for key in Worker.all_keys(queue=self._lanes[READERS[0]]):
            pipe.hget(key, "last_heartbeat")
        since = datetime.now(UTC) - ALIVE
        return sum(beat is not None and utcparse(beat.decode()) > since for beat in pipe.execute())

    def _enqueue(self, job_id: JobId, lane: str) -> None:
        if self._waits(job_id):
            return
        self._forget(job_id)
        self._lanes[lane].enqueue(
            MAKE_CARD,
            job_id,
            job_id=job_id,
            job_timeout=self._timeout_s,
            result_ttl=RESULT_TTL_S,
            failure_ttl=FAILURE_TTL_S,
            retry=Retry(max=CRASH_RETRIES),
        )

    def _cancel(self, job_id: JobId) -> None:
        if self._waits(job_id):
            self._forget(job_id)
            return
        try:
            job = RqJob.fetch(job_id, connection=self._redis, serializer=JSONSerializer)
            for execution in job.get_executions():
                send_stop_execution_command(self._redis, job_id, execution.id)
        except (NoSuchJobError, InvalidJobOperation, ValueError):  # it ended between two questions
            return

    def _places(self) -> set[JobId]:
        with self._redis.pipeline(transaction=False) as pipe:
            for queue in self._lanes.values():
                pipe.lrange(queue.key, 0, -1)
            return {JobId(found.decode()) for waiting in pipe.execute() for found in waiting}

    def _waits(self, job_id: JobId) -> bool:
        with self._redis.pipeline(transaction=False) as pipe:
            for queue in self._lanes.values():
                pipe.lpos(queue.key, job_id)
            return any(place is not None for place in pipe.execute())

    def _forget(self, job_id: JobId) -> None:
        try:
            RqJob.fetch(job_id, connection=self._redis, serializer=JSONSerializer).delete()
        except NoSuchJobError:
            for queue in self._lanes.values():
                queue.remove(job_id)


async def _in_thread(call: Callable[[], T]) -> T:
    """RQ blocks, so it runs in a thread; its Redis errors become ours."""
    try:
        return await asyncio.to_thread(call)
    except (redis.RedisError, OSError) as error:
        raise QueueUnavailable(
            "The work queue (Redis or Valkey) does not answer. Try again in a moment; "
            "`threadproof doctor` tells what is wrong."
        ) from error


def forget_rq(redis_url: str) -> int:
    """Drop all that RQ remembers, for a server whose every client is gone; returns how many keys went.

    The store's job rows are the truth and are queued again after this, so no job of a former life runs twice.
    """
    client = connect(redis_url)
    try:
        keys = list(client.scan_iter(match="rq:*", count=1000))
        return int(client.unlink(*keys)) if keys else 0
    finally:
        client.close()
