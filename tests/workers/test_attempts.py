"""From a job's row to its end, on fakes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import Card
from server.core.errors import InsightError, QueueUnavailable, SourceUnavailable, ThreadUnavailable
from server.core.jobs import CardEvent, Event, FailedEvent, Job, StageEvent
from server.settings import Settings
from tests.fakes import NOON, MemoryCardStore, MemoryJobQueue, MemoryProgress, make_card, make_job
from workers.attempts import MOST_ATTEMPTS, SILENT, is_free, release, work
from workers.parts import Parts

pytestmark = pytest.mark.anyio
Make = Callable[[Job, Parts], Awaitable[Card]]


class Bench:
    """A job's row, its parts on fakes, and what came of them."""

    def __init__(self, **changes: Any) -> None:
        self.store, self.progress = MemoryCardStore(), MemoryProgress(silence_s=0.02)
        self.job = make_job(**changes)
        self.parts = Parts(
            store=self.store,
            progress=self.progress,
            queue=MemoryJobQueue(),
            web=None,  # type: ignore[arg-type] # the story of a card is not told here
            sample=None,  # type: ignore[arg-type]
            extractor=None,  # type: ignore[arg-type]
            writer=None,  # type: ignore[arg-type]
            clock=lambda: NOON,
            settings=Settings(data=Path("/nowhere"), job_timeout_s=5),
        )

    async def work(self, make: Make, **options: Any) -> Job:
        """The row as it is afterwards."""
        await self.store.join_job(self.job)
        await work(self.job, self.parts, make, **{"pauses_s": (0, 0), **options})
        return await self.row()

    async def row(self) -> Job:
        """As it is now."""
        row = await self.store.load_job(self.job.id)
        assert row is not None
        return row

    async def events(self) -> list[tuple[str, Event]]:
        """All that was told, with their ids."""
        return [(numbered.id, numbered.event) async for numbered in self.progress.follow(self.job.id) if numbered]


def failing(*errors: Exception) -> Make:
    """Fails so often, then makes the card."""
    left = list(errors)

    async def make(job: Job, parts: Parts) -> Card:
        if left:
            raise left.pop(0)
        return make_card()

    return make


async def test_a_made_card_ends_the_row_and_the_stream() -> None:
    """The row says done before the stream tells of the card."""
    bench = Bench()
    row = await bench.work(failing())
    assert (row.state, row.card_id, row.attempt, row.started_at, row.finished_at) == (
        "done", make_card().id, 1, NOON, NOON,
    )  # fmt: skip
    assert [event for _, event in await bench.events()] == [CardEvent(make_card())]
    assert bench.progress.ended == [row.id]


async def test_a_row_tells_that_it_is_worked_on() -> None:
    """State, attempt, signs of life and the stage, for those who ask instead of following."""
    bench = Bench()

    async def make(job: Job, parts: Parts) -> Card:
        await parts.progress.publish(job.id, job.attempt, StageEvent("fetch", "started"))
        row = await bench.row()
        assert (row.state, row.attempt, row.heartbeat_at, row.stage) == ("working", 1, NOON, "fetch")
        return make_card()

    assert (await bench.work(make)).state == "done"


async def test_a_failure_that_may_pass_is_tried_again() -> None:
    """Each try is an attempt of its own, and the stream is numbered by it."""
    bench = Bench()
    row = await bench.work(failing(SourceUnavailable("503."), SourceUnavailable("503.")))
    assert (row.state, row.attempt) == ("done", 3)
    assert [event_id.partition("-")[0] for event_id, _ in await bench.events()] == ["3"]


async def test_the_third_failure_is_the_last() -> None:
    """It ends in the row and the stream as a problem."""
    bench = Bench()
    row = await bench.work(failing(*[SourceUnavailable("503: try later.")] * 3))
    assert row.state == "failed"
    assert row.error is not None
    assert (row.error.type, row.error.detail, row.attempt) == ("source-unavailable", "503: try later.", 3)
    assert [event for _, event in await bench.events()] == [FailedEvent(row.error)]


