"""How databases come to be and keep up."""

import multiprocessing
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from server.adapters.migrations import migrate, newest_revision
from server.adapters.sql import cards, jobs
from server.adapters.sql.database import Database, open_engine
from server.adapters.sql.index import index_the_rest
from server.adapters.sql.tables import index_entries, metadata, series, versions
from server.adapters.sql_store import SqlCardStore
from server.core.card import CardId
from server.core.errors import StoreUnavailable
from server.core.jobs import CardKey, JobId
from server.core.money import Payer
from tests.fakes import NOON, make_card, make_new_card

pytestmark = pytest.mark.anyio

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def fresh_url(sql_url: str, tmp_path: Path) -> Iterator[str]:
    """A database of each kind that nobody has used yet."""
    if sql_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
        return
    engine = open_engine(sql_url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE fresh"))
        yield engine.url.set(database="fresh").render_as_string(hide_password=False)
        connection.execute(text("DROP DATABASE fresh"))
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    """But for `index_words`, which Alembic cannot describe, and under which FTS5 keeps tables of its own."""
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, _: kind != "table" or not str(name).startswith("index_words"),
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def test_migrated_tables_are_the_tables_of_the_code(fresh_url: str) -> None:
    """Alembic finds nothing to change on either database."""
    migrate(fresh_url)
    database = Database(fresh_url)
    assert database.read(differences) == []
    database.close()


def test_migrated_tables_are_spelled_as_the_code_spells_them(tmp_path: Path) -> None:
    """SQLite keeps each statement's text, conditions of partial indexes included, which Alembic does not compare."""
    migrated, made = f"sqlite:///{tmp_path / 'migrated.sqlite3'}", f"sqlite:///{tmp_path / 'made.sqlite3'}"
    migrate(migrated)
    database = Database(made)
    database.write(lambda connection: metadata.create_all(connection))
    database.close()
    assert schema_of(migrated) == schema_of(made)


def schema_of(url: str) -> dict[str, str]:
    database = Database(url)
    query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    found = database.read(lambda connection: dict(connection.execute(query).tuples().all()))
    database.close()
    return found


def test_migrating_again_changes_nothing(fresh_url: str) -> None:
    """What is stored stays."""
    migrate(fresh_url)
    database = Database(fresh_url)
    database.write(cards.save_card, make_new_card())
    migrate(fresh_url)
    assert len(database.read(lambda connection: connection.execute(select(versions.c.version)).all())) == 1
    database.close()


def test_captures_of_the_first_version_keep_their_thread(fresh_url: str) -> None:
    """They had none written beside them; the job that was made from them tells it."""
    database = Database(fresh_url)
    database.write(lambda connection: migrate_to(connection, "0001"))
    database.write(lambda connection: [connection.execute(text(statement)) for statement in FIRST_VERSIONS_ROWS])
    migrate(fresh_url)
    query = text("SELECT id, owner, canonical_url, url_sha256 FROM captures ORDER BY id")
    rows = database.read(lambda connection: [tuple(row) for row in connection.execute(query)])
    assert rows == [("kept", "local", "https://t.example/", "abc"), ("lost", "local", "", "")]
    database.close()


def test_jobs_of_the_second_version_are_kept(fresh_url: str) -> None:
    """Nobody is told to have paid for them."""
    database = Database(fresh_url)
    database.write(lambda connection: migrate_to(connection, "0001"))
    database.write(lambda connection: [connection.execute(text(statement)) for statement in FIRST_VERSIONS_ROWS])
    database.write(lambda connection: migrate_to(connection, "0002"))
    migrate(fresh_url)
    job = database.read(jobs.load_job, JobId("j"))
    assert job is not None
    assert (job.state, job.capture_id, job.key.canonical_url, job.payer) == (
        "done",
        "kept",
        "https://t.example/",
        Payer(),
    )
    database.close()


async def test_cards_from_before_the_index_are_found_after_it_came(fresh_url: str) -> None:
    """By their words and by what they are about, the hidden ones excepted; those that were indexed stay as they are."""
    database = Database(fresh_url)
    database.write(lambda connection: migrate_to(connection, "0003"))
    card_ids = [database.write(save_as_before, number) for number in range(3)]
    hidden = database.write(save_as_before, 3, visibility="unlisted")
    migrate(fresh_url)
    store = SqlCardStore(fresh_url)
    assert [summary.id for summary in await store.list_cards(q="relights")] == card_ids[::-1]
    assert [summary.id for summary in await store.related_cards(hidden, limit=9)] == card_ids[::-1]
    database.write(index_the_rest)
    assert database.read(lambda connection: connection.scalar(select(func.max(index_entries.c.number)))) == 4
    database.close()
    await store.close()


def save_as_before(connection: Connection, number: int, **changes: object) -> CardId:
    """A card as 0.1 saved it, without an index."""
    card = make_card(id=CardId(f"kestrel-{number}"), generated_at=NOON + timedelta(hours=number), **changes)
    key = CardKey(f"https://t.example/{number}")
    connection.execute(insert(series).values(cards._key_row(key, card) | cards._series_row(card, card.visibility)))
    connection.execute(insert(versions).values(cards._version_row(card, msgspec.json.encode(card))))
    return card.id


FIRST_VERSIONS_ROWS = (
    "INSERT INTO captures VALUES ('kept', 'u', '{}', 'local', '2026-02-23 12:00:00')",
    "INSERT INTO captures VALUES ('lost', 'u', '{}', 'local', '2026-02-23 12:00:00')",
    "INSERT INTO jobs (id, canonical_url, url_sha256, lang, scope, url, state, attempt, created_at, capture_id,"
    " refresh) VALUES ('j', 'https://t.example/', 'abc', 'auto', 'public', 'u', 'done', 1, '2026-02-23 12:00:00',"
    " 'kept', false)",
)


def migrate_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "server.adapters:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_processes_may_migrate_at_once(fresh_url: str) -> None:
    """Six start together on nothing; each returns content, and the tables are there once."""
    gate = FORK.Barrier(6)

    def run() -> None:
        gate.wait()
        migrate(fresh_url)

    processes = [FORK.Process(target=run) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 6
    database = Database(fresh_url)
    assert database.read(differences) == []
    database.close()


def test_a_database_from_the_future_is_refused(fresh_url: str) -> None:
    """An older program must not guess at tables it does not know."""
    migrate(fresh_url)
    database = Database(fresh_url)
    database.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    database.close()
    with pytest.raises(StoreUnavailable, match="newer Threadproof") as caught:
        migrate(fresh_url)
    assert not caught.value.retryable


def test_a_migration_that_fails_leaves_the_database_as_it_was(fresh_url: str) -> None:
    """Tables change in one transaction: here `jobs` is in the way, and no other table appears."""
    database = Database(fresh_url)
    database.write(lambda connection: connection.execute(text("CREATE TABLE jobs (id INTEGER)")))
    with pytest.raises(StoreUnavailable) as caught:
        migrate(fresh_url)
    assert isinstance(caught.value.__cause__, SQLAlchemyError)
    assert database.read(lambda connection: inspect(connection).get_table_names()) == ["jobs"]
    database.close()


def test_the_newest_revision_is_alembics_head() -> None:
    """File names and revision ids say the same."""
    script = ScriptDirectory(str(files("server.adapters.migrations")))
    assert newest_revision() == script.get_current_head()
