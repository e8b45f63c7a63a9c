"""Numbers, dates and spans as a reader says them."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
KINDS = {"thread": "the thread says", "web": "the web says", "interpretation": "interpretation"}
# No white space, control characters, quotes or angle brackets: such an address cannot end its attribute or its line.
WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f\"'<>`\\^{|}]+", re.IGNORECASE)
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?")
MACHINE_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?")


def web_address(url: str | None) -> str | None:
    """The address when it is http(s) and safe to print in any document, else None."""
    return url if url and WEB_ADDRESS.fullmatch(url) else None


def site_of(url: str) -> str:
    """The host a reader would name, without "www."; the whole text when it has none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or url).removeprefix("www.")


def date_words(date: str | datetime | None) -> str:
    """`2026-02-23` as "23 February 2026", as precise as it is given; text that is no date stays as it is."""
    if date is None:
        return ""
    if isinstance(date, datetime):
        date = date.astimezone(UTC).date().isoformat()
    match = PARTIAL_DATE.fullmatch(date)
    if not match or not 1 <= int(match[2] or 1) <= 12:
        return date
    year, month, day = match.groups()
    return " ".join(part for part in (day and str(int(day)), month and MONTHS[int(month) - 1], year) if part)


def is_date(date: str) -> bool:
    """Whether the text may stand in a `datetime` attribute (HTML, dates and times)."""
    return MACHINE_DATE.fullmatch(date) is not None


def instant_words(at: datetime) -> str:
    """Date, time and zone."""
    at = at.astimezone(UTC)
    return f"{date_words(at)}, {at:%H:%M} UTC"


def span_words(seconds: float) -> str:
    """One number and one unit: "9 s", "48 min", "2h", "12 days"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{round(seconds / 3600)}h"
    return f"{round(seconds / 86400)} days"


def count_words(count: int, one: str, many: str | None = None) -> str:
    """The number with its noun: "1 comment", "2,314 points"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def cost_words(usd: float) -> str:
    """Dollars as precise as they matter."""
    return f"${usd:.2f}" if usd >= 1 else f"${usd:.4f}".rstrip("0").rstrip(".") if usd else "no cost"
