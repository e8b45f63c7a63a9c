"""RQ jobs as tasks of one loop, on a real valkey: turns, room, ends, and being called off."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import redis
from rq import Queue
from rq.job import Job as RqJob
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer

from server.adapters.rq_queue import READERS, RqJobQueue, lane_of
from server.core.jobs import Job
from server.core.money import Payer
from tests.fakes import make_job
from tests.valkey import running_valkey
from workers.loop_worker import LoopWorker
from workers.sizing import Size, size_for

pytestmark = pytest.mark.anyio
LANES = {lane_of(make_job(payer=Payer(key=f"key-{n}"))): f"key-{n}" for n in range(50)}
ADA, BO = (LANES[lane] for lane in READERS[1:3])


def jobs(name: str, many: int, **changes: object) -> list[Job]:
    """So many, named and numbered."""
    return [make_job(f"{name}-{n}", **changes) for n in range(many)]


class Bench:
    """A queue, and what its worker did; a job ends when it is let go."""

    def __init__(self, url: str) -> None:
        self.url, self.queue = url, RqJobQueue(url)
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.go = asyncio.Event()

    async def run(self, job_id: str) -> None:
        """As a pool does with a job."""
        self.begun.append(job_id)
        try:
            await self.go.wait()
            if job_id.startswith("broken"):
                raise ValueError("no card")
        finally:
            self.ended.append(job_id)

    async def enqueue(self, *jobs: Job) -> None:
        """All of them."""
        for job in jobs:
            await self.queue.enqueue(job)

    @asynccontextmanager
    async def working(self, *, room: int) -> AsyncIterator[LoopWorker]:
        """A worker until the end of the block."""
        loop = asyncio.get_running_loop()
        worker = await asyncio.to_thread(LoopWorker, self.url, self.run, loop, room=room, name="bench")
        thread = threading.Thread(target=worker.work_until_stopped, daemon=True)
        thread.start()
        try:
            yield worker
        finally:
            self.go.set()
            worker.stop()
            await asyncio.to_thread(thread.join, 10)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Soon."""
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """On a valkey of its own."""
    with running_valkey() as url:
        made = Bench(url)
        yield made
        await made.queue.close()


