"""Jobs, as functions of an open transaction."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from server.adapters.sql.database import CARDS_TURN, insert_unless_there, take_turns
from server.adapters.sql.series import digest
from server.adapters.sql.tables import UNFINISHED, jobs
from server.core.jobs import CardKey, Job, JobId, Problem
from server.core.money import Payer


def join_job(connection: Connection, job: Job) -> tuple[Job, bool]:
    """The unique index on unfinished jobs decides who is first, in any number of processes."""
    claim = (
        insert_unless_there(connection, jobs)
        .values(_row(job))
        .on_conflict_do_nothing(index_elements=["url_sha256", "lang", "scope"], index_where=UNFINISHED)
        .execution_options(preserve_rowcount=True)  # else -1 on PostgreSQL, as after any INSERT
    )
    while True:  # once more only when the job that was in the way finished between the two statements
        if connection.execute(claim).rowcount == 1:
            return job, True
        row = connection.execute(select(jobs).where(_same_key(job.key), UNFINISHED)).one_or_none()
        if row:
            return _job(row), False


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


def unfinished_jobs(connection: Connection, silent_since: datetime | None) -> list[Job]:
    wanted = UNFINISHED if silent_since is None else and_(UNFINISHED, _silent(silent_since))
    return [_job(row) for row in connection.execute(select(jobs).where(wanted).order_by(jobs.c.created_at, jobs.c.id))]


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


def _silent(since: datetime) -> ColumnElement[bool]:
    signs = (jobs.c.started_at, jobs.c.heartbeat_at)
    return and_(jobs.c.created_at <= since, *(or_(sign.is_(None), sign <= since) for sign in signs))


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
    )
