"""How long an answer may stand for its page: RFC 9111 as a shared cache reads it, within bounds of our own."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FLOOR_S = 600.0  # even where the page says less, since many cards ask for one page within minutes
CEILING_S = 86_400.0  # as long as RFC 9309 lets a robots.txt count, by which the page was allowed
HEURISTIC_SHARE = 0.1  # RFC 9111, 4.2.2
DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?')
Headers = Mapping[str, str]


def may_be_kept(headers: Headers) -> bool:
    """Whether the answer may be shown to others than who asked. We send no cookies, so that it was made for nobody."""
    said = _directives(headers)
    return not {"no-store", "private"} & said.keys() and "*" not in headers.get("vary", "")


def fresh_for_s(headers: Headers, now: datetime) -> float:
    """How long it may be answered without asking again: what it states, less its age, between floor and ceiling.

    "no-cache" and "must-revalidate" lose against the floor, which the RFC does not foresee: what a card says was read
    at a given minute is true for that minute.
    """
    lifetime_s = stated_lifetime_s(headers, now)
    if lifetime_s is None:
        lifetime_s = _heuristic_s(headers, now)
    return max(FLOOR_S, min(lifetime_s, CEILING_S))


def stated_lifetime_s(headers: Headers, now: datetime) -> float | None:
    """What is left of the lifetime that it states; None where it states none."""
    said = _directives(headers)
    if {"no-store", "no-cache"} & said.keys():
        return 0.0
    age_s = _age_s(headers, now)
    for name in ("s-maxage", "max-age"):
        if name in said:
            return max(0.0, _seconds(said[name]) - age_s)
    if "expires" not in headers:
        return None
    expires, date = parse_date(headers["expires"]), parse_date(headers.get("date", "")) or now
    return max(0.0, (expires - date).total_seconds() - age_s) if expires else 0.0  # "0" has expired


def parse_date(value: str) -> datetime | None:
    """An HTTP date, in any form that a server may send."""
    try:
        date = parsedate_to_datetime(value)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _directives(headers: Headers) -> dict[str, str]:
    """Of two that contradict one another the first counts (RFC 9111, 4.2.1)."""
    said: dict[str, str] = {}
    for name, quoted, plain in DIRECTIVE.findall(headers.get("cache-control", "")[:2_000]):
        said.setdefault(name.lower(), quoted or plain)
    return said


def _seconds(value: str) -> float:
    """What is no number is no lifetime."""
    return float(value[:10]) if value.isascii() and value.isdecimal() else 0.0


def _age_s(headers: Headers, now: datetime) -> float:
    """How long it has stood in other caches (RFC 9111, 4.2.3); its own clock counts where no age is told."""
    date = parse_date(headers.get("date", ""))
    apparent_s = max(0.0, (now - date).total_seconds()) if date else 0.0
    return max(apparent_s, _seconds(headers.get("age", "")))


def _heuristic_s(headers: Headers, now: datetime) -> float:
    modified = parse_date(headers.get("last-modified", ""))
    return max(0.0, (now - modified).total_seconds() * HEURISTIC_SHARE) if modified else 0.0
