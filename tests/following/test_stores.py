"""What WatchStore and RecapStore promise, on fake and real."""

from datetime import timedelta

import msgspec
import pytest

from server.core.card import CardId
from server.core.jobs import CardKey, JobId, Problem
from server.core.periods import day_of, week_of
from server.core.watching import LEASE, Find, Run, Tally, Watch
from server.following import line_recaps
from tests.fakes import NOON, THREAD_URL, make_claim, make_job, make_new_card
from tests.following.conftest import Stores

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


def make_watch(target: str = "r/Lighthouses", **changes: object) -> Watch:
    """Looked at every two hours, due at noon."""
    watch = Watch(target=target, every_s=7200, top=5, created_at=NOON, next_at=NOON)
    return msgspec.structs.replace(watch, **changes)


# ---- watches -----------------------------------------------------------------------------------------


async def test_a_place_is_watched_once_however_it_is_spelled(stores: Stores) -> None:
    """The row that was there stays as it is."""
    assert await stores.watches.add_watch(make_watch())
    assert not await stores.watches.add_watch(make_watch("r/lighthouses", top=9))
    assert [(watch.target, watch.top) for watch in await stores.watches.list_watches()] == [("r/Lighthouses", 5)]
    assert await stores.watches.load_watch("r/lighthouses") == make_watch()


async def test_a_watch_is_taken_once_and_comes_back_if_its_run_never_ends(stores: Stores) -> None:
    """A process that died with it costs no more than the lease."""
    await stores.watches.add_watch(make_watch())
    await stores.watches.add_watch(make_watch("hn", next_at=NOON + HOUR))
    await stores.watches.add_watch(make_watch("lobsters", paused=True))
    assert await stores.watches.next_due() == NOON
    assert [watch.target for watch in await stores.watches.take_due(NOON)] == ["r/Lighthouses"]
    assert await stores.watches.take_due(NOON + LEASE / 2) == []
    assert [watch.target for watch in await stores.watches.take_due(NOON + LEASE)] == ["r/Lighthouses"]


async def test_the_end_of_a_run_keeps_what_a_person_has_set_meanwhile(stores: Stores) -> None:
    """Pausing during a run lasts."""
    await stores.watches.add_watch(make_watch())
    [taken] = await stores.watches.take_due(NOON)
    await stores.watches.save_watch(msgspec.structs.replace(taken, paused=True, top=9))
    run = Run(started_at=NOON, via="atom", listed=25, queued=2, skipped={"known": 3})
    ended = msgspec.structs.replace(taken, next_at=NOON + 2 * HOUR, failures=0, last=run)
    assert await stores.watches.end_run(ended)
    known = await stores.watches.load_watch("r/lighthouses")
    assert known is not None
    assert (known.paused, known.top, known.next_at, known.last) == (True, 9, NOON + 2 * HOUR, run)
    assert await stores.watches.next_due() is None


async def test_a_removed_watch_is_gone_and_saving_does_not_bring_it_back(stores: Stores) -> None:
    """A run that ends after its watch was removed leaves nothing."""
    await stores.watches.add_watch(make_watch())
    assert await stores.watches.remove_watch("r/lighthouses")
    assert not await stores.watches.remove_watch("r/lighthouses")
    assert not await stores.watches.save_watch(make_watch())
    assert not await stores.watches.end_run(make_watch())
    assert await stores.watches.list_watches() == []


async def test_finds_are_counted_and_told_by_what_became_of_their_jobs(stores: Stores) -> None:
    """The latest find of a thread stands; failures tell why."""
    problem = Problem(type="t", title="t", status=422, detail="The thread is gone.", retryable=False)
    for n, (state, error) in enumerate([("done", None), ("queued", None), ("failed", problem)]):
        job = make_job(f"job-{n}", key=CardKey(f"https://t.example/{n}"))
        await stores.cards.join_job(job)
        finished_at = None if state == "queued" else NOON + HOUR
        await stores.cards.save_job(msgspec.structs.replace(job, state=state, error=error, finished_at=finished_at))
        await stores.watches.save_find(make_find(n, "job-old"))
        await stores.watches.save_find(make_find(n, f"job-{n}", tries=2))
    assert await stores.watches.tallies() == {
        "r/Lighthouses": Tally(made=1, under_way=1, failed=1, reason="The thread is gone.")
    }
    assert await stores.watches.count_finds(NOON - HOUR) == 3
    assert await stores.watches.count_finds(NOON) == 0
    assert await stores.watches.finds_of(["https://t.example/1", "https://t.example/9"]) == [
        make_find(1, "job-1", tries=2)
    ]


def make_find(n: int, job_id: str, tries: int = 1) -> Find:
    url = f"https://t.example/{n}"
    return Find(canonical_url=url, target="r/Lighthouses", job_id=JobId(job_id), found_at=NOON, tries=tries)


