"""What fetching takes: beside bare httpx, under attack, and in memory.

Servers are loopback's, in another process or thread. Ratios are medians over rounds in which both take turns, since
a machine's speed changes by the minute. Memory is how far one fetch lifts the peak of a process of its own, by the
kernel's count; that process has fetched an ordinary page before.
"""

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx

from server.core.errors import SourceError
from tests.workers.adapters.hostile_server import FINE, GOOD, HostileServer, LoopbackWeb, whole
from tests.workers.adapters.network import ScriptedResolver
from workers.adapters.guarded_fetcher import GuardedFetcher

ROOT = Path(__file__).parents[2]
ROUNDS, EACH = 60, 20
GIB = 2**30
REFUSED = ["http://127.0.0.1/", "http://[::ffff:a9fe:a9fe]/", "http://2130706433/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
           "gopher://a.example/", "http://user@a.example/", "http://a.example:22/", f"http://a.example/{'a' * 70_000}",
           f"http://{'ä.' * 120}local/", f"http://{'ä' * 8000}.example/",
           "http://printer.local/", "http://xn--pokxncvks.example/"]  # fmt: skip
ATTACKS = {
    **{f"a bomb of 1 GiB in {name}": ("body", {"content_encoding": name, "decoded_bytes": GIB})
       for name in ("gzip", "deflate", "br", "zstd")},
    "an endless body": ("body", {"endless": True}),
    "an endless body in chunks": ("body", {"endless": True, "chunked": True, "chunk": 4096}),
    "an endless body in crumbs": ("body", {"endless": True, "chunked": True, "chunk": 1}),
    "ten million interim answers": ("headers", {"informational": {"status": 103, "count": 10**7}}),
    "5,000 cookies": ("headers", {"set_cookie_count": 5000}),
    "200,000 headers": ("headers", {"header_count": 200_000}),
    "a header of 10 MB": ("headers", {"header_bytes": 10_000_000}),
}  # fmt: skip
PLAIN_SERVER = """
    import asyncio

    body = b"<p>" + b"word " * 4000 + b"</p>"
    kept = b"HTTP/1.1 200 OK\\r\\ncontent-type: text/html; charset=utf-8\\r\\ncontent-length: %d\\r\\n" % len(body)

    async def serve(reader, writer):
        try:
            while asked := await reader.readuntil(b"\\r\\n\\r\\n"):
                closes = asked.startswith(b"GET /close")
                writer.write(kept + (b"connection: close\\r\\n\\r\\n" if closes else b"\\r\\n") + body)
                if closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(main())
"""
VICTIM = """
    import asyncio, json, sys, time
    from pathlib import Path
    from server.core.errors import SourceError
    from tests.bench.fetching import open_fetcher, FINE

    def peak():
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

    async def main():
        fetcher = open_fetcher(int(sys.argv[1]))
        for _ in range(5):
            await fetcher.fetch(f"http://{FINE}/")
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
        before, began = peak(), time.perf_counter()
        try:
            await fetcher.fetch("http://attack.example/")
            said = "read"
        except SourceError as error:
            said = error.message
        print(json.dumps([(peak() - before) / 1024, time.perf_counter() - began, said]))

    asyncio.run(main())
"""


def open_fetcher(port: int) -> GuardedFetcher:
    """A fetcher to which every name leads to the server at that port."""
    return GuardedFetcher(dial=LoopbackWeb(port), resolver=ScriptedResolver())


def measure() -> Iterator[tuple[str, str]]:
    """Each figure with what it is of."""
    yield "refusing an address, of " + f"{len(REFUSED)} kinds", asyncio.run(time_refusals())
    for what, path in (("on one connection", "keep"), ("on a new connection each", "close")):
        yield f"a page of 20 KB {what}, beside bare httpx", asyncio.run(compare_with_httpx(path))
    yield "12 pages of 300 ms from 12 hosts at once", asyncio.run(time_twelve_pages())
    yield "a page of another host, while 50 servers drip headers", asyncio.run(time_beside_slow_servers())
    for what, (kind, spec) in ATTACKS.items():
        yield f"memory and time for {what}", measure_attack(kind, spec)


