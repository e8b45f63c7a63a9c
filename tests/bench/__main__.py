"""What things take on this machine: medians, with the slowest beside them.

Everything runs in a folder of its own, on a free port, on the sample world; nothing touches the network.
"""

import asyncio
import http.client
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from server.adapters.migrations import migrate
from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.core.card import Card
from server.core.jobs import CardKey
from server.core.ports import NewCard
from server.core.source import Document, Evidence, cut_sentences
from server.core.thread import Thread
from server.core.urls import canonical_url
from server.sample import THREAD_URL, world_path
from server.settings import Settings
from tests.bench.capturing import measure as measure_capturing
from tests.bench.fetching import measure as measure_fetching
from tests.bench.grounding import measure as measure_grounding
from tests.bench.jobs import measure as measure_jobs
from tests.bench.pages import measure as measure_pages
from tests.bench.panel import measure as measure_panel
from tests.bench.politeness import measure as measure_politeness
from tests.bench.readers import measure as measure_readers
from tests.bench.related import measure as measure_related
from tests.bench.serving import measure as measure_serving
from tests.bench.verifying import measure as measure_verifying
from tests.bench.writing import measure as measure_writing
from tests.e2e.servers import Server, run_cli
from tests.fakes import MemoryJobQueue, MemoryProgress
from workers.adapters.extraction import InProcessExtractor
from workers.adapters.recorded_web import RecordedWeb
from workers.adapters.sentences import split_sentences
from workers.readers import readers_of
from workers.readers.as_document import thread_document
from workers.stages.read import read_thread
from workers.writers.extractive import write_draft

POSTED = 1788885730
BIG_THREAD = "https://www.reddit.com/r/Lighthouses/comments/1bench/two_hundred_keepers/"
SAID = (
    "The lamp of Kestrel Point burned for 28 years, and nobody who passed it at night forgot the colour of its light."
)


def measure(what: str, run: Callable[[], object], *, times: int) -> None:
    """Run it so often and print one line."""
    took: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    report(what, took)


def report(what: str, took: list[float]) -> None:
    """Median and slowest in milliseconds."""
    print(f"{what:<58}{statistics.median(took) * 1000:>10,.1f} ms{max(took) * 1000:>10,.1f} ms  of {len(took)}")


# ---- commands -----------------------------------------------------------------------------------------


def bench_commands() -> None:
    """From process start to process end."""

    def command(*argv: str) -> Callable[[], None]:
        def run() -> None:
            done = run_cli(*argv)
            assert done.returncode == 0, done.stderr

        return run

    measure("threadproof --help", command("--help"), times=7)
    card = command("card", THREAD_URL, "--web", str(world_path()), "--format", "json")
    measure("threadproof card SAMPLE, everything started for it", card, times=3)


