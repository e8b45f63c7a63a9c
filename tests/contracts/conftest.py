"""Every form of a port, one after another."""

from collections.abc import AsyncIterator

import pytest

from server.adapters.sql_store import SqlCardStore
from server.core.ports import CardStore
from tests.databases import empty
from tests.fakes import MemoryCardStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[CardStore]:
    """An empty CardStore of each kind."""
    opened = open_store(request)
    yield opened
    await opened.close()


def open_store(request: pytest.FixtureRequest) -> CardStore:
    """The kind of store that the fixture's parameter names."""
    if request.param == "memory":
        return MemoryCardStore()
    url = str(request.getfixturevalue(f"{request.param.replace('postgresql', 'postgres')}_url"))
    if request.param == "postgresql":
        empty(url)
    return SqlCardStore(url)
