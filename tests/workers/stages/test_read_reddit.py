"""Reddit through its API, as the reading stage goes about it: before `.json`, and not alone."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.core.errors import SourceUnavailable, ThreadPrivate, ThreadUnavailable
from server.core.ports import Fetcher, Page
from server.core.source import Document
from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.adapters.reddit_oauth import TOKEN_URL, RedditOauth
from workers.adapters.shelf import OwnShelf
from workers.readers.reddit_more import MOST_CALLS
from workers.stages.read import read_thread

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
REDDIT = "https://www.reddit.com/r/kilnlog/comments/1abcde/cone_6_drifts/"
SAVED = (Path(__file__).parents[2] / "cases/pages/reddit-listing.json").read_bytes()


class PlainWeb:
    """The other fetcher: Reddit's `.json`, or a refusal of all."""

    def __init__(self, body: bytes | None = SAVED) -> None:
        self.body, self.asked = body, list[str]()

    async def fetch(self, url: str, *, accept: str = "", max_bytes: int = 0, timeout_s: float = 0) -> Page:
        self.asked.append(url)
        if self.body is None:
            raise SourceUnavailable(f"{url} answered 403", status=403, retryable=False)
        return Page(url=url, media_type="application/json", charset="utf-8", body=self.body, retrieved_at=NOW)


class NoExtractor:
    async def extract(self, page: Page) -> Document:
        raise AssertionError("Reddit has readers of its own")


def said(name: str, parent: str) -> dict[str, Any]:
    told = {"id": name, "parent_id": parent, "link_id": "t3_1abcde", "body": f"I am {name}.", "replies": ""}
    return {"kind": "t1", "data": {**told, "author": f"by_{name}"}}


class Api:
    """Reddit's API over a thread of which `left_out` comments stand in one stub, and five more in the saved page's."""

    def __init__(self, left_out: int = 250, *, sign_in: int = 200, listing: int = 200, limit_after: int = 99) -> None:
        self.statuses = {"sign_in": sign_in, "listing": listing}
        self.limit_after, self.batches = limit_after, list[int]()
        names = [f"k{number}" for number in range(100, 100 + left_out)]
        stub = {"kind": "more", "data": {"id": "_", "parent_id": "t1_k2", "children": names, "count": left_out}}
        self.told = json.loads(SAVED)
        self.told[0]["data"]["children"][0]["data"]["num_comments"] = 19 + left_out
        self.told[1]["data"]["children"].append(stub)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            return self._answer(self.statuses["sign_in"], {"access_token": "t", "expires_in": 86400})
        assert request.headers["authorization"] == "bearer t"
        if request.url.path == "/comments/1abcde":
            return self._answer(self.statuses["listing"], self.told)
        names = request.url.params["children"].split(",")
        if len(self.batches) == self.limit_after:
            return self._answer(429, {"error": 429})
        self.batches.append(len(names))
        return self._answer(200, {"json": {"errors": [], "data": {"things": [said(n, "t1_k2") for n in names]}}})

    def _answer(self, status: int, document: Any) -> httpx.Response:
        body = json.dumps(document).encode()

        async def pieces() -> Any:
            yield body

        return httpx.Response(status, headers={"content-type": "application/json"}, content=pieces())


def read(api: Api | None, web: PlainWeb) -> Thread:
    async def reading() -> Thread:
        reddit: Fetcher | None = None
        if api is not None:
            shelf = OwnShelf(lambda: 0.0)
            reddit = RedditOauth("id", "secret", shelf=shelf, transport=httpx.MockTransport(api))
        return await read_thread(
            canonical_url(REDDIT), fetcher=web, extractor=NoExtractor(), capture=None, now=NOW, reddit=reddit
        )

    return asyncio.run(reading())


def test_with_keys_the_api_tells_the_comments_that_pages_leave_out() -> None:
    """Below their parents, each batch once; nothing else is asked, and the receipt says by which way."""
    api, web = Api(250), PlainWeb()
    thread = read(api, web)
    assert (web.asked, api.batches) == ([], [100, 100, 55])
    assert (thread.capture.via, thread.capture.comments_total) == ("oauth", 269)
    late = [comment for comment in thread.comments if comment.parent == "k2" and comment.text.startswith("I am")]
    assert len(late) == 255
    assert {comment.depth for comment in late} == {1}


def test_without_keys_the_api_is_not_asked() -> None:
    """Its address goes to no other fetcher either."""
    web = PlainWeb()
    assert read(None, web).capture.via == "json"
    assert not any("oauth" in url for url in web.asked)


def test_a_bounded_part_of_an_endless_thread_is_read() -> None:
    """And the receipt tells how much."""
    api = Api(23_000)
    thread = read(api, PlainWeb())
    assert len(api.batches) == MOST_CALLS
    assert 1200 < thread.capture.comments_read < 1300
    assert thread.capture.comments_total == 23_019


def test_when_reddit_has_had_enough_what_came_until_then_is_the_thread() -> None:
    """Nobody asks on."""
    api = Api(900, limit_after=2)
    thread = read(api, PlainWeb())
    assert api.batches == [100, 100]
    assert thread.capture.via == "oauth"
    assert 200 < thread.capture.comments_read < 215


@pytest.mark.parametrize("api", [Api(sign_in=401), Api(sign_in=403), Api(listing=403), Api(listing=429)])
def test_where_the_api_refuses_the_other_ways_are_tried(api: Api) -> None:
    """A wrong key costs no thread that can be had without one."""
    assert read(api, PlainWeb()).capture.via == "json"


def test_a_wrong_key_is_among_the_reasons_when_nothing_helps() -> None:
    """With its next step; the keys themselves are not."""
    with pytest.raises(ThreadUnavailable, match=r"THREADPROOF_REDDIT_CLIENT_SECRET.*extension") as caught:
        read(Api(sign_in=401), PlainWeb(None))
    assert caught.value.retryable is False


def test_a_community_that_the_api_calls_private_is_not_sought_elsewhere() -> None:
    """Its name for it decides."""

    def private(request: httpx.Request) -> httpx.Response:
        return api._answer(403, {"reason": "private"}) if request.method == "GET" else api(request)

    api, web = Api(), PlainWeb()
    with pytest.raises(ThreadPrivate, match="members"):
        read(private, web)  # type: ignore[arg-type]
    assert web.asked == []
