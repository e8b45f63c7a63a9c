"""A store as JSON lines, and a store out of them: how cards move between SQLite and PostgreSQL, and what a backup is.

The first line tells the form, each of the others one row, the last one how many there were: a file that was cut off is
noticed. What the database makes by itself (the index) stays behind and is made again.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, Table, func, insert, select
from sqlalchemy.exc import OperationalError, StatementError

from server.adapters.sql.index import index_the_rest
from server.adapters.sql.tables import Instant, changes, index_entries, metadata
from server.core.errors import InvalidRequest

FORM = {"threadproof": "export", "version": 1}
READ_AT_ONCE, WRITTEN_AT_ONCE = 50, 50  # rows; a capture's may have 4 MiB
_encode = msgspec.json.Encoder().encode


def tables() -> list[Table]:
    """Those that are moved, each behind those that its rows point at.

    What hangs on the index is part of it, and the count of changes goes on by itself.
    """
    made_again = {index_entries, changes}
    for table in metadata.sorted_tables:
        if made_again & {key.column.table for key in table.foreign_keys}:
            made_again.add(table)
    return [table for table in metadata.sorted_tables if table not in made_again]


# ---- out --------------------------------------------------------------------------------------------


def dump(connection: Connection) -> Iterator[bytes]:
    """The store's lines, as it is at one instant, whatever others write meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    yield _encode(FORM)
    counts: dict[str, int] = {}
    for table in tables():
        name, count = f"{table.name}", 0  # SQLAlchemy's names are a kind of str that JSON encoders do not know
        rows = connection.execute(
            select(table).order_by(*table.primary_key.columns).execution_options(yield_per=READ_AT_ONCE)
        )
        for row in rows:
            count += 1
            yield _encode({"table": name, "row": {f"{column}": _told(value) for column, value in row._mapping.items()}})
        counts[name] = count
    yield _encode({"end": counts})


def _told(value: object) -> object:
    """Bytes as the text they hold, where it is one; JSON has no bytes and no half characters."""
    if not isinstance(value, bytes):
        return value
    try:
        return {"utf8": value.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


# ---- in ---------------------------------------------------------------------------------------------


def load(connection: Connection, lines: Iterable[bytes]) -> dict[str, int]:
    """Fill an empty store from its lines; how many rows each table got. In a transaction: all of it or nothing.

    InvalidRequest, naming the line, for what `dump` did not write, and where the store is not empty.
    """
    _require_empty(connection)
    known = {table.name: table for table in tables()}
    counts, batch = dict.fromkeys(known, 0), _Batch(connection)
    told: object = None
    for number, line in enumerate(lines, start=1):
        document = _read(line, number)
        if number == 1:
            _require_form(document)
        elif told is not None:
            raise _wrong(number, "there are lines behind the last one")
        elif "end" in document:
            told = document["end"]
        else:
            name = document.get("table")
            table = known.get(name) if isinstance(name, str) else None
            if table is None:
                raise _wrong(number, f"this version has no table {name!r}")
            batch.add(table, _row(table, document.get("row"), number), number)
            counts[table.name] += 1
    batch.write()
    if not isinstance(told, dict) or any(told.get(name, 0) != counts.get(name, 0) for name in {*told, *counts}):
        raise InvalidRequest("The export is cut off: its last line is missing or counts other rows. Export it again.")
    index_the_rest(connection)
    return counts


class _Batch:
    """Rows of one table that are written together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table: Table | None = None
        self._rows: list[dict[str, Any]] = []
        self._first = 0

    def add(self, table: Table, row: dict[str, Any], number: int) -> None:
        if table is not self._table or len(self._rows) >= WRITTEN_AT_ONCE:
            self.write()
        self._table = table
        self._first = self._first if self._rows else number
        self._rows.append(row)

    def write(self) -> None:
        if self._table is not None and self._rows:
            try:
                self._connection.execute(insert(self._table), self._rows)
            except StatementError as error:
                if isinstance(error, OperationalError):
                    raise
                last = self._first + len(self._rows) - 1
                raise _wrong(self._first, f"a row from there to line {last} does not fit {self._table.name}") from error
        self._rows = []


def _require_empty(connection: Connection) -> None:
    for table in tables():
        if connection.scalar(select(func.count()).select_from(table)):
            raise InvalidRequest(
                f"The store is not empty: there are {table.name} in it. Import into a new one: another data folder "
                "(--data DIR), or another database."
            )


def _read(line: bytes, number: int) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise _wrong(number, f"it is no JSON object ({error})") from error


def _require_form(document: dict[str, Any]) -> None:
    if document.get("threadproof") != FORM["threadproof"]:
        raise _wrong(1, "this is no export of Threadproof's")
    if document.get("version") != FORM["version"]:
        raise _wrong(1, "the export was made by a newer Threadproof; upgrade this one")


def _row(table: Table, told: object, number: int) -> dict[str, Any]:
    """Columns that an older export does not know stay as their table has them by default."""
    if not isinstance(told, dict):
        raise _wrong(number, "it has no row")
    unknown = set(told) - set(table.columns.keys())
    if unknown:
        raise _wrong(number, f"{table.name} has no column {min(unknown)!r} in this version")
    try:
        return {name: _value(table.columns[name].type, value) for name, value in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError, msgspec.MsgspecError) as error:
        raise _wrong(number, f"a value is not what its column holds ({error})") from error


def _value(kind: object, told: Any) -> Any:
    if told is None:
        return None
    if isinstance(kind, LargeBinary):
        return told["utf8"].encode() if "utf8" in told else base64.b64decode(told["base64"], validate=True)
    if isinstance(kind, Instant):
        return msgspec.convert(told, datetime)
    return told


def _wrong(number: int, what: str) -> InvalidRequest:
    return InvalidRequest(f"Line {number} of the export cannot be used: {what}. Nothing was imported.")
