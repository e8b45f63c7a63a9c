"""What is read of any provider's answer."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from workers.adapters.search_answers import day_of, fit_query, plain, rest_of


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the <strong>lamp</strong>", "the lamp"),
        ("<b class='x'>lamp</b><br/>oil", "lampoil"),
        ("R&amp;D &#x27;s &lt;b&gt;", "R&D 's <b>"),
        ("vector<int> a; if a < b and c > d", "vector<int> a; if a < b and c > d"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b\u200bc\n\n d\ufeff", "a b c d"),
        ("<" * 100_000, "<" * 300),
        ("&" * 100_000, "&" * 300),
        (None, ""),
        (5, ""),
        (["a"], ""),
    ],
)
def test_words_lose_markup_and_entities_and_nothing_else(said: object, shown: str) -> None:
    """Of tags only those that mark words up; it is text to everyone who shows it."""
    assert plain(said, 300) == shown


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-02-23T18:00:00", "2026-02-23"),
        ("2026-02-23T18:00:00+00:00", "2026-02-23"),
        ("Mon, 23 Feb 2026 12:00:00 GMT", "2026-02-23"),
        ("February 23, 2026", "2026-02-23"),
        ("Feb 2026", "2026-02"),
        ("3 days ago", None),
        ("1771869600", None),
        ("", None),
        (None, None),
        (1771869600, None),
        ("2026-02-23" * 50, None),
    ],
)
def test_a_day_is_read_however_it_is_written(said: object, day: str | None) -> None:
    """What only today could complete is left out."""
    assert day_of(said) == day


@pytest.mark.parametrize(
    ("told", "rest_s"),
    [("5", 5.0), (" 0 ", 0.0), ("-5", None), ("soon", None), ("", None), ("9" * 30, None), ("1e3", None),
     ("Mon, 23 Feb 2026 12:00:00", None)],
)  # fmt: skip
def test_retry_after_is_read_in_seconds(told: str, rest_s: float | None) -> None:
    """What is no number of seconds says nothing."""
    assert rest_of({"retry-after": told}) == rest_s


def test_retry_after_is_read_as_an_instant() -> None:
    """One that is over asks for no rest."""
    now = datetime.now(UTC)
    later = rest_of({"retry-after": format_datetime(now + timedelta(seconds=90), usegmt=True)})
    assert later is not None
    assert 85 < later <= 90
    assert rest_of({"retry-after": format_datetime(now - timedelta(days=1), usegmt=True)}) == 0.0
    assert rest_of({}) is None


def test_a_query_is_cut_between_words_where_it_has_any() -> None:
    """Never longer than asked for."""
    assert fit_query("one two three", 8) == "one two"
    assert fit_query("one two three", 99, most_words=2) == "one two"
    assert fit_query("灯" * 50, 8) == "灯" * 8
    assert fit_query(" \n ", 8) == ""
