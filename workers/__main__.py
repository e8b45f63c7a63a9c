"""`python -m workers` and `threadproof worker`: one RQ worker, which forks a process for each job.

Measured: a forked job starts 12 ms after it is queued when the parent has imported everything, 1 s
after it otherwise.
"""

import logging
import os
import sys
from typing import Any

import redis
from rq import Queue, Worker
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer

from server.adapters.leash import die_with_parent
from server.adapters.logs import set_up_log
from server.adapters.migrations import migrate
from server.adapters.rq_queue import QUEUE, connect
from server.core.errors import InsightError, InvalidSetting, QueueUnavailable
from server.settings import Settings
from workers import jobs
from workers.adapters.extraction_server import ExtractionServer

# With RQ's defaults a job whose worker was killed is missed after 400 s and more; with these after 71 s.
MONITORING_S = 5
MAINTENANCE_S = 30
WORKER_TTL_S = 25


class CardWorker(Worker):
    """RQ's forking worker whose processes end with it and whose crashed jobs free their rows."""

    def main_work_horse(self, job: RqJob, queue: Queue) -> None:
        """In the fork: RQ 3.0 lets a work-horse outlive its killed worker; ours does not."""
        die_with_parent(self.pid)
        super().main_work_horse(job, queue)

    def handle_work_horse_killed(self, job: RqJob, retpid: int, ret_val: int, rusage: object) -> None:
        """In the parent, before RQ queues the job again."""
        try:
            jobs.release_job(job.id)
        except InsightError as error:
            logging.getLogger("threadproof.jobs").warning("job %s keeps its row for now: %s", job.id, error)

    def unsubscribe(self) -> None:
        """The listening thread is told to end before it is woken; RQ 3.0 does it the other way round, and one time in
        four the thread goes back to waiting and is waited for, for a second."""
        thread: Any = self.pubsub_thread
        if thread:
            thread.stop()
        super().unsubscribe()  # type: ignore[no-untyped-call]

    @property
    def was_told_to_stop(self) -> bool:
        """Whether it ends because of a signal, not because Redis went away."""
        return self._shutdown_requested_date is not None


def main() -> int:
    """Work until a signal says stop; the job at hand is finished first."""
    try:
        return run(Settings.from_env(os.environ))
    except InsightError as error:
        print(f"threadproof worker: {error.message}", file=sys.stderr)
        return 4 if isinstance(error, QueueUnavailable) else 2


def run(settings: Settings) -> int:
    """0 when told to stop. InvalidSetting without a REDIS_URL, QueueUnavailable when nothing answers there."""
    set_up_log(settings.log_level, settings.log_format, settings.secrets)
    if not settings.redis_url:
        raise InvalidSetting("A worker needs REDIS_URL. `threadproof serve` starts workers with a queue of their own.")
    migrate(settings.store_url)
    with ExtractionServer.start() as extraction:  # before Redis brings threads, which a fork would not survive
        jobs.prepare(settings, extraction.path)
        return work(settings.redis_url)


def work(redis_url: str) -> int:
    """Take jobs until a signal comes."""
    try:
        worker = open_worker(redis_url)
        worker.work(logging_level="WARNING")
    except redis.RedisError as error:
        raise QueueUnavailable(f"Nothing answers at REDIS_URL ({error}). Start Redis or Valkey there.") from error
    if not worker.was_told_to_stop:
        raise QueueUnavailable("The connection to Redis or Valkey was lost. Start the worker again once it is back.")
    return 0


def open_worker(redis_url: str) -> CardWorker:
    """A worker on our queue; connects."""
    connection = connect(redis_url, timeout_s=WORKER_TTL_S)
    return CardWorker(
        [Queue(QUEUE, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        job_monitoring_interval=MONITORING_S,
        maintenance_interval=MAINTENANCE_S,
        worker_ttl=WORKER_TTL_S,
        log_job_description=False,
    )


if __name__ == "__main__":
    sys.exit(main())
