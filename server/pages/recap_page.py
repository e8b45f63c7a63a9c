"""A recap laid out for its pages: names, dates and addresses worded. No HTML here, and no judgement about cards."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from server.core.periods import Period
from server.core.presentation import permalink
from server.core.recaps import COUNTED, Cite, Line, Recap, Told
from server.core.shelves import Shelf
from server.loopback import is_loopback
from server.pages.shelf_addresses import path_of as shelf_path
from server.pages.words import MONTHS, count_words, date_words, site_of, web_address
from server.pages.writing_systems import Tongue, tongue_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEIGHED = (
    "Cards stand by weight: how much a thread is discussed, how many independent pages bear a card out, and how new "
    "the thread was. Each is told by one claim that its quotation supports. Weeks and days are those of UTC."
)


class Beside(msgspec.Struct, frozen=True):
    """Another recap: what to call it, and where it is."""

    name: str
    path: str


class RecapLine(msgspec.Struct, frozen=True):
    """A card in a recap. `path` is the card's on this server, `href` from anywhere."""

    line: Line
    address: str
    others: "tuple[RecapLine, ...]" = ()  # lighter cards on the same subject

    @property
    def path(self) -> str:
        """Without the server's name."""
        return permalink("", self.line.card_id, self.line.headline)

    @property
    def href(self) -> str:
        """The permalink."""
        return permalink(self.address, self.line.card_id, self.line.headline)

    @property
    def place(self) -> str:
        """The community, else the site."""
        return self.line.community or self.line.site

    @property
    def place_path(self) -> str | None:
        """Where else its community is told of here."""
        return shelf_path(Shelf(site=self.line.site, community=self.line.community))

    @property
    def cites(self) -> list[tuple[Cite, str | None]]:
        """The claim's sources, each with the address of the passage where that is one to follow."""
        return [(cite, web_address(cite.url)) for cite in self.line.cites]

    @property
    def facts(self) -> list[str]:
        """What it rests on, how large the thread is, and whether it was made anew."""
        line = self.line
        facts = [count_words(line.web_sources, "web source")] if line.web_sources else ["the thread alone"]
        if line.comment_count is not None:
            facts.append(count_words(line.comment_count, "comment"))
        if line.version > 1:
            facts.append(f"updated {date_words(line.changed_at)}")
        return facts

    @property
    def marks(self) -> list[str]:
        """What else is to be known of the claim."""
        corroborated = ["two independent origins"] if self.line.corroborated else []
        return corroborated + (["supported in part"] if self.line.support == "partial" else [])

    @property
    def elsewhere(self) -> "list[tuple[str, RecapLine]]":
        """The other places where its subject is told: what to call each, and its heaviest card there."""
        found: dict[str, list[RecapLine]] = {}
        for other in self.others:
            found.setdefault(other.place, []).append(other)
        return [
            (place if len(cards) == 1 else f"{place} ({count_words(len(cards), 'card')})", cards[0])
            for place, cards in found.items()
        ]

    def tongue(self, text: str) -> Tongue:
        """How to mark a text of the card on a page in English."""
        return tongue_of(text, self.line.lang, within="en")


class RecapPage(msgspec.Struct, frozen=True):
    """What the templates of a recap ask. `address` is this server's public one, without a slash at its end."""

    recap: Recap
    address: str
    now: datetime

    @property
    def period(self) -> Period:
        """Whose recap it is."""
        return self.recap.period

    @property
    def title(self) -> str:
        """ "Week 9, 2026" or "Monday 23 February 2026"."""
        return title_of(self.period)

    @property
    def span(self) -> str:
        """A week's days in words; a day's week."""
        return span_words(self.period) if self.period.kind == "week" else title_of(_week_with(self.period.first))

    @property
    def path(self) -> str:
        """Its address on this server."""
        return path_of(self.period)

    @property
    def href(self) -> str:
        """Its address from anywhere."""
        return f"{self.address}{self.path}"

    @property
    def only_this_machine(self) -> bool:
        """Whether links from elsewhere would lead nowhere."""
        return is_loopback(site_of(self.address))

    @property
    def lead(self) -> RecapLine | None:
        """The heaviest card."""
        return self._laid_out(self.recap.lead) if self.recap.lead else None

    @property
    def groups(self) -> list[tuple[str, list[RecapLine]]]:
        """Categories with their cards."""
        return [(group.category, [self._laid_out(told) for told in group.told]) for group in self.recap.groups]

    @property
    def lines(self) -> list[RecapLine]:
        """All that is told, in reading order."""
        return [self._laid_out(told) for told in self.recap.told]

    @property
    def standfirst(self) -> str:
        """What there is to read, in a sentence."""
        told, named, total = len(self.recap.told), self.recap.named, self.recap.total
        unit = self.period.kind
        if not told:
            return f"No card was made in this {unit}." if self.is_over else f"No card has been made in this {unit} yet."
        if total == 1:
            return "One card, told by one claim."
        cards = f"{total:,} cards{' and more' if total >= COUNTED else ''}"
        subjects = cards if named == told == total else f"{count_words(told, 'subject')} out of {cards}"
        return f"{subjects}, each told by one claim that its source bears out."

    @property
    def is_over(self) -> bool:
        """Nothing will be added any more."""
        return self.period.is_over(self.now)

    @property
    def before(self) -> Beside | None:
        """The period before."""
        return self._beside(-1)

    @property
    def after(self) -> Beside | None:
        """The period after, unless it has not begun."""
        return self._beside(1)

    @property
    def days(self) -> list[Beside]:
        """A week's days that have begun."""
        if self.period.kind == "day":
            return []
        return [
            Beside(f"{WEEKDAYS[day.weekday()][:3]} {day.day}", path_of(Period("day", day)))
            for day in _days_of(self.period)
            if Period("day", day).has_begun(self.now)
        ]

    @property
    def week(self) -> Beside | None:
        """The week that a day lies in."""
        if self.period.kind == "week":
            return None
        week = _week_with(self.period.first)
        return Beside(title_of(week), path_of(week))

    @property
    def weighed(self) -> str:
        """How cards came to stand as they do."""
        return WEIGHED

    def _beside(self, step: Literal[-1, 1]) -> Beside | None:
        found = self.period.beside(step)
        if found is None or not found.has_begun(self.now):
            return None
        return Beside(title_of(found), path_of(found))

    def _laid_out(self, told: Told) -> RecapLine:
        return RecapLine(told.line, self.address, tuple(RecapLine(line, self.address) for line in told.echoes))


def path_of(period: Period) -> str:
    """A recap's address on this server."""
    return f"/recap/{period.name}"


def title_of(period: Period) -> str:
    """A week by its number, a day by its name."""
    if period.kind == "week":
        return f"Week {period.number}, {period.year}"
    return f"{WEEKDAYS[period.first.weekday()]} {date_words(period.first.isoformat())}"


def span_words(period: Period) -> str:
    """ "23 February to 1 March 2026", as short as it can be said."""
    first, last = period.first, period.last
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {date_words(last.isoformat())}"
    month = MONTHS[first.month - 1]
    start = f"{first.day} {month}" if first.year == last.year else f"{first.day} {month} {first.year:04}"
    return f"{start} to {date_words(last.isoformat())}"


def _week_with(day: date) -> Period:
    return Period("week", date.fromordinal(max(1, day.toordinal() - day.weekday())))


def _days_of(week: Period) -> Iterator[date]:
    for number in range((week.last - week.first).days + 1):
        yield week.first + timedelta(days=number)


def current_week(now: datetime) -> Period:
    """The one that is under way."""
    return _week_with(now.astimezone(UTC).date())
