import asyncio
import gzip
import zlib

import httpcore
import httpx
import pytest

from server.core.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from tests.workers.adapters.network import OK, PUBLIC, ScriptedNetwork, ScriptedResolver, answer
from workers.adapters.faults import TRANSPORT_FAULTS
from workers.adapters.guarded_fetcher import GuardedFetcher

pytestmark = pytest.mark.anyio


def fetcher(network: ScriptedNetwork, names: dict[str, list[str]] | None = None, **more: object) -> GuardedFetcher:
    return GuardedFetcher(dial=network, resolver=ScriptedResolver(names), **more)  # type: ignore[arg-type]


async def test_the_judged_address_is_dialled_under_the_name_that_was_asked_for() -> None:
    """The connection goes to the address, TLS and the Host header keep the name."""
    network = ScriptedNetwork(OK)
    page = await fetcher(network).fetch("https://News.Example/a#b")
    assert (page.url, page.body, page.media_type) == ("https://news.example/a", b"<p>fine</p>", "text/html")
    assert (network.dialled, network.names) == ([(PUBLIC, 443)], ["news.example"])
    assert b"Host: news.example" in network.sent[0]


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:10.0.0.1"], ["0.0.0.0"], []])
async def test_a_name_that_leads_to_a_private_address_is_never_dialled(answers: list[str]) -> None:
    """Not even when another of its answers is public."""
    network = ScriptedNetwork(OK)
    with pytest.raises(SourceRefused):
        await fetcher(network, {"evil.example": answers}).fetch("https://evil.example/")
    assert network.dialled == []


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1/x", "http://169.254.169.254/latest/", "http://evil.example/", "gopher://127.0.0.1:6379/_PING",
     "data:text/html,x", "http://user:pass@news.example/", "\\\\127.0.0.1:80\\x", "//[::1]/", "http://[bad",
     "http://2130706433/"],
)  # fmt: skip
async def test_every_redirect_is_judged_like_the_first_address(location: str) -> None:
    """A public page cannot send us to a private one."""
    network = ScriptedNetwork(answer("302 Found", f"location: {location}"), OK)
    with pytest.raises(SourceRefused):
        await fetcher(network, {"evil.example": ["127.0.0.1"]}).fetch("http://news.example/")
    assert network.dialled == [(PUBLIC, 80)]


async def test_a_name_is_resolved_once_for_judging_and_dialling() -> None:
    """A second look-up, which could answer differently, never happens."""
    network, resolver = ScriptedNetwork(OK), ScriptedResolver({"rebind.example": [PUBLIC]})
    await GuardedFetcher(dial=network, resolver=resolver).fetch("http://rebind.example/")
    assert (resolver.asked, network.dialled) == (["rebind.example"], [(PUBLIC, 80)])


async def test_redirects_are_followed_to_the_page_but_not_for_ever() -> None:
    """Five hops are allowed; the page carries the last address."""
    hops = [answer("301 Moved", f"location: /{hop}") for hop in range(1, 7)]
    page = await fetcher(ScriptedNetwork(*hops[:5], OK)).fetch("http://news.example/0")
    assert page.url == "http://news.example/5"
    with pytest.raises(SourceUnavailable, match="more than 5 redirects"):
        await fetcher(ScriptedNetwork(*hops)).fetch("http://news.example/0")


async def test_the_operators_exception_is_dialled() -> None:
    """THREADPROOF_FETCH_ALLOW opens one port of one private host."""
    network = ScriptedNetwork(OK)
    allowed = fetcher(network, allow=("127.0.0.1:18099",))
    await allowed.fetch("http://127.0.0.1:18099/")
    with pytest.raises(SourceRefused):
        await allowed.fetch("http://127.0.0.1:18098/")
    assert network.dialled == [("127.0.0.1", 18099)]


@pytest.mark.parametrize("url", ["http://farm.example/", "http://a.b.farm.example/", "http://news.example/to-the-farm"])
async def test_a_blocked_site_is_neither_asked_nor_reached_by_redirects(url: str) -> None:
    """The operator's list holds hosts with everything below them."""
    network = ScriptedNetwork(answer("302 Found", "location: http://www.farm.example/"), OK)
    with pytest.raises(SourceRefused, match="blocked"):
        await fetcher(network, blocked=["FARM.example"]).fetch(url)
    assert len(network.dialled) == ("news" in url)


@pytest.mark.parametrize(("status", "again"), [(404, False), (403, False), (429, True), (503, True)])
async def test_an_answer_other_than_200_carries_its_status(status: int, again: bool) -> None:
    """The status, whether to try again, and what the site asks for are in the error; the site's own words are not."""
    network = ScriptedNetwork(answer(f"{status} Nope", "retry-after: 30; content-type: text/html", b"<p>no</p>"))
    with pytest.raises(SourceUnavailable, match=f"{status} [A-Z][a-zA-Z ]+; .*30 s") as caught:
        await fetcher(network).fetch("http://news.example/")
    assert (caught.value.status, caught.value.retryable) == (status, again)
    assert "Nope" not in caught.value.message


