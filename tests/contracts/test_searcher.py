"""What every Searcher promises: the recorded web, and each provider over its real response shape."""

import asyncio
import traceback
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from server.core.errors import SourceUnavailable
from server.core.ports import Searcher
from tests.workers.adapters.providers import KEY, KINDS, Kind, Reply, Row, Wire, running_searxng
from tests.workers.adapters.worlds import BAKERY, LIGHTHOUSE, Recorded, article, write_world
from workers.adapters.recorded_web import RecordedWeb
from workers.adapters.search_answers import LARGEST_ANSWER, LONGEST_SNIPPET, LONGEST_TITLE
from workers.adapters.search_ddgs import DdgsSearcher
from workers.adapters.search_limits import LimitedSearcher
from workers.adapters.search_searxng import SearxngSearcher
from workers.adapters.shelf import OwnShelf

pytestmark = pytest.mark.anyio
PAGES = (
    ("https://news.example/lamp", "Corran Point goes dark", LIGHTHOUSE),
    ("https://board.example/minutes", "Minutes of the harbour board", (*LIGHTHOUSE[1:], *BAKERY)),
    ("https://shop.example/bread", "Bread from the sea", BAKERY),
)
ROWS = tuple(Row(url, title, text[0]) for url, title, text in PAGES)


def ddgs() -> DdgsSearcher:
    def ask(query: str, limit: int) -> list[dict[str, Any]]:
        return [{"href": row.url, "title": row.title, "body": row.text} for row in ROWS]

    return DdgsSearcher(ask=ask)


@pytest.fixture(params=["recorded", "searxng that listens", "ddgs", "limited", *KINDS])
async def searcher(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Searcher]:
    """Each kind of searcher before the same pages."""
    if request.param == "recorded":
        answers = (Recorded(url, article(title, *text)) for url, title, text in PAGES)
        yield RecordedWeb(write_world(tmp_path / "w.warc.gz", answers))
    elif request.param == "searxng that listens":
        with running_searxng(KINDS["searxng"].say(*ROWS)) as server:
            listening = SearxngSearcher(server.url)
            yield listening
            await listening.close()
    elif request.param == "ddgs":
        yield ddgs()
    elif request.param == "limited":
        yield LimitedSearcher(ddgs(), OwnShelf(lambda: 0.0), sleep=lambda _: asyncio.sleep(0))
    else:
        kind = KINDS[request.param]
        provider = kind.open(Wire(kind.say(*ROWS)))
        yield provider
        await provider.close()


async def test_hits_are_pages_with_title_and_snippet_best_first(searcher: Searcher) -> None:
    """Every hit can be fetched and shown. One provider keeps the pages' words to itself."""
    hits = await searcher.search("Corran Point lighthouse goes dark")
    assert hits[0].url == "https://news.example/lamp"
    assert hits[0].title == "Corran Point goes dark"
    assert all(hit.url.startswith("https://") for hit in hits)
    assert all(hit.snippet for hit in hits) or "Anthropic" in searcher.name
    assert len({hit.url for hit in hits}) == len(hits)


async def test_no_more_hits_come_than_were_asked_for(searcher: Searcher) -> None:
    """The limit is the caller's."""
    assert len(await searcher.search("the harbour board and the lighthouse", limit=1)) == 1


@pytest.mark.parametrize("query", ["", " \n ", "🙂", '"unbalanced', "a OR (b", "!!g lamp", "灯台", "x" * 5000])
async def test_any_text_is_a_query(searcher: Searcher, query: str) -> None:
    """Titles hold anything; one without a word is not asked and finds nothing."""
    hits = await searcher.search(query)
    assert isinstance(hits, list)
    assert hits == [] or query.strip()


async def test_searches_may_be_made_side_by_side(searcher: Searcher) -> None:
    """As a card makes them."""
    answers = await asyncio.gather(*(searcher.search(f"Corran Point lighthouse {n}") for n in range(6)))
    assert [hits[0].url for hits in answers] == ["https://news.example/lamp"] * 6


async def test_a_searcher_has_a_name_for_people(searcher: Searcher) -> None:
    """Cards and doctor say where was searched."""
    assert searcher.name
    assert isinstance(searcher, Searcher)


