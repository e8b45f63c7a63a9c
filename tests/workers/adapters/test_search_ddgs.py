"""Keyless metasearch: its rows, its failures, and its threads."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import pytest
from ddgs.engines import ENGINES
from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException

import workers.adapters.search_ddgs
from server.core.errors import SourceUnavailable
from workers.adapters.search_ddgs import BACKENDS, OFFLINE_REST_S, THROTTLED_REST_S, DdgsSearcher

pytestmark = pytest.mark.anyio


def answering(found: Sequence[dict[str, Any]] | Exception) -> DdgsSearcher:
    def ask(query: str, limit: int) -> Sequence[dict[str, Any]]:
        if isinstance(found, Exception):
            raise found
        return found

    return DdgsSearcher(ask=ask)


async def test_results_are_read_in_their_order() -> None:
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


async def test_a_search_that_fails_is_unavailable() -> None:
    """Throttling and a missing network are ordinary; finding nothing is no failure."""
    offline = "DNSError: DNSError('error sending request for url (https://x.example/?q=hush) > DNS error: no records')"
    for error, says, rest_s in (
        (RatelimitException("202 Ratelimit"), "202 Ratelimit", THROTTLED_REST_S),
        (DDGSException(offline), "online", OFFLINE_REST_S),
        (TimeoutException("operation timed out: https://x.example/?q=hush"), "operation timed out", None),
        (DDGSException(), "DDGSException", None),
    ):
        with pytest.raises(SourceUnavailable, match="keyless") as raised:
            await answering(error).search("x")
        assert says in raised.value.message
        assert "hush" not in raised.value.message
        assert getattr(raised.value, "rest_s", None) == rest_s
    assert await answering(DDGSException("No results found.")).search("x") == []
    assert await answering(DDGSException("query is mandatory.")).search(" ") == []


async def test_a_search_is_not_waited_for_longer_than_its_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search page that hangs costs its timeout, and what it says afterwards is heard by nobody."""
    monkeypatch.setattr(workers.adapters.search_ddgs, "TIMEOUT_S", 0.05)

    def hang(query: str, limit: int) -> list[dict[str, Any]]:
        time.sleep(0.2)
        return []

    with pytest.raises(SourceUnavailable, match="did not answer"):
        await DdgsSearcher(ask=hang).search("x")
    await asyncio.sleep(0.25)


def test_a_search_that_hangs_holds_up_neither_the_loop_nor_the_process_at_its_end() -> None:
    """asyncio waits for the threads of its own pool."""
    program = (
        "import asyncio, time\nfrom workers.adapters import search_ddgs\n"
        "search_ddgs.TIMEOUT_S = 0.1\n"
        "def hang(query, limit): time.sleep(30)\n"
        "async def main():\n"
        "    try: await search_ddgs.DdgsSearcher(ask=hang).search('x')\n"
        "    except Exception as error: print(error)\n"
        "asyncio.run(main())"
    )
    began = time.monotonic()
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=25)
    assert "did not answer" in told.stdout
    assert time.monotonic() - began < 20


def test_the_search_pages_that_are_asked_are_known_to_the_package() -> None:
    """An unknown one is passed over with a warning, and with none left it asks all."""
    assert set(BACKENDS.split(",")) <= set(ENGINES["text"])


async def test_the_real_package_without_a_way_out_fails_at_once() -> None:
    """Through a proxy that is not there. This is the only test that runs the package's own client."""
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="keyless"):
        await DdgsSearcher(proxy="http://127.0.0.1:9").search("corran point")
    assert time.monotonic() - began < workers.adapters.search_ddgs.TIMEOUT_S
