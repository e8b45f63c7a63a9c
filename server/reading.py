"""Loading what a visitor may see, and showing it with the addresses and the freshness of now."""

import re

import msgspec

from server.core.access import Caller
from server.core.card import Card, CardId, Related
from server.core.errors import Gone, NotFound
from server.core.freshness import freshness
from server.core.jobs import CardEvent, Event, FailedEvent, Job, JobId, JobView, NumberedEvent, Problem, SectionEvent
from server.core.ports import StoredCard
from server.core.presentation import permalink, present_card, view_job
from server.parts import Parts

PRIVATE = Problem(
    type="thread-private",
    title="The thread cannot be read",
    status=422,
    detail="This thread is private or quarantined. Open it in your own browser and use the extension there.",
    retryable=False,
)
CARD_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def load_stored(parts: Parts, caller: Caller, card_id: str, version: int | None = None) -> StoredCard:
    """A version that this caller may read; NotFound, or Gone when it was deleted.

    A private card is no different from none: its address must not tell that it exists.
    """
    if not CARD_ID.fullmatch(card_id):
        raise NotFound("That is no card's address. Check the link, or start at the front page.")
    stored = await parts.store.load_card(CardId(card_id), version)
    if stored is None or not caller.may_read(stored.visibility, stored.key.scope):
        raise NotFound("There is no card at this address. Check the link, or make the card from its thread's address.")
    if stored.deleted_at is not None:
        raise Gone("This card was deleted, with the texts it quoted. The thread itself may still be where it was.")
    return stored


async def load_job(parts: Parts, job_id: str) -> Job:
    """A job by its id, or NotFound."""
    job = await parts.store.load_job(JobId(job_id)) if CARD_ID.fullmatch(job_id) else None
    if job is None:
        raise NotFound("There is no such job, or it was forgotten. Ask for the card again with the thread's address.")
    return job


def show_card(parts: Parts, stored: StoredCard) -> Card:
    """A stored version as it is now."""
    return present_card(stored, address=parts.address, now=parts.clock())


async def show_with_related(parts: Parts, stored: StoredCard) -> Card:
    """The same, with the public cards that are on its subject."""
    found = await parts.store.related_cards(stored.card.id)
    related = tuple(
        Related(id=other.id, headline=other.headline, permalink=permalink(parts.address, other.id, other.headline))
        for other in found
    )
    return present_card(stored, address=parts.address, now=parts.clock(), related=related)


def show_partial(parts: Parts, card: Card) -> Card:
    """A card out of a job's stream, with its public address and present freshness."""
    return msgspec.structs.replace(
        card,
        permalink=permalink(parts.address, card.id, card.headline.text),
        freshness=freshness(card.capture.captured_at, card.fresh_until, parts.clock()),
    )


def show_event(parts: Parts, event: Event) -> Event:
    """An event whose card, if it carries one, is shown as it is now."""
    if isinstance(event, SectionEvent | CardEvent):
        return msgspec.structs.replace(event, card=show_partial(parts, event.card))
    return event


async def show_job(parts: Parts, caller: Caller, job: Job) -> JobView:
    """A job as the API shows it; its card's permalink carries the headline, and a foreign private card is none."""
    stored = await _load_made(parts, caller, job)
    shown = job if stored else msgspec.structs.replace(job, card_id=None)
    return view_job(shown, address=parts.address, headline=stored.card.headline.text if stored else "")


async def load_job_card(parts: Parts, caller: Caller, job: Job) -> Card | None:
    """The card a job made, if it is still to be had."""
    stored = await _load_made(parts, caller, job)
    return show_card(parts, stored) if stored and stored.deleted_at is None else None


async def _load_made(parts: Parts, caller: Caller, job: Job) -> StoredCard | None:
    stored = await parts.store.load_card(job.card_id) if job.card_id else None
    return stored if stored and caller.may_read(stored.visibility, stored.key.scope) else None


async def censor(parts: Parts, caller: Caller, job_id: JobId, event: Event) -> Event:
    """The event, or the end of the stream where it would tell a private thread to somebody else.

    Whoever asked for a thread's address shares the job of a trusted reader, whose capture may then show that the
    thread is private; its row has moved to its owner by that time.
    """
    if not isinstance(event, SectionEvent | CardEvent) or event.card.visibility != "private":
        return event
    job = await parts.store.load_job(job_id)
    return event if job and caller.may_read("private", job.key.scope) else FailedEvent(PRIVATE)


async def events_so_far(
    parts: Parts, job_id: JobId, *, after: str = "0-0", upto: str | None = None
) -> list[NumberedEvent]:
    """What a job's stream holds after one id, without waiting for more; with `upto`, no longer than until that id."""
    events: list[NumberedEvent] = []
    for numbered in await parts.progress.told(job_id, after):
        events.append(numbered)
        if is_last(numbered.event) or numbered.id == upto:
            break
    return events


def is_last(event: Event) -> bool:
    """Whether a stream ends here."""
    return isinstance(event, CardEvent | FailedEvent)
