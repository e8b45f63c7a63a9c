"""One database, reached from any thread and any process: SQLite's locks, forks, and what its errors mean for people."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.core.errors import InvalidSetting, StoreUnavailable

BUSY_TIMEOUT_S = 10  # how long a writer waits for its turn on SQLite
CARDS_TURN, MIGRATION_TURN = 0x7EAD_0001, 0x7EAD_0002  # PostgreSQL's advisory locks
TRANSIENT = (OperationalError, InterfaceError, PoolTimeout)

ADVICE = (
    ("locked", "Another process holds the card store. Try again in a moment."),
    ("is full", "The disk under the card store is full. Free some space and try again."),
    ("No space left", "The disk under the card store is full. Free some space and try again."),
    ("readonly", "The card store's file cannot be written. Let this user write it and its folder."),
    ("unable to open", "The card store's file cannot be opened. Check that the data folder exists and is yours."),
    ("no such table", "The card store has no tables yet. `threadproof serve` creates them."),
    ("UndefinedTable", "The card store has no tables yet. `threadproof serve` creates them."),
    ("connection", "The database server does not answer. Check that it runs and that DATABASE_URL is right."),
)
OTHERWISE = "The card store failed. `threadproof doctor` shows what is reachable."

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """Runs functions inside transactions. StoreUnavailable for whatever the database says.

    May cross a fork: each process opens its own engine at its first call. A parent's engine is kept but never
    touched or closed in its child, because closing SQLite connections there is an error too
    (https://sqlite.org/howtocorrupt.html#_carrying_an_open_database_across_a_fork_).
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._engines: dict[int, Engine] = {}

    @property
    def engine(self) -> Engine:
        """This process's own."""
        own = self._engines.get(os.getpid())
        return own or self._engines.setdefault(os.getpid(), open_engine(self._url))

    def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The work's result, from one unchanging view of the database on SQLite."""
        with translated(), self.engine.connect() as connection:
            return work(connection, *args, **kwargs)

    def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The work's result after committing all it did; nothing is left of it when it raises."""
        with translated(), for_writing(self.engine).begin() as connection:
            return work(connection, *args, **kwargs)

    def close(self) -> None:
        """Close this process's connections."""
        engine = self._engines.pop(os.getpid(), None)
        if engine is not None:
            engine.dispose()


def open_engine(url: str) -> Engine:
    """An engine that has not connected yet; InvalidSetting when the address or its driver will not do.

    Its errors tell no parameters: they are pages' texts and people's captures, and errors go to the log.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True))
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise InvalidSetting("DATABASE_URL is not valid; use postgresql://user:password@host/name.") from error
    except ModuleNotFoundError as error:
        raise InvalidSetting("PostgreSQL's driver is missing; pip install 'threadproof[postgres]'.") from error


def _open_sqlite(engine: Engine) -> Engine:
    """SQLAlchemy's own BEGIN in place of the driver's (its documentation: "Using SQLAlchemy to emit BEGIN …").

    A transaction that means to write says so at once: one that begins by reading cannot be promoted when another has
    written since, and SQLite then refuses without waiting, whatever the busy timeout.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # under WAL a power cut may cost the last commits, no more

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("begin", "BEGIN")
        if statement:
            connection.exec_driver_sql(statement)

    return engine


def for_writing(engine: Engine) -> Engine:
    """The same connections, whose transactions take SQLite's write lock as they begin."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def outside_transactions(engine: Engine) -> Engine:
    """The same connections for the few SQLite statements that refuse to run in a transaction."""
    return engine.execution_options(begin="")


def take_turns(connection: Connection, turn: int) -> None:
    """Wait until nobody else is in this turn. On SQLite `BEGIN IMMEDIATE` has seen to it already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(turn)))


def insert_unless_there(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The dialect's own INSERT, which alone can say ON CONFLICT DO NOTHING."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@contextmanager
def translated() -> Iterator[None]:
    """SQLAlchemy's errors as StoreUnavailable; worth another try only when the database, not the statement, failed."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(_advice(error), retryable=isinstance(error, TRANSIENT)) from error


def _advice(error: SQLAlchemyError) -> str:
    said = str(error)
    return next((advice for sign, advice in ADVICE if sign in said), OTHERWISE)
