"""The lines of recaps, as functions of an open transaction.

A line hangs on its card's index entry, which is replaced whenever the card changes and goes when it is deleted: so no
line outlives what it tells.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from server.adapters.sql.database import insert_unless_there
from server.adapters.sql.tables import LISTED, index_entries, recap_lines, series, versions
from server.core.card import Card
from server.core.periods import Period
from server.core.recaps import Line, Weighed

_decode_card = msgspec.json.Decoder(Card).decode
_decode_line = msgspec.json.Decoder(Line).decode
_encode = msgspec.json.Encoder().encode


def unlined(connection: Connection, after: int, limit: int) -> list[tuple[int, Card, datetime]]:
    there = select(recap_lines.c.number).where(recap_lines.c.number == index_entries.c.number).exists()
    latest = and_(versions.c.series_id == series.c.id, versions.c.version == series.c.latest_version)
    rows = connection.execute(
        select(index_entries.c.number, series.c.created_at, versions.c.body)
        .join_from(index_entries, series, series.c.id == index_entries.c.series_id)
        .join(versions, latest)
        .where(LISTED, index_entries.c.number > after, ~there)
        .order_by(index_entries.c.number)
        .limit(limit)
    )
    return [(row.number, _decode_card(row.body), row.created_at) for row in rows]


def save_lines(connection: Connection, lines: Iterable[tuple[int, Weighed]]) -> None:
    for number, weighed in lines:
        if not connection.execute(_entry_of(number, weighed.line)).first():
            continue
        row = {
            "number": number,
            "week": weighed.week,
            "day": weighed.day,
            "weight": weighed.line.weight,
            "line": _encode(weighed.line),
        }
        connection.execute(insert_unless_there(connection, recap_lines).values(row).on_conflict_do_nothing())


def _entry_of(number: int, line: Line) -> Select[tuple[str]]:
    """Numbers come back: the highest is given again once its entry is gone. A version does not."""
    return (
        select(series.c.id)
        .join_from(index_entries, series, series.c.id == index_entries.c.series_id)
        .where(
            index_entries.c.number == number,
            series.c.id == line.card_id,
            series.c.latest_version == line.version,
            LISTED,
        )
    )


def lines_of(connection: Connection, period: Period, limit: int) -> list[Line]:
    """Whether a card is public is asked of its series, now: a line knows nothing of it."""
    heaviest = _listed_in(select(recap_lines.c.line), period).order_by(recap_lines.c.weight.desc(), series.c.id)
    rows = connection.execute(heaviest.limit(limit))
    return [_decode_line(row.line) for row in rows]


def count_lines(connection: Connection, period: Period, most: int) -> int:
    some = _listed_in(select(recap_lines.c.number), period).limit(most).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def _listed_in(statement: Any, period: Period) -> Any:
    return (
        statement.join_from(recap_lines, index_entries, index_entries.c.number == recap_lines.c.number)
        .join(series, series.c.id == index_entries.c.series_id)
        .where(_is_in(period), LISTED)
    )


def _is_in(period: Period) -> ColumnElement[bool]:
    column = recap_lines.c.week if period.kind == "week" else recap_lines.c.day
    return column == period.name
