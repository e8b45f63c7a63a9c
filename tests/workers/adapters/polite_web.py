"""A web of scripted sites behind the real fetcher, its real manners, and a Redis that is real or none."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx

from workers.adapters.bounded_shelf import BoundedShelf, OwnBoundedShelf, RedisBoundedShelf
from workers.adapters.cached_pages import CachedPages
from workers.adapters.guarded_fetcher import GuardedFetcher
from workers.adapters.host_manners import HostManners
from workers.adapters.host_turns import OwnTurns, Pace, Turns
from workers.adapters.redis_turns import RedisTurns
from workers.adapters.robots import Robots
from workers.adapters.spare_redis import SpareRedis

Answer = httpx.Response | Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]] | Exception
AT_ONCE = Pace(requests=2, delay_s=0.0)
TEXT = {"content-type": "text/html; charset=utf-8"}


def text(body: str, status: int = 200, **headers: str) -> httpx.Response:
    """An HTML answer; `cache_control="…"` is the header of that name."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers={**TEXT, **told}, text=body)


class Sites(httpx.AsyncBaseTransport):
    """Answers by address, 404 elsewhere; what was asked, with its headers and when, is kept in order."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.answers = answers or {}
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []

    @property
    def asked(self) -> list[str]:
        """The addresses, without their scheme."""
        return [str(request.url).partition("://")[2] for request in self.requests]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append(time.monotonic())
        answer = self.answers.get(str(request.url)) or text("nothing here", 404)
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            told = answer(request)
            answer = await told if isinstance(told, Awaitable) else told
        return httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)


async def silence(request: httpx.Request) -> httpx.Response:
    """A site that takes the question and says nothing."""
    await asyncio.sleep(60)
    raise AssertionError


class Clock:
    """The time, which a test may move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, seconds: float) -> None:
        """So much later."""
        self.ahead += timedelta(seconds=seconds)


class Worker:
    """A process's fetcher and pages, as `bootstrap.py` puts them together."""

    def __init__(self, sites: Sites, turns: Turns, shelf: BoundedShelf, clock: Clock) -> None:
        self.shelf, self.clock = shelf, clock
        robots = Robots(shelf, lambda: self.fetcher, clock)
        self.manners = HostManners(turns, robots, clock)
        self.fetcher = GuardedFetcher(transport=sites, manners=self.manners)
        self.pages = CachedPages(self.fetcher, shelf, clock)

    async def close(self) -> None:
        """In the order of bootstrap."""
        await self.pages.close()
        await self.manners.close()
        await self.fetcher.close()


@asynccontextmanager
async def worker(
    sites: Sites, redis_url: str | None = None, *, pace: Pace = AT_ONCE, clock: Clock | None = None
) -> AsyncIterator[Worker]:
    """One worker before these sites; several on one Redis share what they know."""
    async with AsyncExitStack() as stack:
        if redis_url is None:
            made = Worker(sites, OwnTurns(pace, time.monotonic), OwnBoundedShelf(time.monotonic), clock or Clock())
        else:
            spare = SpareRedis(redis_url, time.monotonic)
            stack.push_async_callback(spare.close)
            turns = RedisTurns(pace, spare, time.monotonic)
            made = Worker(sites, turns, RedisBoundedShelf(spare), clock or Clock())
        stack.push_async_callback(made.close)
        yield made