# ---- a running server -----------------------------------------------------------------------------------


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Ready, and stopped by SIGTERM to its own pid."""
    server = Server(folder / "data", "--web", str(world_path()), log=folder / "serve.log")
    try:
        yield server.wait_until_ready()
    finally:
        server.stop()


def bench_server(folder: Path) -> Card:
    """New cards, then a known one; returns it."""
    with running_server(folder) as server:

        def new_card() -> str:
            status, answer = server.ask("POST", "/api/v1/cards", {"url": THREAD_URL, "refresh": True})
            assert status == 202, answer
            last = server.events(answer["job"]["id"])[-1]
            assert last.name == "card", last
            return str(last.data["card"]["id"])

        card_id = new_card()  # the first one warms the worker up
        measure("a new card in a running server, POST to its last event", new_card, times=10)
        place = urlsplit(server.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)

        def known_card() -> None:
            connection.request("GET", f"/api/v1/cards/{card_id}")
            answer = connection.getresponse()
            assert (answer.read(), answer.status)[1] == 200

        measure("a known card over HTTP, one connection, at the client", known_card, times=500)
        connection.close()
        return msgspec.convert(server.ask("GET", f"/api/v1/cards/{card_id}")[1], Card)


def bench_application(folder: Path, card: Card) -> None:
    """The same answer without sockets and client: what the server itself takes."""

    async def ask() -> list[float]:
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        migrate(url)
        store = SqlCardStore(url)
        await store.save_card(NewCard(card=card, key=CardKey(canonical_url(THREAD_URL).key), texts={}))
        app = create_app(Settings(data=folder), store, MemoryJobQueue(), MemoryProgress(), lambda: datetime.now(UTC))
        took = [await time_request(app, f"/api/v1/cards/{card.id}") for _ in range(300)]
        await store.close()
        return took[20:]

    report("a known card, inside the server", asyncio.run(ask()))


async def time_request(app: Any, path: str) -> float:
    """Seconds of one GET through the ASGI application."""
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
        "headers": [(b"host", b"127.0.0.1:8321")], "server": ("127.0.0.1", 8321), "client": ("127.0.0.1", 50_000),
    }  # fmt: skip
    began = time.perf_counter()
    await app(scope, receive, send)
    assert status == 200, status
    return time.perf_counter() - began


# ---- parts ----------------------------------------------------------------------------------------------


def big_listing() -> bytes:
    """A Reddit thread of 200 comments, each fourth answering the one before, in the site's own JSON."""
    post = {
        "id": "1bench", "name": "t3_1bench", "title": "Two hundred keepers", "author": "keeper", "selftext": SAID,
        "subreddit": "Lighthouses", "permalink": urlsplit(BIG_THREAD).path, "url": BIG_THREAD, "is_self": True,
        "created_utc": POSTED, "num_comments": 200, "score": 900,
    }  # fmt: skip
    children: list[dict[str, Any]] = []
    for n in range(200):
        comment: dict[str, Any] = {
            "id": f"k{n}", "name": f"t1_k{n}", "author": f"keeper_{n}",
            "body": f"{SAID} Entry {n}.\n\n> {SAID}\n\n{SAID}",
            "created_utc": POSTED + n, "score": 200 - n, "replies": "", "parent_id": "t3_1bench",
            "permalink": f"{urlsplit(BIG_THREAD).path}k{n}/", "depth": 0,
        }  # fmt: skip
        if n % 4 == 3:
            answers = {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": {**comment, "depth": 1}}]}}
            children[-1]["data"]["replies"] = answers
        else:
            children.append({"kind": "t1", "data": comment})
    listings = [[{"kind": "t3", "data": post}], children]
    return json.dumps([{"kind": "Listing", "data": {"children": listed}} for listed in listings]).encode()


def bench_parts() -> None:
    """Reading, opening and writing, each alone in this process."""
    body, canonical, now = big_listing(), canonical_url(BIG_THREAD), datetime.now(UTC)

    def read() -> Thread:
        return next(iter(readers_of("reddit"))).parse(body, "application/json", canonical, now)

    assert len(read().readable_comments()) == 200
    measure("reading a Reddit thread of 200 comments from JSON", read, times=30)
    measure("opening a recorded world", lambda: RecordedWeb(world_path()), times=30)
    measure("opening it and building its search index", lambda: RecordedWeb(world_path()).preload(), times=10)
    thread, evidence = asyncio.run(sample_evidence())
    measure("writing extractively, on the sample's pages", lambda: write_draft(thread, evidence), times=20)
    big = read()
    crowded = Evidence((cut_sentences(1, thread_document(big), split_sentences), *evidence.sources[1:]))
    measure("the same pages under 200 comments", lambda: write_draft(big, crowded), times=10)


async def sample_evidence() -> tuple[Thread, Evidence]:
    """The sample's thread with every page that is on its subject."""
    web, extractor = RecordedWeb(world_path()), InProcessExtractor()
    thread = await read_thread(
        canonical_url(THREAD_URL), fetcher=web, extractor=extractor, capture=None, now=datetime.now(UTC)
    )
    relevant = json.loads((world_path() / "world.json").read_text())["relevant"]
    pages: list[Document] = [await extractor.extract(await web.fetch(url)) for url in relevant]
    numbered = enumerate([thread_document(thread), *pages], start=1)
    return thread, Evidence(tuple(cut_sentences(n, document, split_sentences) for n, document in numbered))


def main() -> None:
    """All of it, in a minute or two."""
    print(f"Python {platform.python_version()} on {os.cpu_count()} cores, {platform.machine()}")
    print(f"{'':<58}{'median':>13}{'slowest':>13}")
    with tempfile.TemporaryDirectory(prefix="threadproof-bench-") as name:
        folder = Path(name)
        bench_commands()
        card = bench_server(folder)
        bench_application(folder, card)
        bench_parts()
    for what, figures in (
        *measure_readers(),
        *measure_politeness(),
        *measure_fetching(),
        *measure_grounding(),
        *measure_verifying(),
        *measure_capturing(),
        *measure_panel(),
        *measure_pages(),
        *measure_serving(),
        *measure_writing(),
        *measure_jobs(),
        *measure_related(most=20_000),
    ):
        print(f"{what:<58}{figures:>26}")


if __name__ == "__main__":
    main()
