"""An event's date is its source's."""

import pytest

from server.core.dating import is_dated

DAY = "2026-03-10T09:30:00+00:00"


@pytest.mark.parametrize(
    ("day", "quote"),
    [
        ("2026-02-23", "The council voted on 23 February 2026."),
        ("2026-02", "The council voted on 23 February 2026."),
        ("2026", "The council voted on 23 February 2026."),
        ("2026-03-09", "The council voted on Monday."),
        ("2026-03-10", "The council has voted."),
        ("1884", "Its lens (1884) is the oldest."),
        ("2026-02", "It was sold last month."),
        ("2025", "It was sold last year."),
        ("2026-03-09", "It was sold yesterday."),
        ("2026-02-17", "It was sold three weeks ago."),
    ],
)
def test_a_date_may_be_said_or_counted_from_the_pages_day(day: str, quote: str) -> None:
    """As precise as the source or less."""
    assert is_dated(day, quote, "", DAY)


@pytest.mark.parametrize(
    ("day", "quote"),
    [
        ("2026-02-24", "The council voted on 23 February 2026."),
        ("2025-02-23", "The council voted on 23 February 2026."),
        ("2026-02-23", "The council voted in February 2026."),
        ("2031", "The council has voted."),
        ("2019", "It was sold last year."),
        ("2026-02-09", "It was sold yesterday."),
        ("1884", "Lot 18840 was sold."),
    ],
)
def test_a_date_of_ones_own_is_none(day: str, quote: str) -> None:
    """Neither another nor a more precise one."""
    assert not is_dated(day, quote, "", DAY)


def test_what_stands_around_may_date_an_event_and_an_undated_page_resolves_nothing() -> None:
    """Its heading, its neighbours."""
    assert is_dated("2026-02-23", "The council voted.", "23 February 2026", None)
    assert not is_dated("2026-02-23", "The council voted yesterday.", "", None)
    assert not is_dated("2026-02-23", "The council voted yesterday.", "", "2026")
