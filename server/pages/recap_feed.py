"""The feed of weekly recaps: a week is an entry, updated whenever what it tells is."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from server.pages.feed_entries import Entry, Feed, lasting_id
from server.pages.recap_page import RecapPage
from server.pages.rendering import render

WEEKS = 6  # the one under way and those before it
PATH = "/recap/feed"


def feed_of(pages: Sequence[RecapPage], address: str) -> Feed:
    """Weeks without cards have no entry."""
    return Feed(
        id=lasting_id("feed", "recaps"),
        title="Threadproof: recaps",
        home=f"{address}/recap",
        atom=f"{address}{PATH}.atom",
        json=f"{address}{PATH}.json",
        entries=[_entry(page) for page in pages if page.recap.told],
    )


def _entry(page: RecapPage) -> Entry:
    told = [line for each in page.recap.told for line in (each.line, *each.echoes)]
    return Entry(
        id=lasting_id("recap", page.period.name),
        url=page.href,
        thread_url=None,
        title=f"{page.title}: {page.span}",
        summary=page.standfirst,
        html=render("recap_entry.html", page=page),
        published_at=datetime.combine(page.period.first, time(), UTC),
        updated_at=max(line.changed_at for line in told),
        tags=[category for category, _ in page.groups],
        lang="en",
    )
