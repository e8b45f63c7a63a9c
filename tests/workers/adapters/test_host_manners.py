"""Manners at the fetcher's hops: robots.txt, turns, and rest where it was asked for."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
import redis

from server.core.errors import SourceError, SourceRefused, SourceUnavailable
from server.core.ports import Page
from tests.valkey import running_valkey
from tests.workers.adapters.polite_web import Clock, Sites, Worker, silence, text, worker
from workers.adapters import host_manners, robots
from workers.adapters.host_turns import Pace
from workers.adapters.robots_rules import MOST_BYTES

pytestmark = pytest.mark.anyio
A, ROBOTS = "https://a.example/", "https://a.example/robots.txt"
FORBIDS = "User-agent: *\nDisallow: /private\n"


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of this test's own."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["redis", "own"])
async def one(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Sites, Worker]]:
    """Sites and one worker, with a Redis and without."""
    sites = Sites({A: text("home"), ROBOTS: text(FORBIDS)})
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    async with worker(sites, url) as opened:
        yield sites, opened


async def ask(made: Worker, url: str, **more: Any) -> Page:
    """A page that we found by ourselves."""
    page = await made.fetcher.ask(url, found=True, **more)
    assert isinstance(page, Page)
    return page


# ---- robots.txt ------------------------------------------------------------------------------------


async def test_what_robots_txt_forbids_is_not_asked_for(one: tuple[Sites, Worker]) -> None:
    """The file is fetched once, by us under our own name; a page that it forbids is refused by name."""
    sites, made = one
    assert (await ask(made, A)).body == b"home"
    for _ in range(2):
        with pytest.raises(SourceRefused, match=r"robots\.txt of a\.example forbids"):
            await ask(made, f"{A}private/letters")
    assert sites.asked == ["a.example/robots.txt", "a.example/"]
    assert sites.requests[0].headers["user-agent"].startswith("Threadproof/")


async def test_what_somebody_named_to_us_is_read_without_robots_txt(one: tuple[Sites, Worker]) -> None:
    """A person sent us there."""
    sites, made = one
    sites.answers[f"{A}private/letters"] = text("letters")
    assert (await made.fetcher.fetch(f"{A}private/letters")).body == b"letters"
    assert sites.asked == ["a.example/private/letters"]


async def test_each_hop_is_asked_for_by_its_own_sites_robots_txt(one: tuple[Sites, Worker]) -> None:
    """Where a page redirects to, another robots.txt counts; scheme and port make another site, too."""
    sites, made = one
    sites.answers |= {
        "https://b.example/": text("", 302, location=f"{A}private/letters"),
        "http://a.example/private/old": text("old"),
    }
    with pytest.raises(SourceRefused, match=r"a\.example forbids"):
        await ask(made, "https://b.example/")
    assert (await ask(made, "http://a.example/private/old")).body == b"old"
    assert sites.asked == ["b.example/robots.txt", "b.example/", "a.example/robots.txt", *sites.asked[3:]]
    assert str(sites.requests[3].url) == "http://a.example/robots.txt"


@pytest.mark.parametrize(
    ("answer", "is_admitted"),
    [
        (text("User-agent: *\nDisallow: /", 404), True),
        (text("User-agent: *\nDisallow: /", 403), True),
        (text("", 204), True),
        (text("", 429), False),
        (text("", 500), False),
        (text("", 503), False),
        (httpx.ConnectError("nobody there"), False),
        (httpx.Response(200, content=b"User-agent: *\nDisallow: /"), False),  # of no type
        (httpx.Response(200, headers={"content-type": "image/png"}, content=b"\x89PNG\r\n\x1a\n"), True),
        (httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b")), False),
        (text("", 301, location="/elsewhere.txt"), False),  # that forbids
        (text("", 302, location=ROBOTS), True),  # in a circle: as if there were none
        (text("", 301, location="https://c.example/none.txt"), True),
    ],
)
async def test_a_robots_txt_that_is_none_is_read_as_the_standard_says(
    one: tuple[Sites, Worker], answer: httpx.Response | Exception, is_admitted: bool
) -> None:
    """RFC 9309, 2.3.1: there is none where the site says so, and all is forbidden where it cannot say."""
    sites, made = one
    sites.answers |= {ROBOTS: answer, "https://a.example/elsewhere.txt": text("User-agent: *\nDisallow: /")}
    if is_admitted:
        assert (await ask(made, A)).body == b"home"
    else:
        with pytest.raises(SourceError, match=r"robots\.txt of a\.example"):
            await ask(made, A)
        assert "a.example/" not in sites.asked


async def test_a_robots_txt_is_no_way_to_a_private_address(one: tuple[Sites, Worker]) -> None:
    """Its redirects are judged like all others."""
    sites, made = one
    sites.answers[ROBOTS] = text("", 302, location="http://169.254.169.254/latest/")
    with pytest.raises(SourceRefused, match=r"robots\.txt of a\.example.*not a public address"):
        await ask(made, A)
    assert sites.asked == ["a.example/robots.txt"]


async def test_of_a_huge_robots_txt_the_first_500_kib_count(one: tuple[Sites, Worker]) -> None:
    """And while a long one is read, a second or so, other tasks go on."""
    sites, made = one
    rules = "".join(f"Disallow: /*word{n}word$\n" for n in range(60_000))
    sites.answers[ROBOTS] = text(f"User-agent: *\nDisallow: /early\n{rules}Disallow: /late\n")
    assert len(rules) > 2 * MOST_BYTES
    sites.answers[f"{A}late"] = text("late")
    beats: list[float] = []
    beating = asyncio.create_task(beat(beats))
    with pytest.raises(SourceRefused):
        await ask(made, f"{A}early")
    assert (await ask(made, f"{A}late")).body == b"late"
    beating.cancel()
    assert len(beats) > 20  # in the loop itself there are up to 4, beside it 45 and more


async def beat(beats: list[float]) -> None:
    """Once in 5 ms, where the loop lets it."""
    while True:
        beats.append(time.monotonic())
        await asyncio.sleep(0.005)


async def test_a_silent_robots_txt_costs_a_part_of_the_deadline_once(
    one: tuple[Sites, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other pages of the site are refused at once, for two minutes."""
    monkeypatch.setattr(robots, "ANSWER_S", 0.2)
    sites, made = one
    sites.answers[ROBOTS] = silence
    for longest_s in (0.6, 0.1):
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match=r"robots\.txt of a\.example did not come"):
            await ask(made, A)
        assert time.monotonic() - began < longest_s
    made.clock.move(robots.UNREACHABLE_KEPT_S + 1)
    sites.answers[ROBOTS] = text(FORBIDS)
    assert (await ask(made, A)).body == b"home"


