"""A store that moves: out of either database into either, to the letter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from server.adapters.migrations import migrate
from server.adapters.sql.database import Database
from server.adapters.sql.tables import metadata
from server.adapters.sql.transfer import dump, load, tables
from server.adapters.sql_store import SqlCardStore
from server.core.access import hash_secret
from server.core.errors import InvalidRequest
from server.core.jobs import CardKey, Problem
from server.core.money import Payer
from tests.databases import empty
from tests.fakes import (
    NOON,
    PAGE_TEXT,
    THREAD_TEXT,
    THREAD_URL,
    make_capture,
    make_claim,
    make_job,
    make_key,
    make_new_card,
)

HOSTILE = '\'; DROP TABLE series; -- \u202e\u0007 \u2028 <script>\\u0000\\ "]} 𐍈 ﷽ e\u0301 \r\n\t{"end": {}}'
pytestmark = pytest.mark.anyio


async def furnish(url: str) -> None:
    """Something in every table, and all that is awkward: NUL and half characters, deletions, hashes."""
    store = SqlCardStore(url)
    awkward = {1: THREAD_TEXT + HOSTILE + "\x00 \ud800 half", 2: PAGE_TEXT}
    first = await store.save_card(make_new_card(texts=awkward, headline=make_claim(HOSTILE)))
    await store.save_card(make_new_card(texts=awkward))
    other = CardKey("https://a.example/ä?q=" + HOSTILE, "de", "0123456789ab")
    gone = await store.save_card(make_new_card(other, visibility="private"))
    await store.delete_card(gone.card.id, NOON)
    await store.join_job(make_job("job-waiting-0001", url=HOSTILE, payer=Payer(address="digest")))
    problem = Problem(type="x", title=HOSTILE, status=500, detail="", retryable=False)
    done = make_job(
        "job-done-0000001", key=other, state="failed", finished_at=NOON, error=problem, card_id=first.card.id
    )
    await store.join_job(done)
    await store.save_capture(
        "capture-1", make_capture(html=HOSTILE), canonical_url=THREAD_URL, owner="0123456789ab", received_at=NOON
    )
    await store.save_alias("https://short.example/1", THREAD_URL, NOON)
    await store.save_key(make_key(name=HOSTILE, secret_sha256=hash_secret("the-secret-itself")))
    await store.close()


def contents(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that is moved."""
    database = Database(url)
    found = database.read(
        lambda connection: {
            table.name: [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables()
        }
    )
    database.close()
    return found


def export(url: str) -> list[bytes]:
    """The store's lines."""
    database = Database(url)
    lines = database.read(lambda connection: list(dump(connection)))
    database.close()
    return lines


def fill(url: str, lines: list[bytes]) -> dict[str, int]:
    """The lines in a store."""
    database = Database(url)
    try:
        return database.write(load, lines)
    finally:
        database.close()


@pytest.fixture
def other_url(tmp_path: Path) -> str:
    """An empty SQLite database beside the test's own."""
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    migrate(url)
    return url


async def test_a_store_comes_back_to_the_letter(sql_url: str, other_url: str) -> None:
    """From each kind of database to SQLite and back; searching finds again what it found."""
    await furnish(sql_url)
    before, lines = contents(sql_url), export(sql_url)
    assert all(rows for name, rows in before.items() if name in ("series", "versions", "texts", "jobs", "keys"))
    fill(other_url, lines)
    assert contents(other_url) == before
    back = export(other_url)
    assert sorted(back) == sorted(lines)
    empty(sql_url)
    fill(sql_url, back)
    assert contents(sql_url) == before
    store = SqlCardStore(sql_url)
    assert [card.headline for card in await store.list_cards(q="kestrel")] == ["Kestrel Point relights its lamp"]
    source = await store.load_source(before["series"][0]["id"], 1, 1) or await store.load_source(
        before["series"][1]["id"], 1, 1
    )
    assert source is not None
    assert source.text.endswith("\x00 \ud800 half")
    await store.close()


async def test_an_export_holds_hashes_and_no_secrets(sql_url: str) -> None:
    """Whoever finds a backup can open nothing with it."""
    await furnish(sql_url)
    whole = b"\n".join(export(sql_url))
    assert hash_secret("the-secret-itself").encode() in whole
    assert b"the-secret-itself" not in whole


async def test_each_line_is_a_line(sql_url: str) -> None:
    """Whatever stands in it; the last one counts the others."""
    await furnish(sql_url)
    lines = export(sql_url)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert msgspec.json.decode(lines[0]) == {"threadproof": "export", "version": 1}
    assert sum(msgspec.json.decode(lines[-1])["end"].values()) == len(lines) - 2


def spoilt(lines: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Exports that must not be believed, and a word of why."""
    yield "cut off", lines[:-1]
    yield "cut off", [*lines[:3], lines[-1]]
    yield "Line 3", [*lines[:2], lines[2][:-5], *lines[3:]]
    yield "Line 1", [b"{}", *lines[1:]]
    yield "newer", [b'{"threadproof":"export","version":2}', *lines[1:]]
    yield "no table 'users'", [lines[0], b'{"table":"users","row":{}}', *lines[1:]]
    yield "no column 'sudo'", [lines[0], lines[1].replace(b'"row":{', b'"row":{"sudo":1,'), *lines[2:]]
    yield "behind", [*lines, lines[1]]
    yield "cut off", []
    yield "cut off", [*lines[:-1], b'{"end":5}']
    yield "cut off", [*lines[:-1], b'{"end":{}}']
    yield "no table", [lines[0], b'{"table":[1],"row":{}}', *lines[1:]]
    yield "does not fit keys", [lines[0], b'{"table":"keys","row":{"id":"x"}}', lines[-1]]
    yield "does not fit keys", [lines[0], b'{"table":"keys","row":{"id":["x"]}}', lines[-1]]


async def test_an_export_that_does_not_fit_changes_nothing(sqlite_url: str, other_url: str) -> None:
    """Each fault names its line, and the store stays empty."""
    await furnish(sqlite_url)
    for why, lines in spoilt(export(sqlite_url)):
        with pytest.raises(InvalidRequest, match=why):
            fill(other_url, lines)
        assert not any(contents(other_url).values()), why


async def test_a_store_that_holds_something_is_not_mixed_with_another(sqlite_url: str, other_url: str) -> None:
    """Two stores' series of one thread could not both be right."""
    await furnish(sqlite_url)
    lines = export(sqlite_url)
    fill(other_url, lines)
    with pytest.raises(InvalidRequest, match="not empty"):
        fill(other_url, lines)


def test_every_table_is_moved_or_made_again() -> None:
    """A new one has to say which."""
    known = {"series", "versions", "texts", "sources", "jobs", "captures", "aliases", "keys", "watches", "finds"}
    made_again = set(metadata.tables) - {table.name for table in tables()}
    assert {table.name for table in tables()} == known
    assert {"index_entries", "index_topics", "changes"} <= made_again
    assert all(name == "changes" or name.startswith(("index_", "recap_")) for name in made_again)
