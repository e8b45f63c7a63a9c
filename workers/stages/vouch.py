"""Who vouches for what was read, and whose card it becomes.

A capture is evidence about one reader's page. A trusted reader's makes the public card. Anybody else's makes a card
that its owner alone finds, until the server, or another person's capture, has read the same; the public card is then
made from what both readings contain. A private thread is its owner's, whoever that is.
"""

import secrets
from contextlib import suppress
from itertools import combinations

import msgspec

from server.core.access import LOCAL_OWNER
from server.core.agreement import common_thread
from server.core.blocking import Blocklist
from server.core.card import Card, Visibility
from server.core.errors import InvalidCapture, QueueUnavailable, SourceRefused, ThreadError, ThreadPrivate
from server.core.freshness import is_due
from server.core.jobs import CORROBORATION, PUBLIC, Capture, CardKey, Job, JobId
from server.core.orders import without_orders
from server.core.ports import Fetcher
from server.core.thread import Thread, Trust
from server.core.urls import CanonicalUrl, canonical_url
from workers.parts import Parts
from workers.stages.join import settle
from workers.stages.read import look_up, read_capture, read_thread


class Reading(msgspec.Struct, frozen=True):
    """A thread, and the job with the key that its card is saved under."""

    job: Job
    thread: Thread
    orders: tuple[str, ...] = ()  # to machines, taken out of the thread

    @property
    def visibility(self) -> Visibility:
        """Who may read its card."""
        if self.thread.private:
            return "private"
        return "public" if self.job.key.scope == PUBLIC else "unlisted"


async def read_and_vouch(job: Job, parts: Parts) -> Reading | Card | None:
    """What the card is to be made of; a card where one is there by now; None where a corroboration found nothing.

    ThreadError when the thread cannot be had, Blocked where the operator takes none of its site or community.
    """
    if job.key.scope == CORROBORATION:
        return await _corroborate(job, parts)
    canonical = _known_address(job)
    if canonical.needs_lookup:
        canonical = await look_up(canonical, fetcher=_web(job, parts), extractor=parts.extractor, now=parts.clock())
        settled = await settle(job, canonical.key, parts)
        if isinstance(settled, Card):
            return settled
        job = settled
    capture = await _capture_of(job, canonical, parts)
    thread = await _read(job, canonical, parts, capture)
    Blocklist(parts.settings.blocked_sites, parts.settings.blocked_communities).check_thread(thread)
    settled = await settle(job, canonical_url(thread.url).key, parts)
    if isinstance(settled, Card):
        return settled
    if capture is None or thread.capture.via != "browser":
        return await _kept_private(Reading(settled, thread), parts)
    verified: Trust = "trusted" if job.key.scope == PUBLIC else "browser"
    receipt = msgspec.structs.replace(thread.capture, verified=verified)
    return await _kept_private(Reading(settled, msgspec.structs.replace(thread, capture=receipt)), parts)


def heed_no_orders(reading: Reading) -> Reading:
    """The reading without what gives orders to machines. Copies of it are compared whole, so this comes last."""
    heeded = without_orders(reading.thread)
    return msgspec.structs.replace(reading, thread=heeded.thread, orders=heeded.orders)


async def seek_corroboration(job: Job, parts: Parts) -> None:
    """One job for the thread, however many captures of it came. Its row is enough: a lost one is queued again."""
    key = CardKey(job.key.canonical_url, job.key.lang, CORROBORATION)
    new_id = JobId(secrets.token_urlsafe(12))
    now, url = parts.clock(), key.canonical_url
    wanted = Job(id=new_id, key=key, url=url, created_at=now, payer=job.payer, priority="refresh")
    row, is_new = await parts.store.join_job(wanted)
    if is_new:
        with suppress(QueueUnavailable):
            await parts.queue.enqueue(row)


# ---- one reading ------------------------------------------------------------------------------------


def _known_address(job: Job) -> CanonicalUrl:
    """As it was asked for; the thread's own address where that is known to be another."""
    asked = canonical_url(job.url)
    return asked if asked.key == job.key.canonical_url else canonical_url(job.key.canonical_url)


async def _capture_of(job: Job, canonical: CanonicalUrl, parts: Parts) -> Capture | None:
    """The job's capture, unless it shows the page of a link that leads to the thread: then the thread is read."""
    capture = await parts.store.load_capture(job.capture_id) if job.capture_id else None
    if capture is None:
        return None
    shown = canonical_url(capture.url).key
    return None if shown != canonical.key and shown == canonical_url(job.url).key else capture


async def _read(job: Job, canonical: CanonicalUrl, parts: Parts, capture: Capture | None) -> Thread:
    """A private thread is read only where its reader sent it."""
    return await read_thread(
        canonical,
        fetcher=_web(job, parts),
        extractor=parts.extractor,
        capture=capture,
        now=parts.clock(),
        reddit=parts.web_for(job.key.canonical_url).reddit,
        private_too=capture is not None,
    )


async def _kept_private(reading: Reading, parts: Parts) -> Reading:
    """A private thread's job moves to its capture's owner, before anybody who shares it hears a word of the thread."""
    job = reading.job
    if not reading.thread.private or job.key.scope != PUBLIC:
        return reading
    owner = await parts.store.capture_owner(job.capture_id) if job.capture_id else None
    key = msgspec.structs.replace(job.key, scope=owner or LOCAL_OWNER)
    await parts.store.move_job(job.id, key)
    return Reading(msgspec.structs.replace(job, key=key), reading.thread)


def _web(job: Job, parts: Parts) -> Fetcher:
    return parts.web_for(job.key.canonical_url).fetcher


# ---- two readings -----------------------------------------------------------------------------------


async def _corroborate(job: Job, parts: Parts) -> Reading | None:
    """The server's own reading, or what two people's captures both contain; None ends the job without a word.

    What the server finds private, or may not fetch, stays with those who captured it.
    """
    key = msgspec.structs.replace(job.key, scope=PUBLIC)
    known = await parts.store.find_card(key)
    if known is not None and not is_due(known.card, parts.clock()):
        return None
    try:
        thread: Thread | None = await _read(job, canonical_url(key.canonical_url), parts, None)
    except (ThreadPrivate, SourceRefused):
        return None
    except ThreadError:
        thread = await _common_reading(job, parts)
    return Reading(msgspec.structs.replace(job, key=key), thread) if thread is not None else None


async def _common_reading(job: Job, parts: Parts) -> Thread | None:
    """Of all pairs of people the one that agrees on most. What one of them finds private is not made public."""
    threads = await _captured_threads(job, parts)
    if any(thread.private for thread in threads):
        return None
    agreed = [common for one, two in combinations(threads, 2) if (common := common_thread(one, two)) is not None]
    return max(agreed, key=lambda thread: (len(thread.comments), len(thread.text)), default=None)


async def _captured_threads(job: Job, parts: Parts) -> list[Thread]:
    """Each person's latest, as far as it can be read."""
    found: list[Thread] = []
    canonical = canonical_url(job.key.canonical_url)
    for stored in await parts.store.captures_of(canonical.key):
        now, web = stored.received_at, _web(job, parts)
        with suppress(InvalidCapture, ThreadError):
            thread = await read_capture(stored.capture, canonical, fetcher=web, extractor=parts.extractor, now=now)
            found.append(thread)
    return found
