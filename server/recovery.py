"""Jobs whose process is gone go back onto the queue; the store's rows tell which."""

from datetime import datetime, timedelta

import msgspec

from server.core.jobs import Job
from server.core.ports import CardStore, JobQueue

SILENT_AFTER = timedelta(seconds=90)  # nine heartbeats missed


async def recover_jobs(store: CardStore, queue: JobQueue, *, silent_since: datetime | None = None) -> list[Job]:
    """Queue again the unfinished jobs that showed no sign of life after `silent_since`; all of them without it.

    Without it nobody else may be working: right for a queue of our own that has just started. A job that still waits
    in the queue keeps its place.
    """
    lost = await store.unfinished_jobs(silent_since=silent_since)
    for job in lost:
        if job.state != "queued":
            await store.save_job(msgspec.structs.replace(job, state="queued", heartbeat_at=None))
        await queue.enqueue(job.id)
    return lost
