"""What the queue and the progress on Redis do beyond their ports, and when Redis is away."""

import time
from pathlib import Path
from typing import Any

import pytest
import redis

from server.adapters.redis_claims import RedisClaims
from server.adapters.redis_progress import ABANDONED_S, KEPT_S, MOST_EVENTS, RedisProgress
from server.adapters.rq_queue import READERS, RqJobQueue, forget_rq, lane_of
from server.core.errors import QueueUnavailable
from server.core.jobs import MAKE_CARD, CardKey, JobId, StageEvent
from server.core.money import Payer
from tests.fakes import make_job
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
JOB = JobId("job-kestrel-0001")
ROW = make_job(JOB)
KEY = CardKey("https://example.com/lighthouse")
READING = StageEvent("read", "started")


async def test_a_queued_job_is_a_dotted_name_and_an_id_in_json() -> None:
    """A worker of any later version can read it; nothing is pickled."""
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        queue = RqJobQueue(url, job_timeout_s=100)
        await queue.enqueue(ROW)
        row = client.hgetall(f"rq:job:{JOB}")
        assert row[b"description"].decode().startswith(f"{MAKE_CARD}('{JOB}'")
        assert b"\x80" not in row[b"data"]
        assert int(row[b"failure_ttl"]) <= 60
        assert int(row[b"timeout"]) > 300
        await queue.close()


async def test_what_rq_remembers_can_be_forgotten_and_the_rest_stays() -> None:
    """Progress outlives the queue's rebuilding."""
    with running_valkey() as url:
        queue, progress = RqJobQueue(url), RedisProgress(url)
        await queue.enqueue(ROW)
        event_id = await progress.publish(JOB, 1, READING)
        assert forget_rq(url) > 0
        assert await queue.depth() == 0
        assert await progress.has(JOB, event_id)
        await queue.close()
        await progress.close()


async def test_a_stream_is_bounded_and_expires_an_hour_after_its_end() -> None:
    """One that is never finished expires too."""
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        progress = RedisProgress(url)
        for _ in range(MOST_EVENTS + 300):
            await progress.publish(JOB, 1, READING)
        (key,) = client.keys("*progress*")
        assert client.xlen(key) < MOST_EVENTS + 200
        assert KEPT_S < client.ttl(key) <= ABANDONED_S
        await progress.finish(JOB)
        assert client.ttl(key) <= KEPT_S
        await progress.close()


async def test_a_server_that_is_away_is_queue_unavailable_within_seconds(tmp_path: Path) -> None:
    """Every call says so in our own words, with a next step, and keeps the cause for the log."""
    url = f"unix://{tmp_path}/nobody.sock"
    queue, progress, claims = RqJobQueue(url), RedisProgress(url), RedisClaims(url)
    began = time.monotonic()
    calls = [
        queue.enqueue(ROW),
        queue.cancel(JOB),
        queue.depth(),
        queue.places(),
        queue.workers(),
        claims.take(KEY, "worker"),
        claims.release(KEY, "worker"),
        progress.publish(JOB, 1, READING),
        progress.finish(JOB),
        progress.has(JOB, "1-0"),
        anext(progress.follow(JOB)),
    ]
    for call in calls:
        with pytest.raises(QueueUnavailable, match="doctor") as caught:
            await call
        assert caught.value.__cause__ is not None
    assert time.monotonic() - began < 10
    await queue.close()
    await progress.close()
    await claims.close()


@pytest.mark.parametrize(
    ("changes", "lane"),
    [
        ({}, "cards"),
        ({"priority": "refresh"}, "refreshes"),
        ({"priority": "collect", "payer": Payer("key-1")}, "collecting"),
        ({"crashes": 1, "priority": "refresh"}, "alone"),
    ],
)
def test_a_job_waits_among_its_like(changes: dict[str, Any], lane: str) -> None:
    """Readers first, then what is known already, then what the clock wants; what broke a worker down, by itself."""
    assert lane_of(make_job(**changes)) == lane


def test_payers_are_spread_over_the_readers_lanes() -> None:
    """One payer always has the same lane, and many of them share no single one."""
    lanes = [lane_of(make_job(payer=Payer(f"key-{n}"))) for n in range(100)]
    assert lanes == [lane_of(make_job(payer=Payer(f"key-{n}"))) for n in range(100)]
    assert set(lanes) == set(READERS)
    assert max(map(lanes.count, READERS)) < 30
