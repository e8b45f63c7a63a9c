"""Jobs whose worker is gone: who may take one, what becomes of it, and when it is to blame itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from server.core.errors import Parked
from server.core.jobs import Job, JobId, Problem

HEARTBEAT_S = 10.0
SILENT = timedelta(seconds=3 * HEARTBEAT_S)  # a job silent for longer has lost its worker
UNSEEN = timedelta(seconds=HEARTBEAT_S)  # a queued job older than this should have a place in the queue
MOST_CRASHES = 3  # workers that a job may take with it
MOST_STARTS = 12  # whoever was to blame: something is wrong with a job that ends so many workers; again after a retry
PARKED_FOR = timedelta(hours=1)  # how long whoever asks for the same is told of the parked job

BROKE_DOWN = "the worker broke down"
WENT_SILENT = "the worker fell silent"
HANDED_BACK = "the worker was told to stop"


CANCELLED = Problem(
    type="cancelled",
    title="The job was called off",
    status=409,
    detail="Ask for the card again when you want it after all.",
    retryable=False,
)
SET_ASIDE = Problem(
    type=Parked.code,
    title=Parked.title,
    status=409,
    detail="The operator has set this card aside. Try another page, or this one in an hour.",
    retryable=False,
)


def is_free(job: Job, now: datetime) -> bool:
    """Whether a worker may take the job: not finished, and nobody else showed signs of life lately."""
    if job.finished:
        return False
    return job.state == "queued" or job.heartbeat_at is None or now - job.heartbeat_at > SILENT


def blamed_among(lost: Iterable[Job]) -> frozenset[JobId]:
    """Of the jobs that one worker held as it went: the one that it held alone. Of several, none can be told."""
    ids = [job.id for job in lost]
    return frozenset(ids if len(ids) == 1 else ())


def put_back(job: Job, *, blamed: bool, reason: str, now: datetime) -> Job:
    """The row of a job whose worker is gone: queued again, or parked once it took too many with it.

    One whose card is saved is not to blame any more: whoever takes it next finds the card and only has to say so.
    The holder stays named, so that whoever takes the job next may take over its claim.
    """
    crashes = job.crashes + blamed
    lost = msgspec.structs.replace(job, crashes=crashes, reason=reason)
    is_to_blame = crashes >= MOST_CRASHES and job.card_id is None
    if is_to_blame or (job.attempt and job.attempt % MOST_STARTS == 0):
        return park(lost, now)
    return msgspec.structs.replace(lost, state="queued", stage=None, heartbeat_at=None)


def park(job: Job, now: datetime, problem: Problem | None = None) -> Job:
    """The row of a job that is left alone until the operator says otherwise."""
    told = problem or problem_of_parked(job)
    return msgspec.structs.replace(job, state="parked", finished_at=now, error=told)


def problem_of_parked(job: Job) -> Problem:
    """What the reader is told."""
    broke = f"Making this card broke down {job.crashes} times. " if job.crashes else ""
    return Problem(
        type=Parked.code,
        title=Parked.title,
        status=409,
        detail=f"{broke}It is set aside, and the operator can look at it: `threadproof jobs show {job.id}`. "
        "Try another page, or this one in an hour.",
        retryable=False,
    )


def revived(job: Job) -> Job:
    """The row of an ended job that is to be tried anew."""
    return msgspec.structs.replace(
        job, state="queued", stage=None, crashes=0, heartbeat_at=None, finished_at=None, error=None
    )
