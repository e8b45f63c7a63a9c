"""What running jobs takes: from accepted to running, memory and time with many in flight, and whether cards that are
stored make a job dearer.

The model here writes 10 tokens a second and the pages are small: what is measured is the worker, not the parsers.
"""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text

from server.adapters.migrations import migrate
from server.adapters.sql.database import Database
from server.adapters.sql_store import SqlCardStore
from server.core.card import CardId
from server.core.jobs import CardKey, Job, JobId
from tests.fakes import make_job, make_new_card
from tests.faults.house import House, open_house
from tests.processes import descendants

TOKENS_A_SECOND, TOKENS_A_PIECE = 10, 15
IN_FLIGHT, SPREAD_S = 50, 30.0
FEW, MANY = 1_000, 100_000
ROUNDS = 40


def measure() -> Iterator[tuple[str, str]]:
    """Lines of the table; takes three minutes, most of it waiting for the model."""
    yield from _in_flight()
    yield from _among_cards()


# ---- in flight --------------------------------------------------------------------------------------------


def _in_flight() -> Iterator[tuple[str, str]]:
    with open_house(THREADPROOF_MODEL_TIMEOUT_S="300", THREADPROOF_JOB_TIMEOUT_S="900") as house:
        house.start_api()
        house.start("scheduler")
        worker = house.start("worker")
        house.wait_for_workers(worker)
        waits = [_one(house, n)[0] for n in range(1, 26)][5:]
        figures = f"{statistics.median(waits):.1f} ms, slowest {max(waits):.1f}, of {len(waits)}"
        yield "a job from accepted to running", figures
        house.internet.model_wait_s = TOKENS_A_PIECE / TOKENS_A_SECOND
        before_mb, (_, alone_s) = _memory_mb(worker.pid), _one(house, 30)
        peaks = [0.0]
        over = threading.Event()

        def watch() -> None:
            while not over.wait(1.0):
                peaks.append(_memory_mb(worker.pid))

        watching = threading.Thread(target=watch)
        watching.start()
        ids: list[str] = []
        for n in range(IN_FLIGHT):
            ids += house.begin([100 + n]).values()
            time.sleep(SPREAD_S / IN_FLIGHT)
        house.finish(ids, within_s=600)
        over.set()
        watching.join()
        walls = [_times(row)[1] for row in house.rows() if row["id"] in ids]
        yield f"{IN_FLIGHT} jobs in flight: memory of the workers (PSS)", f"{max(peaks):.0f} MB, idle {before_mb:.0f}"
        beyond = (max(peaks) - before_mb) / IN_FLIGHT
        yield "the same, for each job beyond what is loaded", f"{beyond:.1f} MB"
        ratios = f"{statistics.median(walls) / alone_s:.2f}, slowest {max(walls) / alone_s:.2f}"
        yield "the same, time over that of one alone", ratios


def _one(house: House, lamp: int) -> tuple[float, float]:
    """Milliseconds until a job runs and seconds until it has ended, with nothing beside it."""
    (job_id,) = house.begin([lamp]).values()
    house.finish([job_id], within_s=300)
    return _times(next(row for row in house.rows() if row["id"] == job_id))


def _times(row: dict[str, Any]) -> tuple[float, float]:
    accepted, started, ended = (
        datetime.fromisoformat(row[f"{name}_at"]) for name in ("created", "started", "finished")
    )
    return (started - accepted) / timedelta(milliseconds=1), (ended - accepted).total_seconds()


def _memory_mb(pid: int) -> float:
    """What the processes of a tree have together: shared pages are counted once (proc(5), smaps_rollup)."""
    return sum(map(_pss_kb, (pid, *descendants(pid)))) / 1024


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


# ---- among stored cards ------------------------------------------------------------------------------------


def _among_cards() -> Iterator[tuple[str, str]]:
    """All that a job asks of the store, with few cards in it and with many; their jobs stand there too."""
    with tempfile.TemporaryDirectory(prefix="threadproof-bench-") as name:
        took: dict[int, float] = {}
        for many in (FEW, MANY):
            url = f"sqlite:///{Path(name) / f'{many}.sqlite3'}"
            migrate(url)
            _fill(url, many)
            took[many] = asyncio.run(_run_jobs(url))
        few, many_ms = took[FEW] * 1000, took[MANY] * 1000
        yield f"what a job takes of the store, among {FEW:,} cards", f"{few:.1f} ms"
        yield f"the same, among {MANY:,}", f"{many_ms:.1f} ms, {many_ms / few:.2f} times"


def _fill(url: str, many: int) -> None:
    """One card and one finished job, and copies of their rows under other names."""

    async def first() -> None:
        store = SqlCardStore(url)
        await store.save_card(make_new_card(CardKey("https://t.example/first"), id=CardId("card-0")))
        await store.save_job(make_job("job-0", state="done", finished_at=datetime.now(UTC)))
        await store.close()

    asyncio.run(first())
    database = Database(url)
    database.write(lambda connection: [connection.execute(text(copy), {"many": many}) for copy in _copies(database)])
    database.close()


def _copies(database: Database) -> list[str]:
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many) "
    own = {
        "series": {
            "id": "'card-' || n",
            "url_sha256": "printf('%064x', n * 7919)",
            "canonical_url": "'https://t.example/' || n",
        },
        "versions": {"series_id": "'card-' || n"},
        "jobs": {"id": "'job-' || n", "url_sha256": "printf('%064x', n * 7919)"},
    }
    copies = []
    for table, changed in own.items():
        names = database.read(lambda c, table=table: [row[1] for row in c.execute(text(f"PRAGMA table_info({table})"))])
        values = ", ".join(changed.get(column, f"{table}.{column}") for column in names)
        copies.append(f"{numbers}INSERT INTO {table} SELECT {values} FROM {table}, numbers")
    return copies


async def _run_jobs(url: str) -> float:
    """The median of a job's life: asked for, taken, three stages with a sign of life each, saved, done."""
    store, took = SqlCardStore(url), list[float]()
    for n in range(ROUNDS):
        key = CardKey(f"https://t.example/new/{n}")
        began = time.perf_counter()
        await store.find_alias(key.canonical_url)
        await store.find_card(key)
        now = datetime.now(UTC)
        job, _ = await store.join_job(Job(id=JobId(f"new-{n}"), key=key, url=key.canonical_url, created_at=now))
        taken = msgspec.structs.replace(job, state="working", attempt=1, holder="bench", heartbeat_at=now)
        assert await store.swap_job(job, taken)
        for stage in ("read", "fetch", "write"):
            await store.beat_job(job.id, 1, now, stage=stage)  # type: ignore[arg-type]
        card_id, _ = await store.next_version(key)
        saved = await store.save_card(msgspec.structs.replace(make_new_card(key, id=card_id), job=taken))
        row = await store.load_job(job.id)
        assert row is not None
        assert await store.swap_job(
            row, msgspec.structs.replace(row, state="done", finished_at=now, card_id=saved.card.id)
        )
        await store.unfinished_jobs(silent_since=now)  # a sweep
        took.append(time.perf_counter() - began)
    await store.close()
    return statistics.median(took)
