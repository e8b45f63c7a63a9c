"""The feed of weekly recaps, as Atom (RFC 4287). An entry's date is that of the newest card version it tells."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from server.pages.recap_page import RecapPage
from server.pages.rendering import render

WEEKS = 6  # the one under way and those before it
ATOM = "application/atom+xml; charset=utf-8"
# What XML 1.0 admits (§2.2); anything else makes the whole document one that no reader opens.
UNFIT = re.compile("[^\\t\\n\\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(msgspec.Struct, frozen=True):
    """A week that has cards, with when it last changed."""

    page: RecapPage
    updated: str

    @property
    def title(self) -> str:
        """With the week's days."""
        return f"{self.page.title}: {self.page.span}"

    @property
    def content(self) -> str:
        """The week as simple HTML, with whole addresses."""
        return render("recap_entry.html", page=self.page)


def to_feed(pages: Sequence[RecapPage], address: str) -> str:
    """Weeks without cards have no entry; a feed without any is as old as feeds can be, and as valid."""
    entries = [Entry(page, _instant(_changed_at(page))) for page in pages if page.recap.told]
    updated = max((entry.updated for entry in entries), default="1970-01-01T00:00:00Z")
    return UNFIT.sub("\ufffd", render("recap_feed.xml", entries=entries, updated=updated, address=address))


def _changed_at(page: RecapPage) -> datetime:
    told = [line for each in page.recap.told for line in (each.line, *each.echoes)]
    return max(line.changed_at for line in told)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
