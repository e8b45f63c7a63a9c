"""Watches and what they found, as functions of an open transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from server.adapters.sql.database import insert_unless_there
from server.adapters.sql.series import digest
from server.adapters.sql.tables import finds, jobs, series, watches
from server.core.jobs import PUBLIC, Problem
from server.core.targets import parse_target
from server.core.watching import LEASE, Find, Run, Tally, Watch

_FAILED = ("failed", "parked", "cancelled")


def add_watch(connection: Connection, watch: Watch) -> bool:
    row = insert_unless_there(connection, watches).values(_row(watch)).on_conflict_do_nothing()
    return connection.execute(row.execution_options(preserve_rowcount=True)).rowcount == 1


def save_watch(connection: Connection, watch: Watch) -> bool:
    row = _row(watch)
    return bool(connection.execute(update(watches).where(watches.c.key == row.pop("key")).values(row)).rowcount)


def load_watch(connection: Connection, key: str) -> Watch | None:
    row = connection.execute(select(watches).where(watches.c.key == key)).one_or_none()
    return _watch(row) if row else None


def list_watches(connection: Connection) -> list[Watch]:
    return [_watch(row) for row in connection.execute(select(watches).order_by(watches.c.key))]


def remove_watch(connection: Connection, key: str) -> bool:
    return bool(connection.execute(delete(watches).where(watches.c.key == key)).rowcount)


def take_due(connection: Connection, now: datetime) -> list[Watch]:
    """Each by compare and set on the instant at which it was due."""
    due = connection.execute(
        select(watches).where(watches.c.paused.is_(False), watches.c.next_at <= now).order_by(watches.c.next_at)
    ).all()
    taken: list[Watch] = []
    for row in due:
        seen = (watches.c.key == row.key, watches.c.next_at == row.next_at)
        if connection.execute(update(watches).where(*seen).values(next_at=now + LEASE)).rowcount:
            taken.append(_watch(row))
    return taken


def next_due(connection: Connection) -> datetime | None:
    first = select(watches.c.next_at).where(watches.c.paused.is_(False)).order_by(watches.c.next_at).limit(1)
    return connection.execute(first).scalar_one_or_none()


def end_run(connection: Connection, watch: Watch) -> bool:
    came_to = {name: _row(watch)[name] for name in ("next_at", "failures", "last")}
    return bool(connection.execute(update(watches).where(watches.c.key == _key(watch)).values(came_to)).rowcount)


def save_find(connection: Connection, find: Find) -> None:
    row: dict[str, object] = {
        "url_sha256": digest(find.canonical_url),
        "canonical_url": find.canonical_url,
        "target": find.target,
        "job_id": find.job_id,
        "found_at": find.found_at,
        "tries": find.tries,
    }
    connection.execute(delete(finds).where(finds.c.url_sha256 == row["url_sha256"]))
    connection.execute(insert(finds).values(row))


def finds_of(connection: Connection, canonical_urls: Sequence[str]) -> list[Find]:
    rows = connection.execute(select(finds).where(finds.c.url_sha256.in_([digest(url) for url in canonical_urls])))
    return [
        Find(
            canonical_url=row.canonical_url,
            target=row.target,
            job_id=row.job_id,
            found_at=row.found_at,
            tries=row.tries,
        )
        for row in rows
    ]


def count_finds(connection: Connection, since: datetime) -> int:
    return int(connection.scalar(select(func.count()).select_from(finds).where(finds.c.found_at > since)) or 0)


def tallies(connection: Connection) -> dict[str, Tally]:
    """By the jobs' rows; of failures the latest tells its reason."""
    found = connection.execute(
        select(finds.c.target, jobs.c.state, func.count().label("number"))
        .join_from(finds, jobs, jobs.c.id == finds.c.job_id)
        .group_by(finds.c.target, jobs.c.state)
    ).all()
    counted: dict[str, dict[str, int]] = {}
    for row in found:
        counted.setdefault(row.target, {})[row.state] = row.number
    return {target: _tally(connection, target, states) for target, states in counted.items()}


def deleted_among(connection: Connection, canonical_urls: Sequence[str]) -> set[str]:
    digests = {digest(url): url for url in canonical_urls}
    rows = connection.execute(
        select(series.c.url_sha256).where(
            series.c.url_sha256.in_(list(digests)), series.c.scope == PUBLIC, series.c.deleted_at.is_not(None)
        )
    )
    return {digests[row.url_sha256] for row in rows}


def _tally(connection: Connection, target: str, states: dict[str, int]) -> Tally:
    failed = sum(states.get(state, 0) for state in _FAILED)
    reason = _latest_reason(connection, target) if failed else None
    under_way = states.get("queued", 0) + states.get("working", 0)
    return Tally(made=states.get("done", 0), under_way=under_way, failed=failed, reason=reason)


def _latest_reason(connection: Connection, target: str) -> str | None:
    error = connection.scalar(
        select(jobs.c.error)
        .join_from(finds, jobs, jobs.c.id == finds.c.job_id)
        .where(finds.c.target == target, jobs.c.state.in_(_FAILED), jobs.c.error.is_not(None))
        .order_by(jobs.c.finished_at.desc())
        .limit(1)
    )
    return msgspec.json.decode(error, type=Problem).detail if error else None


def _key(watch: Watch) -> str:
    return parse_target(watch.target).key


def _row(watch: Watch) -> dict[str, Any]:
    return {
        "key": _key(watch),
        "target": watch.target,
        "every_s": watch.every_s,
        "top": watch.top,
        "created_at": watch.created_at,
        "next_at": watch.next_at,
        "paused": watch.paused,
        "failures": watch.failures,
        "last": msgspec.json.encode(watch.last).decode() if watch.last else None,
    }


def _watch(row: Any) -> Watch:
    return Watch(
        target=row.target,
        every_s=row.every_s,
        top=row.top,
        created_at=row.created_at,
        next_at=row.next_at,
        paused=row.paused,
        failures=row.failures,
        last=msgspec.json.decode(row.last, type=Run) if row.last else None,
    )