async def test_many_that_ask_at_once_fetch_robots_txt_once(one: tuple[Sites, Worker]) -> None:
    """And one of them that gives up does not take it from the others."""
    sites, made = one

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.1)
        return text(FORBIDS)

    sites.answers[ROBOTS] = slow
    pages = [asyncio.create_task(ask(made, A)) for _ in range(6)]
    await asyncio.sleep(0.05)
    pages[0].cancel()
    done = await asyncio.gather(*pages[1:])
    assert {page.body for page in done} == {b"home"}
    assert sites.asked.count("a.example/robots.txt") == 1


async def test_robots_txt_is_kept_as_long_as_it_says_but_a_day_at_most(one: tuple[Sites, Worker]) -> None:
    """And no shorter than ten minutes."""
    sites, made = one
    for path, said, kept_s in (("", "", 86_400), ("b.", "max-age=7200", 7_200), ("c.", "no-cache", 600)):
        url = f"https://{path}a.example/"
        sites.answers |= {url: text("home"), f"{url}robots.txt": text(FORBIDS, cache_control=said)}
        for moved_s, times in ((0, 1), (kept_s - 60, 1), (120, 2)):
            made.clock.move(moved_s)
            await ask(made, url)
            assert sites.asked.count(f"{path}a.example/robots.txt") == times, (said, moved_s)


