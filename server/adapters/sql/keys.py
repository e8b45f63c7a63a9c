"""Access keys, as functions of an open transaction."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from server.adapters.sql.tables import keys
from server.core.access import AccessKey


def save_key(connection: Connection, key: AccessKey) -> None:
    row = msgspec.structs.asdict(key) | {"scopes": " ".join(key.scopes)}
    connection.execute(insert(keys).values(row))


def load_key(connection: Connection, key_id: str) -> AccessKey | None:
    row = connection.execute(select(keys).where(keys.c.id == key_id)).one_or_none()
    return _key(row) if row else None


def list_keys(connection: Connection) -> list[AccessKey]:
    return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.created_at, keys.c.id))]


def revoke_key(connection: Connection, key_id: str, at: datetime) -> bool:
    standing = (keys.c.id == key_id, keys.c.revoked_at.is_(None))
    return bool(connection.execute(update(keys).where(*standing).values(revoked_at=at)).rowcount)


def _key(row: Any) -> AccessKey:
    return AccessKey(**row._asdict() | {"scopes": tuple(row.scopes.split())})
