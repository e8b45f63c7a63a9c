"""Captures and aliases: what readers and the web told us of addresses, as functions of an open transaction."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, or_, select, update

from server.adapters.sql.database import insert_unless_there
from server.adapters.sql.series import digest
from server.adapters.sql.tables import aliases, captures, keys
from server.core.access import person_of
from server.core.jobs import Capture
from server.core.ports import StoredCapture


def save_capture(
    connection: Connection, capture_id: str, capture: Capture, canonical_url: str, owner: str, received_at: datetime
) -> None:
    connection.execute(
        insert(captures).values(
            id=capture_id,
            url=capture.url,
            document=msgspec.json.encode(capture),
            owner=owner,
            received_at=received_at,
            canonical_url=canonical_url,
            url_sha256=digest(canonical_url),
        )
    )


def load_capture(connection: Connection, capture_id: str) -> Capture | None:
    row = connection.execute(select(captures.c.document).where(captures.c.id == capture_id)).one_or_none()
    return msgspec.json.decode(row.document, type=Capture) if row else None


def capture_owner(connection: Connection, capture_id: str) -> str | None:
    return connection.execute(select(captures.c.owner).where(captures.c.id == capture_id)).scalar_one_or_none()


def captures_of(connection: Connection, canonical_url: str, limit: int) -> list[StoredCapture]:
    """Documents, of up to 4 MiB each, are loaded only once it is known whose are wanted."""
    listed = connection.execute(
        select(captures.c.id, captures.c.owner, captures.c.received_at, keys.c.name)
        .join_from(captures, keys, keys.c.id == captures.c.owner, isouter=True)
        .where(captures.c.url_sha256 == digest(canonical_url))
        .where(or_(keys.c.id.is_(None), keys.c.revoked_at.is_(None)))
        .order_by(captures.c.received_at.desc(), captures.c.id)
    )
    latest: dict[str, StoredCapture] = {}
    for row in listed:
        person = row.owner if row.name is None else person_of(row.name)
        if person in latest or len(latest) >= limit:
            continue
        capture = load_capture(connection, row.id)
        assert capture is not None
        latest[person] = StoredCapture(
            id=row.id, capture=capture, owner=row.owner, person=person, received_at=row.received_at
        )
    return list(latest.values())


def save_alias(connection: Connection, url: str, canonical_url: str, at: datetime) -> None:
    sha256 = digest(url)
    row = {"url_sha256": sha256, "url": url, "canonical_url": canonical_url, "found_at": at}
    connection.execute(insert_unless_there(connection, aliases).values(row).on_conflict_do_nothing())
    found = {"canonical_url": canonical_url, "found_at": at}
    connection.execute(update(aliases).where(aliases.c.url_sha256 == sha256).values(found))


def find_alias(connection: Connection, url: str) -> str | None:
    wanted = aliases.c.url_sha256 == digest(url)
    return connection.execute(select(aliases.c.canonical_url).where(wanted)).scalar_one_or_none()
