from datetime import UTC, datetime

import pytest
from lxml import html

from workers.extract.dates import find_published_at, read_date, spell_date
from workers.extract.linked_data import LinkedArticle
from workers.extract.metas import read_metas

URL = "https://www.harbour.example/2026/lamp"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2026-02-23", "2026-02-23"),
        ("2026/2/3", "2026-02-03"),
        ("2026-02", "2026-02"),
        ("2026", "2026"),
        ("2026-02-23T20:22:55.000Z", "2026-02-23T20:22:55.000Z"),
        ("2026-07-09 12:21 -0700", "2026-07-09T12:21-07:00"),
        ("2026-02-23T20:22:55", "2026-02-23"),
        ("2026-02-23T00:00:00Z", "2026-02-23"),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-31", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_it_was_said(value: str, date: str | None) -> None:
    """No day is made up, and a default value is no date."""
    assert spell_date(value) == date


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published February 23, 2026 at 6 PM", "2026-02-23"),
        ("Feb. 3rd, 2026", "2026-02-03"),
        ("23 February 2026", "2026-02-23"),
        ("Datum: 18.10.2021", "2021-10-18"),
        ("am 5. März 2026", "2026-03-05"),
        ("1er août 2025", "2025-08-01"),
        ("el 5 de junio de 2025", "2025-06-05"),
        ("5 giugno 2025", "2025-06-05"),
        ("2025年6月5日", "2025-06-05"),
        ("2025.6.5", "2025-06-05"),
        ("05/06/2025", None),
        ("32 June 2025", None),
        ("June 2025", None),
        ("Room 12, 2025 Street", None),
    ],
)
def test_a_written_date_is_read_in_many_languages(line: str, date: str | None) -> None:
    """A whole date only, and none that Britons and Americans read differently."""
    assert read_date(line) == date


def published(
    head: str, body: str = "<p>Printed in 2019 or so.</p>", linked: LinkedArticle | None = None, url: str = URL
) -> str | None:
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return find_published_at(tree, url, read_metas(tree), linked or LinkedArticle(), NOW)


def test_a_page_without_a_date_gets_none() -> None:
    """Never today's, never a guess from the text, and nothing from the future."""
    stamp = '<meta property="article:published_time" content="{}">'
    assert published("") is None
    assert published(stamp.format("2026-02-23T08:00:00Z")) == "2026-02-23T08:00:00Z"
    assert published(stamp.format("2031-01-01")) is None
    assert published("", linked=LinkedArticle(published_at="2026-02-20")) == "2026-02-20"


def test_the_day_in_a_pages_header_and_the_year_in_its_footer_are_no_dates_of_issue() -> None:
    """A page read today says what day it is, and that its rights are this year's."""
    header = "<div class=masthead><span class=date>March 1, 2026</span></div>"
    assert published("", f"{header}<p>x</p><footer>© 2024 The Harbour</footer>") is None


@pytest.mark.parametrize(
    "dated",
    [
        "<h1>The lamp</h1><p class=meta>Posted on 23 February 2026</p>",
        "<div><h1>The lamp</h1></div><time datetime='2026-02-23'>last week</time>",
        "<span itemprop=datePublished content='2026-02-23'>x</span><h1>The lamp</h1>",
        "<h1>The lamp</h1><time class=updated datetime='2026-02-27'>Updated</time><time>February 23, 2026</time>",
        "<h1>The lamp</h1><div class=docdate>Datum: 23.02.2026</div>",
    ],
)
def test_a_date_is_read_where_it_stands_with_the_title(dated: str) -> None:
    """From the stamp, else from the words; the day of a change is not the day of issue."""
    assert published("", f"<article>{dated}</article><p>x</p>") == "2026-02-23"


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://harbour.example/2026/02/23/lamp", "2026-02-23"),
        ("https://harbour.example/news/2025/nov/18/lamp/", "2025-11-18"),
        ("https://harbour.example/story/2026-02-20/lamp", "2026-02-20"),
        ("https://harbour.example/2026/02/lamp", None),
        ("https://harbour.example/2026/13/45/lamp", None),
    ],
)
def test_an_address_may_tell_the_day(url: str, date: str | None) -> None:
    """Where the page itself does not; a month alone is left to the page."""
    assert published("", url=url) == date


def test_the_most_precise_of_agreeing_dates_counts() -> None:
    """The address has the day, the title's time element the second."""
    body = "<article><h1>The lamp</h1><time datetime='2026-02-23T06:30:00+01:00'>x</time></article>"
    day = LinkedArticle(published_at="2026-02-23")
    assert published("", body, day) == "2026-02-23T06:30:00+01:00"
    assert published("", body, LinkedArticle(published_at="2026-02-22")) == "2026-02-22"
