"""When a community is looked at again, and which of its threads become cards."""

from datetime import timedelta

import msgspec
import pytest

from server.core.errors import InvalidRequest
from server.core.jobs import Job, Problem
from server.core.watching import (
    LONGEST_REST,
    TRY_AGAIN,
    Find,
    Known,
    Listed,
    Run,
    Watch,
    after_run,
    check_top,
    choose,
    every_words,
    parse_every,
    reason_to_skip,
    skipped_words,
)
from tests.fakes import NOON, make_job

WATCH = Watch(target="r/Lighthouses", every_s=7200, top=5, created_at=NOON, next_at=NOON)
FIND = Find(canonical_url="https://t.example/1", target="r/Lighthouses", job_id="job-kestrel-0001", found_at=NOON)


@pytest.mark.parametrize(
    ("text", "seconds", "words"),
    [("10m", 600, "10m"), (" 2H", 7200, "2h"), ("90min", 5400, "90m"), ("48h", 172_800, "2d")],
)
def test_intervals_are_read_and_said(text: str, seconds: int, words: str) -> None:
    """In the largest unit that fits."""
    assert (parse_every(text), every_words(seconds)) == (seconds, words)


@pytest.mark.parametrize("text", ["", "2", "h", "9m", "0h", "-2h", "31d", "2h30m", "9999999h", "1.5h"])
def test_intervals_that_are_none_or_impolite_are_refused(text: str) -> None:
    """Ten minutes at the soonest, thirty days at the latest."""
    with pytest.raises(InvalidRequest):
        parse_every(text)


@pytest.mark.parametrize("top", [0, -1, 51])
def test_a_number_out_of_bounds_is_refused(top: int) -> None:
    """One to fifty."""
    with pytest.raises(InvalidRequest):
        check_top(top)


def test_the_top_of_a_list_is_counted_without_what_is_set_aside() -> None:
    """Nobody's pinned post takes a news item's place, and a thread listed twice counts once."""
    listing = [
        Listed(url="p", set_aside="pinned"),
        Listed(url="a"),
        Listed(url="a"),
        Listed(url="n", set_aside="adult"),
        Listed(url="b"),
        Listed(url="c"),
        Listed(url="q", set_aside="pinned"),
    ]
    chosen, aside = choose(listing, 2)
    assert ([listed.url for listed in chosen], aside) == (["a", "b"], {"pinned": 1, "adult": 1})


# ---- when ------------------------------------------------------------------------------------------------


def test_a_community_is_looked_at_after_its_interval() -> None:
    """From the beginning of the last look; past failures are forgotten."""
    run = Run(started_at=NOON, via="api", listed=25)
    ended = after_run(msgspec.structs.replace(WATCH, failures=3), run)
    assert (ended.next_at, ended.failures, ended.last) == (NOON + timedelta(hours=2), 0, run)


def test_a_list_that_fails_is_asked_for_less_and_less_often() -> None:
    """Twice as late each time, a day at most, and never sooner than its interval."""
    run, watch = Run(started_at=NOON, problem="Reddit says 403."), WATCH
    pauses = []
    for _ in range(6):
        watch = after_run(watch, run)
        pauses.append(watch.next_at - NOON)
    assert pauses == [timedelta(hours=hours) for hours in (2, 4, 8, 16, 24, 24)]
    daily = after_run(msgspec.structs.replace(WATCH, every_s=3 * 86_400, failures=9), run)
    assert daily.next_at - NOON == timedelta(days=3) > LONGEST_REST


def test_a_site_that_says_how_long_to_wait_is_not_asked_sooner() -> None:
    """Also where that is longer than our own pause; a wait of years is held to a month."""
    run = Run(started_at=NOON, problem="429")
    assert after_run(WATCH, run, wait_s=5 * 3600).next_at == NOON + timedelta(hours=5)
    assert after_run(WATCH, run, wait_s=60).next_at == NOON + timedelta(hours=2)
    assert after_run(WATCH, run, wait_s=1e12).next_at == NOON + timedelta(days=30)


# ---- what ------------------------------------------------------------------------------------------------


def failed(*, retryable: bool, **changes: object) -> Job:
    problem = Problem(type="thread-unavailable", title="t", status=502, detail="d", retryable=retryable)
    return make_job(state="failed", error=problem, finished_at=NOON, **changes)


LATER = NOON + TRY_AGAIN
UNDER_WAY = make_job()
DONE, CANCELLED = (make_job(state=state, finished_at=NOON) for state in ("done", "cancelled"))
ROWS = {
    "a thread that nobody knows": (Known(), NOON, None),
    "a thread with a fresh card": (Known(has_card=True), NOON, "known"),
    "a thread whose card is stale": (Known(has_card=True, is_due=True), NOON, None),
    "a thread whose card was deleted here": (Known(was_deleted=True), NOON, "deleted here"),
    "a thread whose card is being made": (Known(find=FIND, job=UNDER_WAY), NOON, "under way"),
    "a stale card being refreshed": (Known(has_card=True, is_due=True, find=FIND, job=UNDER_WAY), NOON, "under way"),
    "a card that was hidden since": (Known(find=FIND, job=DONE), LATER, "known"),
    "a thread that cannot be read": (Known(find=FIND, job=failed(retryable=False)), LATER, "failed before"),
    "a thread that failed a moment ago": (Known(find=FIND, job=failed(retryable=True)), NOON, "failed before"),
    "a thread that failed, and may not again": (Known(find=FIND, job=failed(retryable=True)), LATER, None),
    "a thread that failed three times": (
        Known(find=msgspec.structs.replace(FIND, tries=3), job=failed(retryable=True)), LATER, "failed before",
    ),
    "a thread whose job was cancelled": (Known(find=FIND, job=CANCELLED), LATER, "failed before"),
    "a find whose job is forgotten": (Known(find=FIND), LATER, None),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_whether_a_thread_gets_a_job(row: str) -> None:
    """Each case says why not, in the words that `watch list` shows."""
    known, now, reason = ROWS[row]
    assert reason_to_skip(known, now) == reason


def test_reasons_are_told_by_how_often_they_held() -> None:
    """Equals by the alphabet."""
    assert skipped_words({"pinned": 1, "known": 3, "adult": 1}) == "3 known, 1 adult, 1 pinned"
