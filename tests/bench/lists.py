"""Front page, lists, searches, feeds and the sitemap over very many cards, through the application.

Each is made anew (an answer that lies ready is sent in another way, which is measured at the end).
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from litestar.testing import TestClient

from server.adapters.migrations import migrate
from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.core.card import AUDIENCES, CATEGORIES
from server.core.presentation import slug
from server.core.shelves import Place
from server.settings import Settings
from tests.fakes import NOON, MemoryJobQueue, MemoryProgress
from tests.many_cards import VOCABULARY, save_many

MANY = 100_000
TIMES = 12
DEEP = Place(NOON - timedelta(minutes=5) * (MANY // 2), "many")
QUESTIONS = {
    "front page": lambda n: f"/?url={n}",
    "front page, half-way down": lambda n: f"/?before={DEEP}&n={n}",
    "a community": lambda n: f"/r/Place{n * 5}",
    "a community, half-way down": lambda n: f"/r/Place{n * 5}?before={DEEP}",
    "a site": lambda n: f"/s/reddit.com?before=2026-02-2{n % 4}",
    "a category": lambda n: f"/category/{slug(CATEGORIES[n % 10])}",
    "an audience": lambda n: f"/for/{slug(AUDIENCES[n % 8])}",
    "a search for a frequent word": lambda n: f"/search?q={VOCABULARY[n]}",
    "a search for a rare word": lambda n: f"/search?q={VOCABULARY[2_000 + n * 500]}",
    "a search for one letter": lambda n: f"/search?q={'bcdfghjklmnp'[n]}",
    "a search for ten words": lambda n: f"/search?q={'+'.join(VOCABULARY[n : n + 10])}",
    "a search in a community": lambda n: f"/search?q={VOCABULARY[n]}&site=reddit.com&community=r/Place{n}",
    "the feed of a search": lambda n: f"/feed.atom?q={VOCABULARY[n + 30]}",
    "the feed of a community": lambda n: f"/feed.atom?community=r/Place{n}",
}


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`, on SQLite; and on PostgreSQL where TEST_DATABASE_URL names an empty one."""
    with tempfile.TemporaryDirectory(prefix="threadproof-bench-") as folder:
        yield from measure_on(f"sqlite:///{Path(folder) / 'many.sqlite3'}", "SQLite")
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield from measure_on(given, "PostgreSQL")


def measure_on(url: str, name: str, many: int = MANY) -> Iterator[tuple[str, str]]:
    """Fill an empty database and ask."""
    migrate(url)
    began = time.perf_counter()
    save_many(url, many)
    yield f"{name}: making {many:,} cards", f"{time.perf_counter() - began:.0f} s"
    yield from ask(url, name)


def ask(url: str, name: str) -> Iterator[tuple[str, str]]:
    """Medians and slowest of pages over what is there."""
    store = SqlCardStore(url)
    settings = Settings(data=Path("/nonexistent"))
    app = create_app(settings, store, MemoryJobQueue(), MemoryProgress(), lambda: NOON + timedelta(hours=1))
    with TestClient(app, base_url=settings.address) as client:
        for what, address in QUESTIONS.items():
            yield f"{name}: {what}", _timed(client, [address(n) for n in range(TIMES)])
        for address in ("/", "/feed.atom", "/feed.json", "/r/Place1"):
            client.get(address)
            yield f"{name}: {address}, lying ready", _timed(client, [address] * 50)
    asyncio.run(store.close())


def _timed(client: TestClient, addresses: list[str]) -> str:  # type: ignore[type-arg]
    """The quickest tells what it takes, on a machine that does other things besides."""
    took: list[float] = []
    for address in addresses:
        began = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code in (200, 404), (address, answer.status_code)
    return f"{min(took):.1f} ms, median {statistics.median(took):.1f} ms"


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures:>30}")
