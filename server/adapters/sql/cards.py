"""Cards, their versions and their sources, as functions of an open transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from server.adapters.sql.database import CARDS_TURN, insert_unless_there, take_turns
from server.adapters.sql.index import forget, index_card
from server.adapters.sql.jobs import load_job, tell_card
from server.adapters.sql.series import digest, erased, new_card_id, numbered, strictest
from server.adapters.sql.tables import LISTED, captures, jobs, series, sources, texts, versions
from server.core.card import Card, CardId, Visibility
from server.core.errors import Superseded
from server.core.jobs import CardKey, Job
from server.core.ports import NewCard, StoredCard, StoredSource

_decode = msgspec.json.Decoder(Card).decode
_encode = msgspec.json.Encoder().encode

_STORED = select(
    versions.c.body,
    series.c.canonical_url,
    series.c.lang,
    series.c.scope,
    series.c.visibility,
    series.c.latest_version,
    series.c.deleted_at,
).join_from(series, versions, versions.c.series_id == series.c.id)
_IS_LATEST = versions.c.version == series.c.latest_version


# ---- reading ------------------------------------------------------------------------------------


def find_card(connection: Connection, key: CardKey) -> StoredCard | None:
    row = connection.execute(_STORED.where(_living(key), _IS_LATEST)).one_or_none()
    return _stored(row) if row else None


def load_card(connection: Connection, card_id: CardId, version: int | None) -> StoredCard | None:
    wanted = _IS_LATEST if version is None else versions.c.version == version
    row = connection.execute(_STORED.where(series.c.id == card_id, wanted)).one_or_none()
    return _stored(row) if row else None


def load_listed(connection: Connection, card_ids: Sequence[CardId]) -> list[StoredCard]:
    rows = connection.execute(_STORED.where(series.c.id.in_(card_ids), _IS_LATEST, LISTED)).all()
    found = {stored.card.id: stored for stored in map(_stored, rows) if stored.card.status == "complete"}
    return [found[card_id] for card_id in card_ids if card_id in found]


def load_source(connection: Connection, card_id: CardId, version: int, n: int) -> StoredSource | None:
    row = connection.execute(
        select(sources, texts.c.text)
        .join_from(sources, texts, texts.c.sha256 == sources.c.sha256)
        .where(sources.c.series_id == card_id, sources.c.version == version, sources.c.n == n)
    ).one_or_none()
    return _source(row) if row else None


def next_version(connection: Connection, key: CardKey) -> tuple[CardId, int]:
    row = connection.execute(select(series.c.id, series.c.latest_version).where(_living(key))).one_or_none()
    return (CardId(row.id), row.latest_version + 1) if row else (new_card_id(), 1)


# ---- writing ------------------------------------------------------------------------------------


def save_card(connection: Connection, new: NewCard) -> StoredCard:
    """Takes the number that is next now, whatever it was when the card was made."""
    take_turns(connection, CARDS_TURN)
    job = load_job(connection, new.job.id) if new.job else None
    if job and (saved := _saved_before(connection, job)):
        return saved
    found = connection.execute(
        select(series.c.id, series.c.latest_version, series.c.visibility).where(_living(new.key))
    ).one_or_none()
    if found:
        card = numbered(new.card, found.id, found.latest_version + 1)
        visibility = strictest(found.visibility, card.visibility)
        connection.execute(update(series).where(series.c.id == card.id).values(_series_row(card, visibility)))
    else:
        card = numbered(new.card, _unused(connection, new.card.id), 1)
        visibility = card.visibility
        connection.execute(insert(series).values(_key_row(new.key, card) | _series_row(card, visibility)))
    if job and new.job and not tell_card(connection, new.job, card.id):
        raise Superseded("The job is finished, or another worker has it.")
    body = _encode(card)
    connection.execute(insert(versions).values(_version_row(card, body)))
    _save_sources(connection, card, new.texts)
    index_card(connection, card, visibility)
    return StoredCard(card=_decode(body), key=new.key, visibility=visibility, latest_version=card.version)


def delete_card(connection: Connection, card_id: CardId, at: datetime) -> bool:
    """Captures that finished jobs of this key were made from go too: they hold the thread's words."""
    take_turns(connection, CARDS_TURN)
    gone = connection.execute(
        update(series).where(series.c.id == card_id, series.c.deleted_at.is_(None)).values(deleted_at=at, headline="")
    )
    if not gone.rowcount:
        return False
    forget(connection, card_id)
    _erase_versions(connection, card_id)
    _purge_texts(connection, card_id)
    _purge_captures(connection, card_id)
    return True


def _saved_before(connection: Connection, job: Job) -> StoredCard | None:
    """The card that an earlier attempt of a job saved, or this one without hearing of it."""
    return load_card(connection, job.card_id, None) if job.card_id and not job.finished else None


