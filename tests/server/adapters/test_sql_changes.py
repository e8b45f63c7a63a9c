"""How the databases count changes, and what that means for servers that keep answers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, text

from server.adapters.redis_changes import RedisChanges
from server.adapters.sql.changes import count_changes
from server.adapters.sql.database import Database
from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.kept_answers import MOST_AGE_S, KeptAnswers
from server.settings import Settings
from tests.fakes import MemoryJobQueue, MemoryProgress, make_new_card
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
PATHS = ("/api/v1/cards/kestrelpoint-001", "/c/kestrelpoint-001-kestrel-point-relights-its-lamp")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE series SET visibility = 'private'",
        "UPDATE series SET deleted_at = '2026-02-23 12:00:00'",
        "DELETE FROM index_entries",
    ],
)
async def test_a_change_by_hand_is_counted_too(sql_url: str, statement: str) -> None:
    """By triggers, so that an operator at a prompt need not know of the count. Whose row it is not moves nothing."""
    store, database = SqlCardStore(sql_url), Database(sql_url)
    await store.save_card(make_new_card())
    before = await store.changes()
    database.write(lambda connection: connection.execute(text(statement)))
    assert (await store.changes() > before) is ("series" in statement)
    database.close()
    await store.close()


async def test_what_did_not_happen_is_not_counted(sql_url: str) -> None:
    """The count is part of the change's own transaction."""
    store, database = SqlCardStore(sql_url), Database(sql_url)
    await store.save_card(make_new_card())
    before = await store.changes()

    def change_and_fail(connection: Connection) -> None:
        connection.execute(text("UPDATE series SET visibility = 'private'"))
        assert count_changes(connection) > before
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(change_and_fail)
    assert await store.changes() == before
    database.close()
    await store.close()


# ---- two servers over one store -------------------------------------------------------------------------


@asynccontextmanager
async def serving(store_url: str, redis_url: str, most_age_s: float) -> AsyncIterator[httpx.AsyncClient]:
    """A server with a store, an ear and kept answers of its own, as in a process of its own."""
    changes = RedisChanges(redis_url)
    store = SqlCardStore(store_url, changed=changes.tell)
    kept = KeptAnswers(store.changes, lambda: datetime.now(UTC), time.monotonic, most_age_s=most_age_s)
    await changes.listen(kept.look_again)
    settings = Settings(data=Path("/nonexistent"))
    app = create_app(settings, store, MemoryJobQueue(), MemoryProgress(), lambda: datetime.now(UTC), kept=kept)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.address) as client:
        yield client
    await changes.close()
    await store.close()


async def seconds_until(client: httpx.AsyncClient, path: str, status: int, most_s: float) -> float:
    """How long an address still answers otherwise, asked all the time."""
    began = time.monotonic()
    while (await client.get(path)).status_code != status:
        assert time.monotonic() - began < most_s, f"{path} has not become {status}"
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_what_one_server_deletes_is_gone_from_the_other_as_soon_as_redis_tells(sqlite_url: str) -> None:
    """Long before it would have looked by itself."""
    with running_valkey() as redis_url:
        async with serving(sqlite_url, redis_url, 600) as one, serving(sqlite_url, redis_url, 600) as other:
            store = SqlCardStore(sqlite_url)
            await store.save_card(make_new_card())
            for path in PATHS:
                await seconds_until(other, path, 200, 5)
            assert (await one.delete(PATHS[0])).status_code == 204
            for path in PATHS:
                await seconds_until(other, path, 410, 5)
            await store.close()


async def test_without_redis_it_is_gone_within_a_second(sqlite_url: str, tmp_path: Path) -> None:
    """Nobody tells, and nothing depends on it."""
    nowhere = f"unix://{tmp_path}/nobody.sock"
    async with serving(sqlite_url, nowhere, 0) as one, serving(sqlite_url, nowhere, MOST_AGE_S) as other:
        store = SqlCardStore(sqlite_url)
        await store.save_card(make_new_card())
        for path in PATHS:
            assert (await other.get(path)).status_code == 200
        assert (await one.delete(PATHS[0])).status_code == 204
        waited_s = await seconds_until(other, PATHS[0], 410, 5)
        assert waited_s < 1.0
        assert (await other.get(PATHS[1])).status_code == 410
        await store.close()
