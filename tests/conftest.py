"""Nothing global: each test gets what it needs handed in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.adapters.migrations import migrate
from tests.databases import PostgresServer, empty, find_postgres


@pytest.fixture
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An up-to-date SQLite database of this test's own."""
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    migrate(url)
    return url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An up-to-date PostgreSQL database for the session."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        migrate(given)
        yield given
        return
    with PostgresServer(find_postgres()) as url:
        migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_url(request: pytest.FixtureRequest) -> str:
    """An empty, up-to-date database of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url = str(request.getfixturevalue("postgres_url"))
    empty(url)
    return url
