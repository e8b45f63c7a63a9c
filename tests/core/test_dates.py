"""Dates as precise as they are said."""

import pytest

from server.core.dates import find_dates, spell_date


def isos(text: str, published_at: str | None = None) -> list[str]:
    return [said.iso for said in find_dates(text, published_at)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-23", "2026-02-23T10:15:00+00:00", "23 February 2026", "23rd of February, 2026", "February 23, 2026",
        "Feb. 23rd 2026", "feb 23 2026", "Monday, 23 February 2026", "2026年2月23日", "2026年02月23日",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    """ISO, British and American spellings give one day, and need no page date."""
    (said,) = find_dates(f"It began {text}, in the rain.")
    assert (said.iso, said.resolved) == ("2026-02-23", False)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("in February 2026", "2026-02"), ("in Sept. 2025", "2025-09"), ("since May of 2019", "2019-05"),
        ("in 2026", "2026"), ("by late 2027", "2027"), ("2026年2月", "2026-02"), ("2027年", "2027"),
    ],
)  # fmt: skip
def test_coarser_dates_stay_as_coarse(text: str, iso: str) -> None:
    """A month is no day and a year no month."""
    assert isos(f"Work began {text}.", "2026-06-01") == [iso]


@pytest.mark.parametrize(
    "text", ["31 February 2026", "February 31, 2026", "2026-02-31", "30 February", "on 45 May 2026"]
)
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    """Neither that day nor, in its place, the month or the year around it."""
    assert isos(f"It was due {text}.", "2026-06-01") in ([], ["2026-05"])
    assert isos("31 February 2026") == isos("in 2026-02-31") == []


def test_a_leap_day_exists_in_its_years_only() -> None:
    """29 February 2024 is a day; 2026 has none."""
    assert isos("29 February 2024") == ["2024-02-29"]
    assert isos("29 February 2026") == []
    assert isos("29 February", "2026-03-10") == []


@pytest.mark.parametrize(
    ("weekday", "published_at", "iso"),
    [
        ("Monday", "2026-02-25", "2026-02-23"),
        ("Wednesday", "2026-02-25", "2026-02-25"),
        ("Thursday", "2026-02-25", "2026-02-19"),
        ("sunday", "2026-03-01T08:00:00Z", "2026-03-01"),
    ],
)
def test_a_weekday_is_the_last_such_day_up_to_the_page(weekday: str, published_at: str, iso: str) -> None:
    """The page's own day included, and the answer says that it was resolved."""
    (said,) = find_dates(f"The lamp was lit on {weekday}.", published_at)
    assert (said.iso, said.resolved) == (iso, True)


@pytest.mark.parametrize("published_at", [None, "", "2026", "2026-02", "soon", "2026-13-01"])
def test_what_only_the_page_could_complete_is_left_out_without_its_day(published_at: str | None) -> None:
    """Weekdays and days without a year say nothing beside a page whose day is unknown."""
    assert isos("It was lit on Monday, and again on 3 March.", published_at) == []


@pytest.mark.parametrize(
    "text",
    [
        "The council will vote on Monday.", "The vote is due on Monday.", "They plan to meet on Monday.",
        "It is scheduled to open on Monday.",
    ],
)  # fmt: skip
def test_a_weekday_still_to_come_is_not_dated_into_the_past(text: str) -> None:
    """ "Will vote on Monday" is about a day after the page's, which we do not guess."""
    assert isos(text, "2026-02-20") == []
    assert isos("The council will decide. It met on Monday.", "2026-02-20") == ["2026-02-16"]


def test_a_weekday_beside_its_date_says_nothing_more() -> None:
    """ "On Monday, 2 March 2026" is one date, also when the page is of June."""
    assert isos("On Monday, 2 March 2026 it rained.", "2026-06-03") == ["2026-03-02"]
    assert isos("On Monday, March 2 it rained.", "2026-06-03") == ["2026-03-02"]


@pytest.mark.parametrize(
    ("text", "published_at", "iso"),
    [
        ("on 23 February", "2026-02-25", "2026-02-23"),
        ("on December 28", "2026-01-04", "2025-12-28"),
        ("on 10 March", "2026-02-25", "2026-03-10"),
        ("on 30 November", "2026-02-25", "2025-11-30"),
    ],
)
def test_a_day_without_its_year_is_near_the_page(text: str, published_at: str, iso: str) -> None:
    """The page's year, or the one before where the day would be more than two months ahead."""
    (said,) = find_dates(f"It was lit {text}.", published_at)
    assert (said.iso, said.resolved) == (iso, True)


@pytest.mark.parametrize(
    "text",
    [
        "May 5 percent",
        "in March 2,000 ships",
        "March 10 million",
        "may 40 times",
        "from 2019 to 2021",
        "12026-01-01",
        "",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    """Amounts beside a month's name, spans of years and longer digits are passed over."""
    assert isos(text, "2026-06-01") == []


def test_dates_come_in_their_order_and_name_their_place() -> None:
    """Positions are code points of the text they were found in, also behind an emoji."""
    text = "🚀 In 2019, then on 23 February 2026."
    found = find_dates(text)
    assert [(text[said.start : said.end], said.iso) for said in found] == [
        ("In 2019", "2019"), ("23 February 2026", "2026-02-23"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("iso", "spelled"),
    [
        ("2026-02-23T10:00:00Z", "23 February 2026"), ("2026-02-03", "3 February 2026"), ("2026-02", "February 2026"),
        ("2026", "2026"), ("2026-13-01", "2026"), ("", ""), ("yesterday", ""),
    ],
)  # fmt: skip
def test_dates_are_spelled_out_as_coarse_as_they_are(iso: str, spelled: str) -> None:
    """Nothing is made up: what is no date is spelled as nothing."""
    assert spell_date(iso) == spelled
