"""A wish for a card, followed to its end: ask, watch the job, load what it made."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from server.adapters.redis_progress import RedisProgress
from server.adapters.rq_queue import RqJobQueue
from server.adapters.sql_store import SqlCardStore
from server.commands.display import Display, open_display
from server.commands.outcomes import JobFailed
from server.core.card import Card
from server.core.errors import InsightError
from server.core.jobs import Capture, CardEvent, Job, Problem
from server.core.ports import StoredCard
from server.core.presentation import present_card
from server.requests import ask_for_card
from server.settings import Settings

if TYPE_CHECKING:
    from server.supervisor import Stack

CANCELLED = Problem(
    type="cancelled", title="Cancelled", status=409, detail="The job was cancelled. Ask again.", retryable=True
)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    url: str
    lang: str | None = None
    refresh: bool = False
    capture: Capture | None = None
    trace: bool = False


class Ends(msgspec.Struct, frozen=True):
    """Store, queue and progress, for as long as a command lasts."""

    store: SqlCardStore
    queue: RqJobQueue
    progress: RedisProgress


async def make_card(
    wish: Wish, settings: Settings, stack: "Stack | None", *, with_texts: bool
) -> tuple[Card, dict[int, str]]:
    """The card as it is shown, and its sources' stored texts by number. JobFailed when there is to be none.

    An interrupted wish on our own stack is withdrawn; on a running server its job goes on.
    """
    async with _ends(settings) as ends:
        with open_display(trace=wish.trace) as display:
            stored = await _beside_watch(_wish(wish, ends, display, withdraw=stack is not None), stack)
        texts = await _load_texts(stored, ends) if with_texts else {}
    return present_card(stored, address=settings.address, now=_now()), texts


@asynccontextmanager
async def _ends(settings: Settings) -> AsyncIterator[Ends]:
    url = settings.redis_url or ""
    ends = Ends(
        SqlCardStore(settings.store_url), RqJobQueue(url, job_timeout_s=settings.job_timeout_s), RedisProgress(url)
    )
    try:
        yield ends
    finally:
        await ends.progress.close()
        await ends.queue.close()
        await ends.store.close()


async def _beside_watch(wish: Coroutine[Any, Any, StoredCard], stack: "Stack | None") -> StoredCard:
    """The wish's end, unless a part of our own stack turns out to be broken before."""
    asking = asyncio.create_task(wish)
    if stack is None:
        return await asking
    watching = asyncio.create_task(stack.keep_watch())
    try:
        await asyncio.wait([asking, watching], return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        return await asking
    finally:
        for task in (asking, watching):
            task.cancel()
        await asyncio.gather(asking, watching, return_exceptions=True)


async def _wish(wish: Wish, ends: Ends, display: Display, *, withdraw: bool) -> StoredCard:
    answer = await ask_for_card(
        wish.url,
        store=ends.store,
        queue=ends.queue,
        clock=_now,
        lang=wish.lang,
        refresh=wish.refresh,
        capture=wish.capture,
    )
    if answer.job is None:
        assert answer.stored is not None
        return answer.stored
    try:
        return await _follow(answer.job, ends, display)
    except JobFailed:
        if answer.stored is not None:  # it could not be refreshed, and a stale card is better than none
            return answer.stored
        raise
    except asyncio.CancelledError:
        if withdraw:
            await _withdraw(answer.job, ends)
        raise


async def _follow(job: Job, ends: Ends, display: Display) -> StoredCard:
    async for numbered in ends.progress.follow(job.id):
        if numbered is not None:
            display.show(numbered.event)
            if isinstance(numbered.event, CardEvent):
                break
        elif (row := await ends.store.load_job(job.id)) is None or row.finished:
            break
    return await _result(job, ends)


async def _result(job: Job, ends: Ends) -> StoredCard:
    """What the row says, which is written before the last event is told."""
    row = await ends.store.load_job(job.id)
    if row is not None and row.state == "done" and row.card_id is not None:
        stored = await ends.store.load_card(row.card_id)
        if stored is not None:
            return stored
    raise JobFailed(row.error if row is not None and row.error is not None else CANCELLED)


async def _withdraw(job: Job, ends: Ends) -> None:
    cancelled = msgspec.structs.replace(job, state="cancelled", finished_at=_now())
    try:
        await ends.store.save_job(cancelled)
        await ends.queue.cancel(job.id)
    except InsightError:
        return  # the stack is going down with us; the row is found at its next start


async def _load_texts(stored: StoredCard, ends: Ends) -> dict[int, str]:
    card = stored.card
    found = {source.n: await ends.store.load_source(card.id, card.version, source.n) for source in card.sources}
    return {n: source.text for n, source in found.items() if source is not None}


def _now() -> datetime:
    return datetime.now(UTC)
