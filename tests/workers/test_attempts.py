"""From a job's row to its end, on fakes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import Card, CardId
from server.core.errors import QueueUnavailable, SourceUnavailable, Superseded, ThreadUnavailable
from server.core.jobs import CardEvent, Event, FailedEvent, Job, StageEvent
from server.core.losses import BROKE_DOWN, HANDED_BACK, MOST_CRASHES, SILENT, is_free
from server.core.ports import NewCard
from server.settings import Settings
from tests.fakes import (
    NOON,
    MemoryCardStore,
    MemoryClaims,
    MemoryJobQueue,
    MemoryProgress,
    make_card,
    make_job,
    make_new_card,
)
from workers.attempts import work
from workers.parts import Parts
from workers.taking import Post, release, take

pytestmark = pytest.mark.anyio
Make = Callable[[Job, Parts], Awaitable[Card]]


class Bench:
    """A job's row, its parts on fakes, and what came of them."""

    def __init__(self, **changes: Any) -> None:
        self.store, self.progress = MemoryCardStore(), MemoryProgress(silence_s=0.02)
        self.queue, self.claims = MemoryJobQueue(), MemoryClaims()
        self.job = make_job(**changes)
        self.parts = Parts(
            store=self.store,
            progress=self.progress,
            queue=self.queue,
            web=None,  # type: ignore[arg-type] # the story of a card is not told here
            sample=None,  # type: ignore[arg-type]
            extractor=None,  # type: ignore[arg-type]
            writer=None,  # type: ignore[arg-type]
            clock=lambda: NOON,
            settings=Settings(data=Path("/nowhere"), job_timeout_s=5),
        )

    async def take(self, holder: str = "here", **options: Any) -> tuple[Job | None, Post]:
        """What a worker finds that takes the job."""
        await self.store.join_job(self.job)
        post = Post(holder, self.claims, **options)
        return await take(self.job.id, self.store, NOON, post), post

    async def work(self, make: Make, *, pauses_s: tuple[float, ...] = (0, 0), **options: Any) -> Job:
        """The row as it is afterwards."""
        job, post = await self.take(**options)
        assert job is not None
        await work(job, self.parts, post, make, pauses_s=pauses_s)
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


async def test_a_job_whose_process_died_is_queued_again() -> None:
    """Until that happened too often: then it is the job that kills, it is parked, and its reader is told."""
    bench = Bench(state="working", attempt=1, heartbeat_at=NOON, holder="gone")
    await bench.store.join_job(bench.job)
    await release(bench.job, bench.parts, blamed=True, reason=BROKE_DOWN)
    row = await bench.row()
    assert (row.state, row.crashes, row.reason, bench.queue.waiting) == ("queued", 1, BROKE_DOWN, [row.id])

    poison = Bench(state="working", attempt=3, heartbeat_at=NOON, crashes=MOST_CRASHES - 1)
    await poison.store.join_job(poison.job)
    await release(poison.job, poison.parts, blamed=True, reason=BROKE_DOWN)
    row = await poison.row()
    assert row.error is not None
    assert (row.state, row.error.type, poison.queue.waiting) == ("parked", "job-parked", [])
    assert [event for _, event in await poison.events()] == [FailedEvent(row.error)]


async def test_a_job_is_taken_once() -> None:
    """However many workers reach for it: the others find it taken."""
    bench = Bench()
    taken = [(await bench.take(f"worker {n}"))[0] for n in range(5)]
    assert [job.holder for job in taken if job] == ["worker 0"]


async def test_a_thread_that_somebody_has_claimed_is_left_alone() -> None:
    """The row may have been freed too early; the claim ends by itself."""
    bench = Bench()
    bench.claims.held[bench.job.key] = "somebody else"
    assert (await bench.take())[0] is None
    assert (await bench.row()).state == "queued"


async def test_the_claim_of_a_dead_worker_is_taken_over() -> None:
    """The row names whom the job was freed from, so its claim need not run out first."""
    bench = Bench(holder="gone", attempt=1)
    bench.claims.held[bench.job.key] = "gone"
    job, _ = await bench.take()
    assert job is not None
    assert (job.attempt, bench.claims.held[bench.job.key]) == (2, "here")


async def test_a_finished_job_lets_go_of_its_claim() -> None:
    """Whoever asks for a refresh need not wait."""
    bench = Bench()
    await bench.work(failing())
    assert bench.claims.held == {}


