"""Whether a card may still speak for its thread."""

from datetime import UTC, datetime, timedelta

from server.core.card import Card, Freshness

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=7)
EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def fresh_until(posted_at: datetime | None, captured_at: datetime) -> datetime:
    """An eighth of the thread's age after its capture, at least an hour, at most seven days."""
    age = captured_at - posted_at if posted_at else timedelta()
    return captured_at + min(max(age / 8, SHORTEST), LONGEST)


def freshness(captured_at: datetime, until: datetime, now: datetime) -> Freshness:
    """Fresh until `until`, aging for as long again, then stale."""
    if now <= until:
        return "fresh"
    return "aging" if now <= until + (until - captured_at) else "stale"


def holds_between(captured_at: datetime, until: datetime, now: datetime) -> tuple[datetime, datetime]:
    """The instants after which and until which `freshness` says what it says now."""
    stale_after = until + (until - captured_at)
    word = freshness(captured_at, until, now)
    return {"fresh": (EVER, until), "aging": (until, stale_after), "stale": (max(until, stale_after), NEVER)}[word]


def is_due(card: Card, now: datetime) -> bool:
    """Whether a card is stale and a refresh may help.

    A thread that was captured long ago, or recorded, is stale from the start: made within the hour, it is as new as
    it gets.
    """
    if now - card.generated_at < SHORTEST:
        return False
    return freshness(card.capture.captured_at, card.fresh_until, now) == "stale"
