"""A web of listings for tests: answers by address, and a desk over memory."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from server.core.blocking import OPEN
from server.core.errors import SourceUnavailable
from server.core.ports import Page
from tests.fakes import NOON, MemoryCardStore, MemoryJobQueue
from tests.following.fakes import MemoryWatchStore
from workers.collecting.desk import Desk

CASES = Path(__file__).parents[2] / "cases" / "listings"
FEED = "https://www.reddit.com/r/Lighthouses/.rss"
API = "https://oauth.reddit.com/r/Lighthouses/hot?limit=15&raw_json=1"


class PretendLists:
    """A Fetcher that knows a few addresses; of others it says 404, or what it is told to say."""

    def __init__(self, pages: dict[str, bytes], *, status: int = 404, retry_after_s: float | None = None) -> None:
        self.pages, self.status, self.retry_after_s = pages, status, retry_after_s
        self.asked: list[str] = []

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        self.asked.append(url)
        if url not in self.pages:
            error = SourceUnavailable(f"{url} answered {self.status}.", status=self.status)
            error.retry_after_s = self.retry_after_s
            raise error
        return Page(url=url, media_type="application/json", charset=None, body=self.pages[url], retrieved_at=NOON)


class Clock:
    """One that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """On."""
        self.now += timedelta(**by)


async def enough() -> bool:
    """There is money."""
    return True


def saved(name: str) -> bytes:
    """A saved listing."""
    return (CASES / name).read_bytes()


def listing_of(count: int, community: str = "Lighthouses") -> bytes:
    """Reddit's JSON of so many plain posts."""
    posts = [
        {"kind": "t3", "data": {"permalink": f"/r/{community}/comments/1p{n:03}/post/", "title": f"Post {n}"}}
        for n in range(count)
    ]
    return msgspec.json.encode({"kind": "Listing", "data": {"children": posts}})


def make_desk(pages: dict[str, bytes], clock: Clock, **changes: Any) -> Desk:
    """Over memory, with Reddit's feed as the only way unless told otherwise."""
    cards = MemoryCardStore()
    desk = Desk(
        watches=MemoryWatchStore(cards),
        store=cards,
        queue=MemoryJobQueue(),
        fetcher=PretendLists(pages),
        reddit=None,
        blocked=OPEN,
        most_a_day=100,
        money_left=enough,
        clock=clock,
        monotonic=lambda: 0.0,
    )
    return msgspec.structs.replace(desk, **changes)
