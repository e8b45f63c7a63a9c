"""The day's budget in Redis, where all workers of all machines see it.

A day is two hashes: what was spent by whom, and what is put aside until when. Scripts read and write both at once, so
cards made side by side cannot cross a budget together.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import redis.asyncio
from redis import RedisError

from server.core.errors import QueueUnavailable
from server.core.money import MILLION, Reservation, micros, payer_of

HELD_S = 600.0  # a question to a model takes a minute; what its worker did not settle by then, it never will
KEPT_S = 2 * 24 * 3600
ALL = "all"

# Amounts are millionths of a dollar: whole numbers, exact up to 2^53. A hold is "<end in ms> <amount> <payer> …".
# KEYS: spent, held. ARGV: now in ms, then each script's own.
_SUMS = """
local held = {}
local rows = redis.call('HGETALL', KEYS[2])
for at = 1, #rows, 2 do
  local words = {}
  for word in string.gmatch(rows[at + 1], '%S+') do words[#words + 1] = word end
  if tonumber(words[1]) <= tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[2], rows[at])
  else
    for word = 3, #words do held[words[word]] = (held[words[word]] or 0) + tonumber(words[2]) end
  end
end
local function used(payer)
  return tonumber(redis.call('HGET', KEYS[1], payer) or '0') + (held[payer] or 0)
end
"""
# … the hold's end in ms, its id, the amount, seconds to keep it all, then payer and limit, again and again.
_RESERVE = f"""{_SUMS}
local hold = ARGV[2] .. ' ' .. ARGV[4]
for at = 6, #ARGV, 2 do
  if used(ARGV[at]) + tonumber(ARGV[4]) > tonumber(ARGV[at + 1]) then return 0 end
  hold = hold .. ' ' .. ARGV[at]
end
redis.call('HSET', KEYS[2], ARGV[3], hold)
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1
"""
# … the hold's id, the amount, seconds to keep it all, then payers.
_SETTLE = """
redis.call('HDEL', KEYS[2], ARGV[2])
if redis.call('HSETNX', KEYS[1], 'settled ' .. ARGV[2], 1) == 0 then return 0 end
for at = 5, #ARGV do redis.call('HINCRBY', KEYS[1], ARGV[at], ARGV[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""
# … a payer.
_USED = f"{_SUMS} return used(ARGV[2])"


def utc_now() -> datetime:
    """The clock of real processes."""
    return datetime.now(UTC)


class RedisBudget:
    """Budget in two hashes a day, gone two days later. Opening it does not connect.

    Keys and addresses are kept as digests. Where Redis does not answer, nothing is reserved.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        day_usd: float,
        key_usd: float,
        address_usd: float,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._day_usd, self._key_usd, self._address_usd, self._clock = day_usd, key_usd, address_usd, clock
        self._redis: Any = redis.asyncio.Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5)
        self._reserve = self._redis.register_script(_RESERVE)
        self._settle = self._redis.register_script(_SETTLE)
        self._used = self._redis.register_script(_USED)

    async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
        """The port's promise."""
        now = self._clock()
        made = Reservation(id=secrets.token_hex(8), usd=usd, day=_day(now), key=key, address=address)
        limits = {ALL: self._day_usd, _key(made): self._key_usd, _address(made): self._address_usd}
        pairs = [word for payer, limit in limits.items() if payer for word in (payer, micros(limit))]
        ends_ms = _ms(now) + int(HELD_S * 1000)
        with _translated():
            done = await self._reserve(
                keys=_hashes(made.day), args=[_ms(now), ends_ms, made.id, micros(usd), KEPT_S, *pairs]
            )
        return made if done else None

    async def settle(self, reservation: Reservation, usd: float) -> None:
        """The port's promise."""
        payers = [payer for payer in (ALL, _key(reservation), _address(reservation)) if payer]
        with _translated():
            await self._settle(
                keys=_hashes(reservation.day),
                args=[_ms(self._clock()), reservation.id, micros(usd), KEPT_S, *payers],
            )

    async def left(self) -> float:
        """The port's promise."""
        now = self._clock()
        with _translated():
            used = int(await self._used(keys=_hashes(_day(now)), args=[_ms(now), ALL]))
        return max(0, micros(self._day_usd) - used) / MILLION

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _hashes(day: str) -> list[str]:
    """In braces is what a Redis cluster places keys by: a script's keys must lie on one machine."""
    return [f"threadproof:budget:{{{day}}}:spent", f"threadproof:budget:{{{day}}}:held"]


def _key(reservation: Reservation) -> str | None:
    return f"key:{_digest(reservation.key)}" if reservation.key else None


def _address(reservation: Reservation) -> str | None:
    """With the day in it, so that one day's digests tell nothing of another's."""
    return f"address:{_digest(reservation.day + payer_of(reservation.address))}" if reservation.address else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(
            "The day's budget (in Redis or Valkey) cannot be asked, so no money is spent on a model. Try again in a "
            "moment; `threadproof doctor` tells what is wrong."
        ) from error
