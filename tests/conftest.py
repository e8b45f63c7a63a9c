"""Nothing global: each test gets what it needs handed in."""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

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


# ---- a busy machine -----------------------------------------------------------------------------------

CLOCKS = ("perf_counter", "process_time", "monotonic", "waited_s", "took_s", "times[")
MOST_TRIES = 3


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A test that reads a clock, or waits for real processes, holds when it holds once in three tries.

    A busy machine only makes things slower; what is wrong fails every time. All other tests run once, as ever.
    """
    if not (_reads_clock(item) or item.get_closest_marker("e2e")):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for _ in range(MOST_TRIES):
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if not any(report.failed for report in reports):
            break
        item._initrequest()  # type: ignore[attr-defined] # fixtures are set up anew, as for another test
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _reads_clock(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and any(name in inspect.getsource(item.function) for name in CLOCKS)
