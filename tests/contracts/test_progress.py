"""What every Progress promises: one suite, run on the fake and on streams of a real valkey."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from server.adapters.redis_progress import RedisProgress
from server.core.jobs import CardEvent, Event, FailedEvent, JobId, NumberedEvent, Problem, StageEvent
from server.core.ports import Progress
from tests.fakes import MemoryProgress, make_card
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
JOB, OTHER = JobId("job-kestrel-0001"), JobId("job-kestrel-0002")
READING, READ = StageEvent("read", "started"), StageEvent("read", "done", "84 of 312 comments")
FAILED = FailedEvent(Problem(type="thread-unavailable", title="No", status=502, detail="It is gone.", retryable=False))


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """One server for the module."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
async def progress(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Progress]:
    """An empty Progress of each kind whose followers hear of silence after 50 ms."""
    if request.param == "memory":
        yield MemoryProgress(silence_s=0.05)
        return
    url = str(request.getfixturevalue("valkey_url"))
    with redis.Redis.from_url(url) as client:
        client.flushall()
    opened = RedisProgress(url, silence_s=0.05)
    yield opened
    await opened.close()


async def publish(progress: Progress, *events: Event, attempt: int = 1) -> list[str]:
    """The ids the events were given."""
    return [await progress.publish(JOB, attempt, event) for event in events]


async def follow(progress: Progress, after: str = "0-0") -> list[NumberedEvent]:
    """All events up to the last."""
    return [numbered async for numbered in progress.follow(JOB, after) if numbered is not None]


def test_the_progress_is_a_progress(progress: Progress) -> None:
    """A Protocol used as an injected type is checked at run time."""
    assert isinstance(progress, Progress)


async def test_a_late_reader_hears_everything_in_order(progress: Progress) -> None:
    """Events come back equal to what was published, a whole card included, and the reader is let go."""
    ids = await publish(progress, READING, READ, CardEvent(make_card()))
    await progress.finish(JOB)
    assert await follow(progress) == [
        NumberedEvent(ids[0], READING),
        NumberedEvent(ids[1], READ),
        NumberedEvent(ids[2], CardEvent(make_card())),
    ]


async def test_a_reader_resumes_behind_an_event(progress: Progress) -> None:
    """Last-Event-ID names what was heard already."""
    ids = await publish(progress, READING, READ, FAILED)
    assert [numbered.id for numbered in await follow(progress, ids[0])] == ids[1:]


async def test_ids_are_numbered_by_attempt(progress: Progress) -> None:
    """A second attempt's events come behind the first's, however many those were."""
    first = await publish(progress, READING, READ, READING, attempt=1)
    second = await publish(progress, READING, FAILED, attempt=2)
    assert [event_id.partition("-")[0] for event_id in first + second] == ["1", "1", "1", "2", "2"]
    assert [numbered.id for numbered in await follow(progress)] == first + second


async def test_an_early_reader_hears_events_as_they_come(progress: Progress) -> None:
    """Following may begin before anything was published."""
    following = asyncio.create_task(follow(progress))
    await asyncio.sleep(0.02)
    ids = await publish(progress, READING, FAILED)
    assert [numbered.id for numbered in await asyncio.wait_for(following, 5)] == ids


async def test_what_was_told_is_had_without_waiting(progress: Progress) -> None:
    """All of an unfinished stream, what stands behind an id of it, and nothing where nothing was told."""
    ids = await publish(progress, READING, READ)
    async with asyncio.timeout(0.04):  # less than a follower's silence
        assert await progress.told(JOB) == [NumberedEvent(ids[0], READING), NumberedEvent(ids[1], READ)]
        assert [numbered.id for numbered in await progress.told(JOB, ids[0])] == ids[1:]
        assert await progress.told(JOB, ids[1]) == []
        assert await progress.told(OTHER) == []


async def test_silence_is_reported(progress: Progress) -> None:
    """So that a reader can look whether the job still lives."""
    async for numbered in progress.follow(JOB):
        assert numbered is None
        break


async def test_streams_of_different_jobs_are_apart(progress: Progress) -> None:
    """Each job has its own."""
    await progress.publish(OTHER, 1, FAILED)
    ids = await publish(progress, READING, FAILED)
    assert [numbered.event for numbered in await follow(progress)] == [READING, FAILED]
    assert await progress.has(JOB, ids[0])


async def test_a_stream_knows_which_events_it_holds(progress: Progress) -> None:
    """Ids of other jobs, ids never given and ids that are none are not held."""
    (event_id,) = await publish(progress, READING)
    assert await progress.has(JOB, event_id)
    assert not await progress.has(OTHER, event_id)
    assert not await progress.has(JOB, "7-7")
    assert not await progress.has(JOB, "what\x00ever")
