"""WatchStore and RecapStore on the card store's own database."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from server.adapters.sql import recap_lines, watches
from server.adapters.sql.database import Database
from server.core.card import Card
from server.core.periods import Period
from server.core.recaps import Line, Weighed
from server.core.watching import Find, Tally, Watch

P = ParamSpec("P")
T = TypeVar("T")


class _SqlStore:
    """The tables must be there (`migrate`). Constructing does no work; may cross a fork, as `Database` tells."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    async def close(self) -> None:
        await asyncio.to_thread(self._database.close)

    async def _read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(lambda: self._database.read(work, *args, **kwargs))

    async def _write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(lambda: self._database.write(work, *args, **kwargs))


class SqlWatchStore(_SqlStore):
    """A WatchStore."""

    async def add_watch(self, watch: Watch) -> bool:
        return await self._write(watches.add_watch, watch)

    async def save_watch(self, watch: Watch) -> bool:
        return await self._write(watches.save_watch, watch)

    async def load_watch(self, key: str) -> Watch | None:
        return await self._read(watches.load_watch, key)

    async def list_watches(self) -> list[Watch]:
        return await self._read(watches.list_watches)

    async def remove_watch(self, key: str) -> bool:
        return await self._write(watches.remove_watch, key)

    async def take_due(self, now: datetime) -> list[Watch]:
        return await self._write(watches.take_due, now)

    async def next_due(self) -> datetime | None:
        return await self._read(watches.next_due)

    async def end_run(self, watch: Watch) -> bool:
        return await self._write(watches.end_run, watch)

    async def save_find(self, find: Find) -> None:
        await self._write(watches.save_find, find)

    async def finds_of(self, canonical_urls: Sequence[str]) -> list[Find]:
        return await self._read(watches.finds_of, canonical_urls)

    async def count_finds(self, since: datetime) -> int:
        return await self._read(watches.count_finds, since)

    async def tallies(self) -> dict[str, Tally]:
        return await self._read(watches.tallies)

    async def deleted_among(self, canonical_urls: Sequence[str]) -> set[str]:
        return await self._read(watches.deleted_among, canonical_urls)


class SqlRecapStore(_SqlStore):
    """A RecapStore."""

    async def unlined(self, *, after: int = 0, limit: int = 100) -> list[tuple[int, Card, datetime]]:
        return await self._read(recap_lines.unlined, after, limit)

    async def save_lines(self, lines: Iterable[tuple[int, Weighed]]) -> None:
        await self._write(recap_lines.save_lines, list(lines))

    async def lines_of(self, period: Period, *, limit: int) -> list[Line]:
        return await self._read(recap_lines.lines_of, period, limit)

    async def count_lines(self, period: Period, *, most: int) -> int:
        return await self._read(recap_lines.count_lines, period, most)
