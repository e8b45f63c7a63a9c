"""From a job that was taken to its end: attempts, and what the row and the stream say afterwards.

The row is the truth throughout; the stream only tells.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

import msgspec

from server.core.card import Card
from server.core.errors import InsightError, QueueUnavailable, Superseded
from server.core.jobs import CardEvent, Event, FailedEvent, Job, JobId, NumberedEvent, StageEvent
from server.core.ports import Progress
from workers.parts import Parts
from workers.taking import Post, begin_again, change, give_back, let_go, signs_of_life, tell_last

log = logging.getLogger("threadproof.jobs")

PAUSES_S = (1.0, 4.0)  # before the second and the third try of a job whose failure may pass
LONGEST_REASON = 300

MakeCard = Callable[[Job, Parts], Awaitable[Card | None]]


async def work(
    job: Job, parts: Parts, post: Post, make_card: MakeCard, *, pauses_s: Sequence[float] = PAUSES_S
) -> None:
    """Try until the card is there, the failure is final, or the tries are used up; each of them ends in the row.

    Cancelled, as when the worker is told to stop, it hands the job back.
    """
    attempts = _Attempts(job, parts, post)
    try:
        await attempts.run(make_card, pauses_s)
    except Superseded:
        log.info("job %s was finished or taken by somebody else", job.id)
    except asyncio.CancelledError:
        await give_back(attempts.job, parts, post)
        raise
    finally:
        await let_go(job.key, post)


class _Attempts:
    """A job in our hands; `job` is its latest attempt."""

    def __init__(self, job: Job, parts: Parts, post: Post) -> None:
        self.job, self._parts, self._post = job, parts, post

    async def run(self, make_card: MakeCard, pauses_s: Sequence[float]) -> None:
        """Superseded when the job is no longer ours."""
        for pause_s in (*pauses_s, None):
            try:
                card = await self._saved_before() or await self._attempt(make_card)
            except Superseded:
                raise
            except Exception as error:
                if pause_s is None or not getattr(error, "retryable", False):
                    await _fail(self.job, self._parts, error)
                    return
                log.warning("job %s, attempt %d: %s; again in %.0f s", self.job.id, self.job.attempt, error, pause_s)
                self.job = await change(self.job, self._parts, reason=_reason(error))
                await asyncio.sleep(pause_s)
                self.job = await begin_again(self.job, self._parts, self._post)
            else:
                await _done(self.job, self._parts, card)
                return

    async def _saved_before(self) -> Card | None:
        """The card that an attempt saved that did not come to say so."""
        stored = await self._parts.store.load_card(self.job.card_id) if self.job.card_id else None
        return stored.card if stored and stored.deleted_at is None else None

    async def _attempt(self, make_card: MakeCard) -> Card | None:
        """Under the time limit, showing signs of life."""
        limit_s = self._parts.settings.job_timeout_s
        watched = msgspec.structs.replace(self._parts, progress=StageKeeper(self._parts))
        try:
            async with asyncio.timeout(limit_s) as limit, signs_of_life(self.job, self._parts, self._post):
                return await make_card(self.job, watched)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise InsightError(
                f"The card was not finished within {limit_s} s. Try again later, or raise THREADPROOF_JOB_TIMEOUT_S."
            ) from error


class StageKeeper:
    """Progress that also keeps the row's stage, for those who ask instead of following."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._told: Progress = parts.progress

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """Superseded when the job is no longer this attempt's: there is nothing to go on for. What cannot be told
        because the queue is away is left untold; its id is then empty."""
        if isinstance(event, StageEvent) and event.state == "started":
            now = self._parts.clock()
            if not await self._parts.store.beat_job(job_id, attempt, now, stage=event.stage):
                raise Superseded("The job is in other hands.")
        try:
            return await self._told.publish(job_id, attempt, event)
        except QueueUnavailable as error:
            log.warning("job %s: an event is lost: %s", job_id, error)
            return ""

    async def finish(self, job_id: JobId) -> None:
        """As told."""
        await self._told.finish(job_id)

    def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        """As told."""
        return self._told.follow(job_id, after)

    async def told(self, job_id: JobId, after: str = "0-0") -> list[NumberedEvent]:
        """As told."""
        return await self._told.told(job_id, after)

    async def has(self, job_id: JobId, event_id: str) -> bool:
        """As told."""
        return await self._told.has(job_id, event_id)

    async def close(self) -> None:
        """Left to whoever opened it."""


async def _done(job: Job, parts: Parts, card: Card | None) -> None:
    """Without a card nobody waits for one, and nothing is told."""
    job = await change(job, parts, state="done", finished_at=parts.clock(), card_id=card.id if card else None)
    if card is None:
        log.info("job %s ended without a card", job.id)
        return
    log.info("job %s made card %s", job.id, card.id)
    await tell_last(job, parts, CardEvent(card))


async def _fail(job: Job, parts: Parts, error: Exception) -> None:
    """The person gets a problem with a next step; an unexpected error shows its insides to the log alone."""
    from server.http_errors import problem_of

    problem = problem_of(error)
    expected = isinstance(error, InsightError) and type(error) is not InsightError
    log.warning("job %s failed: %s", job.id, problem.detail, exc_info=None if expected else error)
    with suppress(Superseded):
        job = await change(job, parts, state="failed", finished_at=parts.clock(), error=problem, reason=_reason(error))
        await tell_last(job, parts, FailedEvent(problem))


def _reason(error: Exception) -> str:
    """For the operator; of an unexpected error its kind alone, since its words may hold keys."""
    return error.message[:LONGEST_REASON] if isinstance(error, InsightError) else type(error).__name__
