"""Limits in Redis, where all API processes of all machines draw from the same buckets.

One script looks and takes: with two commands, requests side by side would all see the last token. Redis's own clock
counts, so that machines need not agree on the time.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar

import redis.asyncio
from redis import RedisError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from server.adapters.own_limits import OwnLimits
from server.core.limits import Bucket, Standing, draw

ANSWER_S = 0.5  # a local one answers in 0.2 ms, one in another building in 10 ms
LEFT_ALONE_S = 5.0  # after a fault, so that not every request waits for the next
KEPT_S = 2 * 24 * 3600
MOST_REFUSED = 10_000

# KEYS: a hash of tokens and time. ARGV: size, window in ms. Answers what the bucket held, and how long ago in ms; the
# arithmetic of `draw`, so that both forms tell the same.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local size, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(held[1] or size), tonumber(held[2] or now)
local passed = math.max(0, now - at)
local filled = math.min(size, tokens + passed * size / window)
local left = filled
if filled >= 1 then left = filled - 1 end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', left), 'at', string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(window) + 1000)
return {string.format('%.6f', tokens), string.format('%d', passed)}
"""
# KEYS: a counter. ARGV: the most, seconds to keep it.
_BOOK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
_GIVE_BACK = "if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end"

log = logging.getLogger("threadproof.limits")
T = TypeVar("T")


class RedisLimits:
    """Limits on one Redis; clients are kept as digests. While it is away each process limits by itself.

    Refusing everybody then would close the door to known cards too, which need no Redis; what needs it refuses by
    itself. Opening it does not connect.
    """

    def __init__(self, redis_url: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._own, self._clock, self._away_until = OwnLimits(clock), clock, 0.0
        self._refused: dict[tuple[str, str], float] = {}
        self._redis: Any = redis.asyncio.Redis.from_url(
            redis_url,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 1),  # once, for a connection that a restart has closed
        )
        self._take = self._redis.register_script(_TAKE)
        self._book = self._redis.register_script(_BOOK)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    async def take(self, client: str, bucket: Bucket) -> Standing:
        """The port's promise."""
        refused = self._refused.get((bucket.name, client))
        if refused is not None and self._clock() < refused:
            return Standing(bucket, False, 0, refused - self._clock())
        args = [bucket.size, round(bucket.window_s * 1000)]
        answer = await self._ask(self._take, [_key(f"bucket:{bucket.name}", client)], args)
        if answer is None:
            return await self._own.take(client, bucket)
        standing = draw(bucket, float(answer[0]), int(answer[1]) / 1000)[1]
        if not standing.allowed:
            self._remember(bucket, client, standing.wait_s)
        return standing

    async def book(self, client: str, day: str, most: int) -> bool:
        """The port's promise."""
        answer = await self._ask(self._book, [_key(f"quota:{day}", client)], [most, KEPT_S])
        return await self._own.book(client, day, most) if answer is None else bool(answer)

    async def give_back(self, client: str, day: str) -> None:
        """The port's promise."""
        await self._own.give_back(client, day)
        await self._ask(self._give_back, [_key(f"quota:{day}", client)], [])

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def _remember(self, bucket: Bucket, client: str, wait_s: float) -> None:
        """Until its next token whoever hammers on is refused here, without asking Redis."""
        if len(self._refused) >= MOST_REFUSED:
            self._refused = {who: until for who, until in self._refused.items() if until > self._clock()}
        if len(self._refused) < MOST_REFUSED:
            self._refused[bucket.name, client] = self._clock() + wait_s

    async def _ask(self, script: Callable[..., Awaitable[Any]], keys: list[str], args: list[Any]) -> Any:
        """What a script answers; None while Redis is away."""
        if self._clock() < self._away_until:
            return None
        try:
            return await script(keys=keys, args=args)
        except (RedisError, OSError) as error:
            self._away_until = self._clock() + LEFT_ALONE_S
            log.warning("Redis does not answer (%s); limits are each process's own for %g s", error, LEFT_ALONE_S)
            return None


def _key(kind: str, client: str) -> str:
    return f"threadproof:limit:{kind}:{hashlib.sha256(client.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
