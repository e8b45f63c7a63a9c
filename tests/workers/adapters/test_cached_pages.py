"""Pages that workers read once for all of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from random import Random

import httpx
import msgspec
import pytest
import redis
import zstandard

from server.core.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from tests.valkey import running_valkey
from tests.workers.adapters.polite_web import Answer, Clock, Sites, Worker, silence, text, worker
from workers.adapters.bounded_shelf import LARGEST_BYTES, LEDGER, PREFIX
from workers.adapters.cached_pages import GONE_KEPT_S, CachedPages
from workers.adapters.page_freshness import CEILING_S, FLOOR_S

pytestmark = pytest.mark.anyio
A = "https://a.example/"


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of this test's own."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["redis", "own"])
async def one(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Sites, Worker]]:
    """Sites and one worker, with a Redis and without."""
    sites = Sites()
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    async with worker(sites, url) as opened:
        yield sites, opened


async def kept(made: Worker) -> None:
    """What was read is in the cache now."""
    await asyncio.gather(*made.pages._keeping)


def asked(sites: Sites) -> int:
    """How often pages were asked for."""
    return sum(not url.endswith("/robots.txt") for url in sites.asked)


async def test_a_page_is_read_once_and_answered_as_it_was(one: tuple[Sites, Worker]) -> None:
    """To the byte and the second, but for cookies."""
    sites, made = one
    answer = httpx.Response(
        200,
        headers={"Content-Type": "text/html; charset=ISO-8859-1", "ETag": '"1"', "Set-Cookie": "a=b"},
        content="<p>caf\xe9</p>".encode("latin-1"),
    )
    sites.answers[A] = answer
    page = await made.pages.fetch(f"{A}#part")
    await kept(made)
    made.clock.move(FLOOR_S - 5)
    again = await made.pages.fetch(A)
    assert again == page
    assert (again.charset, again.headers["etag"], "set-cookie" in again.headers) == ("iso-8859-1", '"1"', False)
    assert asked(sites) == 1


async def test_another_worker_finds_it_without_asking_the_site(redis_url: str) -> None:
    """Its robots.txt neither: that admitted the page when it was read."""
    sites = Sites({A: text("home")})
    async with worker(sites, redis_url) as first:
        page = await first.pages.fetch(A)
    async with worker(Sites(), redis_url) as second:
        assert await second.pages.fetch(A) == page


@pytest.mark.parametrize(
    ("headers", "fresh_s"),
    [({}, FLOOR_S), ({"cache_control": "no-cache"}, FLOOR_S), ({"cache_control": "max-age=7200"}, 7200.0),
     ({"cache_control": "max-age=99999999"}, CEILING_S)],
)  # fmt: skip
async def test_a_page_is_fresh_as_long_as_it_says_within_bounds(
    one: tuple[Sites, Worker], headers: dict[str, str], fresh_s: float
) -> None:
    """Then it is read again."""
    sites, made = one
    sites.answers[A] = text("home", **headers)
    await made.pages.fetch(A)
    for moved_s, times in ((fresh_s - 30, 1), (60, 2)):
        await kept(made)
        made.clock.move(moved_s)
        await made.pages.fetch(A)
        assert asked(sites) == times


@pytest.mark.parametrize("headers", [{"cache_control": "no-store"}, {"cache_control": "private"}, {"vary": "*"}])
async def test_what_is_not_for_everybody_is_not_kept(one: tuple[Sites, Worker], headers: dict[str, str]) -> None:
    """And takes what was kept before with it."""
    sites, made = one
    sites.answers[A] = text("home", etag='"1"')
    await made.pages.fetch(A)
    await kept(made)
    made.clock.move(FLOOR_S + 1)
    sites.answers[A] = text("new", **headers)
    for times in (2, 3):
        assert (await made.pages.fetch(A)).body == b"new"
        await kept(made)
        assert asked(sites) == times
    assert "if-none-match" not in sites.requests[-1].headers


async def test_a_stale_page_is_asked_for_only_if_it_has_changed(one: tuple[Sites, Worker]) -> None:
    """Not modified, it counts as read now, with what the answer says anew; its own size and type stay."""
    sites, made = one
    modified = "Mon, 02 Nov 2026 08:00:00 GMT"
    sites.answers[A] = text("home", etag='W/"1"', last_modified=modified, age="9", cache_control="max-age=60")
    page = await made.pages.fetch(A)
    await kept(made)
    made.clock.move(FLOOR_S + 1)
    headers = {"etag": 'W/"2"', "cache-control": "max-age=7200", "content-type": "image/png", "content-length": "0"}
    sites.answers[A] = httpx.Response(304, headers=headers)
    again = await made.pages.fetch(A)
    sent = sites.requests[-1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"1"', modified)
    assert (again.body, again.media_type, again.url) == (page.body, page.media_type, page.url)
    assert again.retrieved_at > page.retrieved_at
    assert (again.headers["etag"], again.headers["content-type"]) == ('W/"2"', page.headers["content-type"])
    assert "age" not in again.headers
    await kept(made)
    before = asked(sites)
    made.clock.move(3600)
    assert await made.pages.fetch(A) == again
    assert asked(sites) == before


async def test_a_page_without_a_validator_is_read_anew(one: tuple[Sites, Worker]) -> None:
    """As is one that has changed."""
    sites, made = one
    for body, headers in (("1", {}), ("2", {"etag": '"2"'}), ("3", {"etag": '"3"'})):
        sites.answers[A] = text(body, **headers)
        assert (await made.pages.fetch(A)).body == body.encode()
        await kept(made)
        made.clock.move(FLOOR_S + 1)
    assert ["if-none-match" in each.headers for each in sites.requests if str(each.url) == A] == [False, False, True]


async def test_a_redirect_is_kept_under_the_address_that_was_asked_for(one: tuple[Sites, Worker]) -> None:
    """With where it led. A stale one is followed anew; the validators of its end are not sent to its start."""
    sites, made = one
    end = "https://b.example/end"
    sites.answers |= {A: text("", 301, location=end), end: text("end", etag='"1"')}
    page = await made.pages.fetch(A)
    await kept(made)
    assert (await made.pages.fetch(A)).url == page.url == end
    assert asked(sites) == 2
    made.clock.move(FLOOR_S + 1)
    sites.answers[A] = text("", 301, location=f"{end}2")
    sites.answers[f"{end}2"] = text("other", etag='"1"')
    assert (await made.pages.fetch(A)).url == f"{end}2"
    assert not any("if-none-match" in request.headers for request in sites.requests)


async def test_each_kind_that_is_asked_for_is_kept_by_itself(one: tuple[Sites, Worker]) -> None:
    """A site may answer one address as a page and as JSON."""
    sites, made = one
    sites.answers[A] = lambda request: (
        httpx.Response(200, headers={"content-type": "application/json"}, content=b"{}")
        if "json" in request.headers["accept"].partition(",")[0]
        else text("page")
    )
    for _ in range(2):
        assert (await made.pages.fetch(A, accept="application/json")).body == b"{}"
        assert (await made.pages.fetch(A, accept="text/html")).body == b"page"
        await kept(made)
    assert asked(sites) == 2


@pytest.mark.parametrize(("status", "times"), [(404, 1), (410, 1), (403, 3), (500, 3)])
async def test_only_that_a_page_is_gone_is_remembered_and_not_for_long(
    one: tuple[Sites, Worker], status: int, times: int
) -> None:
    """Any other failure may be over the next time."""
    sites, made = one
    sites.answers[A] = text("nothing", status)
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match=str(status)) as told:
            await made.pages.fetch(A)
        assert told.value.status == status
        await kept(made)
    assert asked(sites) == times
    sites.answers[A] = text("back")
    made.clock.move(GONE_KEPT_S + 1)
    assert (await made.pages.fetch(A)).body == b"back"


async def test_a_page_that_is_gone_does_not_speak_for_what_was_there(one: tuple[Sites, Worker]) -> None:
    """Its validators went with it."""
    sites, made = one
    for answer in (text("home", etag='"1"'), text("", 404), text("new", etag='"1"')):
        sites.answers[A] = answer
        with suppress(SourceUnavailable):
            page = await made.pages.fetch(A)
        await kept(made)
        made.clock.move(FLOOR_S + 1)
    assert page.body == b"new"
    assert "if-none-match" not in sites.requests[-1].headers


async def test_a_page_larger_than_the_caller_takes_is_not_served(one: tuple[Sites, Worker]) -> None:
    """Fresh or renewed, whoever could take it before."""
    sites, made = one
    sites.answers[A] = text("x" * 1000, etag='"1"')
    await made.pages.fetch(A)
    await kept(made)
    with pytest.raises(SourceUnreadable, match="too large"):
        await made.pages.fetch(A, max_bytes=999)
    assert (await made.pages.fetch(A, max_bytes=1000)).body == b"x" * 1000
    made.clock.move(FLOOR_S + 1)
    sites.answers[A] = httpx.Response(304)
    with pytest.raises(SourceUnreadable, match="too large"):
        await made.pages.fetch(A, max_bytes=999)


async def test_a_page_too_large_to_keep_is_read_all_the_same(one: tuple[Sites, Worker]) -> None:
    """Noise does not compress; text of five times the size does."""
    sites, made = one
    noise = Random(7).randbytes(LARGEST_BYTES + 1)
    sites.answers |= {
        A: httpx.Response(200, headers={"content-type": "application/pdf"}, content=noise),
        f"{A}text": text("word " * LARGEST_BYTES),
    }
    for url, times in ((A, 2), (f"{A}text", 3)):
        for _ in range(2):
            await made.pages.fetch(url, max_bytes=10 * LARGEST_BYTES)
            await kept(made)
        assert asked(sites) == times


async def test_policy_is_asked_before_the_cache(redis_url: str) -> None:
    """What the operator no longer allows is not shown from yesterday."""
    sites = Sites({"http://127.0.0.1:18099/": text("inside")})
    async with worker(sites, redis_url) as made:
        allowed = CachedPages(made.fetcher, made.shelf, made.clock, allow=("127.0.0.1:18099",))
        made.fetcher._allow = frozenset({"127.0.0.1:18099"})
        await allowed.fetch("http://127.0.0.1:18099/")
        await allowed.close()
        with pytest.raises(SourceRefused):
            await made.pages.fetch("http://127.0.0.1:18099/")
        assert (await allowed.fetch("http://127.0.0.1:18099/")).body == b"inside"


async def test_robots_txt_is_asked_when_a_page_is_read_again(one: tuple[Sites, Worker]) -> None:
    """A day later at the latest, which is as old as a robots.txt may be."""
    sites, made = one
    sites.answers[A] = text("home", etag='"1"', cache_control="max-age=99999999")
    await made.pages.fetch(A)
    await kept(made)
    sites.answers["https://a.example/robots.txt"] = text("User-agent: *\nDisallow: /")
    assert (await made.pages.fetch(A)).body == b"home"
    made.clock.move(CEILING_S + 1)
    with pytest.raises(SourceRefused, match=r"robots\.txt"):
        await made.pages.fetch(A)


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"nonsense", zstandard.compress(b"\xc1"), zstandard.compress(msgspec.msgpack.encode({"fresh_until": 1})),
     zstandard.compress(b"0" * 2**26), zstandard.compress(b"")],
)  # fmt: skip
async def test_what_is_no_entry_of_ours_is_read_anew(redis_url: str, nonsense: bytes) -> None:
    """An older version's, a broken one, a bomb."""
    sites = Sites({A: text("home")})
    async with worker(sites, redis_url) as made:
        await made.pages.fetch(A)
        await kept(made)
        with redis.Redis.from_url(redis_url) as client:
            (name,) = (key for key in client.keys(f"{PREFIX}:page:*"))
            client.set(name, nonsense)
        assert (await made.pages.fetch(A)).body == b"home"
        assert asked(sites) == 2