async def test_the_store_tells_which_threads_cards_were_deleted(stores: Stores) -> None:
    """So that watching does not bring back what somebody had taken down."""
    stored = await stores.cards.save_card(make_new_card())
    assert await stores.watches.deleted_among([THREAD_URL]) == set()
    await stores.cards.delete_card(stored.card.id, NOON)
    assert await stores.watches.deleted_among([THREAD_URL, "https://t.example/1"]) == {THREAD_URL}


# ---- the lines of recaps -----------------------------------------------------------------------------


async def save(stores: Stores, n: int, **changes: object) -> CardId:
    """A card of a thread of its own."""
    new = make_new_card(key=CardKey(f"https://t.example/{n}"), id=CardId(f"kestrel-{n:04}"), **changes)
    return (await stores.cards.save_card(new)).card.id


async def test_a_card_gets_its_line_once_and_belongs_to_the_week_it_was_first_made_in(stores: Stores) -> None:
    """A later version is told there too, in its own words."""
    await save(stores, 1)
    await line_recaps(stores.recaps)
    later = NOON + timedelta(days=9)
    await save(stores, 1, generated_at=later, headline=make_claim("Kestrel Point keeps its lamp"))
    await line_recaps(stores.recaps)
    assert await stores.recaps.unlined() == []
    [line] = await stores.recaps.lines_of(week_of(NOON), limit=9)
    assert (line.headline, line.version, line.made_at, line.changed_at) == (
        "Kestrel Point keeps its lamp",
        2,
        NOON,
        later,
    )
    assert await stores.recaps.lines_of(week_of(later), limit=9) == []
    assert await stores.recaps.lines_of(day_of(NOON), limit=9) == [line]


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_a_card_that_is_not_public_has_no_line(stores: Stores, visibility: str) -> None:
    """Neither to be made nor to be shown; one that is hidden later is gone at the next look."""
    await save(stores, 1, visibility=visibility)
    await save(stores, 2)
    assert len(await stores.recaps.unlined()) == 1
    await line_recaps(stores.recaps)
    assert await stores.recaps.count_lines(week_of(NOON), most=9) == 1
    await save(stores, 2, visibility=visibility)
    assert await stores.recaps.lines_of(week_of(NOON), limit=9) == []
    assert await stores.recaps.count_lines(week_of(NOON), most=9) == 0


async def test_a_line_goes_with_its_card(stores: Stores) -> None:
    """A deleted card is told nowhere, and a changed one not in the words that it had."""
    deleted, changed = await save(stores, 1), await save(stores, 2)
    await line_recaps(stores.recaps)
    await stores.cards.delete_card(deleted, NOON)
    assert [line.card_id for line in await stores.recaps.lines_of(week_of(NOON), limit=9)] == [changed]
    await save(stores, 2, headline=make_claim("Kestrel Point waits"))
    assert await stores.recaps.lines_of(week_of(NOON), limit=9) == []
    await line_recaps(stores.recaps)
    assert [line.headline for line in await stores.recaps.lines_of(week_of(NOON), limit=9)] == ["Kestrel Point waits"]


async def test_a_line_of_a_version_that_was_replaced_meanwhile_is_not_kept(stores: Stores) -> None:
    """Whoever was slow tells nothing old."""
    await save(stores, 1)
    from server.core.recaps import weigh

    slow = [(number, weigh(card, made_at)) for number, card, made_at in await stores.recaps.unlined()]
    await save(stores, 1, headline=make_claim("Kestrel Point waits"))
    await stores.recaps.save_lines(slow)
    assert await stores.recaps.lines_of(week_of(NOON), limit=9) == []


async def test_the_heaviest_lines_come_first_and_equals_by_their_ids(stores: Stores) -> None:
    """On both databases alike."""
    quiet = make_new_card().card.thread
    loud = msgspec.structs.replace(quiet, comment_count=900)
    for n, thread in ((3, quiet), (1, quiet), (2, loud)):
        await save(stores, n, thread=thread)
    await line_recaps(stores.recaps)
    lines = await stores.recaps.lines_of(week_of(NOON), limit=9)
    assert [line.card_id for line in lines] == ["kestrel-0002", "kestrel-0001", "kestrel-0003"]
    assert len(await stores.recaps.lines_of(week_of(NOON), limit=2)) == 2
    assert await stores.recaps.count_lines(week_of(NOON), most=2) == 2


async def test_lines_are_made_some_at_a_time(stores: Stores) -> None:
    """The number that comes back is where to go on."""
    for n in range(3):
        await save(stores, n)
    first = await stores.recaps.unlined(limit=2)
    assert len(first) == 2
    assert len(await stores.recaps.unlined(after=first[-1][0])) == 1
    assert await line_recaps(stores.recaps, after=10_000) == 10_000
