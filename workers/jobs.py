"""What RQ calls: take, run, return. The `asyncio.run` of processes that have one job is here."""

import asyncio
import os
import socket
from pathlib import Path

from server.core.jobs import JobId
from server.core.losses import BROKE_DOWN
from server.settings import Settings
from workers import attempts, taking
from workers.bootstrap import Commons, Warm, open_claims, open_commons, open_parts, utc_now, warm_up
from workers.taking import Post

_warm: Warm | None = None


def prepare(settings: Settings, extraction_socket: Path | None = None) -> Warm:
    """Load in the parent what every job needs, so that forked processes find it in memory."""
    global _warm
    _warm = warm_up(settings, extraction_socket=extraction_socket)
    return _warm


def holder_name() -> str:
    """What rows and claims call this process: no other has it, on any machine, at any time."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"


def make_card(job_id: str) -> None:
    """Make the card of a job. A row that is finished, or in another process's hands, is left alone."""
    asyncio.run(_make_card(JobId(job_id), Settings.from_env(os.environ)))


def release_job(job_id: str) -> None:
    """Called when a job's own process died: free the row for the next try, or park it after the last."""
    asyncio.run(_release_job(JobId(job_id), Settings.from_env(os.environ)))


async def run_job(job_id: JobId, settings: Settings, warm: Warm | None, commons: Commons, post: Post) -> None:
    """Take a job and make its card; nothing where there is nothing to take. What it is made with is opened after: that
    takes 20 ms."""
    from workers import pipeline

    job = await taking.take(job_id, commons.store, utc_now(), post)
    if job is None:
        return
    async with open_parts(settings, warm, commons) as parts:
        await attempts.work(job, parts, post, pipeline.make_card)


async def _make_card(job_id: JobId, settings: Settings) -> None:
    async with open_commons(settings) as commons, open_claims(settings) as claims:
        await run_job(job_id, settings, _warm, commons, Post(holder_name(), claims))


async def _release_job(job_id: JobId, settings: Settings) -> None:
    async with open_parts(settings, _warm) as parts:
        job = await parts.store.load_job(job_id)
        if job is not None and job.state == "working":
            await taking.release(job, parts, blamed=True, reason=BROKE_DOWN)
