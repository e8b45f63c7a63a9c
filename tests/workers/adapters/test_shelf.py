"""What workers share for a time, on Redis and in one process alone."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis

from tests.valkey import running_valkey
from workers.adapters.shelf import OwnShelf, RedisShelf, Shelf

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["redis", "own"])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    """One of each kind."""
    if request.param == "own":
        yield OwnShelf(time.monotonic)
        return
    with running_valkey() as url:
        on_redis = RedisShelf(url)
        yield on_redis
        await on_redis.close()


async def test_a_value_is_there_until_its_time_is_over(shelf: Shelf) -> None:
    """And not a moment where there is no time."""
    await shelf.put("a", "1", 0.05)
    await shelf.put("b", "2", 60)
    await shelf.put("c", "3", -1)
    assert [await shelf.take(name) for name in "abc"] == ["1", "2", None]
    await asyncio.sleep(0.06)
    assert [await shelf.take(name) for name in "abc"] == [None, "2", None]


async def test_a_value_can_be_replaced_and_dropped(shelf: Shelf) -> None:
    """Dropping what is not there is no error."""
    await shelf.put("a", "1", 60)
    await shelf.put("a", "2", 60)
    assert await shelf.take("a") == "2"
    await shelf.drop("a")
    await shelf.drop("a")
    assert await shelf.take("a") is None


async def test_workers_on_one_redis_share_a_shelf() -> None:
    """Under a name of ours; what somebody else put there that is no text counts as nothing."""
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        one, two = RedisShelf(url), RedisShelf(url)
        await one.put("a", "1", 60)
        assert await two.take("a") == "1"
        assert client.keys() == [b"threadproof:shelf:a"]
        client.set("threadproof:shelf:a", b"\xff")
        assert await two.take("a") is None
        await one.close()
        await two.close()


async def test_a_redis_that_is_away_is_an_empty_shelf() -> None:
    """Within moments."""
    shelf = RedisShelf("redis://127.0.0.1:9/0")
    await shelf.put("a", "1", 60)
    assert await shelf.take("a") is None
    await shelf.drop("a")
    await shelf.close()
