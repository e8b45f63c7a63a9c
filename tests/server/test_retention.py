"""What is forgotten when: by the operator's days, once an hour."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.adapters.sql_store import SqlCardStore
from server.retention import Retention, before, forget_old
from server.settings import Settings
from tests.fakes import NOON, THREAD_URL, make_capture

pytestmark = pytest.mark.anyio


def test_zero_days_are_for_ever() -> None:
    """And never "everything"."""
    assert before(0, NOON) is None
    assert before(-1, NOON) is None
    assert before(30, NOON) == NOON - timedelta(days=30)


async def test_captures_go_after_their_days(sqlite_url: str) -> None:
    """Through the settings that the operator writes."""
    store = SqlCardStore(sqlite_url)
    for days in (29, 31):
        at = NOON - timedelta(days=days)
        await store.save_capture(f"c{days}", make_capture(), canonical_url=THREAD_URL, owner="local", received_at=at)
    settings = Settings(data=Path("/nonexistent"), database_url=sqlite_url)
    assert await forget_old(settings, NOON) == (1, 0)
    assert await store.load_capture("c29") is not None
    await store.close()


def test_it_looks_once_an_hour_and_survives_a_store_that_is_away(sqlite_url: str, tmp_path: Path) -> None:
    """What failed is tried again at the next tick."""
    gone = Retention(Settings(data=tmp_path, database_url=f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}"))
    gone.tick(NOON)
    assert gone._next_at < NOON
    well = Retention(Settings(data=tmp_path, database_url=sqlite_url))
    well.tick(NOON)
    assert well._next_at == NOON + timedelta(hours=1)
    well.tick(NOON + timedelta(minutes=5))
    assert well._next_at == NOON + timedelta(hours=1)