def _unused(connection: Connection, proposed: CardId) -> CardId:
    """The proposed id, unless it is empty or a deleted series keeps it."""
    taken = connection.execute(select(series.c.id).where(series.c.id == proposed)).one_or_none()
    return new_card_id() if taken or not proposed else proposed


def _save_sources(connection: Connection, card: Card, stored: dict[int, str]) -> None:
    read = [(source, stored[source.n], digest(stored[source.n])) for source in card.sources if source.n in stored]
    if not read:
        return
    connection.execute(
        insert_unless_there(connection, texts).on_conflict_do_nothing(),
        [{"sha256": sha256, "text": text.encode("utf-8", "surrogatepass")} for _, text, sha256 in read],
    )
    connection.execute(
        insert(sources),
        [
            {
                "series_id": card.id,
                "version": card.version,
                "n": source.n,
                "url": source.url,
                "title": source.title,
                "sha256": sha256,
                "retrieved_at": source.retrieved_at,
            }
            for source, _, sha256 in read
        ],
    )


def _erase_versions(connection: Connection, card_id: CardId) -> None:
    rows = connection.execute(select(versions.c.version, versions.c.body).where(versions.c.series_id == card_id)).all()
    for row in rows:
        connection.execute(
            update(versions)
            .where(versions.c.series_id == card_id, versions.c.version == row.version)
            .values(body=_encode(erased(_decode(row.body))), permalink="", headline="", hook=None)
        )


def _purge_texts(connection: Connection, card_id: CardId) -> None:
    own = select(sources.c.sha256).where(sources.c.series_id == card_id).distinct()
    candidates = connection.execute(own).scalars().all()
    connection.execute(delete(sources).where(sources.c.series_id == card_id))
    used_elsewhere = exists().where(sources.c.sha256 == texts.c.sha256)
    connection.execute(delete(texts).where(texts.c.sha256.in_(candidates), ~used_elsewhere))


def _purge_captures(connection: Connection, card_id: CardId) -> None:
    """Those this key's finished jobs were made from; with a public card all of its thread's that nobody still needs."""
    own = select(series.c.url_sha256, series.c.lang, series.c.scope).where(series.c.id == card_id).subquery()
    same_key = and_(jobs.c.url_sha256 == own.c.url_sha256, jobs.c.lang == own.c.lang, jobs.c.scope == own.c.scope)
    used = (
        select(jobs.c.capture_id)
        .join_from(jobs, own, same_key)
        .where(jobs.c.capture_id.is_not(None), jobs.c.finished_at.is_not(None))
    )
    needed = select(jobs.c.capture_id).where(jobs.c.capture_id.is_not(None), jobs.c.finished_at.is_(None))
    of_public = select(own.c.url_sha256).where(own.c.scope == "public")
    unneeded = and_(captures.c.url_sha256.in_(of_public), captures.c.id.not_in(needed))
    connection.execute(delete(captures).where(or_(captures.c.id.in_(used), unneeded)))


# ---- conditions and rows --------------------------------------------------------------------------


def _living(key: CardKey) -> ColumnElement[bool]:
    return and_(
        series.c.url_sha256 == digest(key.canonical_url),
        series.c.lang == key.lang,
        series.c.scope == key.scope,
        series.c.deleted_at.is_(None),
    )


def _stored(row: Any) -> StoredCard:
    return StoredCard(
        card=_decode(row.body),
        key=CardKey(row.canonical_url, row.lang, row.scope),
        visibility=row.visibility,
        latest_version=row.latest_version,
        deleted_at=row.deleted_at,
    )


def _source(row: Any) -> StoredSource:
    return StoredSource(
        n=row.n,
        url=row.url,
        title=row.title,
        sha256=row.sha256,
        retrieved_at=row.retrieved_at,
        text=row.text.decode("utf-8", "surrogatepass"),
    )


def _key_row(key: CardKey, card: Card) -> dict[str, object]:
    return {
        "id": card.id,
        "canonical_url": key.canonical_url,
        "url_sha256": digest(key.canonical_url),
        "lang": key.lang,
        "scope": key.scope,
        "created_at": card.generated_at,
    }


def _series_row(card: Card, visibility: Visibility) -> dict[str, object]:
    return {
        "visibility": visibility,
        "latest_version": card.version,
        "site": card.thread.site,
        "community": card.thread.community,
        "category": card.category,
        "headline": card.headline.text,
        "posted_at": card.thread.posted_at,
        "updated_at": card.generated_at,
    }


def _version_row(card: Card, body: bytes) -> dict[str, object]:
    return {
        "series_id": card.id,
        "version": card.version,
        "body": body,
        "permalink": card.permalink,
        "headline": card.headline.text,
        "hook": card.hook.text if card.hook else None,
        "generated_at": card.generated_at,
        "fresh_until": card.fresh_until,
        "source_count": len(card.sources),
        "comment_count": card.thread.comment_count,
    }
