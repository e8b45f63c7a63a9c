"""Jobs whose worker is gone, or that lost their place in the queue, go back onto it; the store's rows tell which."""

from collections import defaultdict
from datetime import datetime

from server.core.errors import QueueUnavailable
from server.core.jobs import FailedEvent, Job, JobId
from server.core.losses import SILENT, UNSEEN, WENT_SILENT, blamed_among, put_back
from server.core.ports import CardStore, JobQueue, Progress


async def recover_jobs(
    store: CardStore, queue: JobQueue, progress: Progress, now: datetime, *, everything: bool = False
) -> list[Job]:
    """Queue again the jobs that nobody has, and return them; parked ones are told to their readers instead.

    A working job is nobody's after SILENT without a sign of life, a queued one after UNSEEN without a place in the
    queue. With `everything` no unfinished job is anybody's: right for a queue of our own that has just started. Any
    number of machines may do this at once.
    """
    lost = await _lost_jobs(store, queue, now, everything)
    dropped = [job for job in lost if job.state == "working"]
    alone = frozenset() if everything or not dropped else _held_alone(await store.unfinished_jobs())
    found = [job for job in lost if job.state == "queued"]
    for job in dropped:
        again = put_back(job, blamed=job.id in alone, reason=WENT_SILENT, now=now)
        if await store.swap_job(job, again):
            found.append(again)
    for job in found:
        await (tell_parked(progress, job) if job.finished else queue.enqueue(job))
    return [job for job in found if not job.finished]


async def tell_parked(progress: Progress, job: Job) -> None:
    """The last event of a parked job. Its row says the same, so that a queue that is away takes only the telling."""
    assert job.error is not None
    try:
        await progress.publish(job.id, job.attempt, FailedEvent(job.error))
        await progress.finish(job.id)
    except QueueUnavailable:
        return


async def _lost_jobs(store: CardStore, queue: JobQueue, now: datetime, everything: bool) -> list[Job]:
    if everything:
        return await store.unfinished_jobs()
    quiet = await store.unfinished_jobs(silent_since=now - UNSEEN)
    if not quiet:
        return []
    waiting = await queue.places()
    return [job for job in quiet if (job.id not in waiting if job.state == "queued" else _is_silent(job, now))]


def _is_silent(job: Job, now: datetime) -> bool:
    return job.heartbeat_at is None or now - job.heartbeat_at > SILENT


def _held_alone(unfinished: list[Job]) -> frozenset[JobId]:
    """Jobs that were all their workers had. Those of one worker fall silent seconds apart, so all of them count."""
    held: defaultdict[str, list[Job]] = defaultdict(list)
    for job in unfinished:
        if job.state == "working" and job.holder:
            held[job.holder].append(job)
    return frozenset[JobId]().union(*map(blamed_among, held.values()))
