"""What every JobQueue promises: one suite, run on the fake and on RQ with a real valkey."""

from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
import redis

from server.adapters.rq_queue import RqJobQueue
from server.core.ports import JobQueue
from tests.fakes import MemoryJobQueue, make_job
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
FIRST, SECOND = make_job("job-kestrel-0001"), make_job("-job_kestrel-0002")


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """One server for the module."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["memory", "rq"])
async def queue(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[JobQueue]:
    """An empty JobQueue of each kind."""
    if request.param == "memory":
        yield MemoryJobQueue()
        return
    url = str(request.getfixturevalue("valkey_url"))
    with redis.Redis.from_url(url) as client:
        client.flushall()
    opened = RqJobQueue(url)
    yield opened
    await opened.close()


def test_the_queue_is_a_job_queue(queue: JobQueue) -> None:
    """A Protocol used as an injected type is checked at run time."""
    assert isinstance(queue, JobQueue)


async def test_a_queued_job_waits(queue: JobQueue) -> None:
    """Depth counts what waits, and each of them is named."""
    assert (await queue.depth(), await queue.places()) == (0, set())
    await queue.enqueue(FIRST)
    await queue.enqueue(SECOND)
    assert (await queue.depth(), await queue.places()) == (2, {FIRST.id, SECOND.id})


async def test_jobs_that_nobody_waits_for_are_in_nobodys_way(queue: JobQueue) -> None:
    """They wait as well, behind all that somebody waits for."""
    await queue.enqueue(FIRST)
    await queue.enqueue(msgspec.structs.replace(SECOND, priority="refresh"))
    assert (await queue.ahead(), await queue.depth()) == (1, 2)


async def test_queueing_a_waiting_job_again_changes_nothing(queue: JobQueue) -> None:
    """Recovery may ask as often as it likes, also for a job that counts as another kind by now."""
    await queue.enqueue(FIRST)
    await queue.enqueue(FIRST)
    await queue.enqueue(make_job(FIRST.id, crashes=1))
    assert await queue.depth() == 1


async def test_a_cancelled_job_no_longer_waits(queue: JobQueue) -> None:
    """And it may be queued afresh later."""
    await queue.enqueue(FIRST)
    await queue.cancel(FIRST.id)
    assert await queue.depth() == 0
    await queue.enqueue(FIRST)
    assert await queue.depth() == 1


async def test_cancelling_what_is_not_there_is_fine(queue: JobQueue) -> None:
    """A job may have ended a moment ago."""
    await queue.cancel(FIRST.id)
    assert await queue.depth() == 0
