"""A known card over HTTP, beside bare ASGI on the same server at the same time; and what its page and picture take.

Both servers run throughout and are asked by turns, so that whatever else the machine does falls on both alike.
"""

import asyncio
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import resvg_py

from server.adapters.migrations import migrate
from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.core.jobs import CardKey
from server.core.ports import NewCard
from server.core.urls import canonical_url
from server.kept_answers import KeptAnswers
from server.pages.card_page import path_of
from server.pages.preview.drawing import Drawing, draw
from server.settings import Settings
from server.supervisor import free_port
from tests.fakes import MemoryJobQueue, MemoryProgress
from tests.server.api.served import load_case, texts_of
from tests.valkey import running_valkey

CONNECTIONS = 32
ROUNDS = 40
ROUND_S = 0.15
TIMES = 40
CASE = load_case()
HERE = "127.0.0.1"


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`."""
    with tempfile.TemporaryDirectory(prefix="threadproof-serving-") as name:
        folder = Path(name)
        asyncio.run(fill(store_url(folder)))
        yield from over_http(folder)
        yield from asyncio.run(within(folder))
    drawing = draw(CASE)
    yield "drawing a preview image, in the server", f"{statistics.median(cpu_ms(lambda: draw(CASE), 20)):.1f} ms CPU"
    yield "rendering it, beside the server", f"{statistics.median(cpu_ms(lambda: to_png(drawing), 20)):.1f} ms CPU"


def store_url(folder: Path) -> str:
    """Where both `threadproof api` and this process find the card."""
    return f"sqlite:///{folder / 'threadproof.sqlite3'}"


async def fill(url: str) -> None:
    """The invented card, in a store of its own."""
    migrate(url)
    store = SqlCardStore(url)
    await store.save_card(NewCard(card=CASE, key=CardKey(canonical_url(CASE.thread.url).key), texts=texts_of(CASE)))
    await store.close()


# ---- over HTTP --------------------------------------------------------------------------------------


def over_http(folder: Path) -> Iterator[tuple[str, str]]:
    """Requests a second at the client, for what a reader asks again and again."""
    with ExitStack() as stack:
        redis_url = stack.enter_context(running_valkey())
        ours = free_port(HERE, 0)
        environ = {
            **os.environ,
            "THREADPROOF_DATA": str(folder),
            "THREADPROOF_PORT": str(ours),
            "REDIS_URL": redis_url,
        }
        pid = stack.enter_context(running([sys.executable, "-m", "server.cli", "api"], environ, ours))
        paths = {
            "a known card as JSON": f"/api/v1/cards/{CASE.id}",
            "its permalink": path_of(CASE),
            "its preview image": f"/c/{CASE.id}/v/1.png",
        }
        for what, path in paths.items():
            body = folder / "body"
            body.write_bytes(Load(ours, path).body)
            bare = free_port(HERE, 0)
            environ = {**os.environ, "BENCH_BODY": str(body)}
            with running([sys.executable, "-m", "tests.bench.bare", str(bare)], environ, bare) as its_pid:
                yield from compared(what, Load(ours, path), pid, Load(bare, path), its_pid)
        known, whole = (Load(ours, paths["a known card as JSON"], etag=etag) for etag in (True, False))
        ratio = statistics.median(known.rate(ROUND_S) / whole.rate(ROUND_S) for _ in range(ROUNDS))
        yield "a known card to whoever names its ETag: 304", f"{ratio:.2f} of the rate of 200"


def compared(what: str, ours: "Load", pid: int, bare: "Load", its_pid: int) -> Iterator[tuple[str, str]]:
    """Medians of both, by turns, and of the ratios between neighbours; and what an answer costs each of them, which
    tells more on a machine that does much else."""
    before, rates = (cpu_s(pid), cpu_s(its_pid)), list[tuple[float, float]]()
    for _ in range(ROUNDS):
        rates.append((ours.rate(ROUND_S), bare.rate(ROUND_S)))
    ratio = statistics.median(mine / its for mine, its in rates)
    rate = statistics.median(mine for mine, _ in rates)
    yield f"{what}, over HTTP", f"{rate:,.0f}/s, {ratio:.2f} of bare ASGI"
    spent = (cpu_s(pid) - before[0], cpu_s(its_pid) - before[1])
    if all(spent):
        mine, its = (1e6 * spent[n] / ROUND_S / sum(pair[n] for pair in rates) for n in (0, 1))
        yield f"{what}, CPU of the server", f"{mine:.1f} µs, bare ASGI {its:.1f} µs"


def cpu_s(pid: int) -> float:
    """What a process and its children have used so far, as Linux tells; nothing elsewhere."""
    used = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if pid in (int(stat.parent.name), int(fields[1])):
                used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


@contextmanager
def running(command: list[str], environ: dict[str, str], port: int) -> Iterator[int]:
    """A server that answers at the port, and its process."""
    process = subprocess.Popen(command, env=environ, cwd=Path(__file__).parents[2])
    try:
        deadline = time.monotonic() + 20
        while not is_open(port):
            assert process.poll() is None, command
            assert time.monotonic() < deadline, command
            time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def is_open(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex((HERE, port)) == 0


class Load:
    """One request, sent over and over on many connections, with as little work at the client as Python can do."""

    def __init__(self, port: int, path: str, *, etag: bool = False) -> None:
        self.port = port
        head, self.body = self._ask(path)
        assert head.startswith(b"HTTP/1.1 200"), head
        self.request = f"GET {path} HTTP/1.1\r\nHost: {HERE}:{port}\r\n\r\n".encode()
        self.size = len(head) + len(self.body)
        if etag:
            tag = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"etag:")).partition(b":")[2]
            self.request = self.request[:-2] + b"If-None-Match:" + tag + b"\r\n\r\n"
            self.size = len(self._exchange(self.request))

    def rate(self, seconds: float) -> float:
        """Answers a second."""
        sockets = {each.fileno(): each for each in (self._connect() for _ in range(CONNECTIONS))}
        left, buffer, done = dict.fromkeys(sockets, self.size), bytearray(1 << 18), 0
        with select.epoll() as ready:
            for number, each in sockets.items():
                ready.register(number, select.EPOLLIN)
                each.send(self.request)
            began = time.perf_counter()
            while (passed := time.perf_counter() - began) < seconds:
                for number, _ in ready.poll(1.0):
                    left[number] -= sockets[number].recv_into(buffer)
                    if left[number] <= 0:
                        assert left[number] == 0, "an answer was longer than the first"
                        left[number], done = self.size, done + 1
                        sockets[number].send(self.request)
        for each in sockets.values():
            each.close()
        return done / passed

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((HERE, self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _ask(self, path: str) -> tuple[bytes, bytes]:
        answer = self._exchange(f"GET {path} HTTP/1.1\r\nHost: {HERE}:{self.port}\r\n\r\n".encode())
        head, gap, body = answer.partition(b"\r\n\r\n")
        return head + gap, body

    def _exchange(self, request: bytes) -> bytes:
        """What comes until nothing more does."""
        with self._connect() as connection:
            connection.settimeout(0.3)
            connection.send(request)
            answer = b""
            while True:
                try:
                    answer += connection.recv(1 << 18)
                except TimeoutError:
                    if answer:
                        return answer


# ---- within the process -------------------------------------------------------------------------------


async def within(folder: Path) -> list[tuple[str, str]]:
    """CPU of this process for one request through the whole application, without a server under it."""
    store = SqlCardStore(store_url(folder))
    lines: list[tuple[str, str]] = []
    for what, most_bytes in (("from the store", 0), ("from the copy", 1 << 25)):
        settings = Settings(data=folder)
        kept = KeptAnswers(store.changes, utc_now, time.monotonic, most_bytes=most_bytes)
        app = create_app(settings, store, MemoryJobQueue(), MemoryProgress(), utc_now, kept=kept)
        for name, path in (("permalink", path_of(CASE)), ("card as JSON", f"/api/v1/cards/{CASE.id}")):
            for coding in (b"identity", b"gzip"):
                took = [await request_ms(app, path, coding) for _ in range(TIMES)]
                packed = ", gzip" if coding == b"gzip" and name == "permalink" else ""
                if coding == b"identity" or packed:
                    lines.append((f"{name} {what}{packed}", f"{statistics.median(took[5:]):.2f} ms CPU"))
    await store.close()
    return lines


async def request_ms(app: Any, path: str, coding: bytes) -> float:
    """Milliseconds of CPU, threads included."""
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
        "headers": [(b"host", b"127.0.0.1:8321"), (b"accept-encoding", coding)],
        "server": (HERE, 8321), "client": (HERE, 50_000),
    }  # fmt: skip
    began = time.process_time()
    await app(scope, receive, send)
    assert status == 200, status
    return (time.process_time() - began) * 1000


def to_png(drawing: Drawing) -> bytes:
    """What the renderer's process does with it."""
    return resvg_py.svg_to_bytes(svg_string=drawing.svg, skip_system_fonts=True, font_files=drawing.fonts)


def cpu_ms(run: Callable[[], object], times: int) -> list[float]:
    """Each run's milliseconds of CPU."""
    took: list[float] = []
    for _ in range(times):
        began = time.process_time()
        run()
        took.append((time.process_time() - began) * 1000)
    return took


def utc_now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures:>32}")
