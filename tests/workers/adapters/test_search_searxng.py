"""Search through SearXNG: what it is asked, and what is said when it does not answer."""

import json

import pytest

from server.core.errors import SourceUnavailable
from tests.workers.adapters.providers import Reply, Row, Wire, as_json, running_searxng, say_searxng
from workers.adapters.search_searxng import LIMITER_REST_S, SearxngSearcher

pytestmark = pytest.mark.anyio
FOUND = say_searxng(
    Row("https://news.example/lighthouse", "Corran Point goes dark", "After 141 years", "2026-02-23T00:00:00"),
    Row("https://board.example/", "Harbour board", None),
    Row("https://third.example/"),
)


def searxng(*replies: Reply, url: str = "http://127.0.0.1:8888/sx/") -> tuple[SearxngSearcher, Wire]:
    wire = Wire(*replies)
    return SearxngSearcher(url, transport=wire.transport()), wire


async def test_its_results_are_read_in_their_order() -> None:
    """Addresses, titles, snippets and days, at most as many as asked for."""
    searcher, wire = searxng(FOUND)
    hits = await searcher.search("corran & point", limit=2)
    assert [(hit.url, hit.title, hit.snippet, hit.published_at) for hit in hits] == [
        ("https://news.example/lighthouse", "Corran Point goes dark", "After 141 years", "2026-02-23"),
        ("https://board.example/", "Harbour board", "", None),
    ]
    assert str(wire.asked[0].url) == (
        "http://127.0.0.1:8888/sx/search?q=corran+%26+point&format=json&timeout_limit=4"
    )  # fmt: skip


async def test_words_that_it_takes_for_orders_are_asked_as_words() -> None:
    """Bangs send the search elsewhere, a colon changes the language, an angle bracket the time."""
    with running_searxng(FOUND) as server:
        searcher = SearxngSearcher(server.url)
        assert len(await searcher.search("!!ddg !go :de <9 lamp !important a:b C++ why?")) == 3
        await searcher.close()
    assert server.asked[0]["q"] == ["ddg go de 9 lamp important a:b C++ why?"]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(403, b"<h1>403"), "search.formats"),
        (Reply(429, b"Too Many Requests"), "server.limiter"),
        (Reply(404, b"<h1>404"), "THREADPROOF_SEARXNG_URL"),
        (Reply(302, b"", {"location": "https://elsewhere.example/"}), "THREADPROOF_SEARXNG_URL"),
        (Reply(500, b"oops"), "500"),
        (Reply(200, b"<html>Verifying your browser", {"content-type": "text/html"}), "JSON"),
        (as_json({"query": "x", "answers": []}), "JSON"),
    ],
)
async def test_a_failure_says_what_to_do(reply: Reply, says: str) -> None:
    """JSON not enabled is the usual mistake and names its setting; its limiter takes us for a robot."""
    searcher, _ = searxng(reply)
    with pytest.raises(SourceUnavailable, match=says) as raised:
        await searcher.search("x")
    assert (getattr(raised.value, "rest_s", None) == LIMITER_REST_S) is (reply.status == 429)


async def test_engines_that_do_not_answer_are_named_where_nothing_was_found() -> None:
    """An answer of others counts, and finding nothing is no failure."""
    told = json.loads(say_searxng().body)
    silent = [["google", "CAPTCHA"], ["brave", "too many requests"], ["bing", "timeout"], ["qwant", "access denied"], 7]
    searcher, _ = searxng(as_json({**told, "unresponsive_engines": silent}))
    with pytest.raises(SourceUnavailable) as raised:
        await searcher.search("x")
    assert raised.value.message == (
        "SearXNG's engines do not answer: google (CAPTCHA), brave (too many requests), bing (timeout) and 1 more."
    )
    assert await searxng(as_json({**told, "unresponsive_engines": []}))[0].search("x") == []
    assert await searxng(FOUND)[0].search("x")  # whose google is suspended


async def test_a_password_in_its_address_is_sent_and_not_shown() -> None:
    """Some stand behind one."""
    searcher, wire = searxng(Reply(500), url="http://keeper:Hush@search.example:8888")
    with pytest.raises(SourceUnavailable) as raised:
        await searcher.search("x")
    assert "Hush" not in raised.value.message
    assert "http://search.example:8888/search" in raised.value.message
    assert wire.asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("url", ["http://[::1", "not an address", "http://", "ftp://search.example", "http://a b/"])
async def test_an_address_that_is_none_is_unavailable(url: str) -> None:
    """A wrong setting fails no card."""
    with pytest.raises(SourceUnavailable):
        await SearxngSearcher(url).search("x")


async def test_a_check_searches_for_nothing_and_says_what_is_amiss() -> None:
    """It asks for JSON without a query: SearXNG judges the format first."""
    with running_searxng(FOUND) as server:
        searcher = SearxngSearcher(server.url)
        await searcher.check()
        assert server.asked == [{"format": ["json"]}]
        server.formats = ["html"]
        with pytest.raises(SourceUnavailable, match=r"search\.formats"):
            await searcher.check()
        await searcher.close()
        elsewhere = SearxngSearcher(f"{server.url}/nowhere")
        with pytest.raises(SourceUnavailable, match="THREADPROOF_SEARXNG_URL"):
            await elsewhere.check()
        await elsewhere.close()
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await SearxngSearcher(server.url).check()
