"""Lists of public cards, as functions of an open transaction: newest first, by search, by address, by likeness."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from server.adapters.sql.index import ALL, NEWEST, holds, numbers_of_related
from server.adapters.sql.tables import LISTED, index_entries, series, versions
from server.core.card import CardId
from server.core.finding import read_query
from server.core.ports import CardSummary, KnownCard

_LISTED = (
    select(
        series.c.id,
        versions.c.permalink,
        versions.c.headline,
        versions.c.hook,
        series.c.site,
        series.c.community,
        series.c.category,
        versions.c.source_count,
        versions.c.comment_count,
        versions.c.generated_at,
    )
    .join_from(
        series,
        versions,
        and_(versions.c.series_id == series.c.id, versions.c.version == series.c.latest_version),
    )
    .where(LISTED)
)
SPARE = 4  # how many times the cards asked for are looked at: some are of the same thread


def list_cards(
    connection: Connection, q: str | None, community: str | None, before: datetime | None, limit: int
) -> list[CardSummary]:
    statement = _LISTED
    if q is not None and q.strip():
        wanted = read_query(q)
        if wanted is None:
            return []
        most = NEWEST + limit if community is None else ALL
        statement = statement.where(holds(connection, wanted, before=before, most=most))
    if community is not None:
        statement = statement.where(series.c.community == community)
    if before is not None:
        statement = statement.where(series.c.updated_at < before)
    newest = statement.order_by(series.c.updated_at.desc(), series.c.id).limit(max(limit, 0))
    return [_summary(row) for row in connection.execute(newest)]


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
        site=row.site,
        community=row.community,
        category=row.category,
        source_count=row.source_count,
        comment_count=row.comment_count,
        generated_at=row.generated_at,
    )
