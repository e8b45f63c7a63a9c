"""A job is one attempt at one card; its row in the store is the truth, its queue entry only a reminder."""

from datetime import datetime
from typing import Any, Literal, NewType

import msgspec

from server.core.card import Card, CardId
from server.core.money import THE_DAY_ALONE, Payer

JobId = NewType("JobId", str)
JobState = Literal["queued", "working", "done", "failed", "cancelled", "parked"]
ShownState = Literal["queued", "working", "done", "failed", "cancelled"]  # what is parked has failed, for its reader
Priority = Literal["reader", "refresh", "collect"]  # somebody waits; a card is known already; by the clock
Stage = Literal["read", "search", "fetch", "rank", "write", "verify", "save"]
STAGES: tuple[Stage, ...] = ("read", "search", "fetch", "rank", "write", "verify", "save")

PUBLIC = "public"
CORROBORATION = "corroboration"  # jobs that look for a second reading, apart from those that readers wait for

MAKE_CARD = "workers.jobs.make_card"  # the dotted name RQ calls with one argument, the job's id


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    retryable: bool


class CardKey(msgspec.Struct, frozen=True):
    """What makes two requests one: the thread, the language asked for ("auto" when none was) and who may see it."""

    canonical_url: str
    lang: str = "auto"
    scope: str = PUBLIC  # or the owner's key id, for captures nobody else has confirmed; jobs alone: CORROBORATION


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the store's job table."""

    id: JobId
    key: CardKey
    url: str  # as it was asked for
    state: JobState = "queued"
    stage: Stage | None = None
    attempt: int = 0
    created_at: datetime
    started_at: datetime | None = None
    heartbeat_at: datetime | None = None
    finished_at: datetime | None = None
    card_id: CardId | None = None
    capture_id: str | None = None
    refresh: bool = False
    payer: Payer = THE_DAY_ALONE  # whoever asked first; stores forget the address when the job is finished
    error: Problem | None = None
    priority: Priority = "reader"
    holder: str | None = None  # the worker that has it, or had it last
    crashes: int = 0  # workers that it took with it
    reason: str | None = None  # why its last try ended before its time, for the operator

    @property
    def finished(self) -> bool:
        """Nothing more will happen to it by itself; a parked one waits for the operator."""
        return self.state in ("done", "failed", "cancelled", "parked")


class CardRef(msgspec.Struct, frozen=True):
    id: CardId
    permalink: str


class QueueEstimate(msgspec.Struct, frozen=True):
    """How long a job that was just taken may be under way: an estimate, no promise."""

    ahead: int  # jobs that wait before it
    wait_s: float  # seconds until its card is there


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as the API shows it."""

    id: JobId
    state: ShownState
    url: str
    stage: Stage | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    card: CardRef | None
    error: Problem | None
    events: str


# ---- progress: what a job tells while it runs ----------------------------------------------------


class StageEvent(msgspec.Struct, frozen=True, tag="stage", tag_field="event"):
    stage: Stage
    state: Literal["started", "done"]
    note: str | None = None


class SectionEvent(msgspec.Struct, frozen=True, tag="section", tag_field="event"):
    """A section was verified; `card` is the whole partial card so far, so that nobody has to merge."""

    section: str
    card: Card


class CardEvent(msgspec.Struct, frozen=True, tag="card", tag_field="event"):
    card: Card


class FailedEvent(msgspec.Struct, frozen=True, tag="failed", tag_field="event"):
    problem: Problem


class Timed(msgspec.Struct, frozen=True):
    """What ran from when to when, in seconds since the attempt began."""

    name: str
    started_s: float
    ended_s: float
    note: str | None = None


class TraceEvent(msgspec.Struct, frozen=True, tag="trace", tag_field="event"):
    """The attempt's timeline, for the operator's own terminal; the API does not relay it."""

    spans: tuple[Timed, ...]


Event = StageEvent | SectionEvent | CardEvent | FailedEvent | TraceEvent


class NumberedEvent(msgspec.Struct, frozen=True):
    """`id` is "{attempt}-{number}", which orders as a Redis stream id does."""

    id: str
    event: Event


class Capture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reader's browser saw of a page, version 1 of the document in the POST body."""

    v: Literal[1]
    url: str
    captured_at: datetime
    via: Literal["dom", "json"]
    html: str | None = None
    json: Any = None
