"""Asking with validators and manners: what a cache and robots.txt are built upon."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from server.core.addresses import Target
from server.core.errors import SourceRefused, SourceUnavailable
from server.core.ports import Page
from tests.workers.adapters.network import OK, ScriptedNetwork, ScriptedResolver, answer
from workers.adapters.guarded_fetcher import GuardedFetcher, NotModified, Validators

pytestmark = pytest.mark.anyio
KNOWN = Validators(etag='W/"3"', last_modified="Mon, 02 Nov 2026 08:00:00 GMT")


class NotingManners:
    """Notes when a turn begins and ends and what was heeded between; forbids one host to pages we found."""

    def __init__(self, forbids: str = "") -> None:
        self.noted: list[str] = []
        self._forbids = forbids

    @asynccontextmanager
    async def turn(self, target: Target, *, found: bool) -> AsyncIterator[None]:
        if found and target.host == self._forbids:
            raise SourceRefused(f"Not fetched: robots.txt of {target.host} forbids it.")
        self.noted.append(f"begin {target.url}")
        try:
            yield
        finally:
            self.noted.append(f"end {target.url}")

    async def heed(self, target: Target, status: int, headers: Mapping[str, str]) -> None:
        self.noted.append(f"{status} {headers.get('retry-after', '-')}")


def fetcher(network: ScriptedNetwork, manners: NotingManners | None = None) -> GuardedFetcher:
    return GuardedFetcher(dial=network, resolver=ScriptedResolver(), manners=manners)


async def test_validators_ask_whether_the_page_has_changed() -> None:
    """They go out as the two conditional headers; 304 comes back as NotModified with what it renews."""
    network = ScriptedNetwork(answer("304 Not Modified", 'etag: W/"3"; cache-control: max-age=60'))
    found = await fetcher(network).ask("http://news.example/a", validators=KNOWN)
    assert isinstance(found, NotModified)
    assert (found.url, found.headers["cache-control"]) == ("http://news.example/a", "max-age=60")
    assert b'if-none-match: w/"3"\r\n' in network.sent[0].lower()
    assert b"if-modified-since: mon, 02 nov 2026 08:00:00 gmt\r\n" in network.sent[0].lower()


async def test_a_page_that_changed_comes_whole() -> None:
    """Validators that no longer hold are answered by the page."""
    assert isinstance(await fetcher(ScriptedNetwork(OK)).ask("http://news.example/a", validators=KNOWN), Page)


@pytest.mark.parametrize("validators", [None, Validators()])
async def test_not_modified_is_no_answer_to_those_who_did_not_ask(validators: Validators | None) -> None:
    """Without validators there is no page that could be meant."""
    with pytest.raises(SourceUnavailable, match="304"):
        await fetcher(ScriptedNetwork(answer("304 Not Modified"))).ask("http://news.example/", validators=validators)


@pytest.mark.parametrize("location", ["/b", "http://other.example/a", "http://news.example/a"])
async def test_validators_are_not_sent_on_where_a_redirect_leads(location: str) -> None:
    """Nor is a 304 from there taken for the first address's page."""
    network = ScriptedNetwork(answer("302 Found", f"location: {location}"), answer("304 Not Modified"))
    with pytest.raises(SourceUnavailable, match="304"):
        await fetcher(network).ask("http://news.example/a", validators=KNOWN)
    assert [b"if-none-match" in sent.lower() for sent in network.sent if sent.startswith(b"GET")] == [True, False]


async def test_manners_are_asked_around_every_hop() -> None:
    """A turn is held from the question to the end of the body, and each answer is heeded within it."""
    manners = NotingManners()
    network = ScriptedNetwork(answer("301 Moved", "location: http://b.example/"), OK)
    await fetcher(network, manners).ask("http://a.example/")
    assert manners.noted == [
        "begin http://a.example/", "301 -", "end http://a.example/",
        "begin http://b.example/", "200 -", "end http://b.example/",
    ]  # fmt: skip


async def test_an_answer_that_asks_for_time_is_heeded_though_it_fails() -> None:
    """Retry-After comes with answers that are no pages."""
    manners = NotingManners()
    with pytest.raises(SourceUnavailable):
        await fetcher(ScriptedNetwork(answer("429 Slow", "retry-after: 9")), manners).ask("http://a.example/")
    assert manners.noted == ["begin http://a.example/", "429 9", "end http://a.example/"]


async def test_manners_may_forbid_where_a_redirect_leads() -> None:
    """A page that we found by ourselves stays one through its redirects; nothing is dialled there."""
    network = ScriptedNetwork(answer("301 Moved", "location: http://b.example/"), OK)
    with pytest.raises(SourceRefused, match=r"robots\.txt"):
        await fetcher(network, NotingManners(forbids="b.example")).ask("http://a.example/", found=True)
    assert len(network.dialled) == 1


async def test_the_beginning_of_a_long_body_is_enough_for_who_says_so() -> None:
    """However long and of whatever type it says to be, as robots.txt is read."""
    for header in ("content-type: application/x-junk", "content-type: text/html; content-length: 1000000000"):
        network = ScriptedNetwork(answer("200 OK", header, b"User-agent: *\n" * 100_000))
        page = await fetcher(network).ask("http://news.example/robots.txt", max_bytes=1000, prefix=True)
        assert isinstance(page, Page)
        assert page.body == (b"User-agent: *\n" * 100)[:1000]