async def test_workers_share_robots_txt(redis_url: str) -> None:
    """Whatever it said, and for as long as it counts."""
    sites = Sites({A: text("home"), ROBOTS: text(FORBIDS), "https://b.example/robots.txt": text("", 500)})
    clock = Clock()
    async with worker(sites, redis_url, clock=clock) as one, worker(sites, redis_url, clock=clock) as two:
        assert (await ask(one, A)).body == b"home"
        for made in (one, two):
            with pytest.raises(SourceRefused, match="forbids"):
                await ask(made, f"{A}private/")
            with pytest.raises(SourceUnavailable, match="answered 500"):
                await ask(made, "https://b.example/")
        assert sites.asked == ["a.example/robots.txt", "a.example/", "b.example/robots.txt"]
        clock.move(86_401)
        assert (await ask(two, A)).body == b"home"
        assert sites.asked[3:] == ["a.example/robots.txt", "a.example/"]


async def test_what_somebody_else_put_into_redis_is_no_robots_txt(redis_url: str) -> None:
    """The site is asked instead."""
    sites = Sites({A: text("home"), ROBOTS: text(FORBIDS)})
    with redis.Redis.from_url(redis_url) as client:
        client.set("threadproof:kept:robots:https://a.example", b"\xc1 nonsense")
    async with worker(sites, redis_url) as made:
        assert (await ask(made, A)).body == b"home"
    assert sites.asked[0] == "a.example/robots.txt"


async def test_a_crawl_delay_is_kept_and_named_where_nobody_can_wait_for_it(redis_url: str) -> None:
    """By all workers, from the second page on; a very long one for a minute."""
    sites = Sites({A: text("home"), ROBOTS: text("User-agent: *\nCrawl-delay: 1\n")})
    slow = "https://slow.example/"
    sites.answers |= {slow: text("slow"), f"{slow}robots.txt": text("User-agent: *\nCrawl-delay: 86400\n")}
    async with worker(sites, redis_url) as one, worker(sites, redis_url) as two:
        await asyncio.gather(ask(one, A), ask(one, slow))
        await ask(two, A)
        first, second = (at for at, url in zip(sites.times, sites.asked, strict=True) if url == "a.example/")
        assert second - first >= 0.95
        with pytest.raises(SourceUnavailable, match=r"asks for 86400 s between two pages, of which we keep 60") as told:
            await ask(two, slow)
        assert told.value.retryable is False
        assert (await two.fetcher.fetch(slow)).body == b"slow"  # what somebody named does not wait for it


# ---- turns and rest --------------------------------------------------------------------------------


async def test_pages_of_one_host_are_asked_for_one_after_another(redis_url: str) -> None:
    """By all workers together; pages of other hosts meanwhile."""
    sites = Sites()
    async with worker(sites, redis_url, pace=Pace(2, 0.1)) as one, worker(sites, redis_url, pace=Pace(2, 0.1)) as two:
        asked = [made.fetcher.ask(f"https://a.example/{n}{made is one}") for n in range(2) for made in (one, two)]
        asked += [one.fetcher.ask(f"https://{n}.example/") for n in range(8)]
        began = time.monotonic()
        await asyncio.gather(*asked, return_exceptions=True)
    times = dict(zip(sites.asked, sites.times, strict=True))
    same = sorted(at for url, at in times.items() if url.startswith("a.example"))
    assert min(later - earlier for earlier, later in pairwise(same)) >= 0.08
    assert max(times[f"{n}.example/"] for n in range(8)) - began < 0.25