async def test_a_failure_that_will_not_pass_is_final_at_once() -> None:
    """A thread that is gone stays gone."""
    row = await Bench().work(failing(ThreadUnavailable("It is gone (404).")))
    assert (row.state, row.attempt) == ("failed", 1)


async def test_an_unexpected_error_shows_its_insides_to_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Its text may hold paths, queries or keys."""
    row = await Bench().work(failing(ValueError("sk-secret in /etc/passwd")))
    assert row.error is not None
    assert row.error.type == "internal-error"
    assert "secret" not in row.error.detail
    assert "sk-secret" in caplog.text
    assert "Traceback" in caplog.text


async def test_a_card_that_takes_too_long_is_given_up() -> None:
    """And not tried again: it would take as long."""
    bench = Bench()
    bench.parts = msgspec.structs.replace(bench.parts, settings=Settings(data=Path("/nowhere"), job_timeout_s=0))

    async def make(job: Job, parts: Parts) -> Card:
        await asyncio.sleep(10)
        return make_card()

    row = await bench.work(make)
    assert row.error is not None
    assert (row.state, row.attempt) == ("failed", 1)
    assert "THREADPROOF_JOB_TIMEOUT_S" in row.error.detail


async def test_a_cancelled_job_stops_at_its_next_sign_of_life() -> None:
    """The row stays cancelled and nothing more is told."""
    bench = Bench()
    reached: list[str] = []

    async def make(job: Job, parts: Parts) -> Card:
        await bench.store.save_job(msgspec.structs.replace(await bench.row(), state="cancelled"))
        await asyncio.sleep(5)
        reached.append("the end")
        return make_card()

    row = await bench.work(make, heartbeat_s=0.01)
    assert (row.state, reached, bench.progress.ended) == ("cancelled", [], [])


async def test_a_cancelled_job_stops_at_its_next_stage() -> None:
    """Which comes sooner, most of the time."""
    bench = Bench()

    async def make(job: Job, parts: Parts) -> Card:
        await bench.store.save_job(msgspec.structs.replace(await bench.row(), state="cancelled"))
        await parts.progress.publish(job.id, job.attempt, StageEvent("fetch", "started"))
        raise AssertionError("not reached")

    assert (await bench.work(make)).state == "cancelled"


async def test_a_card_whose_telling_fails_is_made_all_the_same() -> None:
    """The row is the truth."""
    bench = Bench()

    class Away(MemoryProgress):
        async def publish(self, *_: object) -> str:
            raise QueueUnavailable("Away.")

    bench.parts = msgspec.structs.replace(bench.parts, progress=Away())
    assert (await bench.work(failing())).state == "done"


@pytest.mark.parametrize(
    ("changes", "free"),
    [
        ({"state": "queued"}, True),
        ({"state": "queued", "heartbeat_at": NOON}, True),
        ({"state": "working", "heartbeat_at": NOON}, False),
        ({"state": "working", "heartbeat_at": NOON - SILENT - timedelta(seconds=1)}, True),
        ({"state": "working", "heartbeat_at": None}, True),
        ({"state": "done"}, False),
        ({"state": "failed"}, False),
        ({"state": "cancelled"}, False),
    ],
)
async def test_only_a_job_in_nobodys_hands_is_taken(changes: dict[str, Any], free: bool) -> None:
    """RQ may call twice; the row decides."""
    assert is_free(make_job(**changes), NOON) is free


async def test_a_job_whose_process_died_is_free_again() -> None:
    """Until that happened too often: then it is the job that kills."""
    bench = Bench(state="working", attempt=1, heartbeat_at=NOON)
    await bench.store.join_job(bench.job)
    await release(bench.job, bench.parts)
    assert is_free(await bench.row(), NOON)

    poison = Bench(state="working", attempt=MOST_ATTEMPTS, heartbeat_at=NOON)
    await poison.store.join_job(poison.job)
    await release(poison.job, poison.parts)
    row = await poison.row()
    assert row.error is not None
    assert (row.state, row.error.type) == ("failed", InsightError.code)
