"""What an answer says about when to come back (RFC 9110, 10.2.3)."""

import re
from collections.abc import Mapping
from datetime import datetime

from workers.adapters.page_freshness import parse_date

STATUSES = frozenset({429, 503})
SHORTEST_S = 1.0  # "0", or a date that is over, is still a wish


def asked_rest_s(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """For how long the host wants to be left alone; None where it asks for nothing.

    A date is counted from the answer's own, so that a clock that goes wrong goes wrong in both.
    """
    wish = headers.get("retry-after", "").strip()
    if status not in STATUSES or not wish:
        return None
    if re.fullmatch(r"[0-9]+(?:\.[0-9]*)?", wish):
        return max(SHORTEST_S, float(wish[:12]))
    until = parse_date(wish)
    if until is None:
        return None
    return max(SHORTEST_S, (until - (parse_date(headers.get("date", "")) or now)).total_seconds())
