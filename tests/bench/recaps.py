"""`python -m tests.bench.recaps`: recaps among very many cards.

What one takes must not grow with the store, nor with a week of very many.
Half of the cards are in one week, which no site has; the others a minute apart.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert, select

from server.adapters.migrations import migrate
from server.adapters.sql.database import Database
from server.adapters.sql.tables import index_entries, recap_lines
from server.adapters.sql_following import SqlRecapStore
from server.core.card import CATEGORIES, CardId
from server.core.periods import Period, day_of, week_of
from server.core.recaps import COUNTED, LOOKED_AT, MOST, compose, weigh
from server.pages.recap_page import RecapPage
from server.pages.rendering import render
from tests.bench.related import BATCH, MANY, save_many
from tests.fakes import NOON, make_card

TIMES = 60
QUIET = NOON - timedelta(days=700)


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`, on SQLite; and on PostgreSQL where TEST_DATABASE_URL names an empty one."""
    with tempfile.TemporaryDirectory(prefix="threadproof-bench-") as folder:
        yield from measure_on(f"sqlite:///{Path(folder) / 'many.sqlite3'}", "SQLite")
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield from measure_on(given, "PostgreSQL")


def measure_on(url: str, name: str, most: int = MANY) -> Iterator[tuple[str, str]]:
    """A busy week's page, a quiet one's and a day's, from the store's rows to the last byte of HTML."""
    migrate(url)
    database = Database(url)
    for start in range(0, most, BATCH):
        database.write(save_many, start, min(start + BATCH, most))
        database.write(save_lines, start, min(start + BATCH, most))
    if name == "PostgreSQL":  # as its autovacuum does by and by
        database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
    for what, took in asyncio.run(ask(url)):
        yield f"{name}, {most:,} cards: {what}", took
    database.close()


def save_lines(connection: Connection, start: int, end: int) -> None:
    """The lines of so many cards, each on a subject of its own, every other one in the busy week."""
    template = weigh(make_card(), NOON).line
    entries = connection.execute(
        select(index_entries.c.number, index_entries.c.series_id, index_entries.c.topics).where(
            index_entries.c.number > start, index_entries.c.number <= end
        )
    )
    rows = []
    for entry in entries:
        at = NOON if entry.number % 2 else QUIET + timedelta(minutes=entry.number * 10)
        line = msgspec.structs.replace(
            template,
            card_id=CardId(entry.series_id),
            category=CATEGORIES[entry.number % len(CATEGORIES)],
            weight=entry.number * 7919 % 100_003,
            topics=msgspec.json.decode(entry.topics),
        )
        row = {"number": entry.number, "week": week_of(at).name, "day": day_of(at).name, "weight": line.weight}
        rows.append(row | {"line": msgspec.json.encode(line)})
    connection.execute(insert(recap_lines), rows)


async def ask(url: str) -> list[tuple[str, str]]:
    """Medians, and the slowest of all but the first."""
    store, found = SqlRecapStore(url), []
    periods = {
        "a week with half of them": week_of(NOON),
        "a quiet week": week_of(QUIET + timedelta(days=30)),
        "a day": day_of(NOON),
    }
    for what, period in periods.items():
        found.append((f"the page of {what}", await timed(store, period)))
    began = time.perf_counter()
    await store.unlined()
    found.append(("looking for cards without a line", f"{(time.perf_counter() - began) * 1000:.1f} ms"))
    await store.close()
    return found


async def timed(store: SqlRecapStore, period: Period) -> str:
    took: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        lines = await store.lines_of(period, limit=MOST[period.kind] * LOOKED_AT)
        total = await store.count_lines(period, most=COUNTED)
        page = RecapPage(compose(period, lines, total=total), "https://proof.example", NOON)
        assert render("recap.html", page=page)
        took.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(took):.1f} ms, at most {max(took[1:]):.1f} ms"


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures:>30}")