def on_a_bench(test: Callable[[Bench], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """The test on a bench of its own."""

    async def run() -> None:
        async with bench() as made:
            await test(made)

    run.__doc__, run.__name__ = test.__doc__, test.__name__
    return run


@on_a_bench
async def test_one_payer_with_many_jobs_is_not_long_in_the_way_of_another(bench: Bench) -> None:
    """Their lanes take turns, whoever came first."""
    await bench.enqueue(*jobs("ada", 6, payer=Payer(key=ADA)), *jobs("bo", 2, payer=Payer(key=BO)))
    bench.go.set()
    async with bench.working(room=1):
        await bench.until(lambda: len(bench.ended) == 8)
    assert {"bo-0", "bo-1"} < set(bench.begun[:5])


@on_a_bench
async def test_what_readers_wait_for_comes_first_and_the_rest_comes_all_the_same(bench: Bench) -> None:
    """A refresh gets every eighth turn, collecting every sixteenth."""
    await bench.enqueue(
        *jobs("collected", 2, priority="collect"), *jobs("refresh", 4, priority="refresh"), *jobs("reader", 20)
    )
    bench.go.set()
    async with bench.working(room=1):
        await bench.until(lambda: len(bench.ended) == 26)
    kinds = [job_id.partition("-")[0] for job_id in bench.begun]
    assert kinds[:7] == ["reader"] * 7
    assert (kinds[7], kinds[15]) == ("refresh", "collected")
    assert kinds[-1] != "reader"


@on_a_bench
async def test_room_is_kept_for_readers(bench: Bench) -> None:
    """However much is to be collected, whoever waits now is begun at once."""
    await bench.enqueue(*jobs("collected", 8, priority="collect"))
    async with bench.working(room=4):
        await bench.until(lambda: len(bench.begun) == 3)
        await asyncio.sleep(0.2)
        assert len(bench.begun) == 3
        await bench.enqueue(*jobs("reader", 1))
        await bench.until(lambda: bench.begun[3:] == ["reader-0"])


@on_a_bench
async def test_no_job_is_taken_that_cannot_begin(bench: Bench) -> None:
    """It stays where another worker finds it."""
    await bench.enqueue(*jobs("reader", 5))
    async with bench.working(room=2) as worker:
        await bench.until(lambda: len(bench.begun) == 2)
        assert (await bench.queue.depth(), worker.is_idle) == (3, False)
        bench.go.set()
        await bench.until(lambda: len(bench.ended) == 5 and worker.is_idle)


@on_a_bench
async def test_rq_knows_what_works_and_what_became_of_it(bench: Bench) -> None:
    """Its registries tell as with any worker; a failed run is retried as often as RQ was told."""
    await bench.enqueue(*jobs("reader", 1), *jobs("broken", 1))
    with redis.Redis.from_url(bench.url) as client:
        queue = Queue(READERS[0], connection=client, serializer=JSONSerializer)
        async with bench.working(room=4) as worker:
            await bench.until(lambda: len(bench.begun) == 2)
            started = StartedJobRegistry(queue=queue)
            assert set(started.get_job_ids()) == {"reader-0", "broken-0"}
            assert await bench.queue.workers() == 1
            bench.go.set()
            await bench.until(lambda: bench.begun.count("broken-0") == 3 and worker.is_idle)
        assert started.get_job_ids() == []
        assert FailedJobRegistry(queue=queue).get_job_ids() == ["broken-0"]
        assert RqJob.fetch("reader-0", connection=client, serializer=JSONSerializer).is_finished


@on_a_bench
async def test_a_job_called_off_stops_and_the_others_go_on(bench: Bench) -> None:
    """Over RQ's own command, sent to the worker that has it."""
    await bench.enqueue(*jobs("reader", 3))
    async with bench.working(room=3):
        await bench.until(lambda: len(bench.begun) == 3)
        await bench.queue.cancel(jobs("reader", 3)[1].id)
        await bench.until(lambda: bench.ended == ["reader-1"])


@on_a_bench
async def test_a_job_called_off_counts_as_at_work_until_it_has_cleaned_up(bench: Bench) -> None:
    """It hands itself back then, over a store that is closed as soon as nothing is at work."""
    left: list[str] = []

    async def run(job_id: str) -> None:
        bench.begun.append(job_id)
        try:
            await bench.go.wait()
        finally:
            await asyncio.sleep(0.3)
            left.append(job_id)

    bench.run = run  # type: ignore[method-assign]
    await bench.enqueue(*jobs("reader", 2))
    async with bench.working(room=2) as worker:
        await bench.until(lambda: len(bench.begun) == 2)
        worker.call_off_all()
        await bench.until(lambda: worker.is_idle)
        assert sorted(left) == ["reader-0", "reader-1"]


@pytest.mark.parametrize(
    ("cores", "memory_mb", "model", "size"),
    [
        (2, 24_000, True, Size(2, 32)),
        (2, 24_000, False, Size(2, 2)),
        (8, 64_000, True, Size(8, 32)),
        (2, 512, True, Size(2, 16)),
        (1, 256, True, Size(1, 1)),
        (64, 512_000, True, Size(16, 128)),
    ],
)
def test_a_machine_is_used_as_it_is(cores: int, memory_mb: int, model: bool, size: Size) -> None:
    """A pool a core; as many jobs as memory bears where a model writes, few where the processor does all the work."""
    assert size_for(cores, memory_mb, has_model=model) == size


def test_the_operators_numbers_count() -> None:
    """Jobs are told for all processes together, and are not exceeded."""
    assert size_for(2, 24_000, has_model=True, pools=3, jobs=10) == Size(3, 3)
    assert size_for(8, 64_000, has_model=True, jobs=1) == Size(1, 1)
    assert size_for(16, 300, has_model=True) == Size(6, 1)
