"""Is the process there, and can it do its work?"""

from typing import Any

from litestar import Controller, get
from litestar.response import Response

from server.core.errors import InsightError
from server.parts import Parts, PartsArgument


class HealthController(Controller):
    """/healthz and /readyz."""

    tags = ("running it",)

    @get("/healthz", sync_to_thread=False)
    def health(self) -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @get("/readyz")
    async def readiness(self, parts: PartsArgument) -> Response[dict[str, Any]]:
        """200 when the store and the queue have just answered, else 503 with what to do about each."""
        faults = {"store": await _ask_store(parts), "queue": await _ask_queue(parts)}
        ready = not any(faults.values())
        checks = {name: fault or "ok" for name, fault in faults.items()}
        return Response(
            {"status": "ready" if ready else "not ready", "checks": checks}, status_code=200 if ready else 503
        )


async def _ask_store(parts: Parts) -> str | None:
    try:
        await parts.store.list_cards(limit=1)
    except InsightError as error:
        return error.message
    return None


async def _ask_queue(parts: Parts) -> str | None:
    try:
        await parts.queue.depth()
    except InsightError as error:
        return error.message
    return None
