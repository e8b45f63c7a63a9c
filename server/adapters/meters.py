"""Where counts are kept: in Redis, which every process of every machine adds to and any API process reads out.

prometheus_client keeps counts of several processes in files of one machine, and asks for a scrape of each machine;
workers have no port to be scraped at. One hash does for all, and outlives restarts with the rest of Redis.
"""

import logging
from typing import Any

import redis.asyncio
from redis import RedisError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from server.core.metrics import observed, sample_name

TOTALS = "threadproof:metrics"
ANSWER_S = 2.0
MOST_SAMPLES = 5_000  # kept back while Redis is away; some 60 are usual

log = logging.getLogger("threadproof.metrics")


class MemoryMeter:
    """A Meter of one process, for tests and for whoever runs without Redis."""

    def __init__(self) -> None:
        self._pending: dict[str, float] = {}

    def count(self, name: str, by: float = 1.0, **labels: str) -> None:
        """The port's promise."""
        self._add({sample_name(name, labels): by})

    def observe(self, name: str, value: float, **labels: str) -> None:
        """The port's promise."""
        self._add(observed(name, value, labels))

    async def flush(self) -> None:
        """The port's promise."""

    async def totals(self) -> dict[str, float]:
        """The port's promise."""
        return dict(self._pending)

    async def usual_job_s(self) -> float | None:
        """The port's promise."""
        count, took_s = self._pending.get(_COUNT, 0.0), self._pending.get(_SUM, 0.0)
        return took_s / count if count else None

    async def close(self) -> None:
        """Nothing to close."""

    def _add(self, samples: dict[str, float]) -> None:
        for sample, by in samples.items():
            if sample in self._pending or len(self._pending) < MOST_SAMPLES:
                self._pending[sample] = self._pending.get(sample, 0.0) + by


_COUNT, _SUM = "threadproof_job_seconds_count", "threadproof_job_seconds_sum"


class RedisMeter(MemoryMeter):
    """A Meter in one hash of Redis. What cannot be sent is sent with the next flush. Opening it does not connect."""

    def __init__(self, redis_url: str) -> None:
        super().__init__()
        self._redis: Any = redis.asyncio.Redis.from_url(
            redis_url,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 1),  # once, for a connection that a restart has closed
            decode_responses=True,
        )

    async def flush(self) -> None:
        """The port's promise."""
        sending, self._pending = self._pending, {}
        if not sending:
            return
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                for sample, by in sending.items():
                    pipe.hincrbyfloat(TOTALS, sample, by)
                await pipe.execute()
        except (RedisError, OSError) as error:
            self._add(sending)
            log.debug("counts are kept back: %s", error)

    async def totals(self) -> dict[str, float]:
        """The port's promise; this process's own counts while Redis is away."""
        await self.flush()
        try:
            kept = await self._redis.hgetall(TOTALS)
        except (RedisError, OSError):
            return dict(self._pending)
        return {sample: float(value) for sample, value in kept.items()}

    async def usual_job_s(self) -> float | None:
        """The port's promise."""
        try:
            count, took_s = await self._redis.hmget(TOTALS, [_COUNT, _SUM])
        except (RedisError, OSError):
            return None
        return float(took_s or 0) / float(count) if count and float(count) else None

    async def close(self) -> None:
        """Send what is left and close the connections."""
        await self.flush()
        await self._redis.aclose()
