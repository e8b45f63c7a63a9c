"""Jobs, for the operator: which there are and why they stand as they do, and setting one going, aside, or an end."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from server.commands.display import printable
from server.commands.options import make_data_folder, settings_with_data
from server.core.errors import InvalidRequest, NotFound, QueueUnavailable
from server.core.jobs import FailedEvent, Job, JobId, JobState
from server.core.losses import CANCELLED, SET_ASIDE, park, revived
from server.settings import Settings

if TYPE_CHECKING:
    from server.core.ports import CardStore, JobQueue, Progress

NO_QUEUE = "No queue is running, so the job is queued when one is: `threadproof serve` looks at all rows as it starts."


class Ends(msgspec.Struct, frozen=True):
    """The rows, and where a queue is running, what carries them."""

    store: "CardStore"
    queue: "JobQueue | None"
    progress: "Progress | None"


Action = Callable[[argparse.Namespace, Ends], Awaitable[None]]


def add_to(commands: Any) -> None:
    """`threadproof jobs [show|retry|park|cancel]`."""
    parser = commands.add_parser(
        "jobs", help="jobs that wait, work, failed or are set aside: show, retry, park, cancel"
    )
    parser.add_argument(
        "--state", action="append", choices=get_args(JobState), help="only these (default: all that is not done)"
    )
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="how many, the newest first (default 50)")
    _finish(parser, list_jobs)
    actions = parser.add_subparsers(metavar="ACTION")
    for name, action, words in (
        ("show", show_job, "all that is known of a job, as JSON"),
        ("retry", retry_job, "try an ended job anew"),
        ("park", park_job, "set an unfinished job aside; its reader is told"),
        ("cancel", cancel_job, "call an unfinished job off"),
    ):
        each = actions.add_parser(name, help=words)
        each.add_argument("id", metavar="ID", help="the job's id")
        _finish(each, action)


def _finish(parser: argparse.ArgumentParser, action: Action) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: THREADPROOF_DATA)")
    parser.set_defaults(run=run, action=action)


def run(args: argparse.Namespace) -> int:
    """In the store of the data folder, or of DATABASE_URL; a running server's queue is used, or that of REDIS_URL."""
    asyncio.run(_with_ends(args, settings_with_data(args.data, os.environ)))
    return 0


async def _with_ends(args: argparse.Namespace, settings: Settings) -> None:
    from server.adapters.data_folder import find_owner
    from server.adapters.redis_progress import RedisProgress
    from server.adapters.rq_queue import RqJobQueue
    from server.adapters.sql_store import SqlCardStore, migrate

    if settings.database_url is None:
        make_data_folder(settings.data)
    migrate(settings.store_url)
    owner = find_owner(settings.data)
    url = settings.redis_url or (owner.redis_url if owner else None)
    store = SqlCardStore(settings.store_url)
    queue = RqJobQueue(url, job_timeout_s=settings.job_timeout_s) if url else None
    progress = RedisProgress(url) if url else None
    try:
        await args.action(args, Ends(store, queue, progress))
    finally:
        for opened in (progress, queue, store):
            if opened is not None:
                await opened.close()


async def list_jobs(args: argparse.Namespace, ends: Ends) -> None:
    """Id, state, since when, attempts, stage, why its last try ended, address; tabs between them."""
    if args.limit < 1:
        raise InvalidRequest("--limit takes a number from 1 up.")
    states = tuple(args.state or (state for state in get_args(JobState) if state != "done"))
    for job in await ends.store.list_jobs(states=states, limit=args.limit):
        why = job.reason or (job.error.type if job.error else "-")
        line = (job.id, job.state, f"{job.created_at:%Y-%m-%dT%H:%M:%SZ}", str(job.attempt), job.stage or "-", why)
        print("\t".join((*map(printable, map(_on_one_line, line)), printable(job.url))))


async def show_job(args: argparse.Namespace, ends: Ends) -> None:
    """The row, as JSON."""
    job = await _find(args.id, ends)
    shown = msgspec.to_builtins(job) | {"payer": job.payer.key}  # an address is nobody's business
    sys.stdout.write(printable(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()) + "\n")


async def retry_job(args: argparse.Namespace, ends: Ends) -> None:
    """Its tries start over. One that is done, or whose thread another job is at, stays as it is."""
    job = await _find(args.id, ends)
    if not job.finished or job.state == "done":
        raise InvalidRequest(
            f"Job {job.id} is {job.state}; only what failed, was cancelled or is parked is tried anew."
        )
    again = revived(job)
    if not await ends.store.swap_job(job, again):
        raise InvalidRequest(f"Another job is at the thread of {job.id} by now. `threadproof jobs` shows it.")
    await _queue(again, ends)


async def park_job(args: argparse.Namespace, ends: Ends) -> None:
    """A worker that is at it stops at its next sign of life."""
    await _end(args.id, ends, lambda job, now: park(job, now, SET_ASIDE))


async def cancel_job(args: argparse.Namespace, ends: Ends) -> None:
    """As its reader could; who asks again gets a new job."""
    await _end(
        args.id,
        ends,
        lambda job, now: msgspec.structs.replace(job, state="cancelled", finished_at=now, error=CANCELLED),
    )


async def _end(job_id: str, ends: Ends, ended: Callable[[Job, datetime], Job]) -> None:
    """The row first: a worker that looks at it now finds it ended."""
    job = await _find(job_id, ends)
    changed = ended(job, datetime.now(UTC))
    if job.finished or not await ends.store.save_job(changed):
        raise InvalidRequest(f"Job {job.id} has ended already: {(await _find(job_id, ends)).state}.")
    try:
        if ends.queue is not None and ends.progress is not None and changed.error is not None:
            await ends.queue.cancel(job.id)
            await ends.progress.publish(job.id, job.attempt, FailedEvent(changed.error))
            await ends.progress.finish(job.id)
    except QueueUnavailable as error:
        print(f"The row says so, but: {error.message}", file=sys.stderr)
    print(f"Job {job.id} is {changed.state}.", file=sys.stderr)


async def _queue(job: Job, ends: Ends) -> None:
    try:
        if ends.queue is None:
            raise QueueUnavailable(NO_QUEUE)
        await ends.queue.enqueue(job)
    except QueueUnavailable as error:
        print(error.message, file=sys.stderr)
    print(f"Job {job.id} is queued.", file=sys.stderr)


async def _find(job_id: str, ends: Ends) -> Job:
    job = await ends.store.load_job(JobId(job_id))
    if job is None:
        raise NotFound(f"There is no job {job_id!r}. `threadproof jobs` shows those that are not done.")
    return job


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
