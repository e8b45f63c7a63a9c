"""Forgetting by the clock what nobody needs any more, as functions of an open transaction."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from server.adapters.sql.tables import UNFINISHED, captures, jobs


def forget_old(
    connection: Connection, captures_before: datetime | None, jobs_before: datetime | None
) -> tuple[int, int]:
    """How many captures and jobs went: captures older than that which no unfinished job needs, and jobs that ended
    before. None keeps them all."""
    gone_captures = gone_jobs = 0
    if captures_before is not None:
        needed = select(jobs.c.capture_id).where(UNFINISHED, jobs.c.capture_id.is_not(None))
        old = (captures.c.received_at < captures_before, captures.c.id.not_in(needed))
        gone_captures = connection.execute(delete(captures).where(*old)).rowcount
    if jobs_before is not None:
        gone_jobs = connection.execute(delete(jobs).where(jobs.c.finished_at < jobs_before)).rowcount
    return gone_captures, gone_jobs