async def test_an_attempt_that_was_taken_over_saves_no_card() -> None:
    """It was thought dead and was only slow: the second attempt's card is the only one."""
    bench = Bench()

    async def slow(job: Job, parts: Parts) -> Card:
        row = await bench.row()
        assert await bench.store.swap_job(row, msgspec.structs.replace(row, attempt=2, holder="another"))
        stored = await parts.store.save_card(NewCard(card=make_card(), key=job.key, texts={}, job=job))
        return stored.card

    row = await bench.work(slow)
    assert (row.state, row.attempt, row.holder) == ("working", 2, "another")
    assert await bench.store.find_card(bench.job.key) is None
    assert bench.progress.ended == []


async def test_a_taken_over_job_stops_at_its_next_sign_of_life() -> None:
    """The row says so, or the claim."""
    for takeover in ("row", "claim"):
        bench = Bench()

        async def make(job: Job, parts: Parts, bench: Bench = bench, takeover: str = takeover) -> Card:
            row = await bench.row()
            if takeover == "row":
                assert await bench.store.swap_job(row, msgspec.structs.replace(row, attempt=2, holder="another"))
            else:
                bench.claims.held[job.key] = "another"
            await asyncio.sleep(5)
            raise AssertionError("not reached")

        row = await bench.work(make, heartbeat_s=0.01)
        assert (row.state, bench.progress.ended) == ("working", [])


async def test_a_card_that_was_saved_before_the_worker_died_is_not_made_again() -> None:
    """The next attempt finds it in the row and only says so."""
    bench = Bench()
    saved = await bench.store.save_card(make_new_card(bench.job.key))
    bench.job = msgspec.structs.replace(bench.job, card_id=saved.card.id, attempt=1)
    row = await bench.work(failing(AssertionError("made again")))
    assert (row.state, row.attempt, row.card_id) == ("done", 2, saved.card.id)
    assert [event for _, event in await bench.events()] == [CardEvent(saved.card)]


async def test_a_job_has_one_card_however_often_it_is_saved() -> None:
    """An answer of the database may be lost, and the write is then made again."""
    bench = Bench()

    async def make(job: Job, parts: Parts) -> Card:
        for name in ("first", "second"):
            new = NewCard(card=make_card(id=CardId(name)), key=job.key, texts={}, job=job)
            stored = await parts.store.save_card(new)
        return stored.card

    row = await bench.work(make)
    found = await bench.store.find_card(bench.job.key)
    assert found is not None
    assert (row.card_id, found.card.id, found.latest_version) == ("first", "first", 1)


async def test_a_worker_that_is_told_to_stop_hands_its_job_back() -> None:
    """At no fault of the job's: another worker goes on."""
    bench = Bench()
    job, post = await bench.take()
    assert job is not None
    begun = asyncio.Event()

    async def make(job: Job, parts: Parts) -> Card:
        begun.set()
        await asyncio.sleep(60)
        return make_card()

    working = asyncio.create_task(work(job, bench.parts, post, make))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    row = await bench.row()
    assert (row.state, row.crashes, row.reason, row.heartbeat_at) == ("queued", 0, HANDED_BACK, None)
    assert (bench.queue.waiting, bench.claims.held) == ([row.id], {})


async def test_a_try_that_failed_leaves_its_reason_in_the_row() -> None:
    """In our own words; of an unexpected error no more than its kind."""
    bench = Bench()
    assert (await bench.work(failing(SourceUnavailable("503: try later.")))).reason == "503: try later."
    assert (await Bench().work(failing(ValueError("sk-secret")))).reason == "ValueError"


async def test_events_that_cannot_be_told_do_not_stop_the_card() -> None:
    """The queue may be away for a moment while the model writes."""
    bench = Bench()

    class Away(MemoryProgress):
        async def publish(self, *_: object) -> str:
            raise QueueUnavailable("Away.")

    bench.parts = msgspec.structs.replace(bench.parts, progress=Away())

    async def make(job: Job, parts: Parts) -> Card:
        assert await parts.progress.publish(job.id, job.attempt, StageEvent("fetch", "started")) == ""
        return make_card()

    assert (await bench.work(make)).state == "done"


async def test_the_stage_of_an_attempt_that_was_taken_over_stops_it() -> None:
    """There is nothing to go on for."""
    bench = Bench()

    async def make(job: Job, parts: Parts) -> Card:
        row = await bench.row()
        await bench.store.swap_job(row, msgspec.structs.replace(row, attempt=2))
        with pytest.raises(Superseded):
            await parts.progress.publish(job.id, job.attempt, StageEvent("fetch", "started"))
        raise Superseded("As above.")

    assert (await bench.work(make)).attempt == 2
