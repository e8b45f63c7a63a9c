"""`threadproof jobs`: what stands how and why, and what the operator may do about it."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.adapters.migrations import migrate
from server.adapters.redis_progress import RedisProgress
from server.adapters.rq_queue import RqJobQueue
from server.adapters.sql_store import SqlCardStore
from server.core.jobs import CardKey, FailedEvent, Job, JobId
from server.core.losses import PARKED_FOR
from server.core.money import Payer
from tests.fakes import NOON, make_job
from tests.server.test_cli import Ran
from tests.valkey import running_valkey


class Yard:
    """Rows in the store of a data folder, which the command opens by itself."""

    def __init__(self, data: Path) -> None:
        data.mkdir()
        self.url = f"sqlite:///{data / 'threadproof.sqlite3'}"
        migrate(self.url)

    def add(self, name: str, **changes: Any) -> Job:
        """A row as it is given."""
        job = make_job(name, key=CardKey(f"https://t.example/{name}"), url=f"https://t.example/{name}")
        job = msgspec.structs.replace(job, **changes)
        asyncio.run(self._call(lambda store: store.save_job(job)))
        return job

    def row(self, name: str) -> Job:
        """As it is now."""
        row = asyncio.run(self._call(lambda store: store.load_job(JobId(name))))
        assert isinstance(row, Job)
        return row

    async def _call(self, ask: Any) -> Any:
        store = SqlCardStore(self.url)
        try:
            return await ask(store)
        finally:
            await store.close()


@pytest.fixture
def yard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Yard:
    """A data folder of this test's own, and no queue."""
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THREADPROOF_DATA", str(tmp_path / "data"))
    return Yard(tmp_path / "data")


def test_what_is_not_done_is_listed_newest_first_with_its_reason(yard: Yard) -> None:
    """A line each, tabs between; control characters of an address stay out of the terminal."""
    yard.add("old", reason="503: try\tlater.", attempt=2)
    yard.add(
        "new", state="parked", finished_at=NOON, created_at=NOON + timedelta(hours=1), url="https://t.example/\x1b["
    )
    yard.add("done", state="done", finished_at=NOON)
    lines = [line.split("\t") for line in Ran("jobs").said.splitlines()]
    assert [line[0] for line in lines] == ["new", "old"]
    assert lines[1][1:] == ["queued", "2026-02-23T12:00:00Z", "2", "-", "503: try later.", "https://t.example/old"]
    assert "\x1b" not in lines[0][6]


def test_a_list_can_be_of_some_states_and_shorter(yard: Yard) -> None:
    """Done ones too, where they are asked for."""
    for n, state in enumerate(("done", "failed", "done")):
        yard.add(f"job-{n}", state=state, finished_at=NOON, created_at=NOON + timedelta(hours=n))
    listed = Ran("jobs", "--state", "done", "--limit", "1").said
    assert [line.partition("\t")[0] for line in listed.splitlines()] == ["job-2"]


def test_a_job_is_shown_without_whoever_asked(yard: Yard) -> None:
    """The key that pays, but no address."""
    yard.add("job-1", holder="host:1:pool-1", crashes=2, payer=Payer("key-1", "digest-of-an-address"))
    said = Ran("jobs", "show", "job-1").said
    shown = msgspec.json.decode(said)
    assert (shown["holder"], shown["crashes"], shown["payer"]) == ("host:1:pool-1", 2, "key-1")
    assert "digest" not in said


def test_an_ended_job_is_tried_anew(yard: Yard) -> None:
    """Its crashes are forgotten; without a queue it waits for one."""
    yard.add("job-1", state="parked", finished_at=NOON, crashes=3)
    done = Ran("jobs", "retry", "job-1")
    assert (done.status, "No queue" in done.complained) == (0, True)
    assert (yard.row("job-1").state, yard.row("job-1").crashes) == ("queued", 0)


@pytest.mark.parametrize("state", ["queued", "working", "done"])
def test_what_is_under_way_or_done_is_not_tried_anew(yard: Yard, state: str) -> None:
    """It says how it stands."""
    yard.add("job-1", state=state, finished_at=NOON if state == "done" else None)
    done = Ran("jobs", "retry", "job-1")
    assert (done.status, state in done.complained, yard.row("job-1").state) == (2, True, state)


def test_a_job_whose_thread_another_is_at_is_not_tried_anew(yard: Yard) -> None:
    """One unfinished job a thread."""
    yard.add("job-1", state="failed", finished_at=NOON, key=CardKey("https://t.example/one"))
    yard.add("job-2", key=CardKey("https://t.example/one"))
    assert Ran("jobs", "retry", "job-1").status == 2
    assert yard.row("job-1").state == "failed"


@pytest.mark.parametrize("action", ["show", "retry", "park", "cancel"])
def test_a_job_that_there_is_not_is_said(yard: Yard, action: str) -> None:
    """With the next step."""
    done = Ran("jobs", action, "nothing")
    assert (done.status, "threadproof jobs" in done.complained) == (2, True)


def test_a_job_set_aside_or_called_off_leaves_the_queue_and_its_reader_hears_of_it(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; a second time it says how the job ended."""
    with running_valkey() as url:
        monkeypatch.setenv("REDIS_URL", url)
        for action, state, told in (("park", "parked", "job-parked"), ("cancel", "cancelled", "cancelled")):
            job = yard.add(f"job-{action}")
            asyncio.run(enqueue(url, job))
            assert Ran("jobs", action, job.id).status == 0
            waiting, events = asyncio.run(look(url, job))
            assert (yard.row(job.id).state, waiting, [event.problem.type for event in events]) == (state, set(), [told])
            again = Ran("jobs", action, job.id)
            assert (again.status, state in again.complained) == (2, True)


def test_a_job_tried_anew_waits_in_the_queue(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is one."""
    with running_valkey() as url:
        monkeypatch.setenv("REDIS_URL", url)
        job = yard.add("job-1", state="cancelled", finished_at=NOON - PARKED_FOR)
        assert Ran("jobs", "retry", job.id).status == 0
        assert asyncio.run(look(url, job))[0] == {job.id}


async def enqueue(url: str, job: Job) -> None:
    """As the API does."""
    queue = RqJobQueue(url)
    await queue.enqueue(job)
    await queue.close()


async def look(url: str, job: Job) -> tuple[set[JobId], list[FailedEvent]]:
    """Who waits, and how the job's stream says it failed."""
    queue, progress = RqJobQueue(url), RedisProgress(url)
    told = [numbered.event for numbered in await progress.told(job.id)]
    waiting = await queue.places()
    await queue.close()
    await progress.close()
    return waiting, [event for event in told if isinstance(event, FailedEvent)]
