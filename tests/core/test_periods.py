"""Weeks and days by name: ISO 8601, in UTC, on both sides of every year."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from server.core.errors import NotFound
from server.core.periods import Period, day_of, parse_period, week_of

# Edges of years as ISO 8601 counts their weeks: 2020 and 2026 have 53, others 52.
WEEKS = {
    "2026-W09": (date(2026, 2, 23), date(2026, 3, 1)),
    "2026-W01": (date(2025, 12, 29), date(2026, 1, 4)),
    "2026-W53": (date(2026, 12, 28), date(2027, 1, 3)),
    "2020-W53": (date(2020, 12, 28), date(2021, 1, 3)),
    "2021-W01": (date(2021, 1, 4), date(2021, 1, 10)),
    "0001-W01": (date(1, 1, 1), date(1, 1, 7)),
    "9999-W52": (date(9999, 12, 27), date(9999, 12, 31)),
}


@pytest.mark.parametrize("name", WEEKS)
def test_a_week_has_its_days_and_its_name_back(name: str) -> None:
    """Also where it lies in two years."""
    week = parse_period(name)
    assert (week.first, week.last, week.name) == (*WEEKS[name], name)
    at = datetime.combine(week.first, datetime.min.time(), UTC)
    assert week_of(at) == week
    assert week_of(datetime.combine(week.last, datetime.max.time(), UTC)) == week


@pytest.mark.parametrize(
    "name",
    [
        "", "2025-W53", "2026-W00", "2026-W54", "2026-W9", "26-W09", "2026-02-30", "2026-13-01", "2026-2-3", "0000-W01",
        "2026-W09x", "٢٠٢٦-W09", "../2026-W09", "2026-W09/", "9999-W53",
    ],
)  # fmt: skip
def test_a_name_of_no_week_and_no_day_is_not_found(name: str) -> None:
    """The answer says how they are written."""
    with pytest.raises(NotFound, match="2026-W09, days 2026-02-23"):
        parse_period(name)


def test_other_spellings_of_a_week_are_read() -> None:
    """The address then leads to the proper one."""
    assert {parse_period(name).name for name in ("2026-w09", "2026W09", "2026-W09")} == {"2026-W09"}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("2026-W09", "2026-W08", "2026-W10"),
        ("2026-W01", "2025-W52", "2026-W02"),
        ("2026-W53", "2026-W52", "2027-W01"),
        ("2020-W53", "2020-W52", "2021-W01"),
        ("2024-02-29", "2024-02-28", "2024-03-01"),
        ("2026-01-01", "2025-12-31", "2026-01-02"),
        ("0001-W01", None, "0001-W02"),
        ("9999-W52", "9999-W51", None),
        ("9999-12-31", "9999-12-30", None),
        ("0001-01-01", None, "0001-01-02"),
    ],
)
def test_neighbours_cross_years_and_end_with_the_calendar(name: str, before: str | None, after: str | None) -> None:
    """One step each way."""
    period = parse_period(name)
    assert [found and found.name for found in (period.beside(-1), period.beside(1))] == [before, after]


def test_the_day_is_that_of_utc_whatever_the_clock_says() -> None:
    """Half past eight in the evening of Sunday in New York is Monday, and the next week."""
    new_york = timezone(timedelta(hours=-5))
    at = datetime(2026, 2, 22, 20, 30, tzinfo=new_york)
    assert (day_of(at).name, week_of(at).name) == ("2026-02-23", "2026-W09")
    auckland = timezone(timedelta(hours=13))
    assert week_of(datetime(2026, 2, 23, 12, 0, tzinfo=auckland)).name == "2026-W08"


def test_a_period_begins_and_ends_by_the_clock_in_utc() -> None:
    """The first second of Monday belongs to the new week."""
    week = parse_period("2026-W09")
    monday = datetime(2026, 2, 23, tzinfo=UTC)
    assert not week.has_begun(monday - timedelta(seconds=1))
    assert week.has_begun(monday)
    assert not week.is_over(monday + timedelta(days=7) - timedelta(seconds=1))
    assert week.is_over(monday + timedelta(days=7))


def test_the_year_of_a_week_is_the_one_it_is_counted_in() -> None:
    """Its first day may lie in the year before."""
    assert (Period("week", date(2025, 12, 29)).year, Period("day", date(2025, 12, 29)).year) == (2026, 2025)