async def test_a_cached_page_costs_one_question_to_redis(redis_url: str) -> None:
    """And no turn at its host."""
    sites = Sites({f"{A}{n}": text(f"{n}") for n in range(10)})
    async with worker(sites, redis_url) as made:
        for n in range(10):
            await made.pages.fetch(f"{A}{n}")
        await kept(made)
        await asyncio.sleep(0.05)
        with redis.Redis.from_url(redis_url) as client:
            client.config_resetstat()
            for n in range(10):
                assert (await made.pages.fetch(f"{A}{n}")).body == b"%d" % n
            stats = client.info("commandstats")
            assert client.zcard(LEDGER[0]) == 11  # with one robots.txt
    assert stats["cmdstat_get"]["calls"] == 10
    assert "cmdstat_evalsha" not in stats
    assert asked(sites) == 10


async def test_hosts_that_hang_keep_nobody_from_a_cached_page(redis_url: str) -> None:
    """Nor from one of a host that answers."""
    hanging: dict[str, Answer] = {f"https://{n}.slow.example/": silence for n in range(50)}
    sites = Sites({A: text("home" * 10_000), "https://b.example/": text("b"), **hanging})
    async with worker(sites, redis_url) as made:
        await made.pages.fetch(A)
        await kept(made)
        tasks = [asyncio.create_task(made.pages.fetch(url)) for url in hanging]
        await asyncio.sleep(0.3)
        took = []
        for _ in range(100):
            began = time.monotonic()
            await made.pages.fetch(A)
            took.append(time.monotonic() - began)
        assert sorted(took)[98] < 0.2
        assert (await made.pages.fetch("https://b.example/")).body == b"b"
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_deadline_covers_the_cache_and_the_site() -> None:
    """A Redis that hangs leaves less for the site, not more for both."""

    class Slow:
        async def take(self, name: str) -> bytes | None:
            await asyncio.sleep(0.2)
            return None

        async def put(self, name: str, value: bytes, kept_s: float) -> None: ...

        async def drop(self, name: str) -> None: ...

    async with worker(Sites({A: silence})) as made:
        pages = CachedPages(made.fetcher, Slow(), Clock())
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match="did not answer"):
            await pages.fetch(A, timeout_s=0.4)
        assert 0.35 < time.monotonic() - began < 0.6
