"""Telling other processes over Redis that a card changed, so that what they keep of it goes within milliseconds.

A message says nothing but "look again", and nothing rests on it: who missed one looks again within a second anyway
(`server/kept_answers.py`). So none is kept, repeated or waited for.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import redis.asyncio
from redis import RedisError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CHANNEL = "threadproof:changed"
HEALTH_S = 30.0  # how often the way to Redis is tried while nothing comes
TELLING_S = 1.0  # a saved card does not wait longer for a Redis that is away
PAUSE_S = 1.0
log = logging.getLogger("threadproof.changes")


class RedisChanges:
    """One channel for all processes of an installation. Opening it does not connect."""

    def __init__(self, redis_url: str) -> None:
        once: Any = {"retry": Retry(NoBackoff(), 0), "socket_connect_timeout": TELLING_S}
        self._speaking: Any = redis.asyncio.Redis.from_url(redis_url, socket_timeout=TELLING_S, **once)
        self._hearing: Any = redis.asyncio.Redis.from_url(
            redis_url, socket_timeout=None, health_check_interval=HEALTH_S, **once
        )
        self._listening: asyncio.Task[None] | None = None

    async def tell(self) -> None:
        """Something has changed in the store. Never fails: without Redis others learn of it from the store."""
        try:
            await self._speaking.publish(CHANNEL, b"")
        except (RedisError, OSError) as error:
            log.debug("could not tell that a card changed: %s", error)

    async def listen(self, heard: Callable[[], None]) -> None:
        """From now until `close`, call `heard` at every message, and whenever one may have been missed."""
        self._listening = asyncio.create_task(self._listen(heard))

    async def _listen(self, heard: Callable[[], None]) -> None:
        while True:
            try:
                async with self._hearing.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    heard()
                    while True:
                        if await channel.get_message(timeout=HEALTH_S) is not None:
                            heard()
            except (RedisError, OSError) as error:
                log.debug("do not hear of changes: %s", error)
            heard()
            await asyncio.sleep(PAUSE_S)

    async def close(self) -> None:
        """Stop listening and close the connections."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        await self._speaking.aclose()
        await self._hearing.aclose()
