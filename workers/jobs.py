"""What RQ calls: wire, run, return. The only `asyncio.run` of the workers is here."""

import asyncio
import os
from pathlib import Path

from server.core.jobs import JobId
from server.settings import Settings
from workers import attempts
from workers.bootstrap import Warm, open_parts, warm_up

_warm: Warm | None = None


def prepare(settings: Settings, extraction_socket: Path | None = None) -> None:
    """Load in the parent what every job needs, so that forked jobs find it in memory."""
    global _warm
    _warm = warm_up(settings, extraction_socket=extraction_socket)


def make_card(job_id: str) -> None:
    """Make the card of a job. A row that is finished, or in another process's hands, is left alone."""
    asyncio.run(_make_card(JobId(job_id), Settings.from_env(os.environ)))


def release_job(job_id: str) -> None:
    """Called when a job's process died under it: free the row for the next try, or fail it after the last."""
    asyncio.run(_release_job(JobId(job_id), Settings.from_env(os.environ)))


async def _make_card(job_id: JobId, settings: Settings) -> None:
    from workers import pipeline

    async with open_parts(settings, _warm) as parts:
        job = await parts.store.load_job(job_id)
        if job is not None and attempts.is_free(job, parts.clock()):
            await attempts.work(job, parts, pipeline.make_card)


async def _release_job(job_id: JobId, settings: Settings) -> None:
    async with open_parts(settings, _warm) as parts:
        job = await parts.store.load_job(job_id)
        if job is not None and not job.finished:
            await attempts.release(job, parts)