async def test_a_host_that_is_full_is_called_busy_before_the_deadline(
    one: tuple[Sites, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third page of a host that answers nobody waits for its own bound only."""
    monkeypatch.setattr(host_manners, "ASKED_BOUND_S", 0.3)
    sites, made = one
    sites.answers[A] = silence
    hanging = [asyncio.create_task(made.fetcher.fetch(A)) for _ in range(2)]
    await asyncio.sleep(0.05)
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=r"a\.example is busy") as told:
        await made.fetcher.fetch(A)
    assert time.monotonic() - began < 0.6
    assert told.value.retryable
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    sites.answers[A] = text("home")
    assert (await made.fetcher.fetch(A)).body == b"home"  # their turns ended with them


async def test_who_is_cancelled_in_the_queue_leaves_it(redis_url: str) -> None:
    """A card that stops fetching holds nobody up."""
    async with worker(Sites({A: text("home")}), redis_url, pace=Pace(2, 0.3)) as made:
        await made.fetcher.fetch(A)
        waiting = [asyncio.create_task(made.fetcher.fetch(A)) for _ in range(5)]
        await asyncio.sleep(0.05)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        began = time.monotonic()
        await made.fetcher.fetch(A)
        assert time.monotonic() - began < 0.4


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_for_rest_is_left_alone_by_all_workers(redis_url: str, status: int) -> None:
    """They say until when, and ask nothing; other hosts and ports are asked."""
    sites = Sites({A: text("later", status, retry_after="120")})
    async with worker(sites, redis_url) as one, worker(sites, redis_url) as two:
        with pytest.raises(SourceUnavailable):
            await one.fetcher.fetch(A)
        for made, url in ((one, A), (two, "http://a.example/other")):
            said = rf"a\.example answered {status} and asks to be left alone until 20[\d-]{{8}} [\d:]{{8}} UTC"
            with pytest.raises(SourceUnavailable, match=said) as told:
                await made.fetcher.fetch(url)
            assert (told.value.status, told.value.retryable) == (status, False)
        assert sites.asked == ["a.example/"]
        with pytest.raises(SourceUnavailable, match="404"):
            await two.fetcher.fetch("https://b.example/")


async def test_a_short_rest_is_waited_for(one: tuple[Sites, Worker]) -> None:
    """The caller has more time than that."""
    sites, made = one
    sites.answers[A] = text("later", 503, retry_after="1")
    with pytest.raises(SourceUnavailable, match="503"):
        await made.fetcher.fetch(A)
    sites.answers[A] = text("home")
    assert (await made.fetcher.fetch(A)).body == b"home"
    assert sites.times[1] - sites.times[0] >= 0.95


async def test_a_robots_txt_may_ask_for_rest_as_well(one: tuple[Sites, Worker]) -> None:
    """It comes from the host like anything else."""
    sites, made = one
    sites.answers[ROBOTS] = text("later", 503, retry_after="3600")
    with pytest.raises(SourceUnavailable, match="503"):
        await ask(made, A)
    with pytest.raises(SourceUnavailable, match="left alone until"):
        await made.fetcher.fetch(A)


# ---- Redis -----------------------------------------------------------------------------------------


async def test_a_fetch_does_not_fail_when_redis_goes_away() -> None:
    """Before, during and after."""
    sites = Sites({A: text("home"), ROBOTS: text(FORBIDS)})
    with running_valkey() as url:
        async with worker(sites, url) as made:
            assert (await made.pages.fetch(A)).body == b"home"
            with redis.Redis.from_url(url) as client:
                client.shutdown(nosave=True)
            for n in range(3):
                sites.answers[f"{A}{n}"] = text(f"{n}")
                assert (await made.pages.fetch(f"{A}{n}")).body == b"%d" % n
            with pytest.raises(SourceRefused):
                await made.pages.fetch(f"{A}private")


async def test_a_hop_asks_redis_once_and_does_not_wait_for_the_second(redis_url: str) -> None:
    """Robots.txt, turn, rest and delay come in one answer; that a turn is over is told beside whatever comes next."""
    sites = Sites({f"https://{n}.example/": text(f"{n}") for n in range(10)})
    async with worker(sites, redis_url) as first, worker(sites, redis_url) as second:
        for n in range(10):
            await ask(first, f"https://{n}.example/")
        await first.manners.close()
        with redis.Redis.from_url(redis_url) as client:
            await ask(second, "https://0.example/")  # it sends the scripts
            await asyncio.sleep(0.05)
            client.config_resetstat()
            for n in range(1, 10):
                await ask(second, f"https://{n}.example/")
            await asyncio.sleep(0.05)
            stats = client.info("commandstats")
    assert stats["cmdstat_evalsha"]["calls"] == 9 + 9
    assert stats["cmdstat_get"]["calls"] == 9 * 3  # inside the script: robots.txt, delay, last start
