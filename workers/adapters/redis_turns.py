"""Turns that all workers share, by a script in Redis: a look and a grab in two commands would let two in at once."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from workers.adapters.host_turns import KEPT_S, LATE_S, LONGEST_REST_S, POLL_S, OwnTurns, Pace, Turn, Wish
from workers.adapters.spare_redis import SpareRedis

# The same as `OwnTurns.ask`, in whole milliseconds of Redis's own clock.
ASK = """
local running, waiting, due, last, rest, crawl = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local lease, most, lease_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local bound, waited, delay, heeds = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7] == '1'
local poll, late, kept = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local note = KEYS[7] and redis.call('GET', KEYS[7])

redis.call('ZREMRANGEBYSCORE', running, '-inf', now)
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now - late)) do
  redis.call('ZREM', due, dead)
  redis.call('ZREM', waiting, dead)
end
if heeds then delay = math.max(delay, tonumber(redis.call('GET', crawl) or 0)) end
local resting = math.max(redis.call('PTTL', rest), 0)
local free_at = math.max(now + resting, (tonumber(redis.call('GET', last) or 0)) + delay)
local since = now - waited
redis.call('ZADD', waiting, 'NX', time[1] * 1000000 + time[2] - waited * 1000, lease)  -- who come in one millisecond
local ahead = redis.call('ZRANK', waiting, lease)
local starts = free_at + ahead * delay

local function stop(state, wait, status)
  redis.call('ZREM', waiting, lease)
  redis.call('ZREM', due, lease)
  return {state, wait, delay, status, note}
end
if starts - since > bound then
  if resting > 0 and now + resting - since > bound then
    return stop('rest', starts - now, tonumber(redis.call('GET', rest) or 0))
  end
  return stop('busy', starts - now, 0)
end
if ahead == 0 and starts <= now and redis.call('ZCARD', running) < most then
  redis.call('ZADD', running, now + lease_ms, lease)
  redis.call('PEXPIRE', running, lease_ms + 1000)
  redis.call('SET', last, now, 'PX', kept)
  return stop('go', 0, 0)
end
local wait = math.max(starts - now, poll)
if now + wait - since > bound then return stop('busy', wait, 0) end
redis.call('ZADD', due, now + wait, lease)
redis.call('PEXPIRE', due, kept)
redis.call('PEXPIRE', waiting, kept)
return {'wait', wait, delay, 0, note}
"""
LEAVE = "for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end"
REST = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
"""


class _Reply(msgspec.Struct, array_like=True):
    state: Literal["go", "wait", "busy", "rest"]
    wait_ms: int
    delay_ms: int
    status: int
    note: bytes | None = None


class RedisTurns:
    """Turns on one Redis: a round trip each, and none that `leave` waits for. While it is away, one process's own."""

    def __init__(self, pace: Pace, spare: SpareRedis, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._redis = spare
        self._own = OwnTurns(pace, clock)
        self._ask, self._leave, self._rest = spare.script(ASK), spare.script(LEAVE), spare.script(REST)
        self._leaving: set[asyncio.Task[object]] = set()

    async def ask(self, wish: Wish) -> Turn:
        """By Redis; while it is away, by this process alone."""
        keys = [_key(wish.host, part) for part in ("running", "waiting", "due", "last", "rest", "crawl")]
        keys += [wish.note] if wish.note else []
        seconds = (self._pace.lease_s, wish.bound_s, wish.waited_s, self._pace.delay_s)
        args: list[Any] = [wish.lease, self._pace.requests, *map(_ms, seconds), int(wish.heeds_robots)]
        args += map(_ms, (POLL_S, LATE_S, max(KEPT_S, 2 * self._pace.delay_s)))
        answer = await self._redis.ask(lambda _: self._ask(keys=keys, args=args))
        if answer is None:
            return await self._own.ask(wish)
        reply = msgspec.convert([answer[0].decode(), *answer[1:]], _Reply)
        return Turn(reply.state, reply.wait_ms / 1000, reply.delay_ms / 1000, reply.status, reply.note)

    def leave(self, wish: Wish) -> None:
        """Told to Redis beside whatever comes next; a lease of which it never hears ends by itself."""
        self._own.leave(wish)
        keys = [_key(wish.host, part) for part in ("running", "waiting", "due")]
        telling = asyncio.ensure_future(self._redis.ask(lambda _: self._leave(keys=keys, args=[wish.lease])))
        self._leaving.add(telling)
        telling.add_done_callback(self._leaving.discard)

    async def rest(self, host: str, rest_s: float, status: int) -> None:
        """For all workers."""
        await self._own.rest(host, rest_s, status)
        args = [status, _ms(min(rest_s, LONGEST_REST_S))]
        await self._redis.ask(lambda _: self._rest(keys=[_key(host, "rest")], args=args))

    async def slow(self, host: str, delay_s: float, kept_s: float) -> None:
        """For all workers."""
        await self._own.slow(host, delay_s, kept_s)
        await self._redis.ask(lambda client: client.set(_key(host, "crawl"), _ms(delay_s), px=max(1, _ms(kept_s))))

    async def close(self) -> None:
        """Tell Redis of the turns that are over."""
        await asyncio.gather(*self._leaving, return_exceptions=True)


def _key(host: str, part: str) -> str:
    return f"threadproof:host:{{{host}}}:{part}"


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
