"""The weeks and days that recaps are of: ISO 8601 weeks and calendar days, both in UTC, for every reader alike.

A card belongs to the day, and to the week, in which it was first made. The first week of a year is the one that holds
its first Thursday: 2026-W01 begins on 29 December 2025, and years have 52 or 53 weeks.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from server.core.errors import NotFound

WEEK = timedelta(days=7)
_WEEK = re.compile(r"(\d{4})-?[Ww](\d{2})", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_HOW = "Weeks are written 2026-W09, days 2026-02-23."


class Period(msgspec.Struct, frozen=True):
    """A week or a day, by its first day."""

    kind: Literal["week", "day"]
    first: date

    @property
    def name(self) -> str:
        """As its address says it: 2026-W09 or 2026-02-23."""
        if self.kind == "day":
            return self.first.isoformat()
        year, week, _ = self.first.isocalendar()
        return f"{year:04}-W{week:02}"

    @property
    def last(self) -> date:
        """Its last day; the calendar's own where that ends sooner."""
        if self.kind == "day":
            return self.first
        return date.fromordinal(min(self.first.toordinal() + 6, date.max.toordinal()))

    @property
    def number(self) -> int:
        """A week's in its year."""
        return self.first.isocalendar().week

    @property
    def year(self) -> int:
        """The year that a week is counted in, which may be another than its first day's."""
        return self.first.isocalendar().year if self.kind == "week" else self.first.year

    def has_begun(self, now: datetime) -> bool:
        """By the clock in UTC."""
        return self.first <= now.astimezone(UTC).date()

    def is_over(self, now: datetime) -> bool:
        """Nothing more will be added to it."""
        return self.last < now.astimezone(UTC).date()

    def beside(self, step: Literal[-1, 1]) -> "Period | None":
        """The one before or after; None beyond the calendar."""
        days = step * (7 if self.kind == "week" else 1)
        ordinal = self.first.toordinal() + days
        if not date.min.toordinal() <= ordinal <= date.max.toordinal():
            return None
        return Period(self.kind, date.fromordinal(ordinal))


def week_of(at: datetime) -> Period:
    """The week that an instant lies in."""
    day = at.astimezone(UTC).date()
    return Period("week", date.fromordinal(max(1, day.toordinal() - day.weekday())))


def day_of(at: datetime) -> Period:
    """The day that an instant lies in."""
    return Period("day", at.astimezone(UTC).date())


def parse_period(text: str) -> Period:
    """A week or a day by its name, however its letter is written; NotFound, with the way to write it, for any other."""
    try:
        if match := _WEEK.fullmatch(text):
            return Period("week", date.fromisocalendar(int(match[1]), int(match[2]), 1))
        if match := _DAY.fullmatch(text):
            return Period("day", date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError as error:
        raise NotFound(f"There is no such week or day in the calendar. {_HOW}") from error
    raise NotFound(f"There is no recap at this address. {_HOW}")
