"""Whether a card may still speak for its thread."""

from datetime import timedelta

import pytest

from server.core.freshness import fresh_until, freshness, holds_between
from tests.fakes import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "fresh_for"),
    [
        (timedelta(0), timedelta(hours=1)),
        (timedelta(hours=8), timedelta(hours=1)),
        (timedelta(hours=16), timedelta(hours=2)),
        (timedelta(days=56), timedelta(days=7)),
        (timedelta(days=5_000), timedelta(days=7)),
        (timedelta(hours=-5), timedelta(hours=1)),
    ],
)
def test_a_card_is_fresh_for_an_eighth_of_the_threads_age(age: timedelta, fresh_for: timedelta) -> None:
    """At least an hour, at most a week, also for a post from a clock that is ahead."""
    assert fresh_until(NOON - age, NOON) == NOON + fresh_for


def test_a_thread_of_unknown_age_is_taken_for_new() -> None:
    """An hour."""
    assert fresh_until(None, NOON) == NOON + timedelta(hours=1)


def test_fresh_then_aging_for_as_long_again_then_stale() -> None:
    """The borders belong to the younger state."""
    until = NOON + timedelta(hours=2)
    ages = [(NOON, "fresh"), (until, "fresh"), (until + SECOND, "aging"), (until + timedelta(hours=2), "aging"),
            (until + timedelta(hours=2) + SECOND, "stale"), (until + timedelta(days=900), "stale")]  # fmt: skip
    assert [freshness(NOON, until, now) for now, _ in ages] == [state for _, state in ages]


def test_a_card_from_the_future_is_fresh() -> None:
    """A reader whose clock is behind sees nothing odd."""
    assert freshness(NOON, NOON + timedelta(hours=1), NOON - timedelta(days=1)) == "fresh"


@pytest.mark.parametrize("kept_for", [timedelta(), timedelta(hours=1), timedelta(days=7)])
def test_what_is_said_of_freshness_holds_as_long_as_is_told(kept_for: timedelta) -> None:
    """After the one instant and until the other it says the same, and something else just outside them."""
    step, until = timedelta(microseconds=1), NOON + kept_for
    moments = {at + move for at in (NOON, until, until + kept_for) for move in (-step, timedelta(), step)}
    for now in moments:
        after, last = holds_between(NOON, until, now)
        assert after < now <= last
        for other in moments:
            is_same = freshness(NOON, until, other) == freshness(NOON, until, now)
            assert (after < other <= last) is is_same
