"""How long an answer may stand for its page."""

from datetime import UTC, datetime

import pytest

from workers.adapters.page_freshness import CEILING_S, FLOOR_S, fresh_for_s, may_be_kept, parse_date, stated_lifetime_s
from workers.adapters.retry_after import asked_rest_s

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = "Mon, 02 Nov 2026 13:00:00 GMT"
YESTERDAY = "Sun, 01 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "is_kept"),
    [
        ({}, True),
        ({"cache-control": "max-age=60"}, True),
        ({"cache-control": "no-cache, must-revalidate"}, True),
        ({"cache-control": "No-Store"}, False),
        ({"cache-control": "max-age=60 , private"}, False),
        ({"cache-control": 'private="set-cookie"'}, False),
        ({"cache-control": 'ext="no-store, private"'}, True),  # a word in somebody's quotation
        ({"vary": "accept-encoding"}, True),
        ({"vary": "*"}, False),
        ({"vary": "cookie, *"}, False),
    ],
)
def test_only_what_is_meant_for_anybody_is_kept(headers: dict[str, str], is_kept: bool) -> None:
    """RFC 9111, 3, for a cache that many share."""
    assert may_be_kept(headers) is is_kept


@pytest.mark.parametrize(
    ("headers", "stated_s"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=7200"}, 7200),
        ({"cache-control": "max-age=7200, s-maxage=3600"}, 3600),
        ({"cache-control": 'max-age="7200"'}, 7200),
        ({"cache-control": "max-age=7200, max-age=1"}, 7200),
        ({"cache-control": "max-age=7200", "age": "1200"}, 6000),
        ({"cache-control": "max-age=7200", "date": "Mon, 02 Nov 2026 11:30:00 GMT"}, 5400),
        ({"cache-control": "max-age=60", "age": "7200"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=" + "9" * 5000}, 9_999_999_999),
        ({"cache-control": "no-cache, max-age=7200"}, 0),
        ({"cache-control": "max-age=7200", "expires": YESTERDAY}, 7200),
        ({"expires": HOUR}, 3600),
        ({"expires": HOUR, "date": "Mon, 02 Nov 2026 12:00:00 GMT"}, 3600),
        ({"expires": "0"}, 0),
        ({"expires": YESTERDAY}, 0),
    ],
)
def test_a_lifetime_is_what_is_stated_less_what_is_over(headers: dict[str, str], stated_s: float | None) -> None:
    """The shared cache's own figure first; what is no figure is none (RFC 9111, 4.2)."""
    assert stated_lifetime_s(headers, NOW) == stated_s


@pytest.mark.parametrize(
    ("headers", "fresh_s"),
    [
        ({"cache-control": "max-age=7200"}, 7200),
        ({"cache-control": "max-age=0"}, FLOOR_S),
        ({"cache-control": "no-cache"}, FLOOR_S),
        ({"cache-control": "max-age=31536000"}, CEILING_S),
        ({}, FLOOR_S),
        ({"last-modified": YESTERDAY}, 8640),  # a tenth of a day
        ({"last-modified": "Thu, 01 Jan 1970 00:00:00 GMT"}, CEILING_S),
        ({"last-modified": "Thu, 01 Jan 2099 00:00:00 GMT"}, FLOOR_S),
        ({"last-modified": "yesterday"}, FLOOR_S),
    ],
)
def test_a_page_is_fresh_between_ten_minutes_and_a_day(headers: dict[str, str], fresh_s: float) -> None:
    """Whatever it says of itself."""
    assert fresh_for_s(headers, NOW) == fresh_s


@pytest.mark.parametrize(
    "text", ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT"]
)
def test_all_three_forms_of_an_http_date_are_read(text: str) -> None:
    """RFC 9110, 5.6.7."""
    assert parse_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "soon", "Sun, 99 Nov 1994 08:49:37 GMT", "1 1 1 1", "Fri, 31 Dec 9999 23:59:59 -2300", "é" * 99],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Servers send anything."""
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("status", "headers", "rest_s"),
    [
        (429, {"retry-after": "120"}, 120),
        (503, {"retry-after": " 1.5 "}, 1.5),
        (429, {"retry-after": "0"}, 1),
        (503, {"retry-after": HOUR}, 3600),
        (503, {"retry-after": HOUR, "date": "Mon, 02 Nov 2026 12:59:00 GMT"}, 60),  # whose clock is ahead of ours
        (503, {"retry-after": YESTERDAY}, 1),
        (429, {"retry-after": "9" * 5000}, 999_999_999_999),
        (429, {"retry-after": "soon"}, None),
        (429, {"retry-after": "-5"}, None),
        (429, {}, None),
        (200, {"retry-after": "120"}, None),
        (301, {"retry-after": "120"}, None),
    ],
)
def test_an_answer_may_ask_to_be_left_alone(status: int, headers: dict[str, str], rest_s: float | None) -> None:
    """Retry-After in seconds or as a date, with the two statuses that mean it."""
    assert asked_rest_s(status, headers, NOW) == rest_s
