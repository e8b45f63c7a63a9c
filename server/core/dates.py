"""Dates said in English prose, as ISO 8601 or as Chinese and Japanese write them, as precise as they are said.

Weekdays and days without a year are resolved against the page's own date.
"""

import re
from datetime import date, timedelta

import msgspec

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_MONTH = (
    r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|"
    r"aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?:(?P<month>0?[1-9]|1[0-2])月(?:(?P<day>[0-3]?\d)日)?)?"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_DAY}\b(?!\s*(?:%|percent|million|,?\s*\d))", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\s+{_MONTH}\b", re.IGNORECASE),
    re.compile(r"\bon\s+(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:in|since|during|by|until|of|before|after|from)\s+(?:early\s+|late\s+|mid-)?{_YEAR}\b"
        r"(?!\s*(?:to|and|through|until|-|–)\s*(?:19|20)\d\d)",
        re.IGNORECASE,
    ),
]  # fmt: skip

_AHEAD = re.compile(
    r"\b(?:will|won't|shall|due|scheduled|set|plans?|planned|expects?|expected|going|starting|until)\b", re.I
)
# "on Monday, 2 March": the day that follows is the date, and the weekday says nothing more.
_NEXT_DAY = re.compile(rf",?\s+(?:the\s+)?(?:\d{{4}}-\d\d-\d\d|(?:{_DAY}\s+(?:of\s+)?)?{_MONTH})\b", re.IGNORECASE)


class SaidDate(msgspec.Struct, frozen=True):
    """A date found in a text. `iso` is YYYY, YYYY-MM or YYYY-MM-DD; `resolved` when the page's own date was needed."""

    iso: str
    start: int
    end: int
    resolved: bool


def find_dates(text: str, published_at: str | None = None) -> list[SaidDate]:
    """Dates in order of appearance. What only a missing page date could complete is left out."""
    found: list[SaidDate] = []
    taken: list[tuple[int, int]] = []  # an impossible day is no coarser date either
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if any(start < other_end and end > other_start for other_start, other_end in taken):
                continue
            if "weekday" in match.groupdict() and (_is_ahead(text, start) or _NEXT_DAY.match(text, end)):
                continue
            taken.append((start, end))
            said = _read(match, published_at)
            if said:
                found.append(SaidDate(said[0], start, end, said[1]))
    return sorted(found, key=lambda item: item.start)


def _is_ahead(text: str, start: int) -> bool:
    """Whether the words before a weekday, in its sentence, speak of what is to come: "will vote on Monday"."""
    return bool(_AHEAD.search(re.split(r"[.!?]\s", text[:start])[-1]))


def _read(match: re.Match[str], published_at: str | None) -> tuple[str, bool] | None:
    parts = match.groupdict()
    if weekday := parts.get("weekday"):
        return _resolve_weekday(weekday, published_at)
    month = _month(parts.get("month"))
    day = int(parts["day"]) if parts.get("day") else None
    if parts.get("year"):
        return _iso(int(parts["year"]), month, day, False)
    base = _page_day(published_at)
    if base is None or month is None or day is None:
        return None
    try:
        year = base.year if date(base.year, month, day) <= base + timedelta(days=60) else base.year - 1
    except ValueError:
        return None
    return _iso(year, month, day, True)


def _month(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else _MONTHS.get(text.lower().rstrip("."))


def _iso(year: int, month: int | None, day: int | None, resolved: bool) -> tuple[str, bool] | None:
    if month is None:
        return str(year), resolved
    if day is None:
        return f"{year}-{month:02d}", resolved
    try:
        return date(year, month, day).isoformat(), resolved
    except ValueError:
        return None


def _page_day(published_at: str | None) -> date | None:
    try:
        return date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None


def _resolve_weekday(name: str, published_at: str | None) -> tuple[str, bool] | None:
    """The last such day on or before the page's own date."""
    base = _page_day(published_at)
    if base is None:
        return None
    return (base - timedelta(days=(base.weekday() - _WEEKDAYS[name.lower()]) % 7)).isoformat(), True


def spell_date(iso: str) -> str:
    """ "2026-02-23T…" or "2026-02-23" → "23 February 2026"; coarser dates as coarse; "" for what is no date."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", iso or "")
    if not match:
        return ""
    year, month, day = match.groups()
    name = date(2000, int(month), 1).strftime("%B") if month and 1 <= int(month) <= 12 else ""
    return " ".join(part for part in (str(int(day)) if day and name else "", name, year) if part)