async def time_refusals() -> str:
    """Median and slowest of the slowest kind."""
    fetcher, slowest = open_fetcher(0), (0.0, 0.0)
    for url in REFUSED:
        took = []
        for _ in range(200):
            began = time.perf_counter()
            with contextlib.suppress(SourceError):
                await fetcher.fetch(url)
            took.append(time.perf_counter() - began)
        slowest = max(slowest, (statistics.median(took), max(took)))
    return f"{slowest[0] * 1000:.3f} ms, at most {slowest[1] * 1000:.3f}"


async def compare_with_httpx(path: str) -> str:
    """Median of the rounds' ratios, and both medians."""
    command = [sys.executable, "-c", textwrap.dedent(PLAIN_SERVER)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        url = f"http://127.0.0.1:{port}/{path}"
        fetcher = GuardedFetcher(allow=(f"127.0.0.1:{port}",))
        async with httpx.AsyncClient(trust_env=False) as client:
            rounds = [(await time_rounds(lambda: client.get(url)), await time_rounds(lambda: fetcher.fetch(url)))
                      for _ in range(ROUNDS + 3)][3:]  # fmt: skip
        await fetcher.close()
        server.terminate()
    bare, ours = (statistics.median(each) * 1e6 for each in zip(*rounds, strict=True))
    return f"{statistics.median(b / a for a, b in rounds):.2f} × ({ours:.0f} : {bare:.0f} µs)"


async def time_rounds(ask: Callable[[], Awaitable[object]]) -> float:
    """Seconds for one, over a few."""
    began = time.perf_counter()
    for _ in range(EACH):
        await ask()
    return (time.perf_counter() - began) / EACH


async def time_twelve_pages() -> str:
    """Median and slowest of ten rounds, each on new connections."""

    async def play(number: int, path: str) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.3)
        yield whole(200, ["content-type: text/html", "connection: close"], GOOD * 20)

    took = []
    with HostileServer() as server:
        server.play = play
        fetcher = open_fetcher(server.port)
        for _ in range(10):
            began = time.perf_counter()
            await asyncio.gather(*(fetcher.fetch(f"http://host{n}.example/") for n in range(12)))
            took.append(time.perf_counter() - began)
        await fetcher.close()
    return f"{statistics.median(took) * 1000:.0f} ms, at most {max(took) * 1000:.0f}"


async def time_beside_slow_servers() -> str:
    """Median and 99th percentile of 500 pages."""
    with HostileServer() as server:
        server.prepare("body", {"drip_bytes_per_s": 10, "part": "headers"})
        fetcher = open_fetcher(server.port)
        slow = [asyncio.create_task(fetcher.fetch(f"http://slow{n}.example/")) for n in range(50)]
        await asyncio.sleep(0.5)
        took = []
        for _ in range(500):
            began = time.perf_counter()
            await fetcher.fetch(f"http://{FINE}/")
            took.append(time.perf_counter() - began)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        await fetcher.close()
    return f"{statistics.median(took) * 1000:.1f} ms, p99 {statistics.quantiles(took, n=100)[98] * 1000:.1f}"


def measure_attack(kind: str, spec: dict[str, object]) -> str:
    """MiB beyond an ordinary fetch, seconds, in a process of its own."""
    with HostileServer() as server:
        server.prepare(kind, spec)
        command = [sys.executable, "-c", textwrap.dedent(VICTIM), str(server.port)]
        done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    mib, seconds, _ = json.loads(done.stdout)
    return f"{mib:.1f} MiB, {seconds:.2f} s"


if __name__ == "__main__":
    for line in measure():
        print(f"{line[0]:<58}{line[1]:>34}", flush=True)
