"""Jobs, as functions of an open transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from server.adapters.sql.database import CARDS_TURN, insert_unless_there, take_turns
from server.adapters.sql.series import digest
from server.adapters.sql.tables import PARKED, UNFINISHED, WORKING, jobs
from server.core.card import CardId
from server.core.jobs import CardKey, Job, JobId, JobState, Problem, Stage
from server.core.losses import PARKED_FOR
from server.core.money import Payer


def join_job(connection: Connection, job: Job) -> tuple[Job, bool]:
    """The unique index on unfinished jobs decides who is first, in any number of processes."""
    if parked := _find_parked(connection, job.key, job.created_at):
        return parked, False
    claim = (
        insert_unless_there(connection, jobs)
        .values(_row(job))
        .on_conflict_do_nothing(index_elements=["url_sha256", "lang", "scope"], index_where=UNFINISHED)
        .execution_options(preserve_rowcount=True)  # else -1 on PostgreSQL, as after any INSERT
    )
    while True:  # once more only when the job that was in the way finished between the two statements
        if connection.execute(claim).rowcount == 1:
            return job, True
        if other := _find_unfinished(connection, job.key):
            return other, False


def find_job(connection: Connection, key: CardKey, at: datetime) -> Job | None:
    """What `join_job` would join."""
    return _find_parked(connection, key, at) or _find_unfinished(connection, key)


def _find_parked(connection: Connection, key: CardKey, at: datetime) -> Job | None:
    parked = select(jobs).where(_same_key(key), PARKED, jobs.c.finished_at > at - PARKED_FOR)
    row = connection.execute(parked.order_by(jobs.c.finished_at.desc()).limit(1)).one_or_none()
    return _job(row) if row else None


def _find_unfinished(connection: Connection, key: CardKey) -> Job | None:
    row = connection.execute(select(jobs).where(_same_key(key), UNFINISHED)).one_or_none()
    return _job(row) if row else None


def load_job(connection: Connection, job_id: JobId) -> Job | None:
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    return _job(row) if row else None


def save_job(connection: Connection, job: Job) -> bool:
    mine = jobs.c.id == job.id
    if connection.execute(update(jobs).where(mine, UNFINISHED).values(_row(job))).rowcount:
        return True
    if connection.execute(select(jobs.c.id).where(mine)).one_or_none():
        return False
    connection.execute(insert(jobs).values(_row(job)))
    return True


def swap_job(connection: Connection, seen: Job, changed: Job) -> bool:
    """Only an ended job's return could break the unique index; those take turns, so that looking first is enough."""
    if seen.finished and not changed.finished:
        take_turns(connection, CARDS_TURN)
        if connection.execute(select(jobs.c.id).where(_same_key(changed.key), UNFINISHED)).first():
            return False
    return bool(connection.execute(update(jobs).where(_as_seen(seen)).values(_row(changed))).rowcount)


def beat_job(connection: Connection, job_id: JobId, attempt: int, at: datetime, stage: Stage | None) -> bool:
    """Two columns and no more: another task of the same attempt may be writing the row's others."""
    mine = and_(jobs.c.id == job_id, jobs.c.attempt == attempt, WORKING)
    told: dict[str, object] = {"heartbeat_at": at} | ({"stage": stage} if stage else {})
    return bool(connection.execute(update(jobs).where(mine).values(told)).rowcount)


def tell_card(connection: Connection, job: Job, card_id: CardId) -> bool:
    """Write down the one card of a job whose row is as its attempt knows it."""
    mine = and_(jobs.c.id == job.id, jobs.c.attempt == job.attempt, UNFINISHED, jobs.c.card_id.is_(None))
    return bool(connection.execute(update(jobs).where(mine).values(card_id=card_id)).rowcount)


def list_jobs(connection: Connection, states: Sequence[JobState], limit: int) -> list[Job]:
    wanted = [jobs.c.state.in_(states)] if states else []
    newest = select(jobs).where(*wanted).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
    return [_job(row) for row in connection.execute(newest)]


def unfinished_jobs(connection: Connection, silent_since: datetime | None) -> list[Job]:
    """By the index of unfinished jobs alone: asked for an order or an age, SQLite goes through all that ever were,
    which takes 38 ms among 100,000 instead of less than one."""
    found = [_job(row) for row in connection.execute(select(jobs).where(UNFINISHED))]
    silent = [job for job in found if silent_since is None or _last_sign(job) <= silent_since]
    return sorted(silent, key=lambda job: (job.created_at, job.id))


def move_job(connection: Connection, job_id: JobId, key: CardKey) -> Job | None:
    """Whoever has the key is looked for first: an error of the unique index would end the transaction."""
    take_turns(connection, CARDS_TURN)
    row = connection.execute(select(jobs).where(_same_key(key), UNFINISHED, jobs.c.id != job_id)).one_or_none()
    if row:
        return _job(row)
    moved = {
        "canonical_url": key.canonical_url,
        "url_sha256": digest(key.canonical_url),
        "lang": key.lang,
        "scope": key.scope,
    }
    connection.execute(update(jobs).where(jobs.c.id == job_id, UNFINISHED).values(moved))
    return None


def _same_key(key: CardKey) -> ColumnElement[bool]:
    return and_(jobs.c.url_sha256 == digest(key.canonical_url), jobs.c.lang == key.lang, jobs.c.scope == key.scope)


def _as_seen(job: Job) -> ColumnElement[bool]:
    """Nobody has it that did not have it then, and no card came of it. Signs of life do not count."""
    unchanged = (jobs.c.holder.is_not_distinct_from(job.holder), jobs.c.card_id.is_not_distinct_from(job.card_id))
    return and_(jobs.c.id == job.id, jobs.c.state == job.state, jobs.c.attempt == job.attempt, *unchanged)


def _last_sign(job: Job) -> datetime:
    return max(sign for sign in (job.created_at, job.started_at, job.heartbeat_at) if sign)


def _row(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "canonical_url": job.key.canonical_url,
        "url_sha256": digest(job.key.canonical_url),
        "lang": job.key.lang,
        "scope": job.key.scope,
        "url": job.url,
        "state": job.state,
        "stage": job.stage,
        "attempt": job.attempt,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "heartbeat_at": job.heartbeat_at,
        "finished_at": job.finished_at,
        "card_id": job.card_id,
        "capture_id": job.capture_id,
        "refresh": job.refresh,
        "payer_key": job.payer.key,
        "payer_address": None if job.finished else job.payer.address,
        "error": msgspec.json.encode(job.error).decode() if job.error else None,
        "priority": job.priority,
        "holder": job.holder,
        "crashes": job.crashes,
        "reason": job.reason,
    }


def _job(row: Any) -> Job:
    return Job(
        id=JobId(row.id),
        key=CardKey(row.canonical_url, row.lang, row.scope),
        url=row.url,
        state=row.state,
        stage=row.stage,
        attempt=row.attempt,
        created_at=row.created_at,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        finished_at=row.finished_at,
        card_id=row.card_id,
        capture_id=row.capture_id,
        refresh=row.refresh,
        payer=Payer(row.payer_key, row.payer_address),
        error=msgspec.json.decode(row.error, type=Problem) if row.error else None,
        priority=row.priority,
        holder=row.holder,
        crashes=row.crashes,
        reason=row.reason,
    )
