"""Watched communities: what may be watched, when it is looked at again, and which of its threads become cards.

A watch names a place where threads are listed. Each run takes the first `top` threads of that list, in the site's own
order, and makes cards of those that have none yet; what is known and still speaks for its thread is left as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from server.core.errors import InvalidRequest
from server.core.jobs import Job

MOST_TOP = 50
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=30)
LONGEST_REST = timedelta(days=1)  # between two tries of a listing that does not answer
LEASE = timedelta(minutes=10)  # how long a run may take before another one starts in its place
MOST_TRIES = 3  # of one thread that could not be read
TRY_AGAIN = timedelta(hours=6)  # the pause between them
DAY = timedelta(days=1)
STARTERS = ("r/LocalLLaMA", "r/MachineLearning", "hn", "lobsters", "technology@lemmy.world")

Skipped = Literal[
    "pinned", "adult", "removed", "promoted", "no thread", "blocked", "known", "under way", "deleted here",
    "failed before", "the day's number is reached", "the day's budget is spent",
]  # fmt: skip

_EVERY = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY}


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A thread as a listing names it. `url` is the thread's own address, never the page it links to."""

    url: str
    title: str = ""
    score: int | None = None
    comment_count: int | None = None
    posted_at: datetime | None = None
    set_aside: Skipped | None = None  # why the listing itself says that this is nothing to collect


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a listing came to."""

    started_at: datetime
    took_s: float = 0.0
    via: str | None = None  # which of the site's forms answered
    listed: int = 0  # threads in the listing
    queued: int = 0  # jobs that came of it
    skipped: dict[str, int] = {}  # reasons, and how many threads they kept out
    problem: str | None = None  # why the listing could not be had


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the store's table of watches."""

    target: str  # as `targets.parse_target` spells it
    every_s: int
    top: int
    created_at: datetime
    next_at: datetime
    paused: bool = False
    failures: int = 0  # runs in a row whose listing could not be had
    last: Run | None = None


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """A thread that watching has asked a card of."""

    canonical_url: str
    target: str
    job_id: str
    found_at: datetime
    tries: int = 1


class Tally(msgspec.Struct, frozen=True):
    """What became of all that a watch has found."""

    made: int = 0
    under_way: int = 0
    failed: int = 0
    reason: str | None = None  # of the latest failure


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the store tells of a listed thread."""

    has_card: bool = False  # a public one
    is_due: bool = False  # that card is stale
    was_deleted: bool = False
    find: Find | None = None
    job: Job | None = None  # the find's


# ---- what a person may set ---------------------------------------------------------------------------


def parse_every(text: str) -> int:
    """ "30m", "2h" or "1d" in seconds; InvalidRequest for what is none, or too often to be polite."""
    match = _EVERY.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidRequest(f"{text!r} is no interval. Give minutes, hours or days: 30m, 2h, 1d.")
    every = int(match[1]) * _UNITS[match[2]]
    if not SHORTEST <= every <= LONGEST:
        raise InvalidRequest(f"{text!r} is out of bounds. Look at a community every 10m at the soonest, 30d at latest.")
    return int(every.total_seconds())


def every_words(every_s: int) -> str:
    """As a person would set it: 7200 is "2h"."""
    for unit, length in (("d", 86_400), ("h", 3600)):
        if every_s % length == 0:
            return f"{every_s // length}{unit}"
    return f"{every_s // 60}m"


def check_top(top: int) -> int:
    """InvalidRequest for a number out of bounds."""
    if not 1 <= top <= MOST_TOP:
        raise InvalidRequest(f"--top is 1 to {MOST_TOP}: how many threads from the top of the list are looked at.")
    return top


# ---- when ---------------------------------------------------------------------------------------------


def next_run(watch: Watch, run: Run, *, wait_s: float | None = None) -> datetime:
    """When to look again: after the interval; after a failure twice as late each time, a day at most.

    A site that said how long to wait is not asked sooner.
    """
    every = timedelta(seconds=watch.every_s)
    if run.problem is not None:
        every = max(every, min(every * 2 ** min(watch.failures, 12), LONGEST_REST))
    return run.started_at + max(every, timedelta(seconds=min(wait_s or 0.0, LONGEST.total_seconds())))


def after_run(watch: Watch, run: Run, *, wait_s: float | None = None) -> Watch:
    """The row once a run is over."""
    failures = watch.failures + 1 if run.problem is not None else 0
    return msgspec.structs.replace(watch, next_at=next_run(watch, run, wait_s=wait_s), failures=failures, last=run)


# ---- what -----------------------------------------------------------------------------------------------


def choose(listing: Iterable[Listed], top: int) -> tuple[list[Listed], Counter[str]]:
    """The first `top` threads, each once, and what was set aside on the way there, by reason."""
    chosen: list[Listed] = []
    aside: Counter[str] = Counter()
    seen: set[str] = set()
    for listed in listing:
        if len(chosen) >= top:
            break
        if listed.url in seen:
            continue
        seen.add(listed.url)
        if listed.set_aside is not None:
            aside[listed.set_aside] += 1
        else:
            chosen.append(listed)
    return chosen, aside


def reason_to_skip(known: Known, now: datetime) -> Skipped | None:
    """Why a thread gets no job now; None where it should have one."""
    if known.was_deleted:
        return "deleted here"
    if known.job is not None and not known.job.finished:
        return "under way"
    if known.has_card:
        return None if known.is_due else "known"
    find, job = known.find, known.job
    if find is None or job is None:
        return None
    if job.state == "done":  # its card was hidden since, or is somebody's own
        return "known"
    may_pass = job.state == "failed" and job.error is not None and job.error.retryable
    waited = now - (job.finished_at or find.found_at) >= TRY_AGAIN
    return None if may_pass and waited and find.tries < MOST_TRIES else "failed before"


def skipped_words(skipped: Mapping[str, int]) -> str:
    """ "3 known, 1 pinned", the most frequent first."""
    ordered: Sequence[tuple[str, int]] = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {reason}" for reason, count in ordered)