# ---- what comes over the wire -------------------------------------------------------------------


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each provider that is asked over HTTP."""
    return KINDS[request.param]


async def fails(kind: Kind, reply: Reply | Exception) -> SourceUnavailable:
    """How a provider fails whose server answers so."""
    provider = kind.open(Wire(reply))
    with pytest.raises(SourceUnavailable) as raised:
        await provider.search("corran point")
    await provider.close()
    assert provider.name.split()[0] in raised.value.message
    assert len(raised.value.message) < 300
    return raised.value


async def test_odd_rows_are_passed_over_and_the_others_kept(kind: Kind) -> None:
    """What is no web address, no row or there already is no hit; a hit may lack title, words and date."""
    rows = (
        Row("javascript:alert(1)"), Row("ftp://files.example/a"), Row(""), Row(None), Row(17), Row("//host.example/a"),
        Row("https://"), Row("https://a b.example/"), Row("https://long.example/" + "x" * 9_000), "no row", None, 7, [],
        Row("https://one.example/", None, None), Row("https://one.example/", "again"),
        Row("HTTP://two.example/", 5, {}),
        Row("https://three.example/", " <strong>Lamp</strong> &amp; oil\u200b\n", "T" * 9_000, "2026-02-23T10:00:00"),
        Row("https://four.example/", "t" * 9_000, "if a < b and vector<int> > c", "3 days ago"),
    )  # fmt: skip
    provider = kind.open(Wire(kind.say(*rows)))
    hits = await provider.search("x", limit=20)
    await provider.close()
    assert [hit.url for hit in hits] == [
        "https://one.example/", "HTTP://two.example/", "https://three.example/", "https://four.example/",
    ]  # fmt: skip
    assert [(hit.title, hit.snippet, hit.published_at) for hit in hits[:2]] == [("", "", None)] * 2
    assert (hits[2].title, hits[2].published_at) == ("Lamp & oil", "2026-02-23")
    assert (len(hits[3].title), hits[3].published_at) == (LONGEST_TITLE, None)
    if kind.has_snippets:
        assert len(hits[2].snippet) == LONGEST_SNIPPET
        assert hits[3].snippet == "if a < b and vector<int> > c"


@pytest.mark.parametrize("status", [300, 301, 400, 401, 402, 403, 404, 408, 418, 422, 429, 432, 500, 502, 503, 529])
async def test_any_status_but_200_is_unavailable(kind: Kind, status: int) -> None:
    """Named with its status, whatever the body says."""
    for body in (b"", b"<html>", b'{"error": "x"}', b'{"type":"error","error":{"type":"x","message":"y"}}', b"[[[["):
        failure = await fails(kind, Reply(status, body))
        assert str(status) in failure.message
        assert failure.status == status


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Verifying your browser", b"{", b"[]", b"null", b"7", b'{"results": 5, "web": 5, "content": 5}',
     b'{"results": null, "web": {"results": null}, "content": null}', b"\xff\xfe{}", b"[" * 200_000,
     b'{"results": ' + b"[" * 200_000],
    ids=range(11),
)  # fmt: skip
async def test_an_answer_that_is_no_list_of_results_is_unavailable(kind: Kind, body: bytes) -> None:
    """Wall pages, truncated and deeply nested JSON, other shapes."""
    await fails(kind, Reply(200, body))


async def test_no_more_than_two_million_bytes_are_read(kind: Kind) -> None:
    """Whatever a server sends after them stays with it."""
    wire = Wire(Reply(200, b'{"results": [' + b" " * 10_000_000 + b"]}"))
    provider = kind.open(wire)
    with pytest.raises(SourceUnavailable):
        await provider.search("x")
    await provider.close()
    assert wire.sent < LARGEST_ANSWER + 2 * 65_536


async def test_a_bomb_is_not_unfolded(kind: Kind) -> None:
    """Fifty megabytes in fifty kilobytes."""
    bomb = zlib.compress(b" " * 50_000_000)
    await fails(kind, Reply(200, bomb, {"content-type": "application/json", "content-encoding": "deflate"}))


async def test_a_server_out_of_reach_is_unavailable(kind: Kind) -> None:
    """No name, no connection, no answer in time, an answer that breaks off."""
    library: Any = httpx2 if not kind.has_snippets else httpx
    for error in ("ConnectError", "ConnectTimeout", "ReadTimeout", "ReadError", "RemoteProtocolError", "PoolTimeout"):
        failure = await fails(kind, getattr(library, error)(f"no way to tell {KEY}"))
        assert KEY not in failure.message


async def test_no_failure_tells_the_key(kind: Kind) -> None:
    """Not even where the server says it back, nor in the causes that go to the log."""
    echo = f'{{"error": {{"code": "{KEY}", "message": "{KEY}", "detail": "{KEY}"}}, "detail": {{"error": "{KEY}"}}}}'
    for status in (200, 400, 401, 422, 429, 500):
        failure = await fails(kind, Reply(status, echo.encode()))
        assert KEY not in failure.message
        assert KEY not in "".join(traceback.format_exception(failure))


async def test_finding_nothing_is_no_failure(kind: Kind) -> None:
    """An empty list."""
    provider = kind.open(Wire(kind.say()))
    if provider.name != "SearXNG":  # which says which of its engines did not answer, and has a test of its own
        assert await provider.search("x") == []
    await provider.close()


async def test_a_long_query_is_cut_between_words(kind: Kind) -> None:
    """Providers refuse what is longer than 400 characters or 50 words."""
    wire = Wire(kind.say(*ROWS))
    provider = kind.open(wire)
    await provider.search("harbour " * 200)
    await provider.close()
    sent = f"{wire.asked[0].url}{wire.asked[0].content.decode()}"
    assert 30 <= sent.count("harbour") <= 50
