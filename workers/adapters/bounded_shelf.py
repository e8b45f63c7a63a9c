"""What was fetched once and may be asked for again, as bytes that all workers share: pages and robots.txt files.

Strangers decide how much of it there is, and the queue lives in the same Redis, which refuses to take jobs once it is
full. So the whole has a bound besides each value's time: what would have gone first goes when there is no more room.
"""

from collections.abc import Callable
from typing import Protocol

from workers.adapters.spare_redis import SpareRedis

MOST_BYTES = 64 * 2**20  # of all values together: 3,000 pages, since 344 recorded ones take 21 kB each
OWN_MOST_BYTES = 16 * 2**20  # of one process's own
LARGEST_BYTES = 2**20  # of one value: 1 MiB holds a page of 5 MB, compressed
OVERHEAD_BYTES = 430  # measured: what a value costs in Redis besides its bytes, its name standing there three times
PREFIX = "threadproof:kept"

FORGET = """
local function forget(key)
  local bytes = redis.call('HGET', KEYS[2], key)
  if bytes then
    redis.call('HDEL', KEYS[2], key)
    redis.call('DECRBY', KEYS[3], bytes)
  end
  redis.call('ZREM', KEYS[1], key)
end
"""
DROP = FORGET + "redis.call('DEL', ARGV[1]); forget(ARGV[1])"
PUT = (
    FORGET
    + """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key, value, kept_ms, bytes, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 100)) do forget(gone) end
forget(key)
redis.call('SET', key, value, 'PX', kept_ms)
redis.call('ZADD', KEYS[1], now + kept_ms, key)
redis.call('HSET', KEYS[2], key, bytes)
local total = redis.call('INCRBY', KEYS[3], bytes)
while total > most do
  local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not first then redis.call('SET', KEYS[3], 0); break end
  redis.call('DEL', first)
  forget(first)
  total = tonumber(redis.call('GET', KEYS[3]))
end
"""
)
LEDGER = [f"{PREFIX}:until", f"{PREFIX}:bytes", f"{PREFIX}:total"]


def key_of(name: str) -> str:
    """A value's key in Redis, for scripts that read it on the way."""
    return f"{PREFIX}:{name}"


class BoundedShelf(Protocol):
    """Bytes by name, gone when their time is over, or before where room is needed."""

    async def take(self, name: str) -> bytes | None: ...

    async def put(self, name: str, value: bytes, kept_s: float) -> None:
        """Keep it for so long, in place of what stood there; what is too large for the shelf is not kept."""

    async def drop(self, name: str) -> None: ...


class RedisBoundedShelf:
    """Shared by all workers on one Redis; empty while that is away. One round trip a call."""

    def __init__(self, spare: SpareRedis, *, most_bytes: int = MOST_BYTES) -> None:
        self._redis = spare
        self._most_bytes = most_bytes
        self._put, self._drop = spare.script(PUT), spare.script(DROP)

    async def take(self, name: str) -> bytes | None:
        """The value while its time lasts."""
        value = await self._redis.ask(lambda client: client.get(key_of(name)))
        return value if isinstance(value, bytes) else None

    async def put(self, name: str, value: bytes, kept_s: float) -> None:
        """Keep it, and let go what is over the bound."""
        if len(value) > min(LARGEST_BYTES, self._most_bytes) or kept_s <= 0:
            await self.drop(name)
            return
        kept_ms, bytes_ = max(1, int(kept_s * 1000)), len(value) + OVERHEAD_BYTES
        args = [key_of(name), value, kept_ms, bytes_, self._most_bytes]
        await self._redis.ask(lambda _: self._put(keys=LEDGER, args=args))

    async def drop(self, name: str) -> None:
        """Forget it now."""
        await self._redis.ask(lambda _: self._drop(keys=LEDGER, args=[key_of(name)]))


class OwnBoundedShelf:
    """One process's own, for commands that run without Redis."""

    def __init__(self, clock: Callable[[], float], *, most_bytes: int = OWN_MOST_BYTES) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._most_bytes = most_bytes
        self._values: dict[str, tuple[bytes, float]] = {}

    async def take(self, name: str) -> bytes | None:
        """The value while its time lasts."""
        value, until = self._values.get(name, (b"", 0.0))
        return value if name in self._values and self._clock() < until else None

    async def put(self, name: str, value: bytes, kept_s: float) -> None:
        """Keep it, and let go what is over the bound."""
        await self.drop(name)
        if len(value) > min(LARGEST_BYTES, self._most_bytes) or kept_s <= 0:
            return
        self._values[name] = (value, self._clock() + kept_s)
        for first in sorted(self._values, key=lambda each: self._values[each][1]):
            if sum(len(kept) + OVERHEAD_BYTES for kept, _ in self._values.values()) <= self._most_bytes:
                break
            del self._values[first]

    async def drop(self, name: str) -> None:
        """Forget it now."""
        self._values.pop(name, None)
