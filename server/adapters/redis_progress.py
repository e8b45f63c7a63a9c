"""Progress as one Redis stream per job: late readers get everything, and resume where they stopped."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import redis.asyncio
from redis import RedisError

from server.core.errors import QueueUnavailable
from server.core.jobs import CardEvent, Event, FailedEvent, JobId, NumberedEvent

KEPT_S = 3600  # how long a stream outlives its job
ABANDONED_S = 24 * 3600  # and how long one that nobody finished
MOST_EVENTS = 1000  # a card takes about 30
SILENCE_S = 10.0
FIELD = b"event"
EVENT_ID = re.compile(r"\d{1,15}-\d{1,19}")

_decode = msgspec.json.Decoder(Event).decode


class RedisProgress:
    """Progress on streams named by job id. Opening it does not connect."""

    def __init__(self, redis_url: str, *, silence_s: float = SILENCE_S) -> None:
        self._silence_s = silence_s
        # Reading blocks for silence_s, so the socket must be more patient than that.
        self._redis: Any = redis.asyncio.Redis.from_url(
            redis_url, socket_timeout=silence_s + 5, socket_connect_timeout=5, health_check_interval=0
        )

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """Append; the server numbers events within an attempt (`{attempt}-*`, Redis 7)."""
        key = _key(job_id)
        with _translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.xadd(
                    key,
                    {FIELD: msgspec.json.encode(event)},
                    id=f"{attempt}-*",
                    maxlen=MOST_EVENTS,
                    approximate=True,
                )
                pipe.expire(key, ABANDONED_S)
                number, _ = await pipe.execute()
        return str(number.decode())

    async def finish(self, job_id: JobId) -> None:
        """Nothing more will come: the stream expires in an hour."""
        with _translated():
            await self._redis.expire(_key(job_id), KEPT_S)

    async def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        """Events after an id, then new ones; None after each silence. Ends behind a `card` or `failed` event."""
        last = after if EVENT_ID.fullmatch(after) else "0-0"
        while True:
            with _translated():
                answer = await self._redis.xread({_key(job_id): last}, block=int(self._silence_s * 1000), count=100)
            if not answer:
                yield None
                continue
            for number, fields in _entries(answer):
                last = number
                event = _decode(fields[FIELD])
                yield NumberedEvent(number, event)
                if isinstance(event, CardEvent | FailedEvent):
                    return

    async def told(self, job_id: JobId, after: str = "0-0") -> list[NumberedEvent]:
        """What the stream holds after an id, in one question."""
        last = after if EVENT_ID.fullmatch(after) else "0-0"
        with _translated():
            answer = await self._redis.xread({_key(job_id): last})
        return [NumberedEvent(number, _decode(fields[FIELD])) for number, fields in _entries(answer or {})]

    async def has(self, job_id: JobId, event_id: str) -> bool:
        """Whether the stream still holds the event; anything that is no event id is not held."""
        if not EVENT_ID.fullmatch(event_id):
            return False
        with _translated():
            return bool(await self._redis.xrange(_key(job_id), event_id, event_id, count=1))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _key(job_id: JobId) -> str:
    return f"threadproof:progress:{job_id}"


def _entries(answer: Any) -> Iterator[tuple[str, dict[bytes, bytes]]]:
    """The entries of an XREAD of one stream; RESP3 answers a map of lists, RESP2 a list of pairs (redis-py 8.1)."""
    streams = answer.values() if isinstance(answer, dict) else (entries for _, entries in answer)
    for entries in streams:
        for batch in entries if isinstance(answer, dict) else (entries,):
            for number, fields in batch:
                yield number.decode(), fields


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(
            "The progress stream (Redis or Valkey) does not answer. Try again in a moment; "
            "`threadproof doctor` tells what is wrong."
        ) from error
