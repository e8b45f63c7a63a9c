"""Telling a job's reader what happens: stages as they start and end, sections as they are verified."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.adapters.logs import about
from server.core.card import Card
from server.core.jobs import Event, Job, SectionEvent, Stage, StageEvent, TraceEvent
from server.core.ports import Progress
from workers.tracing import Tracing, span


class StageNote:
    """What a stage says when it is done; set by the stage itself."""

    text: str | None = None


class Teller:
    """Publishes one attempt's events and keeps how long each stage took, in seconds."""

    def __init__(self, job: Job, progress: Progress) -> None:
        self.job = job
        self.progress = progress
        self.took_s: dict[str, float] = {}
        self._tracing = Tracing()
        about(job_id=job.id)

    @asynccontextmanager
    async def stage(self, name: Stage) -> AsyncIterator[StageNote]:
        """Publish the stage's start, and its end with its note unless it failed."""
        await self._publish(StageEvent(name, "started"))
        note, began = StageNote(), time.perf_counter()
        with span(name):
            yield note
        self.took_s[name] = round(self.took_s.get(name, 0.0) + time.perf_counter() - began, 3)
        await self._publish(StageEvent(name, "done", note.text))

    async def section(self, name: str, card: Card) -> None:
        """Publish the partial card that `name` completes."""
        await self._publish(SectionEvent(name, card))

    async def trace(self) -> None:
        """Publish what ran when."""
        await self._publish(TraceEvent(tuple(sorted(self._tracing.spans, key=lambda s: s.started_s))))

    def total_s(self) -> float:
        """Since this attempt began."""
        return round(self._tracing.elapsed_s(), 3)

    async def _publish(self, event: Event) -> None:
        await self.progress.publish(self.job.id, self.job.attempt, event)
