"""A Redis that may be away: it makes workers quicker together and politer to others, and no fetch fails for it.

One client for turns, robots.txt and pages, since each of them can be done without: alone, or by asking again.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import redis.asyncio
from redis import RedisError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

ANSWER_S = 0.5  # a local one answers in 0.2 ms, one in another building in 10 ms
LEFT_ALONE_S = 5.0  # after a fault: a fetch asks it several times, and would pay for each

log = logging.getLogger("threadproof.redis")
T = TypeVar("T")


class SpareRedis:
    """Commands whose answer is None when Redis is away. Opening it does not connect."""

    def __init__(self, redis_url: str, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._client: Any = redis.asyncio.Redis.from_url(
            redis_url,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 1),  # once, for a connection that a restart has closed
        )
        self._clock = clock
        self._away_until = 0.0

    def script(self, source: str) -> Callable[..., Awaitable[Any]]:
        """A Lua script, sent once and called by its digest: `await script(keys=…, args=…)`, to be given to `ask`."""
        registered: Callable[..., Awaitable[Any]] = self._client.register_script(source)
        return registered

    async def ask(self, command: Callable[[Any], Awaitable[T]]) -> T | None:
        """What the command answers; None while Redis is away, which is noticed at once but for the first time."""
        if self._clock() < self._away_until:
            return None
        try:
            return await command(self._client)
        except (RedisError, OSError) as error:
            self._away_until = self._clock() + LEFT_ALONE_S
            log.warning("Redis does not answer (%s); doing without it for %g s", error, LEFT_ALONE_S)
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
