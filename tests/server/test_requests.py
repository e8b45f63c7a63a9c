"""Asking for a card: one door for the API and the command line."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from server.core.errors import InvalidCapture, InvalidUrl, QueueUnavailable
from server.core.jobs import CardKey, Job, JobId
from server.core.ports import StoredCard
from server.core.urls import canonical_url
from server.requests import Answer, ask_for_card
from tests.fakes import (
    NOON,
    THREAD_URL,
    MemoryCardStore,
    MemoryJobQueue,
    make_capture,
    make_new_card,
)

pytestmark = pytest.mark.anyio
KEY = canonical_url(THREAD_URL).key


class Desk:
    """A store and a queue, and asking them."""

    def __init__(self, now: datetime = NOON) -> None:
        self.store, self.queue, self.now = MemoryCardStore(), MemoryJobQueue(), now

    async def ask(self, url: str = THREAD_URL, **wishes: Any) -> Answer:
        """At the desk's time."""
        return await ask_for_card(url, store=self.store, queue=self.queue, clock=lambda: self.now, **wishes)

    async def keep_card(self, scope: str = "public", **changes: Any) -> None:
        """A card of the thread is known from here on."""
        await self.store.save_card(make_new_card(CardKey(KEY, scope=scope), **changes))


async def test_an_unknown_thread_makes_one_job_that_waits_in_the_queue() -> None:
    """However many ask, in whatever spelling."""
    desk = Desk()
    first = await desk.ask()
    second = await desk.ask(THREAD_URL.replace("www.", "old.") + "?utm_source=share")
    assert first.stored is None
    assert first.job is not None
    assert second.job == first.job
    assert desk.queue.waiting == [first.job.id]
    assert (first.job.key.canonical_url, first.job.key.lang, first.job.key.scope) == (KEY, "auto", "public")


async def test_a_known_card_is_answered_at_once() -> None:
    """And nothing is queued."""
    desk = Desk()
    await desk.keep_card()
    answer = await desk.ask()
    assert answer.stored is not None
    assert (answer.job, desk.queue.waiting) == (None, [])


async def test_a_stale_card_is_answered_while_one_job_refreshes_it() -> None:
    """Stale is twice as old as it may be without question."""
    desk = Desk(NOON + timedelta(hours=3))
    await desk.keep_card()
    answer = await desk.ask()
    assert answer.stored is not None
    assert answer.job is not None
    assert answer.job.refresh
    assert (await desk.ask()).job == answer.job


@pytest.mark.parametrize("known", [False, True])
async def test_a_card_made_between_looking_and_asking_leaves_nothing_to_do(known: bool) -> None:
    """Of hundreds who ask at once for a new card, or for one that has just expired, one is late by a moment."""
    desk = Desk(NOON + timedelta(hours=3))
    if known:
        await desk.keep_card()

    class JustMade(MemoryCardStore):
        async def join_job(self, job: Job) -> tuple[Job, bool]:
            await desk.keep_card(generated_at=desk.now, fresh_until=desk.now + timedelta(hours=1))
            return await desk.store.join_job(job)

        async def find_card(self, key: CardKey) -> StoredCard | None:
            return await desk.store.find_card(key)

        async def save_job(self, job: Job) -> bool:
            return await desk.store.save_job(job)

    answer = await ask_for_card(THREAD_URL, store=JustMade(), queue=desk.queue, clock=lambda: desk.now)
    assert answer.stored is not None
    assert (answer.stored.card.generated_at, desk.queue.waiting) == (desk.now, [])
    assert await desk.store.unfinished_jobs() == []


async def test_a_thread_recorded_long_ago_is_not_made_anew_at_every_asking() -> None:
    """Its card is stale from the start; made within the hour it is as new as it gets."""
    desk = Desk(NOON + timedelta(days=30))
    await desk.keep_card(generated_at=desk.now - timedelta(minutes=5))
    assert (await desk.ask()).job is None


async def test_a_refresh_that_was_asked_for_answers_with_the_job() -> None:
    """Though a fresh card is known."""
    desk = Desk()
    await desk.keep_card()
    answer = await desk.ask(refresh=True)
    assert answer.stored is None
    assert answer.job is not None
    assert answer.job.refresh


async def test_each_language_is_a_card_of_its_own() -> None:
    """A job too."""
    desk = Desk()
    await desk.keep_card()
    answer = await desk.ask(lang="de")
    assert answer.job is not None
    assert answer.job.key.lang == "de"


async def test_a_trusted_capture_goes_with_a_public_job() -> None:
    """The worker loads it by the id on the row."""
    desk = Desk()
    answer = await desk.ask(capture=make_capture())
    assert answer.job is not None
    assert answer.job.key.scope == "public"
    assert answer.job.capture_id is not None
    assert await desk.store.load_capture(answer.job.capture_id) == make_capture()


async def test_an_untrusted_capture_makes_a_card_for_its_owner() -> None:
    """Whom nobody else's asking finds."""
    desk = Desk()
    answer = await desk.ask(capture=make_capture(), trusted=False, owner="key-1")
    assert answer.job is not None
    assert answer.job.key.scope == "key-1"
    await desk.keep_card(scope="key-1")
    assert (await desk.ask(trusted=False, owner="key-1")).stored is not None
    assert (await desk.ask(trusted=False, owner="key-2")).stored is None
    assert (await desk.ask()).stored is None


async def test_a_capture_of_another_page_is_refused() -> None:
    """Before anything is kept of it."""
    desk = Desk()
    with pytest.raises(InvalidCapture, match="Capture the page you ask about"):
        await desk.ask(capture=make_capture(url="https://news.ycombinator.com/item?id=1"))
    assert desk.queue.waiting == []


async def test_what_is_no_address_is_refused() -> None:
    """By the same rule everywhere."""
    with pytest.raises(InvalidUrl):
        await Desk().ask("not a url")


async def test_a_queue_that_is_away_does_not_keep_the_thread_claimed() -> None:
    """The row fails with the reason, and the next asking makes a new job."""

    class Away(MemoryJobQueue):
        async def enqueue(self, job_id: JobId) -> None:
            raise QueueUnavailable("Away. Try again.")

    desk = Desk()
    desk.queue = Away()
    with pytest.raises(QueueUnavailable):
        await desk.ask()
    assert await desk.store.unfinished_jobs() == []
    desk.queue = MemoryJobQueue()
    assert (await desk.ask()).job is not None
