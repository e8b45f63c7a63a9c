"""Small values that several workers share for a time: a token, a request to be left alone.

Everything on a shelf can be had again, at a price. So a Redis that is away costs that price and is no error.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import redis.asyncio
from redis import RedisError


class Shelf(Protocol):
    """Values by name, gone when their time is over, or at any time before."""

    async def take(self, name: str) -> str | None: ...

    async def put(self, name: str, value: str, kept_s: float) -> None: ...

    async def drop(self, name: str) -> None: ...

    async def close(self) -> None: ...


class RedisShelf:
    """Shared by all workers on one Redis. Opening it does not connect."""

    def __init__(self, redis_url: str) -> None:
        # Asking again costs less than waiting: the token's own request takes half a second.
        self._redis: Any = redis.asyncio.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)

    async def take(self, name: str) -> str | None:
        """The value; None also where Redis does not answer."""
        with suppress(RedisError, OSError, UnicodeDecodeError):
            value = await self._redis.get(_key(name))
            return value.decode() if isinstance(value, bytes) else None
        return None

    async def put(self, name: str, value: str, kept_s: float) -> None:
        """Keep it for so long; Redis itself lets it go."""
        if kept_s > 0:
            with suppress(RedisError, OSError):
                await self._redis.set(_key(name), value, px=max(1, int(kept_s * 1000)))

    async def drop(self, name: str) -> None:
        """Forget it now."""
        with suppress(RedisError, OSError):
            await self._redis.delete(_key(name))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


class OwnShelf:
    """One process's own, for commands that run without Redis."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._values: dict[str, tuple[str, float]] = {}

    async def take(self, name: str) -> str | None:
        """The value while its time lasts."""
        value, until = self._values.get(name, ("", 0.0))
        return value if name in self._values and self._clock() < until else None

    async def put(self, name: str, value: str, kept_s: float) -> None:
        """Keep it for so long."""
        self._values[name] = (value, self._clock() + kept_s)

    async def drop(self, name: str) -> None:
        """Forget it now."""
        self._values.pop(name, None)

    async def close(self) -> None:
        """Nothing is open."""


def _key(name: str) -> str:
    return f"threadproof:shelf:{name}"
