"""Whether an event's date is its source's: said in the passage, said around it, or counted from the page's own day."""

import re
from datetime import date, timedelta

from server.core.dates import find_dates

_NEAR = r"last|this|next|past|previous|coming"
_EARLY = r"earlier this|earlier in this|later this"
_APART = r"ago|earlier|later"
_RELATIVE = re.compile(
    r"\b(?:(?P<day>today|tonight|yesterday|tomorrow|this (?:morning|afternoon|evening)|\w+days?|hours? ago)|"
    rf"(?P<week>(?:{_NEAR}) (?:week|weekend)|weeks? (?:{_APART}))|"
    rf"(?P<month>(?:{_NEAR}|{_EARLY}) month|(?:months?|days?) (?:{_APART}))|"
    rf"(?P<year>(?:{_NEAR}|{_EARLY}) (?:year|spring|summer|autumn|fall|winter))|(?P<years>years? (?:{_APART})))\b",
    re.IGNORECASE,
)
_REACH_DAYS = {"day": 8, "week": 35, "month": 370, "year": 740, "years": 3_700}


def is_dated(day: str, quote: str, around: str, published_at: str | None) -> bool:
    """Whether `day` (YYYY, YYYY-MM or YYYY-MM-DD) is no more precise than its source and no other.

    "Three weeks ago" is not counted out: then any day within reach of the page's own passes.
    """
    page_day = (published_at or "")[:10] or None
    said = [found.iso for text in (quote, around) for found in find_dates(text, page_day)]
    if page_day and page_day.startswith(day):
        return True
    if any(iso.startswith(day) for iso in said) or (len(day) == 4 and re.search(rf"(?<!\d){day}(?!\d)", quote)):
        return True
    return bool(page_day) and _is_within_reach(day, page_day or "", quote)


def _is_within_reach(day: str, page_day: str, quote: str) -> bool:
    reach = max((_REACH_DAYS[match.lastgroup or "day"] for match in _RELATIVE.finditer(quote)), default=0)
    if not reach or len(page_day) < 10:
        return False
    try:
        own = date.fromisoformat(page_day)
        first = date.fromisoformat((day + "-01-01")[:10] if len(day) == 4 else (day + "-01")[:10])
    except ValueError:
        return False
    span_days = {4: 366, 7: 31, 10: 1}[len(day)]
    return own - timedelta(days=reach + span_days) < first <= own + timedelta(days=reach)
