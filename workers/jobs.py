"""What RQ calls: take a job's row, make the card, leave the row finished. The row is the truth throughout."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from server.core.card import Card
from server.core.errors import InsightError, QueueUnavailable
from server.core.jobs import CardEvent, Event, FailedEvent, Job, JobId
from server.settings import Settings

if TYPE_CHECKING:
    from workers.bootstrap import Parts, Warm

log = logging.getLogger("threadproof.jobs")

HEARTBEAT_S = 10.0
SILENT = timedelta(seconds=90)  # a job silent for longer has lost its process
PAUSES_S = (1.0, 4.0)  # before the second and the third try of a job whose failure may pass
MOST_ATTEMPTS = 3  # starts of a job whose process dies under it

_warm: "Warm | None" = None


class Superseded(Exception):
    """Somebody else finished the row while we worked: cancelled, most likely."""


def prepare(settings: Settings) -> None:
    """Load in the parent what every job needs, so that forked jobs find it in memory."""
    global _warm
    from workers.bootstrap import warm_up

    _warm = warm_up(settings)


def make_card(job_id: str) -> None:
    """Make the card of a job. A row that is finished, or in another process's hands, is left alone."""
    asyncio.run(_make_card(JobId(job_id), Settings.from_env(os.environ)))


def release_job(job_id: str) -> None:
    """Called when a job's process died under it: free the row for the next try, or fail it after the last."""
    asyncio.run(_release_job(JobId(job_id), Settings.from_env(os.environ)))


async def _make_card(job_id: JobId, settings: Settings) -> None:
    from workers.bootstrap import open_parts

    async with open_parts(settings, _warm) as parts:
        job = await parts.store.load_job(job_id)
        if job is not None and is_free(job, parts.clock()):
            await work(job, parts)


async def _release_job(job_id: JobId, settings: Settings) -> None:
    from workers.bootstrap import open_parts

    async with open_parts(settings, _warm) as parts:
        job = await parts.store.load_job(job_id)
        if job is None or job.finished:
            return
        if job.attempt < MOST_ATTEMPTS:
            await parts.store.save_job(msgspec.structs.replace(job, state="queued", heartbeat_at=None))
        else:
            await _fail(job, parts, InsightError(f"Making this card broke down {job.attempt} times. Try another page."))


def is_free(job: Job, now: datetime) -> bool:
    """Whether a process may take the job: not finished, and nobody else showed signs of life lately."""
    if job.finished:
        return False
    return job.state == "queued" or job.heartbeat_at is None or now - job.heartbeat_at > SILENT


async def work(job: Job, parts: "Parts", *, pauses_s: Sequence[float] = PAUSES_S) -> None:
    """Try until the card is there, the failure is final, or the tries are used up; each ends in the row."""
    for pause_s in (*pauses_s, None):
        job = await _begin(job, parts)
        try:
            card = await _try(job, parts)
        except Superseded:
            log.info("job %s was finished by somebody else", job.id)
            return
        except Exception as error:
            if pause_s is None or not getattr(error, "retryable", False):
                await _fail(job, parts, error)
                return
            log.warning("job %s, attempt %d: %s; again in %.0f s", job.id, job.attempt, error, pause_s)
            await asyncio.sleep(pause_s)
        else:
            await _done(job, parts, card)
            return


async def _begin(job: Job, parts: "Parts") -> Job:
    now = parts.clock()
    return await _update(
        job,
        parts,
        state="working",
        stage=None,
        attempt=job.attempt + 1,
        started_at=job.started_at or now,
        heartbeat_at=now,
    )


async def _try(job: Job, parts: "Parts") -> Card:
    """One attempt under the time limit, showing signs of life; Superseded when the row was finished meanwhile."""
    from workers import pipeline

    limit_s = parts.settings.job_timeout_s
    try:
        async with asyncio.timeout(limit_s) as limit, _signs_of_life(job, parts):
            return await pipeline.make_card(job, parts)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise InsightError(
            f"The card was not finished within {limit_s} s. Try again later, or raise THREADPROOF_JOB_TIMEOUT_S."
        ) from error


@asynccontextmanager
async def _signs_of_life(job: Job, parts: "Parts") -> AsyncIterator[None]:
    """Beats beside the block; a row that was finished by others cancels the block and raises Superseded."""
    working = asyncio.current_task()
    assert working is not None
    superseded = False

    async def beat() -> None:
        nonlocal superseded
        while not superseded:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                await _update(job, parts, heartbeat_at=parts.clock())
            except Superseded:
                superseded = True
                working.cancel()
            except InsightError as error:
                log.warning("job %s: no heartbeat: %s", job.id, error)

    beating = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if not superseded:
            raise
        working.uncancel()
        raise Superseded from None
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _done(job: Job, parts: "Parts", card: Card) -> None:
    with suppress(Superseded):
        job = await _update(job, parts, state="done", finished_at=parts.clock(), card_id=card.id)
        log.info("job %s made card %s", job.id, card.id)
        await _tell(job, parts, CardEvent(card))


async def _fail(job: Job, parts: "Parts", error: Exception) -> None:
    """The person gets a problem with a next step; an unexpected error shows its insides to the log alone."""
    from server.http_errors import problem_of

    problem = problem_of(error)
    log.warning("job %s failed: %s", job.id, problem.detail, exc_info=None if _is_plain(error) else error)
    with suppress(Superseded):
        job = await _update(job, parts, state="failed", finished_at=parts.clock(), error=problem)
        await _tell(job, parts, FailedEvent(problem))


def _is_plain(error: Exception) -> bool:
    return isinstance(error, InsightError) and type(error) is not InsightError


async def _update(job: Job, parts: "Parts", **changes: Any) -> Job:
    """Change the row as it is now, since the pipeline writes to it too; Superseded when others finished it."""
    current = await parts.store.load_job(job.id) or job
    changed = msgspec.structs.replace(current, **changes)
    if not await parts.store.save_job(changed):
        raise Superseded
    return changed


async def _tell(job: Job, parts: "Parts", event: Event) -> None:
    """The last event. The row already says it, so a queue that is away takes nothing but the telling."""
    try:
        await parts.progress.publish(job.id, job.attempt, event)
        await parts.progress.finish(job.id)
    except QueueUnavailable as error:
        log.warning("job %s: its last event is lost: %s", job.id, error)