@pytest.mark.parametrize("media_type", ["image/png", "application/zip", "video/mp4", "application/octet-stream", ""])
async def test_a_type_that_cannot_be_read_is_refused_by_its_header(media_type: str) -> None:
    """The body is not waited for."""
    network = ScriptedNetwork(answer("200 OK", f"content-type: {media_type}" if media_type else "", b"x" * 100))
    with pytest.raises(SourceUnreadable):
        await fetcher(network).fetch("http://news.example/")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_is_refused_at_the_limit_of_decoded_bytes(encoding: str) -> None:
    """Sixty-four megabytes in sixty-four kilobytes are counted as they unfold."""
    bomb = gzip.compress(b"0" * 2**26) if encoding == "gzip" else zlib.compress(b"0" * 2**26)
    network = ScriptedNetwork(answer("200 OK", f"content-type: text/html; content-encoding: {encoding}", bomb))
    with pytest.raises(SourceUnreadable, match="too large"):
        await fetcher(network).fetch("http://news.example/", max_bytes=100_000)


async def test_a_body_larger_than_declared_or_allowed_is_refused() -> None:
    """By its declaration at once, otherwise when the limit is passed."""
    declared = answer("200 OK", "content-type: text/html; content-length: 1000000000000", b"x")
    endless = answer("200 OK", "content-type: text/html", b"x" * 200_000)
    for data in (declared, endless):
        with pytest.raises(SourceUnreadable, match="too large"):
            await fetcher(ScriptedNetwork(data)).fetch("http://news.example/", max_bytes=100_000)


async def test_compressed_bodies_arrive_whole_however_servers_write_them() -> None:
    """gzip in one and in several members, deflate with and without its header."""
    text = b"<p>" + b"word " * 20_000 + b"</p>"
    raw = zlib.compressobj(wbits=-15)
    spellings = {
        "gzip": [gzip.compress(text), gzip.compress(text[:50_000]) + gzip.compress(text[50_000:])],
        "deflate": [zlib.compress(text), raw.compress(text) + raw.flush()],
    }
    for encoding, bodies in spellings.items():
        for body in bodies:
            network = ScriptedNetwork(answer("200 OK", f"content-type: text/html; content-encoding: {encoding}", body))
            assert (await fetcher(network).fetch("http://news.example/")).body == text


@pytest.mark.parametrize(
    "data",
    [
        answer("200 OK", "content-type: text/html; content-encoding: gzip", gzip.compress(b"cut" * 999)[:-9]),
        answer("200 OK", "content-type: text/html; content-encoding: gzip", b"not gzip"),
        answer("200 OK", "content-type: text/html; content-encoding: br", b"\x0b\x01\x80"),
        answer("200 OK", "content-type: text/html; content-length: 99", b"cut"),
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"",
    ],
)
async def test_a_broken_answer_is_unavailable(data: bytes) -> None:
    """Nothing of the transport's own errors leaves the fetcher."""
    with pytest.raises(SourceUnavailable):
        await fetcher(ScriptedNetwork(data)).fetch("http://news.example/")


async def test_one_deadline_covers_the_whole_fetch() -> None:
    """A server that says nothing is given up when the caller's time is."""

    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    with pytest.raises(SourceUnavailable, match=r"within 0\.05 s"):
        await GuardedFetcher(transport=httpx.MockTransport(never)).fetch("http://news.example/", timeout_s=0.05)


async def test_the_user_agent_is_honest_and_no_cookie_is_kept() -> None:
    """It names the product and the operator's contact; nothing learnt from one site is told the next."""
    seen: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, headers={"content-type": "text/plain", "set-cookie": "id=1"}, content=b"text")

    asked = GuardedFetcher(transport=httpx.MockTransport(reply), contact="ops@example.org")
    await asked.fetch("http://news.example/")
    await asked.fetch("http://news.example/", accept="application/json")
    await asked.close()
    assert seen[1].headers["user-agent"].startswith("Threadproof/")
    assert "ops@example.org" in seen[1].headers["user-agent"]
    assert ("cookie" in seen[1].headers, seen[1].headers["accept"]) == (False, "application/json")


def test_every_error_of_the_transport_is_translated() -> None:
    """A new error class in httpcore would be noticed here."""
    errors = [found for found in vars(httpcore).values() if isinstance(found, type) and issubclass(found, Exception)]
    assert [found for found in errors if not issubclass(found, TRANSPORT_FAULTS)] == []
