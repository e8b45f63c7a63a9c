"""What SqlCardStore promises beyond its port: many processes, forks, sudden death, and errors people can act on."""

import asyncio
import inspect
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, func, select

from server.adapters.sql import cards
from server.adapters.sql.database import Database, for_writing, translated
from server.adapters.sql.tables import series, sources, texts, versions
from server.adapters.sql_store import SqlCardStore
from server.core.errors import InvalidSetting, StoreUnavailable
from server.core.jobs import CardKey
from tests.fakes import NOON, THREAD_URL, make_job, make_new_card

pytestmark = pytest.mark.anyio
T = TypeVar("T")
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    """A look behind the store, on each kind of database."""
    opened = Database(sql_url)
    yield opened
    opened.close()


def count_rows(database: Database, table: Any) -> int:
    return database.read(lambda connection: connection.scalar(select(func.count()).select_from(table)) or 0)


def in_processes(number: int, work: Callable[[int], T]) -> list[T]:
    """What the work returned in each of `number` forked processes, none beginning before all were there."""
    answers, gate = FORK.Queue(), FORK.Barrier(number)

    def run(n: int) -> None:
        gate.wait()
        answers.put(work(n))

    processes = [FORK.Process(target=run, args=(n,)) for n in range(number)]
    for process in processes:
        process.start()
    found = [answers.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()
    return found


# ---- many processes ---------------------------------------------------------------------------------


def test_processes_that_ask_at_once_share_one_job(sql_url: str) -> None:
    """Five processes, four asks each: one job, and one of the twenty is told that it is new."""

    async def ask(n: int) -> list[tuple[str, bool]]:
        store = SqlCardStore(sql_url)
        answers = await asyncio.gather(*(store.join_job(make_job(f"job-{n}-{i}")) for i in range(4)))
        await store.close()
        return [(job.id, is_new) for job, is_new in answers]

    found = [answer for answers in in_processes(5, lambda n: asyncio.run(ask(n))) for answer in answers]
    assert len(found) == 20
    assert len({job_id for job_id, _ in found}) == 1
    assert sum(is_new for _, is_new in found) == 1


def test_processes_that_save_at_once_make_one_series(sql_url: str, database: Database) -> None:
    """Four processes, five cards each, the same texts: twenty versions in a row, and each text once."""

    async def save(n: int) -> list[int]:
        store = SqlCardStore(sql_url)
        saved = [await store.save_card(make_new_card(id=f"process-{n}-card-{i}")) for i in range(5)]
        await store.close()
        return [stored.card.version for stored in saved]

    numbers = [number for numbers in in_processes(4, lambda n: asyncio.run(save(n))) for number in numbers]
    assert sorted(numbers) == list(range(1, 21))
    assert (count_rows(database, series), count_rows(database, versions), count_rows(database, texts)) == (1, 20, 2)


async def test_a_store_may_cross_a_fork(sql_url: str) -> None:
    """The child opens connections of its own, and the parent's go on working."""
    store = SqlCardStore(sql_url)
    saved = await store.save_card(make_new_card())

    async def child() -> tuple[bool, int]:
        found = await store.find_card(CardKey(THREAD_URL))
        again = await store.save_card(make_new_card())
        await store.close()
        return found == saved, again.card.version

    (answer,) = in_processes(1, lambda _: in_new_thread(child))
    assert answer == (True, 2)
    assert (await store.save_card(make_new_card())).card.version == 3
    await store.close()


def in_new_thread(work: Callable[[], Any]) -> Any:
    """A forked child inherits the parent's running loop in its one thread; a loop of its own needs another."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(work())))
    thread.start()
    thread.join()
    return found[0]


def test_a_process_killed_in_the_middle_of_saving_leaves_nothing(sql_url: str, database: Database) -> None:
    """All is written and nothing committed when the kill comes; the next writer finds an empty store at once."""

    def save_and_die(connection: Connection) -> None:
        cards.save_card(connection, make_new_card())
        os.kill(os.getpid(), signal.SIGKILL)

    process: BaseProcess = FORK.Process(target=lambda: Database(sql_url).write(save_and_die))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert [count_rows(database, table) for table in (series, versions, sources, texts)] == [0, 0, 0, 0]
    assert database.write(cards.save_card, make_new_card()).card.version == 1


def test_a_writer_waits_for_another(database: Database) -> None:
    """A read-then-write transaction that meets a running one takes its turn instead of failing."""
    database.write(cards.save_card, make_new_card())
    begun = threading.Event()

    def save_slowly(connection: Connection) -> None:
        cards.save_card(connection, make_new_card())
        begun.set()
        time.sleep(0.2)

    other = threading.Thread(target=database.write, args=(save_slowly,))
    other.start()
    begun.wait()
    assert database.write(cards.save_card, make_new_card()).card.version == 3
    other.join()


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    """It sees what was committed before."""
    database.write(cards.save_card, make_new_card())

    def read_meanwhile(connection: Connection) -> int:
        cards.save_card(connection, make_new_card())
        return count_rows(database, versions)

    assert database.write(read_meanwhile) == 1


# ---- what is on the disk ----------------------------------------------------------------------------


def test_versions_share_the_texts_they_have_in_common(database: Database) -> None:
    """Two versions over the same two sources: four references, two texts."""
    for _ in range(2):
        database.write(cards.save_card, make_new_card())
    assert (count_rows(database, sources), count_rows(database, texts)) == (4, 2)


def test_deletion_purges_texts_that_nothing_else_uses(database: Database) -> None:
    """A text goes with the last card that quotes it."""
    first = database.write(cards.save_card, make_new_card()).card.id
    second = database.write(cards.save_card, make_new_card(CardKey("https://other.example/"))).card.id
    database.write(cards.delete_card, first, NOON)
    assert (count_rows(database, sources), count_rows(database, texts)) == (2, 2)
    database.write(cards.delete_card, second, NOON)
    assert (count_rows(database, sources), count_rows(database, texts)) == (0, 0)


def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log(sqlite_url: str) -> None:
    """In every connection, since SQLite forgets the first between connections."""
    database = Database(sqlite_url)

    def pragmas(connection: Connection) -> tuple[Any, Any]:
        names = ("foreign_keys", "journal_mode")
        return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)  # type: ignore[return-value]

    assert database.read(pragmas) == (1, "wal")
    database.close()


# ---- errors -----------------------------------------------------------------------------------------


def library_errors() -> list[type[sqlalchemy.exc.SQLAlchemyError]]:
    members = inspect.getmembers(sqlalchemy.exc, inspect.isclass)
    return [member for _, member in members if issubclass(member, sqlalchemy.exc.SQLAlchemyError)]


@pytest.mark.parametrize("error", library_errors(), ids=lambda error: error.__name__)
def test_every_error_of_the_library_becomes_ours(error: type[sqlalchemy.exc.SQLAlchemyError]) -> None:
    """With a next step for the person and the cause for the log."""
    raised = error.__new__(error)
    raised.__dict__.update(code=None, statement=None, params=None, orig=ValueError("cause"), detail=[], message="")
    with pytest.raises(StoreUnavailable) as caught, translated():
        raise raised
    assert caught.value.__cause__ is raised
    assert caught.value.message


@pytest.mark.parametrize(
    ("place", "advice"),
    [("missing/store.sqlite3", "Check that the data folder exists"), ("empty.sqlite3", "has no tables yet")],
)
async def test_a_store_that_is_not_there_says_what_to_do(tmp_path: Path, place: str, advice: str) -> None:
    """No folder and no tables are told apart."""
    store = SqlCardStore(f"sqlite:///{tmp_path / place}")
    with pytest.raises(StoreUnavailable, match=advice) as caught:
        await store.find_card(CardKey(THREAD_URL))
    assert caught.value.retryable
    assert isinstance(caught.value.__cause__, sqlalchemy.exc.SQLAlchemyError)
    await store.close()


async def test_a_database_server_that_is_away_says_what_to_do() -> None:
    """And keeps the password to itself."""
    store = SqlCardStore("postgresql://keeper:hunter2@127.0.0.1:1/lamp")
    with pytest.raises(StoreUnavailable, match="DATABASE_URL") as caught:
        await store.find_card(CardKey(THREAD_URL))
    assert "hunter2" not in caught.value.message
    assert caught.value.retryable
    await store.close()


@pytest.mark.parametrize("url", ["", "threadproof", "oracle+nothing://x", "postgresql:/oops"])
async def test_an_address_of_no_use_is_an_invalid_setting(url: str) -> None:
    """Told at the first call, naming the variable."""
    with pytest.raises(InvalidSetting, match="DATABASE_URL"):
        await SqlCardStore(url).find_card(CardKey(THREAD_URL))


def test_a_locked_database_is_worth_another_try(sqlite_url: str) -> None:
    """When the wait for one's turn is over, the error says so and is retryable."""
    holder, waiter = Database(sqlite_url), Database(sqlite_url)
    with waiter.engine.connect() as impatient, holder.engine.connect():
        impatient.exec_driver_sql("PRAGMA busy_timeout = 1")  # the pool hands this connection to the writer below
    with for_writing(holder.engine).begin(), pytest.raises(StoreUnavailable, match="Another process") as caught:
        waiter.write(cards.save_card, make_new_card())
    assert caught.value.retryable
    holder.close()
    waiter.close()


def test_importing_the_store_does_not_import_alembic() -> None:
    """Alembic costs every start 0.1 s, and only a database that is behind needs it."""
    code = "import sys, server.adapters.sql_store; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
