"""What every form of Limits promises: in one process, in a real valkey, and while that is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from server.adapters.own_limits import MOST_CLIENTS, OwnLimits
from server.adapters.redis_limits import RedisLimits
from server.core.limits import Bucket
from server.core.ports import Limits
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
BUCKET = Bucket("posts", 5, 3600.0)
DAY = "2026-11-24"


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """One server for the module."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["own", "redis", "redis away"])
async def limits(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Limits]:
    """Untouched Limits of each form."""
    if request.param == "own":
        yield OwnLimits(lambda: 0.0)
        return
    url = "unix:///tmp/nobody-listens.sock"
    if request.param == "redis":
        url = str(request.getfixturevalue("valkey_url"))
        with redis.Redis.from_url(url) as client:
            client.flushall()
    opened = RedisLimits(url)
    yield opened
    await opened.close()


async def test_a_bucket_is_emptied_once_however_many_ask_at_once(limits: Limits) -> None:
    """Fifty side by side share five tokens; who is refused learns when to come again."""
    standings = await asyncio.gather(*(limits.take("key:ada", BUCKET) for _ in range(50)))
    assert sum(standing.allowed for standing in standings) == 5
    refused = [standing for standing in standings if not standing.allowed]
    assert all(standing.remaining == 0 and 600 < standing.wait_s <= 720 for standing in refused)


async def test_each_client_has_its_own_bucket_of_each_kind(limits: Limits) -> None:
    """One that is empty is nobody else's business."""
    for _ in range(6):
        await limits.take("key:ada", BUCKET)
    assert not (await limits.take("key:ada", BUCKET)).allowed
    assert (await limits.take("key:ben", BUCKET)).remaining == 4
    assert (await limits.take("key:ada", Bucket("other", 5, 3600.0))).allowed


async def test_a_days_cards_are_booked_to_the_last_and_no_further(limits: Limits) -> None:
    """At once by many; what is given back may be had again; the next day begins anew."""
    booked = await asyncio.gather(*(limits.book("key:ada", DAY, 3) for _ in range(20)))
    assert sum(booked) == 3
    await limits.give_back("key:ada", DAY)
    assert [await limits.book("key:ada", DAY, 3) for _ in range(2)] == [True, False]
    assert await limits.book("key:ben", DAY, 3)
    assert await limits.book("key:ada", "2026-11-25", 3)


async def test_giving_back_what_was_never_booked_earns_nothing(limits: Limits) -> None:
    """Or a quota could be stretched."""
    for _ in range(5):
        await limits.give_back("key:ada", DAY)
    assert [await limits.book("key:ada", DAY, 1) for _ in range(2)] == [True, False]


async def test_processes_draw_from_one_bucket_in_redis(valkey_url: str) -> None:
    """Two adapters, as two API processes have them; and what is kept names nobody."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
        one, two = RedisLimits(valkey_url), RedisLimits(valkey_url)
        standings = await asyncio.gather(
            *(each.take("address:203.0.113.7", BUCKET) for each in (one, two) for _ in range(10))
        )
        assert sum(standing.allowed for standing in standings) == 5
        assert client.keys("*")
        assert not [key for key in client.keys("*") if b"203.0" in key]
        assert all(0 < client.ttl(key) < 4000 for key in client.keys("*"))
        await one.close()
        await two.close()


async def test_a_bucket_fills_by_the_servers_clock(valkey_url: str) -> None:
    """A token each 20 ms: after a wait there are more."""
    limits, quick = RedisLimits(valkey_url), Bucket("quick", 50, 1.0)
    for _ in range(60):
        standing = await limits.take("key:filler", quick)
    assert standing.remaining <= 3
    await asyncio.sleep(0.5)
    assert (await limits.take("key:filler", quick)).remaining >= 15
    await limits.close()


async def test_whoever_hammers_on_is_refused_without_asking_redis(valkey_url: str) -> None:
    """A hundred refusals make no command; the first try after the wait does again."""
    now = [0.0]
    limits = RedisLimits(valkey_url, clock=lambda: now[0])
    for _ in range(6):
        standing = await limits.take("key:hammer", BUCKET)
    assert not standing.allowed
    with redis.Redis.from_url(valkey_url) as client:
        before = client.info("commandstats").get("cmdstat_evalsha", {}).get("calls")
        for _ in range(100):
            assert not (await limits.take("key:hammer", BUCKET)).allowed
        assert client.info("commandstats").get("cmdstat_evalsha", {}).get("calls") == before
        now[0] = standing.wait_s + 1
        await limits.take("key:hammer", BUCKET)
        assert client.info("commandstats").get("cmdstat_evalsha", {}).get("calls") == before + 1
    await limits.close()


async def test_memory_is_bounded_however_many_clients_come() -> None:
    """Whoever was quiet longest is forgotten."""
    limits = OwnLimits(lambda: 0.0)
    for number in range(MOST_CLIENTS + 100):
        limits.draw(f"address:{number}", BUCKET)
    assert len(limits._buckets) == MOST_CLIENTS
    assert limits.draw("address:0", BUCKET).remaining == 4
