"""A run of a watch, from the list to the jobs and the row."""

from datetime import timedelta
from time import perf_counter

import msgspec
import pytest

from server.adapters.sql_following import SqlWatchStore
from server.adapters.sql_store import SqlCardStore
from server.core.blocking import Blocklist
from server.core.errors import QueueUnavailable
from server.core.jobs import CardKey, Job
from server.core.watching import Run, Watch
from server.following import new_watch
from tests.fakes import NOON, MemoryJobQueue, make_new_card
from tests.workers.collecting.lists import API, FEED, Clock, PretendLists, listing_of, make_desk, saved
from workers.collecting.desk import Desk
from workers.collecting.running import COLLECTOR, collect, collect_due

pytestmark = pytest.mark.anyio
HOT = {FEED: saved("reddit-hot.atom")}


async def watching(desk: Desk, target: str = "r/Lighthouses", **changes: object) -> Watch:
    """A watch that the desk's store keeps."""
    watch = msgspec.structs.replace(new_watch(target, 7200, 5, NOON), **changes)
    await desk.watches.add_watch(watch)
    return watch


async def jobs_of(desk: Desk) -> list[Job]:
    return await desk.store.unfinished_jobs()


async def test_the_top_of_a_list_becomes_jobs_behind_all_others() -> None:
    """In the lane of collecting, on the collector's share of the day's budget, as the server's own reading."""
    desk = make_desk(HOT, Clock())
    run = await collect(await watching(desk, top=2), desk)
    assert (run.via, run.listed, run.queued, run.skipped) == ("atom", 6, 2, {"adult": 1, "pinned": 1, "removed": 1})
    jobs = await jobs_of(desk)
    assert {job.key.canonical_url for job in jobs} == {
        "https://www.reddit.com/comments/1lamp2/",
        "https://www.reddit.com/comments/1lamp6/",
    }
    assert {(job.priority, job.payer, job.capture_id, job.key.scope) for job in jobs} == {
        ("collect", COLLECTOR, None, "public")
    }
    assert len(await desk.queue.places()) == 2


async def test_what_is_known_under_way_or_was_deleted_is_not_asked_again() -> None:
    """A second run of the same list makes nothing, and neither does a thread whose card somebody deleted."""
    clock = Clock()
    desk = make_desk(HOT, clock)
    watch = await watching(desk)
    known = CardKey("https://www.reddit.com/comments/1lamp2/")
    gone = CardKey("https://www.reddit.com/comments/1lamp6/")
    await desk.store.save_card(make_new_card(key=known))
    deleted = await desk.store.save_card(make_new_card(key=gone))
    await desk.store.delete_card(deleted.card.id, NOON)
    first = await collect(watch, desk)
    assert (first.queued, first.skipped["known"], first.skipped["deleted here"]) == (1, 1, 1)
    clock.move(minutes=20)
    second = await collect(watch, desk)
    assert (second.queued, second.skipped["under way"]) == (0, 1)
    assert len(await jobs_of(desk)) == 1


async def test_a_stale_card_still_at_the_top_is_refreshed() -> None:
    """By one job, that says it is a refresh."""
    clock = Clock()
    desk = make_desk(HOT, clock)
    await desk.store.save_card(make_new_card(key=CardKey("https://www.reddit.com/comments/1lamp2/")))
    clock.move(days=30)
    await collect(await watching(desk, top=1), desk)
    assert [job.refresh for job in await jobs_of(desk)] == [True]


async def test_a_job_that_a_reader_has_asked_for_is_left_theirs() -> None:
    """Joining it would make the reader wait in the lane of collecting."""
    desk = make_desk(HOT, Clock())
    theirs = Job(id="reader-1", key=CardKey("https://www.reddit.com/comments/1lamp2/"), url="u", created_at=NOON)  # type: ignore[arg-type]
    await desk.store.join_job(theirs)
    run = await collect(await watching(desk, top=1), desk)
    assert (run.queued, run.skipped["under way"]) == (0, 1)
    assert [job.priority for job in await jobs_of(desk)] == ["reader"]


async def test_the_api_is_asked_first_where_there_are_keys() -> None:
    """It tells what the feed does not."""
    api = PretendLists({API: saved("reddit-hot.json")})
    desk = make_desk(HOT, Clock(), reddit=api)
    run = await collect(await watching(desk), desk)
    assert (run.via, run.skipped["promoted"]) == ("oauth", 1)
    assert desk.fetcher.asked == []  # type: ignore[attr-defined]


async def test_a_list_that_cannot_be_had_is_told_and_asked_for_later() -> None:
    """The row says why and what to do; twice in a row waits longer."""
    clock = Clock()
    desk = make_desk({}, clock, fetcher=PretendLists({}, status=403))
    watch = await watching(desk)
    run = await collect(watch, desk)
    assert run.problem is not None
    assert "answered 403" in run.problem
    assert "THREADPROOF_REDDIT_CLIENT_ID" in run.problem
    clock.move(hours=2)
    known = await desk.watches.load_watch("r/lighthouses")
    assert known is not None
    await collect(known, desk)
    known = await desk.watches.load_watch("r/lighthouses")
    assert known is not None
    assert (known.failures, known.next_at) == (2, clock.now + timedelta(hours=4))


