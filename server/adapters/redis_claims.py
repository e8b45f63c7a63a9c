"""Claims in Redis: who works on a thread's card right now, as a lease that ends by itself.

RQ's `unique` is not used for it: it holds an id for a year after a failure, and its lease of 60 s is noticed by idle
workers only after up to 7 minutes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import redis.asyncio
from redis import RedisError

from server.core.errors import QueueUnavailable
from server.core.jobs import CardKey

CLAIM_S = 30  # three heartbeats

# Each looks and writes in one step: Redis runs a script without anybody in between.
TAKE = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] and held ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 1
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class RedisClaims:
    """Claims under the digest of their key. Opening it does not connect."""

    def __init__(self, redis_url: str, *, claim_s: int = CLAIM_S) -> None:
        self._claim_s = claim_s
        self._redis: Any = redis.asyncio.Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5)

    async def take(self, key: CardKey, holder: str, *, instead_of: str | None = None) -> bool:
        """Have the key, where nobody has it, or only `instead_of` does."""
        with _translated():
            return bool(
                await self._redis.eval(
                    TAKE, 1, _name(key), holder, holder if instead_of is None else instead_of, self._claim_s
                )
            )

    async def renew(self, key: CardKey, holder: str) -> bool:
        """Have it for longer, also where Redis lost it; False when somebody else has it."""
        return await self.take(key, holder)

    async def release(self, key: CardKey, holder: str) -> None:
        """Let go of what is ours."""
        with _translated():
            await self._redis.eval(RELEASE, 1, _name(key), holder)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _name(key: CardKey) -> str:
    """Lengths first, so that no two keys spell alike."""
    spelled = "|".join(f"{len(part)}:{part}" for part in (key.canonical_url, key.lang, key.scope))
    return f"threadproof:claim:{sha256(spelled.encode('utf-8', 'surrogatepass')).hexdigest()}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(
            "The claims (Redis or Valkey) do not answer. Try again in a moment; "
            "`threadproof doctor` tells what is wrong."
        ) from error
