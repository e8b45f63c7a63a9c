"""What every Claims promises: one suite, run on the fake and on a real valkey."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from server.adapters.redis_claims import CLAIM_S, RedisClaims
from server.core.jobs import CardKey
from server.core.losses import HEARTBEAT_S
from server.core.ports import Claims
from tests.fakes import THREAD_URL, MemoryClaims
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
KEY = CardKey(THREAD_URL)


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """One server for the module."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
async def claims(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Claims]:
    """Claims of each kind, none of them held."""
    if request.param == "memory":
        yield MemoryClaims()
        return
    url = str(request.getfixturevalue("valkey_url"))
    with redis.Redis.from_url(url) as client:
        client.flushall()
    opened = RedisClaims(url)
    yield opened
    await opened.close()


async def test_of_many_who_reach_for_a_key_one_has_it(claims: Claims) -> None:
    """It may reach for it again; the others may once it let go."""
    took = await asyncio.gather(*(claims.take(KEY, f"worker {n}") for n in range(20)))
    assert sum(took) == 1
    winner = f"worker {took.index(True)}"
    assert await claims.take(KEY, winner)
    await claims.release(KEY, winner)
    assert await claims.take(KEY, "another")


async def test_only_who_has_a_key_renews_and_releases_it(claims: Claims) -> None:
    """A worker that was thought dead learns that it lost the key, and takes nothing from who has it."""
    assert await claims.take(KEY, "worker")
    assert await claims.renew(KEY, "worker")
    assert not await claims.renew(KEY, "another")
    await claims.release(KEY, "another")
    assert not await claims.take(KEY, "another")


async def test_a_dead_workers_key_is_taken_over_from_it_alone(claims: Claims) -> None:
    """Compare and set: whoever was faster has it."""
    assert await claims.take(KEY, "dead")
    assert await claims.take(KEY, "first", instead_of="dead")
    assert not await claims.take(KEY, "second", instead_of="dead")


async def test_a_claim_that_was_lost_is_renewed_all_the_same(claims: Claims) -> None:
    """Redis may come back without its data."""
    assert await claims.renew(KEY, "worker")
    assert not await claims.take(KEY, "another")


async def test_a_key_is_its_thread_its_language_and_its_readers(claims: Claims) -> None:
    """Parts that spell alike when joined are other keys."""
    keys = (KEY, CardKey(THREAD_URL, "de"), CardKey(THREAD_URL, "auto", "key-1"), CardKey(THREAD_URL + "|4:auto"))
    assert [await claims.take(key, f"worker {n}") for n, key in enumerate(keys)] == [True] * 4


async def test_a_lease_ends_by_itself(valkey_url: str) -> None:
    """Three heartbeats after the last one."""
    assert CLAIM_S == 3 * HEARTBEAT_S
    claims, key = RedisClaims(valkey_url, claim_s=1), CardKey("https://example.com/lease")
    assert await claims.take(key, "worker")
    assert not await claims.take(key, "another")
    await asyncio.sleep(1.1)
    assert await claims.take(key, "another")
    await claims.close()
