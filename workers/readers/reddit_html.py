"""Reddit's pages, each layout known by its own marks: today's, the redesign of 2018 to 2023, old.reddit."""

import re
from datetime import datetime
from typing import Protocol

from server.core.thread import Thread
from server.core.urls import CanonicalUrl
from workers.readers import reddit_old, reddit_redesign, reddit_shreddit
from workers.readers.reader import HTML, Way
from workers.readers.reddit import KINDS, WAY_OUT
from workers.readers.walls import refuse_page

__all__ = ["KINDS", "WAYS", "WAY_OUT", "parse"]

WANTED = "a Reddit thread's page"


class Layout(Protocol):
    """A module that knows one age of Reddit's markup."""

    MARK: re.Pattern[bytes]  # what only its pages have

    def parse(self, body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread | None:
        """The thread; None where no one post of the page is it."""


LAYOUTS: tuple[Layout, ...] = (reddit_shreddit, reddit_redesign, reddit_old)


def addresses(canonical: CanonicalUrl) -> list[str]:
    """The thread's page as its site and as the person spells it."""
    return list(dict.fromkeys([canonical.key, canonical.asked]))


WAYS: tuple[Way, ...] = (
    Way("html", HTML, addresses),
    Way("html", HTML, lambda canonical: [f"https://old.reddit.com/comments/{canonical.thread_id}/?limit=500"]),
)


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread on a page in any layout, or in a capture. See `Reader.parse`."""
    found = (layout.parse(body, canonical, captured_at) for layout in LAYOUTS if layout.MARK.search(body))
    thread = next((thread for thread in found if thread is not None), None)
    if thread is None:
        refuse_page(body, WANTED)
    return thread
