"""Jobs over JSON: their state, their events as they happen, and calling them off."""

import re
from collections.abc import AsyncGenerator
from typing import Annotated

import msgspec
from litestar import Controller, delete, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Response, ServerSentEvent, ServerSentEventMessage

from server.api.access import check_may_post
from server.api.problems import problems
from server.core.access import Caller
from server.core.card import Card
from server.core.jobs import FailedEvent, Job, JobId, JobView, NumberedEvent, TraceEvent
from server.core.losses import CANCELLED
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import censor, events_so_far, is_last, load_job, load_job_card, show_event, show_job

EVENT_ID = re.compile(r"\d{1,12}-\d{1,12}")
BEGINNING = "0-0"


class Snapshot(msgspec.Struct, frozen=True):
    """Where a job stands, for a reader whose place in the stream is lost."""

    job: JobView
    card: Card | None


class JobsController(Controller):
    """Under /api/v1/jobs."""

    path = "/api/v1/jobs/{job_id:str}"
    tags = ("jobs",)

    @get(responses={200: ResponseSpec(JobView), **problems(404)})
    async def read(self, job_id: str, parts: PartsArgument, caller: CallerArgument) -> Response[bytes]:
        """A job's state."""
        view = await show_job(parts, caller, await load_job(parts, job_id))
        return Response(msgspec.json.encode(view), media_type="application/json", headers={"cache-control": "no-store"})

    @get("/events", media_type="text/event-stream", responses=problems(404))
    async def follow(
        self,
        job_id: str,
        parts: PartsArgument,
        caller: CallerArgument,
        last_event_id: Annotated[str | None, Parameter(header="Last-Event-ID")] = None,
    ) -> ServerSentEvent:
        """A job's events: `stage`, `section`, then `card` or `failed`; `snapshot` where a place was lost."""
        job = await load_job(parts, job_id)
        after = await _resume_after(parts, job.id, last_event_id)
        teller = Teller(parts, caller)
        stream = teller.replay(job, after) if job.finished else teller.follow(job, after)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return ServerSentEvent(stream, headers=headers)

    @delete(status_code=200, responses={200: ResponseSpec(JobView), **problems(404)})
    async def cancel(self, job_id: str, parts: PartsArgument, caller: CallerArgument) -> Response[bytes]:
        """Call a job off; one that has finished stays as it is."""
        check_may_post(parts, caller, with_capture=False)
        job = await load_job(parts, job_id)
        if not job.finished:
            job = await _call_off(parts, job)
        view = await show_job(parts, caller, job)
        return Response(msgspec.json.encode(view), media_type="application/json")


async def _call_off(parts: Parts, job: Job) -> Job:
    """The row first: a worker that looks at it now finds it called off. One that finished meanwhile has won."""
    cancelled = msgspec.structs.replace(job, state="cancelled", finished_at=parts.clock(), error=CANCELLED)
    if not await parts.store.save_job(cancelled):
        return await load_job(parts, job.id)
    await parts.queue.cancel(job.id)
    await parts.progress.publish(job.id, job.attempt, FailedEvent(CANCELLED))
    await parts.progress.finish(job.id)
    return cancelled


async def _resume_after(parts: Parts, job_id: JobId, last_event_id: str | None) -> str | None:
    """The id to continue behind; None when the reader's place is gone."""
    if not last_event_id:
        return BEGINNING
    if EVENT_ID.fullmatch(last_event_id) and await parts.progress.has(job_id, last_event_id):
        return last_event_id
    return None


class Teller:
    """A job's stream as one caller may hear it."""

    def __init__(self, parts: Parts, caller: Caller) -> None:
        self.parts, self.caller = parts, caller

    async def replay(self, job: Job, after: str | None) -> AsyncGenerator[ServerSentEventMessage, None]:
        """A finished job's stream to its end, or where it stands when the stream has expired."""
        events = await events_so_far(self.parts, job.id, after=after) if after is not None else []
        told = None
        for numbered in events:
            if isinstance(numbered.event, TraceEvent):
                continue
            told = await self._censored(job.id, numbered)
            yield self._message(told)
            if is_last(told.event):
                return
        if told is None or not is_last(told.event):
            yield await self._snapshot(job)

    async def follow(self, job: Job, after: str | None) -> AsyncGenerator[ServerSentEventMessage, None]:
        """Events as they come. In silence the job's row is looked at: a worker may have died after finishing it."""
        if after is None:
            yield await self._snapshot(job)
        async for numbered in self.parts.progress.follow(job.id, after or BEGINNING):
            if numbered is not None:
                if isinstance(numbered.event, TraceEvent):
                    continue
                told = await self._censored(job.id, numbered)
                yield self._message(told)
                if is_last(told.event):
                    return
                continue
            job = await load_job(self.parts, job.id)
            if job.finished:
                yield await self._snapshot(job)
                return
            yield ServerSentEventMessage(data=None, comment="still here")

    async def _snapshot(self, job: Job) -> ServerSentEventMessage:
        view, card = await show_job(self.parts, self.caller, job), await load_job_card(self.parts, self.caller, job)
        data = msgspec.json.encode(Snapshot(view, card)).decode()
        return ServerSentEventMessage(event="snapshot", data=data, sep="\n")

    async def _censored(self, job_id: JobId, numbered: NumberedEvent) -> NumberedEvent:
        return NumberedEvent(numbered.id, await censor(self.parts, self.caller, job_id, numbered.event))

    def _message(self, numbered: NumberedEvent) -> ServerSentEventMessage:
        event = show_event(self.parts, numbered.event)
        name, data = type(event).__struct_config__.tag, msgspec.json.encode(event).decode()
        return ServerSentEventMessage(event=str(name), id=numbered.id, data=data, sep="\n")