async def test_a_site_that_says_too_many_is_not_asked_by_another_way() -> None:
    """And not before the time it named."""
    fetcher = PretendLists({}, status=429, retry_after_s=5 * 3600)
    desk = make_desk({}, Clock(), fetcher=fetcher)
    await collect(await watching(desk), desk)
    assert fetcher.asked == [FEED]
    assert await desk.watches.next_due() == NOON + timedelta(hours=5)


async def test_a_wall_in_place_of_a_list_is_a_problem_and_not_an_empty_list() -> None:
    """Whatever it is that came."""
    desk = make_desk({FEED: b"<html><title>Just a moment...</title></html>"}, Clock())
    run = await collect(await watching(desk), desk)
    assert run.problem is not None


async def test_a_blocked_community_is_never_asked_for_cards() -> None:
    """Also one that was blocked after it was watched."""
    desk = make_desk(HOT, Clock(), blocked=Blocklist(communities=("r/lighthouses",)))
    run = await collect(await watching(desk, top=2), desk)
    assert (run.queued, run.skipped["blocked"]) == (0, 2)


async def test_no_more_cards_than_the_days_number_are_asked_for() -> None:
    """All communities together, within any 24 hours."""
    clock = Clock()
    desk = make_desk({FEED: listing_of(10)}, clock, most_a_day=4)
    watch = await watching(desk, top=10)
    assert (await collect(watch, desk)).queued == 4
    clock.move(hours=2)
    again = await collect(watch, desk)
    assert (again.queued, again.skipped) == (0, {"the day's number is reached": 6, "under way": 4})
    clock.move(hours=23)
    assert (await collect(watch, desk)).queued == 4


async def test_nothing_is_collected_once_the_days_budget_is_spent() -> None:
    """Readers come first: what is left belongs to them."""

    async def spent() -> bool:
        return False

    desk = make_desk(HOT, Clock(), money_left=spent)
    run = await collect(await watching(desk, top=2), desk)
    assert (run.queued, run.skipped["the day's budget is spent"]) == (0, 2)


async def test_a_queue_that_is_away_costs_nothing_but_the_time_until_the_next_sweep() -> None:
    """The rows are there, and the sweep queues what has no place."""

    class Away(MemoryJobQueue):
        async def enqueue(self, job: Job) -> None:
            raise QueueUnavailable("Redis is away.")

    desk = make_desk(HOT, Clock(), queue=Away())
    assert (await collect(await watching(desk, top=2), desk)).queued == 2
    assert len(await jobs_of(desk)) == 2


async def test_all_that_is_due_is_looked_at_once() -> None:
    """Paused ones are not, and neither is what is not due yet."""
    desk = make_desk(HOT | {"https://lobste.rs/hottest.json": saved("lobsters-hottest.json")}, Clock())
    await watching(desk)
    await watching(desk, "lobsters")
    await watching(desk, "hn", paused=True)
    await watching(desk, "hn/show", next_at=NOON + timedelta(minutes=1))
    runs = await collect_due(desk)
    assert sorted(run.via or "" for run in runs) == ["atom", "json"]
    assert await collect_due(desk) == []


async def test_unreadable_threads_are_tried_three_times_and_then_left() -> None:
    """Hours apart, since a removed post seldom comes back."""
    clock = Clock()
    desk = make_desk({FEED: listing_of(1)}, clock)
    watch = await watching(desk, top=1)
    tried = 0
    for _ in range(40):
        run = await collect(watch, desk)
        tried += run.queued
        for job in await jobs_of(desk):
            await desk.store.save_job(failed(job, clock))
        clock.move(hours=2)
    assert tried == 3


def failed(job: Job, clock: Clock) -> Job:
    from server.core.jobs import Problem

    problem = Problem(type="thread-unavailable", title="t", status=502, detail="d", retryable=True)
    return msgspec.structs.replace(job, state="failed", error=problem, finished_at=clock.now)


async def test_collecting_fifty_threads_takes_little_beside_the_fetch(sqlite_url: str) -> None:
    """On a real store, with a list that comes at once: 50 rows of jobs and finds, 0.25 s here on two shared cores."""
    cards, watches = SqlCardStore(sqlite_url), SqlWatchStore(sqlite_url)
    url = "https://www.reddit.com/r/Lighthouses/.rss?limit=60"
    desk = make_desk({url: listing_of(60)}, Clock(), store=cards, watches=watches)
    watch = await watching(desk, top=50)
    began = perf_counter()
    run: Run = await collect(watch, desk)
    took_s = perf_counter() - began
    assert run.queued == 50
    assert took_s < 1.5
    await cards.close()
    await watches.close()
