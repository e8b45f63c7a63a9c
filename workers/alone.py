"""For jobs that took a worker with them: RQ's forking worker, which gives each a process of its own."""

import logging
import os
from typing import Any

import redis
from rq import Queue, Worker
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer

from server.adapters.leash import die_with_parent
from server.adapters.rq_queue import ALONE, connect
from server.core.errors import InsightError
from workers import jobs

log = logging.getLogger("threadproof.jobs")

# With RQ's defaults a job whose worker was killed is missed after 400 s and more; with these after 71 s.
MONITORING_S = 5
MAINTENANCE_S = 30
WORKER_TTL_S = 25
LONGEST_WAIT_S = 5.0  # for a queue that is away


class AloneWorker(Worker):
    """RQ's forking worker whose processes end with it and whose crashed jobs free their rows."""

    max_connection_wait_time = LONGEST_WAIT_S

    def main_work_horse(self, job: RqJob, queue: Queue) -> None:
        """In the fork: RQ 3.0 lets a work-horse outlive its killed worker; ours does not."""
        die_with_parent(self.pid)
        super().main_work_horse(job, queue)

    def handle_work_horse_killed(self, job: RqJob, retpid: int, ret_val: int, rusage: object) -> None:
        """In the parent, before RQ queues the job again."""
        try:
            jobs.release_job(job.id)
        except InsightError as error:
            log.warning("job %s keeps its row for now: %s", job.id, error)

    def unsubscribe(self) -> None:
        """See LoopWorker.unsubscribe."""
        thread: Any = self.pubsub_thread
        if thread:
            thread.stop()
        super().unsubscribe()  # type: ignore[no-untyped-call]

    @property
    def was_told_to_stop(self) -> bool:
        """Whether it ends because of a signal, not because Redis went away."""
        return self._shutdown_requested_date is not None


def work(redis_url: str) -> int:
    """Take jobs until a signal comes: 0. 1 when the queue was lost, and the parent starts another."""
    try:
        worker = open_worker(redis_url)
        worker.work(logging_level="CRITICAL")
    except (redis.RedisError, OSError) as error:
        log.warning("the queue is away: %s", error)
        return 1
    return 0 if worker.was_told_to_stop else 1


def open_worker(redis_url: str) -> AloneWorker:
    """A worker on the queue of such jobs; connects."""
    connection = connect(redis_url, timeout_s=WORKER_TTL_S)
    return AloneWorker(
        [Queue(ALONE, connection=connection, serializer=JSONSerializer)],
        name=f"alone-{os.uname().nodename}-{os.getpid()}",
        connection=connection,
        serializer=JSONSerializer,
        job_monitoring_interval=MONITORING_S,
        maintenance_interval=MAINTENANCE_S,
        worker_ttl=WORKER_TTL_S,
        log_job_description=False,
    )
