"""Looking at watched communities now, and waiting for the cards that come of it."""

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from server.commands.display import printable
from server.commands.watch_words import run_words
from server.core.errors import NotFound
from server.core.following import WatchStore
from server.core.jobs import Job
from server.core.ports import CardStore
from server.core.presentation import permalink
from server.core.targets import parse_target
from server.core.watching import Run, Watch
from server.following import add_configured, line_all
from server.settings import Settings

if TYPE_CHECKING:
    from server.supervisor import Stack

POLL_S = 0.2
MOST_JOBS = 500


async def look(names: Sequence[str], settings: Settings, stack: "Stack | None") -> bool:
    """A line on standard output for each card; False when none of the lists could be had."""
    from server.adapters.sql_following import SqlRecapStore
    from workers.collecting.opening import open_collecting
    from workers.collecting.running import collect

    async with open_collecting(settings) as desk:
        runs: list[Run] = []
        since = desk.clock()
        for watch in await _wanted(names, desk.watches, settings, since):
            runs.append(await collect(watch, desk))
            print(f"{watch.target}: {printable(run_words(runs[-1]))}", file=sys.stderr)
        await _wait(desk.store, since, settings, stack)
        recaps = SqlRecapStore(settings.store_url)
        try:
            await line_all(recaps)
        finally:
            await recaps.close()
    return any(run.problem is None for run in runs) or not runs


async def _wanted(names: Sequence[str], store: WatchStore, settings: Settings, now: datetime) -> list[Watch]:
    await add_configured(store, settings, now)
    watches = {parse_target(watch.target).key: watch for watch in await store.list_watches()}
    if not names:
        return [watch for watch in watches.values() if not watch.paused]
    keys = [parse_target(name).key for name in names]
    missing = [name for name, key in zip(names, keys, strict=True) if key not in watches]
    if missing:
        raise NotFound(f"{missing[0]} is not watched. Begin with: threadproof watch add {missing[0]}")
    return [watches[key] for key in keys]


async def _wait(store: CardStore, since: datetime, settings: Settings, stack: "Stack | None") -> None:
    """Until all that was collected is made, or a job's time is over since the last one ended."""
    told: set[str] = set()
    deadline = time.monotonic() + settings.job_timeout_s
    while True:
        if stack is not None:
            stack.look_after()
        found = [job for job in await store.list_jobs(limit=MOST_JOBS) if _is_ours(job, since)]
        for job in reversed([job for job in found if job.finished and job.id not in told]):
            told.add(job.id)
            deadline = time.monotonic() + settings.job_timeout_s
            await _tell(job, store, settings)
        waiting = sum(not job.finished for job in found)
        if not waiting:
            return
        if time.monotonic() > deadline:
            print(f"{waiting} card(s) are still under way; `threadproof watch list` tells.", file=sys.stderr)
            return
        await asyncio.sleep(POLL_S)


def _is_ours(job: Job, since: datetime) -> bool:
    return job.priority == "collect" and job.created_at >= since


async def _tell(job: Job, store: CardStore, settings: Settings) -> None:
    stored = await store.load_card(job.card_id) if job.card_id else None
    if stored is not None and stored.visibility == "public":
        headline = stored.card.headline.text
        print(f"{permalink(settings.address, stored.card.id, headline)}\t{printable(headline)}", flush=True)
    elif job.error is not None:
        print(f"{printable(job.url)}: {printable(job.error.detail)}", file=sys.stderr)
