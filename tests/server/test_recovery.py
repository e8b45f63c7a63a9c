"""Jobs that nobody has go back onto the queue."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from server.core.card import CardId
from server.core.jobs import CardKey, FailedEvent, Job
from server.core.losses import MOST_CRASHES, MOST_STARTS, SILENT, UNSEEN, WENT_SILENT, revived
from server.recovery import recover_jobs
from tests.fakes import NOON, MemoryCardStore, MemoryJobQueue, MemoryProgress, make_job

pytestmark = pytest.mark.anyio
NOW = NOON + timedelta(minutes=5)


class Yard:
    """Jobs in a store, a queue, and what a sweep makes of them."""

    def __init__(self) -> None:
        self.store, self.queue, self.progress = MemoryCardStore(), MemoryJobQueue(), MemoryProgress(silence_s=0.02)

    async def add(self, name: str, **changes: Any) -> Job:
        """A row, an hour old; no place in the queue."""
        job = make_job(name, key=CardKey(f"https://example.com/{name}"), created_at=NOON - timedelta(hours=1))
        job, _ = await self.store.join_job(msgspec.structs.replace(job, **changes))
        return job

    async def sweep(self, now: datetime = NOW, **options: bool) -> list[str]:
        """Ids of what was queued again."""
        return [job.id for job in await recover_jobs(self.store, self.queue, self.progress, now, **options)]

    async def row(self, name: str) -> Job:
        """As it is now."""
        row = await self.store.load_job(make_job(name).id)
        assert row is not None
        return row


def working(silent: timedelta, holder: str = "worker", **changes: Any) -> dict[str, Any]:
    """A row that a worker had, and when it was last heard of."""
    return {"state": "working", "attempt": 1, "heartbeat_at": NOW - silent, "holder": holder, **changes}


GONE, ALIVE = working(SILENT + timedelta(seconds=1)), working(SILENT - timedelta(seconds=1))


async def test_after_a_start_of_our_own_queue_every_unfinished_job_is_queued_again() -> None:
    """Whatever its row says of signs of life: whoever gave them is gone. No job is to blame for that."""
    yard = Yard()
    for state in ("queued", "working", "done", "failed", "cancelled", "parked"):
        await yard.add(state, state=state, heartbeat_at=NOW, holder="gone")
    assert set(await yard.sweep(everything=True)) == {"queued", "working"}
    assert set(yard.queue.waiting) == {"queued", "working"}
    row = await yard.row("working")
    assert (row.state, row.heartbeat_at, row.crashes) == ("queued", None, 0)


async def test_a_job_whose_worker_fell_silent_is_queued_again() -> None:
    """Others may be at work on the rest."""
    yard = Yard()
    await yard.add("silent", **GONE)
    await yard.add("alive", **ALIVE)
    assert await yard.sweep() == yard.queue.waiting == ["silent"]
    row = await yard.row("silent")
    assert (row.state, row.reason, row.holder) == ("queued", WENT_SILENT, "worker")


async def test_a_queued_job_without_a_place_gets_one() -> None:
    """The queue may have lost its data. A job that waits keeps its place, and one just accepted is on its way."""
    yard = Yard()
    lost, waiting = await yard.add("lost"), await yard.add("waiting")
    await yard.add("new", created_at=NOW - UNSEEN / 2)
    await yard.queue.enqueue(waiting)
    assert await yard.sweep() == ["lost"]
    assert yard.queue.waiting == [waiting.id, lost.id]


async def test_a_job_that_its_worker_had_alone_is_to_blame_for_the_silence() -> None:
    """Of several that fell silent together none can be told, nor where one is noticed before the other."""
    yard = Yard()
    await yard.add("alone", **GONE | {"holder": "one"})
    await yard.add("together", **GONE | {"holder": "two"})
    await yard.add("together-too", **ALIVE | {"holder": "two"})
    await yard.sweep()
    assert [(await yard.row(name)).crashes for name in ("alone", "together")] == [1, 0]


async def test_a_job_that_broke_down_too_often_is_parked_and_its_reader_told() -> None:
    """It is not queued again."""
    yard = Yard()
    await yard.add("poison", **GONE | {"crashes": MOST_CRASHES - 1})
    await yard.add("unlucky", **GONE | {"attempt": MOST_STARTS, "holder": "another"})
    assert await yard.sweep() == []
    for name in ("poison", "unlucky"):
        row = await yard.row(name)
        assert row.error is not None
        assert (row.state, row.error.type, row.error.retryable) == ("parked", "job-parked", False)
        assert [told.event async for told in yard.progress.follow(row.id) if told] == [FailedEvent(row.error)]


async def test_a_job_whose_card_is_saved_is_not_parked_for_the_workers_it_took() -> None:
    """Whoever takes it next finds the card, and its reader gets it; only a job that is begun again and again is set
    aside."""
    yard = Yard()
    saved = {"card_id": CardId("saved")}
    await yard.add("poison", **GONE | saved | {"crashes": MOST_CRASHES - 1})
    await yard.add("endless", **GONE | saved | {"attempt": MOST_STARTS, "holder": "another"})
    assert await yard.sweep() == ["poison"]
    assert [(await yard.row(name)).state for name in ("poison", "endless")] == ["queued", "parked"]


async def test_a_retried_jobs_tries_start_over() -> None:
    """Attempts go on counting, since events are numbered by them; what they are held against begins anew."""
    yard = Yard()
    again = revived(make_job("retried", state="parked", attempt=MOST_STARTS, crashes=MOST_CRASHES, finished_at=NOON))
    await yard.add("retried", **GONE | {"attempt": again.attempt + 1, "crashes": again.crashes})
    assert await yard.sweep() == ["retried"]


async def test_several_machines_may_sweep_at_once() -> None:
    """Each lost job is counted once."""
    yard = Yard()
    await yard.add("silent", **GONE)
    assert sorted([await yard.sweep(), await yard.sweep()]) == [[], ["silent"]]
    assert (await yard.row("silent")).crashes == 1
