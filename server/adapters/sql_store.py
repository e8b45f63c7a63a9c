"""CardStore on SQLite or PostgreSQL with the same statements: nothing to install first, nothing to rewrite later."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from server.adapters.migrations import migrate
from server.adapters.sql import captures, cards, changes, jobs, keys, lists, retention
from server.adapters.sql.database import Database
from server.core.access import AccessKey
from server.core.card import CardId
from server.core.jobs import Capture, CardKey, Job, JobId, JobState, Stage
from server.core.ports import CardAddress, CardSummary, KnownCard, NewCard, StoredCapture, StoredCard, StoredSource
from server.core.shelves import EVERYTHING, Place, Shelf

__all__ = ["SqlCardStore", "migrate"]

P = ParamSpec("P")
T = TypeVar("T")


class SqlCardStore:
    """A CardStore for a SQLAlchemy address: `sqlite:////path/to/file` or `postgresql://user:password@host/name`.

    The tables must be there: `migrate` creates and updates them. Constructing does no
    work; InvalidSetting comes with the first call when the address is of no use. Any number of processes may share
    one database. One object may be used from several threads and event loops and on both sides of a fork, each
    process closing what it opened itself.

    Stored texts and card bodies come back to the letter. In lists, titles and addresses U+FFFD stands for NUL and lone
    surrogates, which PostgreSQL cannot hold.
    """

    def __init__(self, url: str, *, changed: Callable[[], Awaitable[None]] | None = None) -> None:
        """`changed` is called after every change to what cards show that was made through this object."""
        self._database = Database(url)
        self._changed = changed

    async def find_card(self, key: CardKey) -> StoredCard | None:
        return await self._read(cards.find_card, key)

    async def load_card(self, card_id: CardId, version: int | None = None) -> StoredCard | None:
        return await self._read(cards.load_card, card_id, version)

    async def load_source(self, card_id: CardId, version: int, n: int) -> StoredSource | None:
        return await self._read(cards.load_source, card_id, version, n)

    async def list_cards(
        self, shelf: Shelf = EVERYTHING, *, q: str | None = None, before: Place | None = None, limit: int = 20
    ) -> list[CardSummary]:
        return await self._read(lists.list_cards, shelf, q, before, limit)

    async def most_discussed(self, since: datetime, shelf: Shelf = EVERYTHING, *, limit: int = 5) -> list[CardSummary]:
        return await self._read(lists.most_discussed, shelf, since, limit)

    async def count_cards(self, shelf: Shelf = EVERYTHING) -> int:
        return await self._read(lists.count_cards, shelf)

    async def list_addresses(self, *, first: int, limit: int) -> list[CardAddress]:
        return await self._read(lists.list_addresses, first, limit)

    async def load_listed(self, card_ids: Sequence[CardId]) -> list[StoredCard]:
        return await self._read(cards.load_listed, card_ids)

    async def related_cards(self, card_id: CardId, *, limit: int = 4) -> list[CardSummary]:
        return await self._read(lists.related_cards, card_id, limit)

    async def lookup_cards(self, prefix: str) -> list[KnownCard]:
        return await self._read(lists.lookup_cards, prefix)

    async def next_version(self, key: CardKey) -> tuple[CardId, int]:
        return await self._read(cards.next_version, key)

    async def save_card(self, new: NewCard) -> StoredCard:
        return await self._telling(await self._write(cards.save_card, new))

    async def delete_card(self, card_id: CardId, at: datetime) -> bool:
        return await self._telling(await self._write(cards.delete_card, card_id, at))

    async def changes(self) -> int:
        return await self._read(changes.count_changes)

    async def join_job(self, job: Job) -> tuple[Job, bool]:
        return await self._write(jobs.join_job, job)

    async def find_job(self, key: CardKey, at: datetime) -> Job | None:
        return await self._read(jobs.find_job, key, at)

    async def load_job(self, job_id: JobId) -> Job | None:
        return await self._read(jobs.load_job, job_id)

    async def save_job(self, job: Job) -> bool:
        return await self._write(jobs.save_job, job)

    async def swap_job(self, seen: Job, changed: Job) -> bool:
        return await self._write(jobs.swap_job, seen, changed)

    async def beat_job(self, job_id: JobId, attempt: int, at: datetime, *, stage: Stage | None = None) -> bool:
        return await self._write(jobs.beat_job, job_id, attempt, at, stage)

    async def list_jobs(self, *, states: Sequence[JobState] = (), limit: int = 50) -> list[Job]:
        return await self._read(jobs.list_jobs, states, limit)

    async def move_job(self, job_id: JobId, key: CardKey) -> Job | None:
        return await self._write(jobs.move_job, job_id, key)

    async def unfinished_jobs(self, *, silent_since: datetime | None = None) -> list[Job]:
        return await self._read(jobs.unfinished_jobs, silent_since)

    async def save_capture(
        self, capture_id: str, capture: Capture, *, canonical_url: str, owner: str, received_at: datetime
    ) -> None:
        await self._write(captures.save_capture, capture_id, capture, canonical_url, owner, received_at)

    async def load_capture(self, capture_id: str) -> Capture | None:
        return await self._read(captures.load_capture, capture_id)

    async def capture_owner(self, capture_id: str) -> str | None:
        return await self._read(captures.capture_owner, capture_id)

    async def captures_of(self, canonical_url: str, *, limit: int = 8) -> list[StoredCapture]:
        return await self._read(captures.captures_of, canonical_url, limit)

    async def save_alias(self, url: str, canonical_url: str, at: datetime) -> None:
        await self._write(captures.save_alias, url, canonical_url, at)

    async def find_alias(self, url: str) -> str | None:
        return await self._read(captures.find_alias, url)

    async def save_key(self, key: AccessKey) -> None:
        await self._write(keys.save_key, key)

    async def load_key(self, key_id: str) -> AccessKey | None:
        return await self._read(keys.load_key, key_id)

    async def list_keys(self) -> list[AccessKey]:
        return await self._read(keys.list_keys)

    async def revoke_key(self, key_id: str, at: datetime) -> bool:
        return await self._write(keys.revoke_key, key_id, at)

    async def forget_old(self, *, captures_before: datetime | None, jobs_before: datetime | None) -> tuple[int, int]:
        return await self._write(retention.forget_old, captures_before, jobs_before)

    async def close(self) -> None:
        await asyncio.to_thread(self._database.close)

    async def _telling(self, done: T) -> T:
        if self._changed is not None:
            await self._changed()
        return done

    async def _read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(lambda: self._database.read(work, *args, **kwargs))

    async def _write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(lambda: self._database.write(work, *args, **kwargs))
