"""What every Fetcher promises: the real one over a scripted network, its cache, and the recorded web."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from server.core.errors import SourceError, SourceRefused, SourceUnavailable, SourceUnreadable
from server.core.ports import Fetcher
from tests.workers.adapters.worlds import LIGHTHOUSE, Recorded, article, write_world
from workers.adapters.bounded_shelf import OwnBoundedShelf
from workers.adapters.cached_pages import CachedPages
from workers.adapters.guarded_fetcher import GuardedFetcher
from workers.adapters.recorded_web import RecordedWeb

pytestmark = pytest.mark.anyio
ANSWERS = (
    Recorded("https://news.example/lamp", article("Corran Point goes dark", *LIGHTHOUSE)),
    Recorded("https://news.example/old", status="301 Moved Permanently", headers=(("Location", "/lamp"),)),
    Recorded("https://news.example/loop", status="302 Found", headers=(("Location", "/loop"),)),
    Recorded("https://news.example/inside", status="302 Found", headers=(("Location", "http://127.0.0.1/x"),)),
    Recorded("https://news.example/busy", "later", status="429 Too Many Requests"),
    Recorded("https://news.example/photo", b"\xff\xd8", "image/jpeg"),
    Recorded("https://news.example/data", '{"a": 1}', "application/json"),
)


def guarded() -> GuardedFetcher:
    recorded = {answer.url: answer for answer in ANSWERS}

    def reply(request: httpx.Request) -> httpx.Response:
        found = recorded.get(str(request.url)) or Recorded("", "none", status="404 Not Found")
        headers = {"content-type": found.content_type, **dict(found.headers)}
        return httpx.Response(int(found.status[:3]), headers=headers, content=found.body)

    return GuardedFetcher(transport=httpx.MockTransport(reply))


async def cached() -> Fetcher:
    """Everything has been asked for before."""
    pages = CachedPages(guarded(), OwnBoundedShelf(time.monotonic), lambda: datetime.now(UTC))
    for answer in (*ANSWERS, Recorded("https://news.example/nothing")):
        with suppress(SourceError):
            await pages.fetch(answer.url)
    await pages.close()
    return pages


@pytest.fixture(params=["guarded", "cached", "recorded"])
async def fetcher(request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str) -> Fetcher:
    """Each kind of fetcher before the same web."""
    if request.param == "recorded":
        return RecordedWeb(write_world(tmp_path / "w.warc.gz", ANSWERS))
    return await cached() if request.param == "cached" else guarded()


async def test_a_page_comes_with_its_address_type_and_body(fetcher: Fetcher) -> None:
    """Redirects are followed; the page carries the address where they ended."""
    for url in ("https://news.example/lamp", "https://news.example/old"):
        page = await fetcher.fetch(url)
        assert (page.url, page.media_type, page.charset) == ("https://news.example/lamp", "text/html", "utf-8")
        assert b"Corran Point" in page.body
        assert page.retrieved_at.tzinfo is not None
        assert page.headers["content-type"].startswith("text/html")
    assert (await fetcher.fetch("https://news.example/data", accept="application/json")).body == b'{"a": 1}'


@pytest.mark.parametrize(("path", "status"), [("nothing", 404), ("busy", 429), ("loop", None)])
async def test_no_page_is_unavailable_with_the_status_that_came(
    fetcher: Fetcher, path: str, status: int | None
) -> None:
    """Anything but an answer with 200."""
    with pytest.raises(SourceUnavailable) as caught:
        await fetcher.fetch(f"https://news.example/{path}")
    assert caught.value.status == status


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://news.example/inside", "ftp://news.example/", "https://news.example:22/", "x"]
)
async def test_an_address_that_policy_forbids_is_refused(fetcher: Fetcher, url: str) -> None:
    """At the first hop and at any other."""
    with pytest.raises(SourceRefused):
        await fetcher.fetch(url)


async def test_what_cannot_be_read_is_unreadable(fetcher: Fetcher) -> None:
    """By its type, or by a size beyond the caller's limit."""
    for url, limit in (("https://news.example/photo", 1000), ("https://news.example/lamp", 100)):
        with pytest.raises(SourceUnreadable):
            await fetcher.fetch(url, max_bytes=limit)
