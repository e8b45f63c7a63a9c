"""Counts what jobs tell: everything that happens to a card passes through its progress, so nothing else need count."""

from collections.abc import AsyncIterator, Callable

import msgspec

from server.core.card import Card
from server.core.jobs import CardEvent, Event, FailedEvent, JobId, NumberedEvent, Stage, StageEvent, Timed, TraceEvent
from server.core.metrics import OTHER
from server.core.ports import Meter, Progress


class _Attempt(msgspec.Struct):
    """What one attempt has told so far."""

    number: int
    began_s: float
    stages: dict[Stage, float]  # since when those that are under way run
    saved: bool = False


class MeteredProgress:
    """A Progress that passes everything on and counts it. `clock` counts seconds."""

    def __init__(self, told: Progress, meter: Meter, clock: Callable[[], float]) -> None:
        self._told, self._meter, self._clock = told, meter, clock
        self._attempts: dict[JobId, _Attempt] = {}

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """As told."""
        self._count(job_id, attempt, event)
        return await self._told.publish(job_id, attempt, event)

    async def finish(self, job_id: JobId) -> None:
        """As told; then the counts are sent."""
        self._attempts.pop(job_id, None)
        await self._told.finish(job_id)
        await self._meter.flush()

    def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        """As told."""
        return self._told.follow(job_id, after)

    async def told(self, job_id: JobId, after: str = "0-0") -> list[NumberedEvent]:
        """As told."""
        return await self._told.told(job_id, after)

    async def has(self, job_id: JobId, event_id: str) -> bool:
        """As told."""
        return await self._told.has(job_id, event_id)

    async def close(self) -> None:
        """Close both."""
        await self._told.close()
        await self._meter.close()

    def _count(self, job_id: JobId, number: int, event: Event) -> None:
        now, attempt = self._clock(), self._attempts.get(job_id)
        if attempt is None or attempt.number != number:
            attempt = self._attempts[job_id] = _Attempt(number, now, {})
        if isinstance(event, StageEvent):
            self._count_stage(attempt, event, now)
        elif isinstance(event, TraceEvent):
            for span in event.spans:
                self._count_span(span)
        elif isinstance(event, FailedEvent):
            self._meter.count("threadproof_jobs_total", outcome=event.problem.type)
        elif isinstance(event, CardEvent):
            self._meter.count("threadproof_jobs_total", outcome="done")
            if attempt.saved:  # not for a card that was there already
                self._meter.observe("threadproof_job_seconds", now - attempt.began_s)
                self._count_card(event.card)

    def _count_stage(self, attempt: _Attempt, event: StageEvent, now: float) -> None:
        if event.state == "started":
            attempt.stages[event.stage] = now
            return
        began_s = attempt.stages.pop(event.stage, now)
        self._meter.observe("threadproof_stage_seconds", now - began_s, stage=event.stage)
        attempt.saved = attempt.saved or event.stage == "save"

    def _count_span(self, span: Timed) -> None:
        """By the first words of its name; what follows them is an address or a question and is told to nobody."""
        kind, _, rest = span.name.partition(" ")
        took_s = span.ended_s - span.started_s
        if kind == "search" and ":" in rest:
            self._meter.observe("threadproof_search_seconds", took_s, provider=rest.partition(":")[0])
        elif kind == "fetch" and rest:
            self._meter.observe("threadproof_fetch_seconds", took_s)
        elif kind in ("write", "mend") and rest:
            self._meter.observe("threadproof_model_seconds", took_s, question=f"{kind} {rest}")
        elif kind == "judge":
            self._meter.observe("threadproof_model_seconds", took_s, question=kind)

    def _count_card(self, card: Card) -> None:
        made, verified, meter = card.provenance, card.verification, self._meter
        meter.count("threadproof_cards_total", writer=made.writer)
        for said, claims in (("supported", verified.supported), ("partial", verified.partial)):
            meter.count("threadproof_claims_total", claims, said=said)
        meter.count("threadproof_claims_total", verified.dropped, said="dropped")
        meter.count("threadproof_pages_total", max(0, len(card.sources) - 1), state="cited")
        meter.count("threadproof_pages_total", len(card.unread), state="unread")
        for stage, tokens in (made.tokens or {}).items():
            meter.count("threadproof_tokens_total", tokens, stage=stage)
        if made.cost_usd:
            meter.count("threadproof_dollars_total", made.cost_usd, model=made.model or OTHER)
