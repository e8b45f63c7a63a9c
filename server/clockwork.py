"""What happens by the clock besides looking for lost jobs: watched communities are looked at, recaps are kept up.

Lists are fetched in a process of their own, which is started when something is due and ends by itself.
"""

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from server.adapters.leash import leashed
from server.adapters.sql_following import SqlRecapStore, SqlWatchStore
from server.core.errors import InsightError, InvalidRequest
from server.following import add_configured, line_recaps
from server.settings import Settings

log = logging.getLogger("threadproof.clock")

LOOK_THROUGH_S = 60.0
LONGEST_RUN_S = 540.0  # below a watch's LEASE, so that no two collect the same


class Clockwork:
    """Ticks whenever it is told to. What is out of reach is tried again at a later tick, and never raises."""

    def __init__(
        self, settings: Settings, start: "Callable[[Settings], subprocess.Popen[bytes]] | None" = None
    ) -> None:
        self._settings = settings
        self._start = start or start_collecting
        self._watches, self._recaps = SqlWatchStore(settings.store_url), SqlRecapStore(settings.store_url)
        self._collecting: subprocess.Popen[bytes] | None = None
        self._started_s = 0.0
        self._is_configured = False
        self._lined, self._look_through_s = 0, 0.0

    def tick(self) -> None:
        """A few milliseconds, unless there are new cards for recaps."""
        try:
            asyncio.run(self._tick(datetime.now(UTC)))
        except InsightError as error:
            log.warning("the clock's work waits: %s", error.message)

    async def _tick(self, now: datetime) -> None:
        if not self._is_configured:
            await self._configure(now)
        await self._keep_lines()
        if self._is_busy():
            return
        due_at = await self._watches.next_due()
        if due_at is not None and due_at <= now:
            self._collecting, self._started_s = self._start(self._settings), time.monotonic()

    async def _configure(self, now: datetime) -> None:
        try:
            await add_configured(self._watches, self._settings, now)
        except InvalidRequest as error:
            log.warning("THREADPROOF_WATCH and its like are not understood, and left out: %s", error.message)
        self._is_configured = True

    async def _keep_lines(self) -> None:
        """From the last one on, and now and then from the first: numbers of deleted cards are given again."""
        if time.monotonic() >= self._look_through_s:
            self._lined, self._look_through_s = 0, time.monotonic() + LOOK_THROUGH_S
        self._lined = await line_recaps(self._recaps, after=max(0, self._lined - 1))

    def _is_busy(self) -> bool:
        if self._collecting is None:
            return False
        if self._collecting.poll() is None and time.monotonic() - self._started_s > LONGEST_RUN_S:
            log.warning("collecting took too long and was ended")
            self._collecting.kill()
            self._collecting.wait()
        if self._collecting.poll() is None:
            return True
        self._collecting = None
        return False


def start_collecting(settings: Settings) -> "subprocess.Popen[bytes]":
    """A process that ends with this one, also when this one is killed."""
    from server.supervisor import child_environment

    command = leashed([sys.executable, "-P", "-m", "workers.collecting"])
    return subprocess.Popen(command, env=child_environment(settings, os.environ), stdin=subprocess.DEVNULL)  # noqa: S603 - ours
