"""Asking for a card: the one door the API and the command line share."""

import secrets
from collections.abc import Callable
from datetime import datetime

import msgspec

from server.core.errors import InvalidCapture, QueueUnavailable
from server.core.freshness import SHORTEST, freshness
from server.core.jobs import Capture, CardKey, Job, JobId
from server.core.ports import CardStore, JobQueue, StoredCard
from server.core.urls import canonical_url
from server.http_errors import problem_of

Clock = Callable[[], datetime]
LOCAL_OWNER = "local"  # the operator on this machine, who needs no key


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What asking led to. A card with a job beside it is stale and being refreshed; one of the two is always there."""

    stored: StoredCard | None = None
    job: Job | None = None


async def ask_for_card(
    url: str,
    *,
    store: CardStore,
    queue: JobQueue,
    clock: Clock,
    lang: str | None = None,
    refresh: bool = False,
    capture: Capture | None = None,
    trusted: bool = True,
    owner: str = LOCAL_OWNER,
) -> Answer:
    """The card of a thread when one is known, else the one job that will make it.

    A known card is answered at once unless `refresh` asks for a new one; when it is stale a job refreshes it. An
    untrusted capture makes a card that only its owner finds. InvalidUrl, InvalidCapture, StoreUnavailable, or
    QueueUnavailable, after which the thread is free to be asked for again.
    """
    canonical = canonical_url(url).key
    if capture is not None and canonical_url(capture.url).key != canonical:
        raise InvalidCapture(f"The capture shows {capture.url}, not {url}. Capture the page you ask about.")
    public = CardKey(canonical, lang or "auto")
    own = msgspec.structs.replace(public, scope=owner)
    known = await store.find_card(public)
    if known is None and not trusted:
        known = await store.find_card(own)
    if known is not None and not refresh and not is_due(known, clock()):
        return Answer(stored=known)
    capture_id = await _save_capture(capture, canonical, store, owner, clock()) if capture is not None else None
    wanted = Job(
        id=new_job_id(),
        key=public if trusted or capture is None else own,
        url=url,
        created_at=clock(),
        capture_id=capture_id,
        refresh=known is not None,
    )
    job = await _join_or_enqueue(wanted, store, queue, clock)
    return Answer(stored=None if refresh else known, job=job)


def is_due(stored: StoredCard, now: datetime) -> bool:
    """Whether a card is stale and a refresh may help.

    A thread that was captured long ago, or recorded, is stale from the start: made within the hour, it is as new as
    it gets.
    """
    card = stored.card
    if now - card.generated_at < SHORTEST:
        return False
    return freshness(card.capture.captured_at, card.fresh_until, now) == "stale"


async def _save_capture(capture: Capture, canonical: str, store: CardStore, owner: str, now: datetime) -> str:
    """Saved before its job exists, so that no worker can be faster than the capture."""
    capture_id = secrets.token_urlsafe(12)
    await store.save_capture(capture_id, capture, canonical_url=canonical, owner=owner, received_at=now)
    return capture_id


async def _join_or_enqueue(wanted: Job, store: CardStore, queue: JobQueue, clock: Clock) -> Job:
    """The key's one unfinished job. A row that no worker will ever see must not keep its thread claimed."""
    job, is_new = await store.join_job(wanted)
    if is_new:
        try:
            await queue.enqueue(job.id)
        except QueueUnavailable as error:
            failed = msgspec.structs.replace(job, state="failed", finished_at=clock(), error=problem_of(error))
            await store.save_job(failed)
            raise
    return job


def new_job_id() -> JobId:
    """Random, 96 bits; base64url, which is all that RQ admits in a job's id."""
    return JobId(secrets.token_urlsafe(12))
