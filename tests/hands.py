"""A worker for tests: takes a job and works on it, as a process does that RQ calls."""

from collections.abc import Sequence

from server.core.jobs import Job
from tests.fakes import MemoryClaims
from workers import attempts
from workers.attempts import MakeCard
from workers.parts import Parts
from workers.taking import Post, take


async def work(
    job: Job, parts: Parts, make_card: MakeCard, *, pauses_s: Sequence[float] = (0, 0), heartbeat_s: float = 10.0
) -> None:
    """To the job's end; nothing where it is in other hands."""
    post = Post("a worker of the test", MemoryClaims(), heartbeat_s)
    taken = await take(job.id, parts.store, parts.clock(), post)
    if taken is not None:
        await attempts.work(taken, parts, post, make_card, pauses_s=pauses_s)
