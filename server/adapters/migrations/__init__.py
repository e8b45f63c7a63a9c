"""How a database gets its tables and keeps up with the code.

A change of `sql/tables.py` comes with a new file in `versions/`, named and numbered one up; a test compares both.
"""

import time
from importlib.resources import files

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from server.adapters.sql.database import (
    BUSY_TIMEOUT_S,
    MIGRATION_TURN,
    for_writing,
    open_engine,
    outside_transactions,
    take_turns,
    translated,
)
from server.adapters.sql.index import index_the_rest
from server.core.errors import StoreUnavailable


def migrate(url: str) -> None:
    """Bring a database up to date. Any number of processes may ask at once; StoreUnavailable when it cannot be done.

    Alembic is imported only when there is something to do: it costs 0.1 s of every start.
    """
    engine = open_engine(url)
    try:
        with translated():
            if engine.dialect.name == "sqlite":
                _use_wal(engine)
            if not _is_current(engine):
                _upgrade(engine)
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The number that the newest file in `versions/` begins with, after its "v"."""
    names = (entry.name for entry in files(__name__).joinpath("versions").iterdir())
    return max(name[1:5] for name in names if name.startswith("v") and name.endswith(".py"))


def _use_wal(engine: Engine) -> None:
    """Readers and a writer side by side, remembered in the file.

    Switching needs the file alone, and SQLite then answers "locked" at once instead of waiting.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            with outside_transactions(engine).connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision())


def _upgrade(engine: Engine) -> None:
    """All of it in one transaction, which both databases grant to changes of tables too."""
    with for_writing(engine).begin() as connection:
        take_turns(connection, MIGRATION_TURN)
        _run_alembic(connection)
        index_the_rest(connection)


def _run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "server.adapters:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreUnavailable(
            "The card store was made by a newer Threadproof. Upgrade this one, or give it another data folder.",
            retryable=False,
        ) from error
