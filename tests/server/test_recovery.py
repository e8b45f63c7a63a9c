"""Jobs whose process is gone go back onto the queue."""

from datetime import timedelta

import pytest

from server.core.jobs import CardKey
from server.recovery import SILENT_AFTER, recover_jobs
from tests.fakes import NOON, MemoryCardStore, MemoryJobQueue, make_job

pytestmark = pytest.mark.anyio


async def test_after_a_start_of_our_own_queue_every_unfinished_job_is_queued_again() -> None:
    """Whatever its row says of signs of life: whoever gave them is gone."""
    store, queue = MemoryCardStore(), MemoryJobQueue()
    for number, state in enumerate(("queued", "working", "done", "failed", "cancelled")):
        key = CardKey(f"https://example.com/{number}")
        await store.join_job(make_job(f"job-{state}", state=state, key=key, heartbeat_at=NOON))
    assert [job.id for job in await recover_jobs(store, queue)] == ["job-queued", "job-working"]
    assert queue.waiting == ["job-queued", "job-working"]
    row = await store.load_job(make_job("job-working").id)
    assert row is not None
    assert (row.state, row.heartbeat_at) == ("queued", None)


async def test_on_a_shared_queue_only_silent_jobs_are_queued_again() -> None:
    """Others may be at work on the rest."""
    store, queue = MemoryCardStore(), MemoryJobQueue()
    now = NOON + timedelta(minutes=5)
    for name, heartbeat_at in (("silent", NOON), ("alive", now - timedelta(seconds=5))):
        key = CardKey(f"https://example.com/{name}")
        await store.join_job(make_job(f"job-{name}", state="working", key=key, heartbeat_at=heartbeat_at))
    await recover_jobs(store, queue, silent_since=now - SILENT_AFTER)
    assert queue.waiting == ["job-silent"]
