"""Lists of cards laid out for their pages: lines by the day they were made, links to more. No HTML here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

import msgspec

from server.core.card import CardId
from server.core.ports import CardSummary
from server.core.shelves import Place, Shelf
from server.core.snippets import Marked, Part, Snippet
from server.pages.shelf_addresses import path_of
from server.pages.words import count_words, date_words
from server.pages.writing_systems import Tongue, tongue_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Link(msgspec.Struct, frozen=True):
    """A name and where it leads; None where there is no page."""

    name: str
    href: str | None


class Row(msgspec.Struct, frozen=True):
    """A card in a list. `lead` is its hook, or what changed; in a search, what was found."""

    summary: CardSummary
    headline: Marked
    lead: Marked

    @property
    def place(self) -> Link:
        """The community it is from, else the site."""
        summary = self.summary
        return Link(summary.community or summary.site, path_of(Shelf(site=summary.site, community=summary.community)))

    @property
    def category(self) -> Link | None:
        """The category with its page."""
        name = self.summary.category
        return Link(name, path_of(Shelf(category=name))) if name else None

    @property
    def made_at(self) -> datetime:
        """When the version in the list was made."""
        return self.summary.generated_at.astimezone(UTC)

    @property
    def facts(self) -> list[str]:
        """Sources, the size of the thread, and whether this is a later version."""
        summary = self.summary
        web = summary.source_count - 1  # the thread itself is the first
        facts = [count_words(web, "web source")] if web > 0 else ["the thread alone"]
        if summary.comment_count is not None:
            facts.append(count_words(summary.comment_count, "comment"))
        if summary.version > 1:
            facts.append(f"updated, version {summary.version}")
        return facts

    def tongue(self, parts: Marked) -> Tongue:
        """How to mark a text of the card on a page in English."""
        return tongue_of("".join(part.text for part in parts), self.summary.lang, within="en")


class Day(msgspec.Struct, frozen=True):
    """The lines of one day (UTC)."""

    date: str
    weekday: str
    name: str
    rows: list[Row]


class Page(msgspec.Struct, frozen=True):
    """A stretch of a list; `older` tells where it goes on, None where it ends."""

    rows: list[Row]
    older: Place | None

    @property
    def days(self) -> list[Day]:
        """In the order of the rows."""
        grouped = groupby(self.rows, key=lambda row: row.made_at.date())
        return [Day(str(day), WEEKDAYS[day.weekday()], date_words(str(day)), list(rows)) for day, rows in grouped]


def lay_out(found: Sequence[CardSummary], most: int, snippets: Mapping[CardId, Snippet] | None = None) -> Page:
    """A page of at most so many out of one more than that, if there are more."""
    shown = found[:most]
    last = shown[-1] if len(found) > most else None
    rows = [_row(summary, (snippets or {}).get(summary.id)) for summary in shown]
    return Page(rows, Place(last.generated_at, last.id) if last else None)


def busiest(found: Iterable[CardSummary], most: int) -> list[Link]:
    """The places that most of these cards are from, those with more cards first."""
    counts = Counter(Shelf(site=summary.site, community=summary.community) for summary in found)
    ranked = sorted(counts, key=lambda place: (-counts[place], place.community or place.site or ""))
    links = (Link(place.community or place.site or "", path_of(place)) for place in ranked)
    return [link for link in links if link.href][:most]


def _row(summary: CardSummary, snippet: Snippet | None) -> Row:
    plain = _plain(summary.hook or summary.lead)
    if snippet is None:
        return Row(summary, _plain(summary.headline), plain)
    return Row(summary, snippet.headline, snippet.passage or plain)


def _plain(text: str) -> Marked:
    return (Part(text, is_hit=False),) if text else ()
