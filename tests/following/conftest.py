"""Every form of following's stores, one after another, each beside the card store that it belongs to."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from server.adapters.sql_following import SqlRecapStore, SqlWatchStore
from server.adapters.sql_store import SqlCardStore
from server.core.following import RecapStore, WatchStore
from server.core.ports import CardStore
from tests.databases import empty
from tests.fakes import MemoryCardStore
from tests.following.fakes import MemoryRecapStore, MemoryWatchStore


class Stores(NamedTuple):
    """On one database, or in one memory."""

    cards: CardStore
    watches: WatchStore
    recaps: RecapStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def stores(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Stores]:
    """Empty ones of each kind."""
    opened = open_stores(request)
    yield opened
    for store in opened:
        await store.close()


def open_stores(request: pytest.FixtureRequest) -> Stores:
    """The kind that the fixture's parameter names."""
    if request.param == "memory":
        cards = MemoryCardStore()
        return Stores(cards, MemoryWatchStore(cards), MemoryRecapStore(cards))
    url = str(request.getfixturevalue(f"{request.param.replace('postgresql', 'postgres')}_url"))
    if request.param == "postgresql":
        empty(url)
    return Stores(SqlCardStore(url), SqlWatchStore(url), SqlRecapStore(url))
