"""Is the process there, can it do its work, and what has been counted?"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Controller, Request, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Response

from server.api.access import address_of
from server.api.problems import problems
from server.core.errors import Forbidden, InsightError
from server.core.jobs import Job
from server.core.metrics import render_metrics, sample_name
from server.loopback import is_loopback
from server.parts import CallerArgument, Parts, PartsArgument

PROMETHEUS = "text/plain; version=0.0.4"
NO_WORKER = "No worker is there. Known cards are served; start `threadproof worker` for new ones."


class Readiness(msgspec.Struct, frozen=True):
    """Whether new cards can be made; each part is "ok", or tells what to do."""

    status: str
    checks: dict[str, str]


class HealthController(Controller):
    """/healthz, /readyz and /metrics."""

    tags = ("running it",)

    @get("/healthz", sync_to_thread=False)
    def health(self) -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @get(
        "/readyz",
        responses={
            200: ResponseSpec(Readiness, description="It can work."),
            503: ResponseSpec(Readiness, description="Something is missing; `checks` tells what."),
        },
    )
    async def readiness(self, parts: PartsArgument) -> Response[bytes]:
        """200 when the store and the queue have just answered and a worker listens, else 503 and what to do."""
        checks = {
            "store": await _fault(lambda: parts.store.list_cards(limit=1)),
            "queue": await _fault(parts.queue.depth),
            "workers": await _missing_workers(parts),
        }
        ready = not any(checks.values())
        told = {name: fault or "ok" for name, fault in checks.items()}
        answer = Readiness("ready" if ready else "not ready", told)
        return Response(
            msgspec.json.encode(answer),
            media_type="application/json",
            status_code=200 if ready else 503,
            headers={"cache-control": "no-store"},
        )

    @get("/metrics", media_type=PROMETHEUS, responses=problems())
    async def metrics(
        self, parts: PartsArgument, caller: CallerArgument, request: Request[Any, Any, Any]
    ) -> Response[str]:
        """Counts of all processes, and how it stands now, in Prometheus's text format.

        For the operator on this machine, keys with the scope `admin`, and the networks in THREADPROOF_METRICS_FROM.
        """
        named = is_loopback(f"{urlsplit('//' + request.headers.get('host', '')).hostname or ''}")  # not a rebound name
        is_operator = "admin" in caller.scopes and (named or not caller.is_operator)
        if not is_operator and address_of(request.scope, parts) not in parts.scrapers:
            raise Forbidden(
                "Metrics are for the operator. Send a key with the scope admin (threadproof keys add NAME --scope "
                "admin), or name the scraper's network in THREADPROOF_METRICS_FROM."
            )
        samples = await parts.meter.totals() | await measure_now(parts)
        return Response(render_metrics(samples), media_type=PROMETHEUS, headers={"cache-control": "no-store"})


async def measure_now(parts: Parts) -> dict[str, float]:
    """Gauges, of whatever answers."""
    found: dict[str, float] = {}
    up = {"store": 1.0, "queue": 1.0}
    try:
        found |= _ages(await parts.store.unfinished_jobs(), parts)
    except InsightError:
        up["store"] = 0.0
    try:
        found["threadproof_queue_waiting"] = await parts.queue.depth()
        found["threadproof_workers"] = await parts.queue.workers()
        if parts.budget is not None:
            found["threadproof_budget_left_dollars"] = await parts.budget.left()
    except InsightError:
        up["queue"] = 0.0
    return found | {sample_name("threadproof_up", {"part": part}): value for part, value in up.items()}


def _ages(jobs: list[Job], parts: Parts) -> dict[str, float]:
    now = parts.clock()
    waiting = [(now - job.created_at).total_seconds() for job in jobs if job.state == "queued"]
    counted = {"queued": float(len(waiting)), "working": float(len(jobs) - len(waiting))}
    samples = {sample_name("threadproof_jobs_unfinished", {"state": state}): n for state, n in counted.items()}
    return samples | {"threadproof_queue_oldest_seconds": max(waiting, default=0.0)}


async def _missing_workers(parts: Parts) -> str | None:
    try:
        return None if await parts.queue.workers() else NO_WORKER
    except InsightError as error:
        return error.message


async def _fault(ask: Callable[[], Awaitable[object]]) -> str | None:
    try:
        await ask()
    except InsightError as error:
        return error.message
    return None
