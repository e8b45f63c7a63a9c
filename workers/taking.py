"""Having a job: taking it so that nobody else does, showing signs of life, giving it back.

The row decides, by compare and set on state, attempt and holder; every later write names the attempt, so that one that
was thought dead changes nothing any more. The claim in Redis keeps a second worker from starting where a row was freed
too early, and ends by itself.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import msgspec

from server.core.errors import InsightError, QueueUnavailable, Superseded
from server.core.jobs import CardKey, Event, FailedEvent, Job, JobId
from server.core.losses import HANDED_BACK, HEARTBEAT_S, is_free, put_back
from server.core.ports import CardStore, Claims
from workers.parts import Parts

log = logging.getLogger("threadproof.jobs")

SOONER_S = 1.0  # after a heartbeat that did not reach the store


class Post(msgspec.Struct, frozen=True):
    """Who works, and how it is made known."""

    holder: str
    claims: Claims
    heartbeat_s: float = HEARTBEAT_S


async def take(job_id: JobId, store: CardStore, now: datetime, post: Post) -> Job | None:
    """The job as its next attempt has it; None where it is finished or in other hands."""
    seen = await store.load_job(job_id)
    if seen is None or not is_free(seen, now):
        return None
    if not await post.claims.take(seen.key, post.holder, instead_of=seen.holder):
        log.info("job %s waits: somebody else has its thread", job_id)
        return None
    taken = _begun(seen, now, post)
    if await store.swap_job(seen, taken):
        return taken
    await let_go(seen.key, post)
    return None


async def begin_again(job: Job, parts: Parts, post: Post) -> Job:
    """The same job's next attempt, in the same hands; Superseded when they no longer have it."""
    seen = await _load(job, parts)
    again = _begun(seen, parts.clock(), post)
    if not await parts.store.swap_job(seen, again):
        raise Superseded("The job is in other hands.")
    return again


async def change(job: Job, parts: Parts, **changes: Any) -> Job:
    """Change the row as it is now; Superseded when others finished, took or removed it."""
    seen = await _load(job, parts)
    changed = msgspec.structs.replace(seen, **changes)
    if not await parts.store.swap_job(seen, changed):
        raise Superseded("The job is in other hands.")
    return changed


async def give_back(job: Job, parts: Parts, post: Post) -> None:
    """Let another worker have it, at no fault of the job's. What was finished or taken meanwhile stays as it is."""
    with suppress(Superseded):
        seen = await _load(job, parts)
        again = put_back(seen, blamed=False, reason=HANDED_BACK, now=parts.clock())
        if await parts.store.swap_job(seen, again):
            await offer(again, parts)
            log.info("job %s was handed back: it goes on at another worker, or at the next start", job.id)
    await let_go(job.key, post)


async def release(job: Job, parts: Parts, *, blamed: bool, reason: str) -> None:
    """Free a row whose worker died; a job that took too many with it is parked, and its reader told."""
    again = put_back(job, blamed=blamed, reason=reason, now=parts.clock())
    if await parts.store.swap_job(job, again):
        log.warning("job %s: %s; it is %s", job.id, reason, again.state)
        await offer(again, parts)


async def offer(job: Job, parts: Parts) -> None:
    """Queue it, or tell its reader that it is parked. Where the queue is away the sweep does so later."""
    with suppress(QueueUnavailable):
        if not job.finished:
            await parts.queue.enqueue(job)
        elif job.error is not None:
            await tell_last(job, parts, FailedEvent(job.error))


async def tell_last(job: Job, parts: Parts, event: Event) -> None:
    """The last event. The row already says it, so a queue that is away takes nothing but the telling."""
    try:
        await parts.progress.publish(job.id, job.attempt, event)
        await parts.progress.finish(job.id)
    except QueueUnavailable as error:
        log.warning("job %s: its last event is lost: %s", job.id, error)


async def let_go(key: CardKey, post: Post) -> None:
    """Of the claim; one that cannot be let go of ends by itself."""
    with suppress(QueueUnavailable):
        await post.claims.release(key, post.holder)


@asynccontextmanager
async def signs_of_life(job: Job, parts: Parts, post: Post) -> AsyncIterator[None]:
    """Beats beside the block; a job that is no longer ours cancels the block and raises Superseded."""
    working = asyncio.current_task()
    assert working is not None
    beating = asyncio.create_task(_beat(job, parts, post))
    beating.add_done_callback(lambda task: None if task.cancelled() else working.cancel())
    try:
        yield
    except asyncio.CancelledError:
        if not beating.done() or beating.cancelled():
            raise
        working.uncancel()
        raise Superseded("The job is in other hands.") from None
    finally:
        beating.cancel()


async def _beat(job: Job, parts: Parts, post: Post) -> None:
    """Returns only when the job is no longer ours."""
    pause_s = post.heartbeat_s
    while True:
        await asyncio.sleep(pause_s)
        pause_s = post.heartbeat_s
        try:
            if not await parts.store.beat_job(job.id, job.attempt, parts.clock()):
                return
            if not await post.claims.renew(job.key, post.holder):
                return
        except InsightError as error:
            pause_s = min(SOONER_S, post.heartbeat_s)
            log.warning("job %s: no heartbeat: %s", job.id, error)


def _begun(job: Job, now: datetime, post: Post) -> Job:
    return msgspec.structs.replace(
        job,
        state="working",
        stage=None,
        attempt=job.attempt + 1,
        started_at=job.started_at or now,
        heartbeat_at=now,
        holder=post.holder,
    )


async def _load(job: Job, parts: Parts) -> Job:
    """The row as it is now, if it is still this attempt's."""
    seen = await parts.store.load_job(job.id)
    if seen is None or (seen.state, seen.attempt, seen.holder) != (job.state, job.attempt, job.holder):
        raise Superseded("The job is in other hands.")
    return seen
