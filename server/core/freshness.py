"""Whether a card may still speak for its thread."""

from datetime import datetime, timedelta

from server.core.card import Card, Freshness

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=7)


def fresh_until(posted_at: datetime | None, captured_at: datetime) -> datetime:
    """An eighth of the thread's age after its capture, at least an hour, at most seven days."""
    age = captured_at - posted_at if posted_at else timedelta()
    return captured_at + min(max(age / 8, SHORTEST), LONGEST)


def freshness(captured_at: datetime, until: datetime, now: datetime) -> Freshness:
    """Fresh until `until`, aging for as long again, then stale."""
    if now <= until:
        return "fresh"
    return "aging" if now <= until + (until - captured_at) else "stale"


def is_due(card: Card, now: datetime) -> bool:
    """Whether a card is stale and a refresh may help.

    A thread that was captured long ago, or recorded, is stale from the start: made within the hour, it is as new as
    it gets.
    """
    if now - card.generated_at < SHORTEST:
        return False
    return freshness(card.capture.captured_at, card.fresh_until, now) == "stale"
