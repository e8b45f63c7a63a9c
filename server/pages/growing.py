"""The page where a card grows while its job works."""

from typing import Literal
from urllib.parse import urlsplit

import msgspec
from litestar import Controller, get
from litestar.response import Redirect, Response

from server.api.access import may_post
from server.core.access import Caller
from server.core.card import Card
from server.core.jobs import STAGES, FailedEvent, Job, NumberedEvent, Problem, SectionEvent, Stage, StageEvent
from server.pages.answers import page
from server.pages.card_page import CardPage
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import censor, events_so_far, load_job, load_job_card, show_partial

NAMES: dict[Stage, str] = {
    "read": "Read the thread",
    "search": "Search the web",
    "fetch": "Fetch pages",
    "rank": "Find the passages",
    "write": "Write",
    "verify": "Check every sentence",
    "save": "Save the card",
}
WORDS = {"waiting": "", "working": "working", "done": "done", "failed": "failed"}


class Step(msgspec.Struct, frozen=True):
    """One line of the checklist."""

    name: str
    state: Literal["waiting", "working", "done", "failed"]
    note: str | None

    @property
    def words(self) -> str:
        """The state as a screen reader says it."""
        return WORDS[self.state]


class Growth(msgspec.Struct, frozen=True):
    """A job as its page shows it."""

    job: Job
    steps: list[Step]
    page: CardPage | None
    problem: Problem | None
    permalink: str | None

    @property
    def title(self) -> str:
        """Where the job stands."""
        if self.problem:
            return "This card could not be made"
        if self.job.finished:
            return "The card is ready"
        return "Waiting for a worker" if self.job.state == "queued" else "Making the card"

    @property
    def now(self) -> str:
        """One line for whoever cannot see the checklist: the step at work with its note, else where the job stands."""
        step = next((step for step in reversed(self.steps) if step.state in ("working", "failed")), None)
        if step is None or self.job.finished:
            return self.title
        return f"{step.name}: {step.note}" if step.note else step.name


class GrowingController(Controller):
    """Under /jobs."""

    path = "/jobs/{job_id:str}"
    include_in_schema = False

    @get("/")
    async def read(self, job_id: str, parts: PartsArgument, caller: CallerArgument) -> Response[bytes] | Redirect:
        """The growing card; a finished one's address."""
        growth = await _load_growth(parts, caller, await load_job(parts, job_id))
        if growth.permalink:
            return Redirect(growth.permalink, status_code=303)
        return page(render("growing.html", growth=growth, may_post=may_post(parts, caller)))

    @get("/fragment")
    async def read_fragment(
        self, job_id: str, parts: PartsArgument, caller: CallerArgument, seen: str | None = None
    ) -> Response[bytes]:
        """Stages and card as of the event `seen`, for the script that replaces them on the page."""
        growth = await _load_growth(parts, caller, await load_job(parts, job_id), upto=seen)
        return page(render("growth.html", growth=growth, may_post=may_post(parts, caller)))


async def _load_growth(parts: Parts, caller: Caller, job: Job, *, upto: str | None = None) -> Growth:
    """Rows first, then the stream: what is in the stream is at least as new."""
    card = await load_job_card(parts, caller, job) if job.state == "done" else None
    events = await _hear(parts, caller, job, upto) if card is None else []
    problem = job.error or next((e.event.problem for e in events if isinstance(e.event, FailedEvent)), None)
    partial = _latest_card(events)
    return Growth(
        job=job,
        steps=list_steps(job, events),
        page=CardPage(show_partial(parts, partial)) if partial else None,
        problem=problem,
        permalink=urlsplit(card.permalink).path if card else None,
    )


async def _hear(parts: Parts, caller: Caller, job: Job, upto: str | None) -> list[NumberedEvent]:
    events = await events_so_far(parts, job.id, upto=upto)
    return [NumberedEvent(told.id, await censor(parts, caller, job.id, told.event)) for told in events]


def _latest_card(events: list[NumberedEvent]) -> Card | None:
    return next((e.event.card for e in reversed(events) if isinstance(e.event, SectionEvent)), None)


def list_steps(job: Job, events: list[NumberedEvent]) -> list[Step]:
    """The checklist after a job's events; a second attempt starts it afresh."""
    attempts = [numbered.id.split("-")[0] for numbered in events]
    told: dict[Stage, StageEvent] = {}
    for attempt, numbered in zip(attempts, events, strict=True):
        if attempt == attempts[-1] and isinstance(numbered.event, StageEvent):
            told[numbered.event.stage] = numbered.event
    return [_step(job, stage, told.get(stage)) for stage in STAGES]


def _step(job: Job, stage: Stage, event: StageEvent | None) -> Step:
    if event is None:
        return Step(NAMES[stage], "waiting", None)
    if event.state == "done":
        return Step(NAMES[stage], "done", event.note)
    return Step(NAMES[stage], "failed" if job.error else "working", event.note)
