"""From a job's row to its end: attempts, signs of life, and what the row and the stream say afterwards.

The row is the truth throughout; the stream only tells.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from server.core.card import Card
from server.core.errors import InsightError, QueueUnavailable
from server.core.jobs import CardEvent, Event, FailedEvent, Job, JobId, NumberedEvent, StageEvent
from server.core.ports import Progress
from workers.parts import Parts

log = logging.getLogger("threadproof.jobs")

HEARTBEAT_S = 10.0
SILENT = timedelta(seconds=90)  # a job silent for longer has lost its process
PAUSES_S = (1.0, 4.0)  # before the second and the third try of a job whose failure may pass
MOST_ATTEMPTS = 3  # starts of a job whose process dies under it

MakeCard = Callable[[Job, Parts], Awaitable[Card | None]]


class Superseded(Exception):
    """Somebody else finished the row while we worked: cancelled, most likely."""


def is_free(job: Job, now: datetime) -> bool:
    """Whether a process may take the job: not finished, and nobody else showed signs of life lately."""
    if job.finished:
        return False
    return job.state == "queued" or job.heartbeat_at is None or now - job.heartbeat_at > SILENT


async def work(
    job: Job,
    parts: Parts,
    make_card: MakeCard,
    *,
    pauses_s: Sequence[float] = PAUSES_S,
    heartbeat_s: float = HEARTBEAT_S,
) -> None:
    """Try until the card is there, the failure is final, or the tries are used up; each of them ends in the row."""
    for pause_s in (*pauses_s, None):
        try:
            job = await _begin(job, parts)
            card = await _attempt(job, parts, make_card, heartbeat_s)
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


async def release(job: Job, parts: Parts) -> None:
    """Free a row whose process died, or fail it when that happened too often."""
    if job.attempt >= MOST_ATTEMPTS:
        await _fail(job, parts, InsightError(f"Making this card broke down {job.attempt} times. Try another page."))
        return
    with suppress(Superseded):
        await _update(job.id, parts, state="queued", heartbeat_at=None)


async def _begin(job: Job, parts: Parts) -> Job:
    now = parts.clock()
    return await _update(
        job.id,
        parts,
        state="working",
        stage=None,
        attempt=job.attempt + 1,
        started_at=job.started_at or now,
        heartbeat_at=now,
    )


async def _attempt(job: Job, parts: Parts, make_card: MakeCard, heartbeat_s: float) -> Card | None:
    """One attempt under the time limit, showing signs of life; Superseded when the row was finished meanwhile."""
    limit_s = parts.settings.job_timeout_s
    watched = msgspec.structs.replace(parts, progress=StageKeeper(parts))
    try:
        async with asyncio.timeout(limit_s) as limit, _signs_of_life(job.id, parts, heartbeat_s):
            return await make_card(job, watched)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise InsightError(
            f"The card was not finished within {limit_s} s. Try again later, or raise THREADPROOF_JOB_TIMEOUT_S."
        ) from error


@asynccontextmanager
async def _signs_of_life(job_id: JobId, parts: Parts, heartbeat_s: float) -> AsyncIterator[None]:
    """Beats beside the block; a row that was finished by others cancels the block and raises Superseded."""
    working = asyncio.current_task()
    assert working is not None
    beating = asyncio.create_task(_beat(job_id, parts, heartbeat_s))
    beating.add_done_callback(lambda task: None if task.cancelled() else working.cancel())
    try:
        yield
    except asyncio.CancelledError:
        if not beating.done() or beating.cancelled():
            raise
        working.uncancel()
        raise Superseded from None
    finally:
        beating.cancel()


async def _beat(job_id: JobId, parts: Parts, heartbeat_s: float) -> None:
    """Returns only when the row was finished by others."""
    while True:
        await asyncio.sleep(heartbeat_s)
        try:
            await _update(job_id, parts, heartbeat_at=parts.clock())
        except Superseded:
            return
        except Exception as error:
            log.warning("job %s: no heartbeat: %s", job_id, error)


class StageKeeper:
    """Progress that also keeps the row's stage, for those who ask instead of following."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._told: Progress = parts.progress

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """Superseded when the row was finished by others: there is nothing to go on for."""
        if isinstance(event, StageEvent) and event.state == "started":
            await _update(job_id, self._parts, stage=event.stage, heartbeat_at=self._parts.clock())
        return await self._told.publish(job_id, attempt, event)

    async def finish(self, job_id: JobId) -> None:
        """As told."""
        await self._told.finish(job_id)

    def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        """As told."""
        return self._told.follow(job_id, after)

    async def has(self, job_id: JobId, event_id: str) -> bool:
        """As told."""
        return await self._told.has(job_id, event_id)

    async def close(self) -> None:
        """Left to whoever opened it."""


async def _done(job: Job, parts: Parts, card: Card | None) -> None:
    """Without a card nobody waits for one, and nothing is told."""
    with suppress(Superseded):
        job = await _update(job.id, parts, state="done", finished_at=parts.clock(), card_id=card.id if card else None)
        if card is None:
            log.info("job %s ended without a card", job.id)
            return
        log.info("job %s made card %s", job.id, card.id)
        await _tell(job, parts, CardEvent(card))


async def _fail(job: Job, parts: Parts, error: Exception) -> None:
    """The person gets a problem with a next step; an unexpected error shows its insides to the log alone."""
    from server.http_errors import problem_of

    problem = problem_of(error)
    expected = isinstance(error, InsightError) and type(error) is not InsightError
    log.warning("job %s failed: %s", job.id, problem.detail, exc_info=None if expected else error)
    with suppress(Superseded):
        job = await _update(job.id, parts, state="failed", finished_at=parts.clock(), error=problem)
        await _tell(job, parts, FailedEvent(problem))


async def _update(job_id: JobId, parts: Parts, **changes: Any) -> Job:
    """Change the row as it is now; Superseded when others finished or removed it."""
    current = await parts.store.load_job(job_id)
    if current is None:
        raise Superseded
    changed = msgspec.structs.replace(current, **changes)
    if not await parts.store.save_job(changed):
        raise Superseded
    return changed


async def _tell(job: Job, parts: Parts, event: Event) -> None:
    """The last event. The row already says it, so a queue that is away takes nothing but the telling."""
    try:
        await parts.progress.publish(job.id, job.attempt, event)
        await parts.progress.finish(job.id)
    except QueueUnavailable as error:
        log.warning("job %s: its last event is lost: %s", job.id, error)
