"""Bytes that workers share for a time and within a bound, on Redis and in one process alone."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis

from tests.valkey import running_valkey
from workers.adapters.bounded_shelf import (
    LARGEST_BYTES,
    LEDGER,
    OVERHEAD_BYTES,
    BoundedShelf,
    OwnBoundedShelf,
    RedisBoundedShelf,
)
from workers.adapters.spare_redis import SpareRedis

pytestmark = pytest.mark.anyio
ROOM = 10_000


@pytest.fixture(params=["redis", "own"])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[BoundedShelf]:
    """One of each kind, with room for a few thousand bytes."""
    if request.param == "own":
        yield OwnBoundedShelf(time.monotonic, most_bytes=ROOM)
        return
    with running_valkey() as url:
        spare = SpareRedis(url, time.monotonic)
        yield RedisBoundedShelf(spare, most_bytes=ROOM)
        await spare.close()


async def held(shelf: BoundedShelf, names: str) -> str:
    """Those of the names that are on the shelf."""
    return "".join([name for name in names if await shelf.take(name) is not None])


async def test_a_value_is_there_until_its_time_is_over(shelf: BoundedShelf) -> None:
    """And not a moment where there is no time."""
    await shelf.put("a", b"\x00\xff", 0.05)
    await shelf.put("b", b"2", 60)
    await shelf.put("c", b"3", -1)
    assert [await shelf.take(name) for name in "abc"] == [b"\x00\xff", b"2", None]
    await asyncio.sleep(0.07)
    assert await held(shelf, "abc") == "b"


async def test_a_value_can_be_replaced_and_dropped(shelf: BoundedShelf) -> None:
    """Dropping what is not there is no error."""
    await shelf.put("a", b"1", 60)
    await shelf.put("a", b"2", 60)
    assert await shelf.take("a") == b"2"
    await shelf.drop("a")
    await shelf.drop("a")
    assert await shelf.take("a") is None


async def test_what_would_go_first_goes_when_there_is_no_more_room(shelf: BoundedShelf) -> None:
    """The bound holds however much is put, and replacing a value takes no more room."""
    for seconds, name in ((30, "a"), (10, "b"), (20, "c")):
        await shelf.put(name, b"x" * 2_500, seconds)
    await shelf.put("d", b"x" * 2_500, 40)
    assert await held(shelf, "abcd") == "acd"
    for _ in range(5):
        await shelf.put("d", b"y" * 2_500, 40)
    assert await held(shelf, "abcd") == "acd"
    await shelf.put("e", b"x" * 5_000, 50)
    assert await held(shelf, "abcde") == "de"


async def test_what_is_too_large_is_not_kept_and_pushes_nothing_off(shelf: BoundedShelf) -> None:
    """Nor does an older value stay in its place."""
    await shelf.put("a", b"1", 60)
    await shelf.put("b", b"1", 60)
    await shelf.put("b", b"x" * (ROOM + 1), 60)
    assert await held(shelf, "ab") == "a"
    large = OwnBoundedShelf(time.monotonic)
    await large.put("a", b"x" * (LARGEST_BYTES + 1), 60)
    assert await held(large, "a") == ""


async def test_workers_on_one_redis_share_a_shelf_and_its_bound() -> None:
    """The ledger tells what is there, and forgets what has run out."""
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        spares = [SpareRedis(url, time.monotonic) for _ in range(2)]
        one, two = (RedisBoundedShelf(spare, most_bytes=ROOM) for spare in spares)
        await one.put("a", b"x" * 3_000, 60)
        await two.put("b", b"x" * 3_000, 30)
        assert await held(two, "ab") == await held(one, "ab") == "ab"
        await one.put("c", b"x" * 3_000, 60)
        assert await held(two, "abc") == "ac"
        assert int(client.get(LEDGER[2]) or 0) == 2 * (3_000 + OVERHEAD_BYTES)
        await one.put("d", b"x", 0.03)
        await asyncio.sleep(0.05)
        await two.drop("a")
        await two.put("e", b"x" * 10, 60)
        assert int(client.get(LEDGER[2]) or 0) == 3_010 + 2 * OVERHEAD_BYTES
        assert set(client.zrange(LEDGER[0], 0, -1)) == {b"threadproof:kept:c", b"threadproof:kept:e"}
        for spare in spares:
            await spare.close()


async def test_a_ledger_that_was_tampered_with_does_not_stop_the_shelf() -> None:
    """A total without entries is set right, not counted down for ever."""
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        spare = SpareRedis(url, time.monotonic)
        shelf = RedisBoundedShelf(spare, most_bytes=ROOM)
        client.set(LEDGER[2], 10**9)
        await shelf.put("a", b"1", 60)
        await shelf.put("b", b"2", 60)
        assert await held(shelf, "ab") == "b"
        await spare.close()


async def test_a_redis_that_is_away_is_an_empty_shelf() -> None:
    """Within moments."""
    spare = SpareRedis("redis://127.0.0.1:9/0", time.monotonic)
    shelf = RedisBoundedShelf(spare)
    await shelf.put("a", b"1", 60)
    assert await shelf.take("a") is None
    await shelf.drop("a")
    await spare.close()


async def test_a_command_that_is_given_up_does_not_answer_the_next_one() -> None:
    """A fetch is cancelled at its deadline wherever it stands; its connection is not used again half-read."""
    with running_valkey() as url:
        spare = SpareRedis(url, time.monotonic)
        shelf = RedisBoundedShelf(spare)
        for n in range(40):
            await shelf.put(f"n{n}", b"%d" % n, 60)
        for n in range(200):
            taking = asyncio.create_task(shelf.take(f"n{n % 40}"))
            for _ in range(n % 7):
                await asyncio.sleep(0)
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            assert await shelf.take(f"n{(n + 1) % 40}") == b"%d" % ((n + 1) % 40)
        await spare.close()
