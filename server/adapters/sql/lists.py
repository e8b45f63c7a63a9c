"""Lists of public cards, as functions of an open transaction: by shelf, by search, by address, by likeness."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, tuple_

from server.adapters.sql.index import NEWEST, holds, numbers_of_related
from server.adapters.sql.tables import LISTED, index_entries, index_lines, index_shelves, series, versions
from server.core.card import CardId
from server.core.finding import read_query
from server.core.ports import CardAddress, CardSummary, KnownCard
from server.core.shelves import EVERYTHING, Place, Shelf

_LISTED = (
    select(
        series.c.id,
        versions.c.permalink,
        versions.c.headline,
        versions.c.hook,
        index_lines.c.lead,
        index_lines.c.lang,
        series.c.site,
        series.c.community,
        series.c.category,
        versions.c.source_count,
        versions.c.comment_count,
        versions.c.version,
        series.c.created_at,
        versions.c.generated_at,
    )
    .join_from(
        series,
        versions,
        and_(versions.c.series_id == series.c.id, versions.c.version == series.c.latest_version),
    )
    .join(index_lines, index_lines.c.series_id == series.c.id)
    .where(LISTED)
)
_ON_SHELF = _LISTED.join(index_shelves, index_shelves.c.series_id == series.c.id)
SPARE = 4  # how many times the cards asked for are looked at: some are of the same thread


def list_cards(
    connection: Connection, shelf: Shelf, q: str | None, before: Place | None, limit: int
) -> list[CardSummary]:
    """Of cards made at once the one with the higher id comes first: both databases then read an index backwards."""
    if q is not None and q.strip():
        wanted = read_query(q)
        if wanted is None:
            return []
        statement = _LISTED.where(holds(connection, wanted, shelf, before=before, most=NEWEST + limit))
        at, card_id = series.c.updated_at, series.c.id
    else:
        statement = _ON_SHELF.where(index_shelves.c.shelf == shelf.key)
        at, card_id = index_shelves.c.updated_at, index_shelves.c.series_id
    if before is not None:
        behind = at < before.at if before.id is None else tuple_(at, card_id) < tuple_(before.at, before.id)
        statement = statement.where(behind)
    newest = statement.order_by(at.desc(), card_id.desc()).limit(max(limit, 0))
    return [_summary(row) for row in connection.execute(newest)]


def most_discussed(connection: Connection, shelf: Shelf, since: datetime, limit: int) -> list[CardSummary]:
    """From one stretch of an index; the cards themselves are looked at only when it is known which."""
    columns = index_shelves.c
    top = (
        select(columns.series_id, columns.comment_count, columns.updated_at)
        .where(columns.shelf == shelf.key, columns.updated_at >= since, columns.comment_count > 0)
        .order_by(columns.comment_count.desc(), columns.updated_at.desc())
        .limit(max(limit, 0))
        .subquery()
    )
    statement = _LISTED.join(top, top.c.series_id == series.c.id)
    rows = connection.execute(statement.order_by(top.c.comment_count.desc(), top.c.updated_at.desc()))
    return [_summary(row) for row in rows]


def count_cards(connection: Connection, shelf: Shelf) -> int:
    return connection.scalar(select(func.count()).where(index_shelves.c.shelf == shelf.key)) or 0


def list_addresses(connection: Connection, first: int, limit: int) -> list[CardAddress]:
    rows = connection.execute(
        select(series.c.id, series.c.headline, index_shelves.c.updated_at)
        .join_from(index_shelves, series, series.c.id == index_shelves.c.series_id)
        .where(LISTED, index_shelves.c.shelf == EVERYTHING.key)
        .order_by(index_shelves.c.updated_at, index_shelves.c.series_id)
        .offset(max(first, 0))
        .limit(max(limit, 0))
    )
    return [CardAddress(CardId(row.id), row.headline, row.updated_at) for row in rows]


def related_cards(connection: Connection, card_id: CardId, limit: int) -> list[CardSummary]:
    """Best first. What became of a found entry's series is looked at again, and its thread is another."""
    entry = connection.execute(
        select(index_entries.c.topics, series.c.url_sha256)
        .join_from(index_entries, series, series.c.id == index_entries.c.series_id)
        .where(index_entries.c.series_id == card_id)
    ).one_or_none()
    if entry is None or limit < 1:
        return []
    numbers = numbers_of_related(connection, entry.topics)[: limit * SPARE]
    rows = connection.execute(
        _LISTED.add_columns(index_entries.c.number)
        .join(index_entries, index_entries.c.series_id == series.c.id)
        .where(index_entries.c.number.in_(numbers), series.c.url_sha256 != entry.url_sha256)
    )
    found = {row.number: _summary(row) for row in rows}
    return [found[number] for number in numbers if number in found][:limit]


def lookup_cards(connection: Connection, prefix: str) -> list[KnownCard]:
    """One an address: the card in the thread's own language, else the newest. "g" comes behind every digit."""
    rows = connection.execute(
        select(series.c.url_sha256, series.c.id)
        .where(LISTED, series.c.url_sha256 >= prefix, series.c.url_sha256 < f"{prefix}g")
        .order_by(series.c.url_sha256, series.c.lang != "auto", series.c.updated_at.desc())
    )
    first: dict[str, KnownCard] = {}
    for row in rows:
        first.setdefault(row.url_sha256, KnownCard(row.url_sha256, CardId(row.id)))
    return list(first.values())


def _summary(row: Any) -> CardSummary:
    return CardSummary(
        id=CardId(row.id),
        permalink=row.permalink,
        headline=row.headline,
        hook=row.hook,
        lead=row.lead,
        lang=row.lang,
        site=row.site,
        community=row.community,
        category=row.category,
        source_count=row.source_count,
        comment_count=row.comment_count,
        version=row.version,
        created_at=row.created_at,
        generated_at=row.generated_at,
    )
