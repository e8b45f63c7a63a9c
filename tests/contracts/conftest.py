"""Every form of a port, one after another. Databases are made once a session and emptied for each test.

PostgreSQL: TEST_DATABASE_URL names a server's database that may be EMPTIED; without it a server of our own starts in
a temporary folder when its programs are on this machine. It listens on a Unix socket alone and refuses to run as
root, so root starts it as the user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from server.adapters.sql.database import Database
from server.adapters.sql.tables import metadata
from server.adapters.sql_store import SqlCardStore, migrate
from server.core.ports import CardStore
from tests.fakes import MemoryCardStore

POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin")


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


def empty(url: str) -> None:
    """Delete every row."""
    database = Database(url)
    database.write(lambda connection: [connection.execute(delete(table)) for table in reversed(metadata.sorted_tables)])
    database.close()


def find_postgres() -> Path:
    """The folder with `initdb`; skips the test where there is none."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += [found for pattern in POSTGRES_FOLDERS for found in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    if not folders:
        pytest.skip("no PostgreSQL here: set TEST_DATABASE_URL, or install postgresql (initdb was not found)")
    return folders[0]


class PostgresServer:
    """A PostgreSQL server of our own, as a context whose value is its address."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="tp-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._user = _become_postgres(self._folder)

    def __enter__(self) -> str:
        cluster = str(self._folder / "cluster")
        self._run("initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-D", cluster, "-w", "-l", str(self._folder / "log"), "-o", options, "start")
        return f"postgresql://postgres@/postgres?host={self._folder}"

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "cluster"), "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        mute = subprocess.DEVNULL
        subprocess.run(command, cwd=self._folder, check=True, stdin=mute, stdout=mute, stderr=mute, **self._user)


def _become_postgres(folder: Path) -> dict[str, Any]:
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user `postgres` to run it as")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
