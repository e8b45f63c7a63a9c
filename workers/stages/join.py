"""When an address turns out to be a thread's other spelling: one series, one job, whichever link people came by."""

import msgspec

from server.core.card import Card
from server.core.freshness import is_due
from server.core.jobs import PUBLIC, Job, SectionEvent
from server.core.ports import StoredCard
from workers.parts import Parts


async def settle(job: Job, canonical_url: str, parts: Parts) -> Job | Card:
    """The job under its thread's own key, which is remembered; the thread's card where one is known or being made."""
    if job.key.canonical_url == canonical_url:
        return job
    await parts.store.save_alias(job.key.canonical_url, canonical_url, parts.clock())
    key = msgspec.structs.replace(job.key, canonical_url=canonical_url)
    known = await parts.store.find_card(key)
    if known is not None and _is_open(known) and not job.refresh and not is_due(known.card, parts.clock()):
        return known.card
    other = await parts.store.move_job(job.id, key)
    if other is not None and (card := await _join(job, other, parts)) is not None:
        return card
    return msgspec.structs.replace(job, key=key)


async def _join(job: Job, other: Job, parts: Parts) -> Card | None:
    """The card of the job that is at work on the same key, its sections told to our reader as well.

    None when there is nothing to wait for: it still waits itself, perhaps for our own worker, or ended without a card.
    """
    if other.state != "working":
        return None
    is_over = False
    async for numbered in parts.progress.follow(other.id):
        if numbered is None:
            if is_over:
                break
            row = await parts.store.load_job(other.id)
            is_over = row is None or row.state != "working"  # what it told until then may still be on its way to us
        elif isinstance(numbered.event, SectionEvent) and numbered.event.card.visibility == "public":
            await parts.progress.publish(job.id, job.attempt, numbered.event)
    return await _card_of(other, job.key.scope, parts)


async def _card_of(other: Job, scope: str, parts: Parts) -> Card | None:
    """What the row says in the end, if it is for the same readers."""
    row = await parts.store.load_job(other.id)
    stored = await parts.store.load_card(row.card_id) if row and row.state == "done" and row.card_id else None
    is_ours = stored is not None and stored.deleted_at is None and stored.key.scope == scope and _is_open(stored)
    return stored.card if stored and is_ours else None


def _is_open(stored: StoredCard) -> bool:
    """A series under the public key may have been hidden since."""
    return stored.key.scope != PUBLIC or stored.visibility == "public"
