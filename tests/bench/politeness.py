"""What manners and the shared cache cost: a hop's turn, twelve pages at once, a cached page while other hosts hang.

Servers of our own on this machine answer under invented names, each a host of its own; valkey is real.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from random import Random

import redis

from server.core.addresses import judge_url
from tests.valkey import running_valkey
from workers.adapters.bounded_shelf import RedisBoundedShelf
from workers.adapters.cached_pages import CachedPages
from workers.adapters.guarded_fetcher import GuardedFetcher
from workers.adapters.host_manners import HostManners
from workers.adapters.host_turns import Pace
from workers.adapters.redis_turns import RedisTurns
from workers.adapters.robots import Robots
from workers.adapters.spare_redis import SpareRedis

HOSTS, TIMES, LORISES = 12, 300, 50
ANSWER_S = 0.3
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: /section-{n}/*?print=\n" for n in range(200))
CHANCE = Random(7)
WORDS = ["".join(CHANCE.choices("etaoinshrdlucm", k=CHANCE.randint(2, 10))) for _ in range(4_000)]
PAGE = "\n".join(f"<p class='body-{n % 7}'>{' '.join(CHANCE.choices(WORDS, k=25))}</p>" for n in range(1_000))


class Worker:
    """One worker's fetcher; hosts are names on one port of this machine."""

    def __init__(self, redis_url: str, port: int) -> None:
        self.port = port
        self.spare = SpareRedis(redis_url, time.monotonic)
        shelf = RedisBoundedShelf(self.spare)
        robots = Robots(shelf, lambda: self.fetcher, _now)
        self.manners = HostManners(RedisTurns(Pace(), self.spare, time.monotonic), robots, _now)
        names = [f"{kind}{n}.example:{port}" for kind in ("host", "slow") for n in range(TIMES)]
        self.bare = GuardedFetcher(allow=names, resolver=_resolve)
        self.fetcher = GuardedFetcher(allow=names, resolver=_resolve, manners=self.manners)
        self.pages = CachedPages(self.fetcher, shelf, _now, allow=tuple(names))

    def url(self, kind: str, n: int, path: str = "page") -> str:
        """An address on one of the hosts."""
        return f"http://{kind}{n}.example:{self.port}/{path}"

    async def close(self) -> None:
        """All of it."""
        for each in (self.pages, self.manners, self.fetcher, self.bare, self.spare):
            await each.close()


def measure() -> list[tuple[str, str]]:
    """(what, figures) of each."""
    return asyncio.run(_measure())


async def _measure() -> list[tuple[str, str]]:
    async with AsyncExitStack() as stack:
        url = stack.enter_context(running_valkey())
        port = await stack.enter_async_context(_running_server())
        before, worker = Worker(url, port), Worker(url, port)
        stack.push_async_callback(before.close)
        stack.push_async_callback(worker.close)
        known = [before.fetcher.ask(before.url("host", n, "quick"), found=True) for n in range(TIMES)]
        for start in range(0, TIMES, 20):
            await asyncio.gather(*known[start : start + 20])
        await asyncio.sleep(1.0)
        figures = [("twelve pages of 300 ms, bare", await _twelve(worker, polite=False))]
        figures += [("twelve pages of 300 ms, robots.txt cached in Redis", await _twelve(worker, polite=True))]
        figures += [("a turn at a host, robots.txt from Redis", await _turns(worker))]
        await asyncio.sleep(1.0)
        figures += [("a turn at a host, robots.txt in memory", await _turns(worker))]
        cached = await _cached(worker, url)
        return [*figures, *cached, (f"a cached page while {LORISES} hosts drip", await _dripping(worker))]


async def _twelve(worker: Worker, *, polite: bool) -> str:
    took = []
    for n in range(5):
        fetcher = worker.fetcher if polite else worker.bare
        began = time.perf_counter()
        await asyncio.gather(
            *(fetcher.ask(worker.url("host", n * HOSTS + host, f"{n}"), found=True) for host in range(HOSTS))
        )
        took.append(time.perf_counter() - began)
    return f"{_ms(statistics.median(took))}, slowest {_ms(max(took))}"


async def _turns(worker: Worker) -> str:
    took = []
    for n in range(100, TIMES):
        url = worker.url("host", n)
        target = judge_url(url, frozenset({f"host{n}.example:{worker.port}"}))
        began = time.perf_counter()
        async with worker.manners.turn(target, found=True):
            pass
        took.append(time.perf_counter() - began)
    return _spread(took)


async def _cached(worker: Worker, redis_url: str) -> list[tuple[str, str]]:
    with redis.Redis.from_url(redis_url) as client:
        before = client.info("memory")["used_memory"]
        for n in range(HOSTS):
            await worker.pages.fetch(worker.url("host", n, "kept"))
        await asyncio.sleep(0.3)
        held = (client.info("memory")["used_memory"] - before) / HOSTS
    size = f"{held / 1000:,.0f} kB in Redis for {len(PAGE) / 1000:,.0f} kB of text"
    return [("a cached page", _spread(await _timed(worker))), ("what a cached page takes", size)]


async def _timed(worker: Worker) -> list[float]:
    took = []
    for n in range(TIMES):
        began = time.perf_counter()
        await worker.pages.fetch(worker.url("host", n % HOSTS, "kept"))
        took.append(time.perf_counter() - began)
    return took


async def _dripping(worker: Worker) -> str:
    hanging = [asyncio.create_task(worker.fetcher.fetch(worker.url("slow", n, "drip"))) for n in range(LORISES)]
    await asyncio.sleep(0.5)
    took = await _timed(worker)
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    return _spread(took)


@asynccontextmanager
async def _running_server() -> AsyncIterator[int]:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=512)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        body = (ROBOTS if path == "/robots.txt" else PAGE).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        if path == "/drip":
            await _drip(head.encode(), reader, writer)
        if path.removeprefix("/").isdecimal():
            await asyncio.sleep(ANSWER_S)
        writer.write(head.encode() + body)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _drip(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte a second, until whoever waits for them has gone."""
    gone = asyncio.ensure_future(reader.read())
    for byte in head:
        writer.write(bytes([byte]))
        if (await asyncio.wait([gone], timeout=1.0))[0]:
            break


async def _resolve(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def _now() -> datetime:
    return datetime.now(UTC)


def _spread(took: list[float]) -> str:
    ordered = sorted(took)
    return f"{_ms(statistics.median(ordered))}, p99 {_ms(ordered[int(len(ordered) * 0.99) - 1])}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms"


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures}")
