"""What every Searcher promises: the recorded web, and each provider over its real response shape."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from server.core.ports import Searcher
from tests.workers.adapters.worlds import BAKERY, LIGHTHOUSE, Recorded, article, write_world
from workers.adapters.recorded_web import RecordedWeb
from workers.adapters.search_ddgs import DdgsSearcher
from workers.adapters.search_searxng import SearxngSearcher

pytestmark = pytest.mark.anyio
PAGES = (
    ("https://news.example/lamp", "Corran Point goes dark", LIGHTHOUSE),
    ("https://board.example/minutes", "Minutes of the harbour board", (*LIGHTHOUSE[1:], *BAKERY)),
    ("https://shop.example/bread", "Bread from the sea", BAKERY),
)


def searxng() -> Searcher:
    def reply(request: httpx.Request) -> httpx.Response:
        rows = [{"url": url, "title": title, "content": text[0], "engine": "x"} for url, title, text in PAGES]
        return httpx.Response(200, json={"query": request.url.params["q"], "results": rows})

    return SearxngSearcher("http://127.0.0.1:8888", transport=httpx.MockTransport(reply))


def ddgs() -> Searcher:
    def ask(query: str, limit: int) -> list[dict[str, Any]]:
        return [{"href": url, "title": title, "body": text[0]} for url, title, text in PAGES]

    return DdgsSearcher(ask=ask)


@pytest.fixture(params=["recorded", "searxng", "ddgs"])
def searcher(request: pytest.FixtureRequest, tmp_path: Path) -> Searcher:
    """Each kind of searcher before the same pages."""
    if request.param == "recorded":
        answers = (Recorded(url, article(title, *text)) for url, title, text in PAGES)
        return RecordedWeb(write_world(tmp_path / "w.warc.gz", answers))
    return searxng() if request.param == "searxng" else ddgs()


async def test_hits_are_pages_with_title_and_snippet_best_first(searcher: Searcher) -> None:
    """Every hit can be fetched and shown."""
    hits = await searcher.search("Corran Point lighthouse goes dark")
    assert hits[0].url == "https://news.example/lamp"
    assert hits[0].title == "Corran Point goes dark"
    assert all(hit.url.startswith("https://") and hit.snippet for hit in hits)
    assert len({hit.url for hit in hits}) == len(hits)


async def test_no_more_hits_come_than_were_asked_for(searcher: Searcher) -> None:
    """The limit is the caller's."""
    assert len(await searcher.search("the harbour board and the lighthouse", limit=1)) == 1


@pytest.mark.parametrize("query", ["", "🙂", '"unbalanced', "a OR (b", "灯台", "x" * 5000])
async def test_any_text_is_a_query(searcher: Searcher, query: str) -> None:
    """Titles hold anything."""
    assert isinstance(await searcher.search(query), list)


async def test_a_searcher_has_a_name_for_people(searcher: Searcher) -> None:
    """Cards and doctor say where was searched."""
    assert searcher.name
    assert isinstance(searcher, Searcher)
