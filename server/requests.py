"""Asking for a card: the one door the API and the command line share."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from server.core.access import LOCAL_OWNER
from server.core.blocking import OPEN, Blocklist
from server.core.captures import check_capture
from server.core.errors import QueueError, QueueUnavailable, QuotaSpent
from server.core.freshness import is_due
from server.core.jobs import Capture, CardKey, Job, JobId
from server.core.money import THE_DAY_ALONE, Payer
from server.core.ports import CardStore, JobQueue, StoredCard
from server.core.secrets import without_secrets
from server.core.urls import canonical_url
from server.http_errors import problem_of

Clock = Callable[[], datetime]


class Gate(Protocol):
    """Whether whoever asks may have a job of their own now."""

    async def admit(self) -> None:
        """QuotaSpent or Overloaded where they may not; what they have is counted."""

    async def give_back(self) -> None:
        """No job came of it."""


class OpenGate:
    """Everybody may: the operator's own use."""

    async def admit(self) -> None:
        """As promised."""

    async def give_back(self) -> None:
        """As promised."""


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
    owner: str | None = LOCAL_OWNER,
    payer: Payer = THE_DAY_ALONE,
    blocked: Blocklist = OPEN,
    gate: Gate | None = None,
) -> Answer:
    """The card of a thread when one is known, else the one job that will make it.

    A known card is answered at once unless `refresh` asks for a new one; when it is stale a job refreshes it. An
    untrusted capture makes a card that only its owner finds; a stranger, who owns nothing, has no captures to send.
    Whoever asks first pays for a job that others join. Secrets in the address are dropped before anything is kept.
    Where no refresh can be had now, because the queue is away or the gate refuses, a stale card is answered alone.
    InvalidUrl, InvalidCapture, PayloadTooLarge, Blocked, what the gate refuses with, StoreUnavailable, or
    QueueUnavailable, after which the thread is free to be asked for again.
    """
    url = without_secrets(url)
    if capture is not None:
        capture = msgspec.structs.replace(capture, url=without_secrets(capture.url))
    address = canonical_url(url)
    blocked.check_address(address)
    asked = address.key
    canonical = await store.find_alias(asked) or asked
    public = CardKey(canonical, lang or "auto")
    own = msgspec.structs.replace(public, scope=owner) if owner else public
    if capture is not None:
        check_capture(capture, url, (asked, canonical))
    known = await _find_readable(store, public, owner) or await _find_readable(store, own, owner)
    if known is not None and not refresh and not is_due(known.card, clock()):
        return Answer(stored=known)
    capture_id = await _save_capture(capture, canonical, store, owner, clock()) if capture and owner else None
    wanted = Job(
        id=new_job_id(),
        key=public if trusted or capture_id is None else own,
        url=url,
        created_at=clock(),
        capture_id=capture_id,
        refresh=known is not None,
        priority="reader" if known is None or refresh else "refresh",
        payer=payer,
    )
    try:
        job = await _join_or_enqueue(wanted, store, queue, clock, gate or OpenGate(), owner, anew=refresh)
    except (QueueError, QuotaSpent):
        if known is None or refresh:
            raise
        return Answer(stored=known)
    if job.state == "done":
        return Answer(stored=await _find_readable(store, job.key, owner), job=job)
    return Answer(stored=None if refresh else known, job=job)


async def _find_readable(store: CardStore, key: CardKey, owner: str | None) -> StoredCard | None:
    """A series under the public key may have been hidden since: it is the operator's alone then."""
    found = await store.find_card(key)
    is_open = found is not None and (found.visibility == "public" or owner in (LOCAL_OWNER, key.scope))
    return found if is_open else None


async def _save_capture(capture: Capture, canonical: str, store: CardStore, owner: str, now: datetime) -> str:
    """Saved before its job exists, so that no worker can be faster than the capture."""
    capture_id = secrets.token_urlsafe(12)
    await store.save_capture(capture_id, capture, canonical_url=canonical, owner=owner, received_at=now)
    return capture_id


async def _join_or_enqueue(
    wanted: Job, store: CardStore, queue: JobQueue, clock: Clock, gate: Gate, owner: str | None, *, anew: bool
) -> Job:
    """The key's one unfinished job. A row that no worker will ever see must not keep its thread claimed.

    Unless a card was asked for `anew`, a job that ended between looking for its card and joining it leaves nothing to
    do: the job is then done as it begins. Of 500 who asked for an expired card one had this happen.
    """
    if standing := await store.find_job(wanted.key, wanted.created_at):  # joining costs nothing, whatever is spent
        return standing
    await gate.admit()
    is_begun = False
    try:
        job, is_new = await store.join_job(wanted)
        if not is_new:
            return job
        made = None if anew else await _find_readable(store, job.key, owner)
        if made is not None and not is_due(made.card, clock()):
            job = msgspec.structs.replace(job, state="done", finished_at=clock(), card_id=made.card.id)
            await store.save_job(job)
            return job
        await _enqueue(job, store, queue, clock)
        is_begun = True
        return job
    finally:
        if not is_begun:
            await gate.give_back()


async def _enqueue(job: Job, store: CardStore, queue: JobQueue, clock: Clock) -> None:
    try:
        await queue.enqueue(job)
    except QueueUnavailable as error:
        failed = msgspec.structs.replace(job, state="failed", finished_at=clock(), error=problem_of(error))
        await store.save_job(failed)
        raise


def new_job_id() -> JobId:
    """Random, 96 bits; base64url, which is all that RQ admits in a job's id."""
    return JobId(secrets.token_urlsafe(12))
