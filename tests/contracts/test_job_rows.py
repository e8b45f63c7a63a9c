"""What every store promises of jobs' rows when several workers reach for them, each kind of store alike."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from server.core.errors import Superseded
from server.core.jobs import CardKey, Job
from server.core.losses import PARKED_FOR
from server.core.ports import CardStore
from tests.fakes import NOON, make_job, make_new_card

pytestmark = pytest.mark.anyio
LATER = NOON + timedelta(minutes=1)


def begun(job: Job, holder: str) -> Job:
    """The row as a worker wants it."""
    return msgspec.structs.replace(job, state="working", attempt=job.attempt + 1, holder=holder, heartbeat_at=NOON)


async def taken(store: CardStore, **changes: object) -> Job:
    """A job at work, attempt 1."""
    job, _ = await store.join_job(make_job(**changes))
    assert await store.swap_job(job, begun(job, "worker"))
    return begun(job, "worker")


async def row_of(store: CardStore, job: Job) -> Job:
    """As it is now."""
    row = await store.load_job(job.id)
    assert row is not None
    return row


async def test_of_many_who_saw_the_same_row_one_changes_it(store: CardStore) -> None:
    """The others learn that it is no longer what they saw."""
    job, _ = await store.join_job(make_job(crashes=1, reason="it broke", priority="collect"))
    took = await asyncio.gather(*(store.swap_job(job, begun(job, f"worker {n}")) for n in range(10)))
    assert sum(took) == 1
    assert await row_of(store, job) == begun(job, f"worker {took.index(True)}")


@pytest.mark.parametrize("change", [{"state": "queued"}, {"attempt": 2}, {"holder": "another"}])
async def test_a_row_that_changed_hands_is_not_changed_by_whoever_saw_it_before(
    store: CardStore, change: dict[str, object]
) -> None:
    """State, attempt and holder say whose it is."""
    job = await taken(store)
    now = msgspec.structs.replace(job, **change)
    assert await store.swap_job(job, now)
    assert not await store.swap_job(job, msgspec.structs.replace(job, state="done"))
    assert await row_of(store, job) == now


async def test_signs_of_life_do_not_come_between(store: CardStore) -> None:
    """A worker beats and changes its row from two tasks."""
    job = await taken(store)
    assert await store.beat_job(job.id, 1, LATER, stage="fetch")
    beaten = await row_of(store, job)
    assert (beaten.heartbeat_at, beaten.stage) == (LATER, "fetch")
    assert await store.swap_job(job, msgspec.structs.replace(job, state="done", finished_at=LATER))


async def test_only_the_attempt_that_has_a_job_gives_signs_of_life(store: CardStore) -> None:
    """One that was taken over learns of it."""
    job = await taken(store)
    assert await store.beat_job(job.id, 1, LATER)
    assert not await store.beat_job(job.id, 2, LATER)
    await store.swap_job(job, msgspec.structs.replace(job, state="queued"))
    assert not await store.beat_job(job.id, 1, LATER)


async def test_a_jobs_card_is_told_to_its_row(store: CardStore) -> None:
    """In one step with the card, so that no attempt makes another."""
    job = await taken(store)
    saved = await store.save_card(msgspec.structs.replace(make_new_card(job.key), job=job))
    assert (await row_of(store, job)).card_id == saved.card.id
    again = await store.save_card(msgspec.structs.replace(make_new_card(job.key), job=job))
    assert again == saved
    assert await store.find_card(job.key) == saved


async def test_a_row_that_has_a_card_is_not_changed_by_whoever_saw_it_without(store: CardStore) -> None:
    """Or the sweep would have it made once more."""
    job = await taken(store)
    await store.save_card(msgspec.structs.replace(make_new_card(job.key), job=job))
    assert not await store.swap_job(job, msgspec.structs.replace(job, state="queued"))


@pytest.mark.parametrize("change", [{"state": "cancelled", "finished_at": LATER}, {"attempt": 2, "holder": "another"}])
async def test_an_attempt_that_no_longer_has_its_job_saves_nothing(store: CardStore, change: dict[str, object]) -> None:
    """Called off, or taken over."""
    job = await taken(store)
    await store.swap_job(job, msgspec.structs.replace(job, **change))
    with pytest.raises(Superseded):
        await store.save_card(msgspec.structs.replace(make_new_card(job.key), job=job))
    assert await store.find_card(job.key) is None


async def test_of_two_attempts_that_save_at_once_one_does(store: CardStore) -> None:
    """Whatever their order: there is one version."""
    job = await taken(store)
    second = begun(job, "another")

    async def take_over() -> None:
        await store.swap_job(job, second)
        await store.save_card(msgspec.structs.replace(make_new_card(job.key), job=second))

    first = store.save_card(msgspec.structs.replace(make_new_card(job.key), job=job))
    await asyncio.gather(first, take_over(), return_exceptions=True)
    stored = await store.find_card(job.key)
    assert stored is not None
    assert (stored.latest_version, (await row_of(store, job)).card_id) == (1, stored.card.id)


async def test_a_parked_job_stands_in_the_way_for_a_while(store: CardStore) -> None:
    """Whoever asks for the same is told of it instead of losing three more workers to it."""
    job = await taken(store)
    parked = msgspec.structs.replace(job, state="parked", finished_at=NOON)
    assert await store.swap_job(job, parked)
    asked = make_job("job-2", created_at=NOON + PARKED_FOR / 2)
    assert await store.join_job(asked) == (parked, False)
    assert (await store.join_job(make_job("job-3", key=CardKey("https://t.example/other"))))[1]
    late = make_job("job-4", created_at=NOON + PARKED_FOR + timedelta(seconds=1))
    assert await store.join_job(late) == (late, True)


async def test_an_ended_job_comes_back_unless_another_has_its_place(store: CardStore) -> None:
    """One unfinished job a key, also when the operator tries an old one anew."""
    job = await taken(store)
    ended = msgspec.structs.replace(job, state="failed", finished_at=NOON)
    await store.swap_job(job, ended)
    again = msgspec.structs.replace(ended, state="queued", finished_at=None)
    await store.join_job(make_job("job-2"))
    assert not await store.swap_job(ended, again)
    await store.save_job(make_job("job-2", state="done", finished_at=NOON))
    assert await store.swap_job(ended, again)


async def test_jobs_are_listed_newest_first(store: CardStore) -> None:
    """By state where that is asked for, and no more than asked for."""
    for n, state in enumerate(("queued", "failed", "parked", "done")):
        key, finished = CardKey(f"https://t.example/{n}"), None if state == "queued" else NOON
        await store.save_job(
            make_job(f"job-{n}", key=key, state=state, created_at=NOON + timedelta(hours=n), finished_at=finished)
        )
    assert [job.id for job in await store.list_jobs()] == ["job-3", "job-2", "job-1", "job-0"]
    assert [job.id for job in await store.list_jobs(states=("failed", "parked"))] == ["job-2", "job-1"]
    assert [job.id for job in await store.list_jobs(limit=1)] == ["job-3"]
