"""What is under way while pages are gathered: a page from its asking to its text, and questions that come by and by."""

import asyncio
from collections.abc import AsyncIterator

from server.core.errors import InsightError
from server.core.promise import Found
from server.core.source import Document
from workers.stages.ground.policy import ENOUGH


class AskedPage:
    """A page that was asked for."""

    def __init__(self, found: Found, asked_at: float) -> None:
        self.found, self.asked_at = found, asked_at
        self.came_at: float | None = None
        self.document: Document | None = None
        self.failure: str | None = None
        self.task: asyncio.Task[None] | None = None

    @property
    def is_done(self) -> bool:
        """Read, or failed."""
        return self.document is not None or self.failure is not None

    @property
    def is_open(self) -> bool:
        """Not answered yet."""
        return self.came_at is None and not self.is_done

    def why_not(self, now: float, stop: str) -> str:
        """Why it was not read."""
        if self.failure is not None:
            return self.failure
        if self.came_at is not None:
            return f"too slow: not read to its end within {round(now - self.came_at, 1):g} s"
        waited = f"no answer within {round(now - self.asked_at, 1):g} s"
        return f"not waited for: {waited}, and enough was read" if stop == ENOUGH else f"too slow: {waited}"


class Questions:
    """Questions that come by and by, the next one always awaited."""

    def __init__(self, queries: AsyncIterator[str]) -> None:
        self._queries = queries
        self.next = asyncio.create_task(self._ask())

    def take(self) -> str | None:
        """The question that came, once `next` is done; None when there will be no more."""
        came = self.next.result()
        if came is not None:
            self.next = asyncio.create_task(self._ask())
        return came

    async def _ask(self) -> str | None:
        try:
            return await anext(self._queries, None)
        except InsightError:  # the writer's trouble, which it tells of itself
            return None
