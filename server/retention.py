"""What is kept for how long: captures and ended jobs go after as many days as the operator says.

Cards, their versions and the texts they quote stay until somebody deletes them. Pages in Redis go by themselves, after
ten minutes to a day; job streams an hour past their end; counts of limits and budgets after two days.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from server.adapters.sql_store import SqlCardStore
from server.core.errors import InsightError
from server.settings import Settings

EVERY = timedelta(hours=1)
log = logging.getLogger("threadproof.retention")


class Retention:
    """Forgets once an hour; the first time at once. What is out of reach is tried again at the next tick."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next_at = datetime.min.replace(tzinfo=UTC)

    def tick(self, now: datetime) -> None:
        """Nothing, but for once an hour; never raises."""
        if now < self._next_at:
            return
        try:
            gone_captures, gone_jobs = asyncio.run(forget_old(self._settings, now))
        except InsightError as error:
            log.warning("nothing could be forgotten: %s", error.message)
            return
        self._next_at = now + EVERY
        if gone_captures or gone_jobs:
            log.info("forgotten: %d capture(s), %d job(s)", gone_captures, gone_jobs)


async def forget_old(settings: Settings, now: datetime) -> tuple[int, int]:
    """How many captures and jobs went."""
    store = SqlCardStore(settings.store_url)
    try:
        return await store.forget_old(
            captures_before=before(settings.keep_captures_days, now), jobs_before=before(settings.keep_jobs_days, now)
        )
    finally:
        await store.close()


def before(days: int, now: datetime) -> datetime | None:
    """What is older goes; None where nothing does."""
    return now - timedelta(days=days) if days > 0 else None
