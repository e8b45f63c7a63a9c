"""Related cards and searches among very many: what they take must not grow with the store.

`python -m tests.bench.related` asks among 100,000, `make bench` among fewer. The rows are invented: words follow Zipf's
law, as those of languages do, so that some topics are on every tenth card and most on a handful.
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert

from server.adapters.migrations import migrate
from server.adapters.sql.database import Database
from server.adapters.sql.series import digest
from server.adapters.sql.tables import index_entries, index_lines, index_topics, series, versions
from server.adapters.sql_store import SqlCardStore
from server.core.card import CardId
from server.core.topics import MOST_TOPICS, WHOLE
from tests.fakes import NOON

MANY = 100_000
BATCH = 2_000
VOCABULARY = [f"word{n}" for n in range(30_000)]
WEIGHTS = list(accumulate(1 / (n + 10) for n in range(len(VOCABULARY))))
TIMES = 60


def measure(most: int = MANY) -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`, on SQLite; and on PostgreSQL where TEST_DATABASE_URL names an empty one."""
    with tempfile.TemporaryDirectory(prefix="threadproof-bench-") as folder:
        yield from measure_on(f"sqlite:///{Path(folder) / 'many.sqlite3'}", "SQLite", most)
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield from measure_on(given, "PostgreSQL", most)


def measure_on(url: str, name: str, most: int = MANY) -> Iterator[tuple[str, str]]:
    """The same questions of a thousand cards and of very many."""
    migrate(url)
    database = Database(url)
    for first, last in ((0, 1_000), (1_000, most)):
        for start in range(first, last, BATCH):
            database.write(save_many, start, min(start + BATCH, last))
        if name == "PostgreSQL":  # as its autovacuum does by and by
            database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
        for what, took_ms in asyncio.run(ask(url, last)):
            yield f"{name}, {last:,} cards: {what}", took_ms
    database.close()


def save_many(connection: Connection, start: int, end: int) -> None:
    """The rows that saving so many cards leaves, without their bodies."""
    dice = random.Random(start)
    rows: dict[object, list[dict[str, object]]] = {
        series: [],
        versions: [],
        index_entries: [],
        index_lines: [],
        index_topics: [],
    }
    for number in range(start, end):
        words = dice.choices(VOCABULARY, cum_weights=WEIGHTS, k=120)
        topics = dict.fromkeys(words[:MOST_TOPICS], WHOLE // 4)
        at, url = NOON + timedelta(minutes=number), f"https://t.example/{number}"
        shared = {
            "id": f"card-{number}",
            "canonical_url": url,
            "url_sha256": digest(url),
            "lang": "auto",
            "scope": "public",
        }
        rows[series].append({
            **shared, "visibility": "public", "latest_version": 1, "site": "t.example",
            "community": f"r/{number % 300}",
            "headline": " ".join(words[:8]), "created_at": at, "updated_at": at,
        })  # fmt: skip
        rows[versions].append({
            "series_id": f"card-{number}", "version": 1, "permalink": url, "headline": " ".join(words[:8]),
            "generated_at": at, "fresh_until": at, "source_count": 5, "body": b"{}",
        })  # fmt: skip
        rows[index_entries].append({
            "number": number + 1, "series_id": f"card-{number}", "topics": msgspec.json.encode(topics).decode(),
        })  # fmt: skip
        rows[index_lines].append({"series_id": f"card-{number}", "lang": "en", "lead": " ".join(words[8:20])})
        rows[index_topics] += [
            {"term": term, "number": number + 1, "weight": weight} for term, weight in topics.items()
        ]
    for table, values in rows.items():
        connection.execute(insert(table), values)  # type: ignore[call-overload]


async def ask(url: str, many: int) -> list[tuple[str, str]]:
    """Medians and slowest, over cards spread through the store."""
    store = SqlCardStore(url)
    dice = random.Random(7)
    ids = [CardId(f"card-{dice.randrange(many)}") for _ in range(TIMES)]
    told = [("related cards", await timed(lambda n: store.related_cards(ids[n])))]
    await store.close()
    return told


async def timed(ask_once: Callable[[int], Awaitable[object]]) -> str:
    """Median and slowest of many, the first left out."""
    took: list[float] = []
    for n in range(TIMES):
        began = time.perf_counter()
        await ask_once(n)
        took.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(took[1:]):.1f} ms, slowest {max(took[1:]):.1f} ms"


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures:>30}")
