import json
import time
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from ddgs.exceptions import DDGSException, RatelimitException

import workers.adapters.search_ddgs
from server.core.errors import SourceUnavailable
from workers.adapters.search_ddgs import DdgsSearcher
from workers.adapters.search_searxng import SearxngSearcher

pytestmark = pytest.mark.anyio

# As a SearXNG of 2025.10 answers; only what is read is kept short.
SEARXNG = {
    "query": "corran point lighthouse",
    "number_of_results": 0,
    "results": [
        {"url": "https://news.example/lighthouse", "title": "Corran Point goes dark", "content": "After 141 years",
         "publishedDate": "2026-02-23T00:00:00", "thumbnail": "", "engine": "duckduckgo", "template": "default.html",
         "parsed_url": ["https", "news.example", "/lighthouse", "", "", ""], "img_src": "", "priority": "",
         "engines": ["duckduckgo", "brave"], "positions": [1, 2], "score": 3.0, "category": "general"},
        {"url": "https://board.example/", "title": "Harbour board", "content": None, "engines": ["brave"]},
        {"url": "https://third.example/", "title": "Third"},
    ],
    "answers": [], "corrections": [], "infoboxes": [], "suggestions": [],
    "unresponsive_engines": [["google", "CAPTCHA"]],
}  # fmt: skip


def searxng(status: int = 200, body: bytes = b"{}") -> tuple[SearxngSearcher, list[httpx.URL]]:
    asked: list[httpx.URL] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(status, content=body)

    return SearxngSearcher("http://127.0.0.1:8888/sx/", transport=httpx.MockTransport(reply)), asked


async def test_searxng_results_are_read_in_their_order() -> None:
    """Addresses, titles and snippets, at most as many as asked for."""
    searcher, asked = searxng(body=json.dumps(SEARXNG).encode())
    hits = await searcher.search("corran & point", limit=2)
    assert [(hit.url, hit.title, hit.snippet) for hit in hits] == [
        ("https://news.example/lighthouse", "Corran Point goes dark", "After 141 years"),
        ("https://board.example/", "Harbour board", ""),
    ]
    assert str(asked[0]) == "http://127.0.0.1:8888/sx/search?q=corran+%26+point&format=json"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [(403, b"<h1>403", "search.formats"), (429, b"", "429"), (200, b"<html>", "JSON"), (200, b'{"a": 1}', "JSON")],
)
async def test_a_searxng_that_fails_says_what_to_do(status: int, body: bytes, says: str) -> None:
    """JSON not enabled is the usual mistake and names its setting."""
    searcher, _ = searxng(status, body)
    with pytest.raises(SourceUnavailable, match=says):
        await searcher.search("x")


async def test_a_searxng_out_of_reach_is_unavailable() -> None:
    """Nobody listens on that port."""
    with pytest.raises(SourceUnavailable, match="does not answer"):
        await SearxngSearcher("http://127.0.0.1:9").search("x")


def answering(found: Sequence[dict[str, Any]] | Exception) -> DdgsSearcher:
    def ask(query: str, limit: int) -> Sequence[dict[str, Any]]:
        if isinstance(found, Exception):
            raise found
        return found

    return DdgsSearcher(ask=ask)


async def test_keyless_results_are_read_in_their_order() -> None:
    """Rows as the package returns them; a row without an address is no hit."""
    rows = [
        {"title": "Corran Point goes dark", "href": "https://news.example/lighthouse", "body": "After 141 years"},
        {"title": "an advertisement", "href": "", "body": ""},
        {"title": "Board", "href": "https://board.example/", "body": "Minutes"},
        {"title": "More", "href": "https://more.example/", "body": ""},
    ]
    hits = await answering(rows).search("corran point", limit=2)
    assert [(hit.url, hit.snippet) for hit in hits] == [
        ("https://news.example/lighthouse", "After 141 years"),
        ("https://board.example/", "Minutes"),
    ]


async def test_a_keyless_search_that_fails_is_unavailable() -> None:
    """Throttling and a missing network are ordinary; finding nothing is no failure."""
    for error in (RatelimitException("202"), DDGSException("DNSError: no records found")):
        with pytest.raises(SourceUnavailable, match="keyless"):
            await answering(error).search("x")
    assert await answering(DDGSException("No results found.")).search("x") == []
    assert await answering(DDGSException("query is mandatory.")).search(" ") == []


async def test_a_keyless_search_is_not_waited_for_longer_than_its_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search page that hangs costs its timeout."""
    monkeypatch.setattr(workers.adapters.search_ddgs, "TIMEOUT_S", 0.05)

    def hang(query: str, limit: int) -> list[dict[str, Any]]:
        time.sleep(0.3)
        return []

    with pytest.raises(SourceUnavailable, match="did not answer"):
        await DdgsSearcher(ask=hang).search("x")
