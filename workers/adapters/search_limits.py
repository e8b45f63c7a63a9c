"""Each provider's limits and failures are its own: one that is slow, throttled or spent costs its share and no more.

What a provider asks for (to be left alone until its plan is filled) is shared by all workers through the shelf, where
there is a Redis; without one each process learns it by itself. Turns are taken within one process, and a card's
searches are made in one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from server.core.errors import SourceUnavailable
from server.core.ports import Hit
from workers.adapters.search_answers import DAY_S, Limits, SearchUnavailable
from workers.adapters.shelf import Shelf

SHORT_REST_S = 2.0  # waited out at once: a plan that allows one search a second
FAILURES = 2  # so many in a row without an answer, and a provider is left alone
BREAK_S = 30.0
LONGEST_NOTE = 300


class Provider(Protocol):
    """A Searcher with connections of its own. Its limits may change as it learns them."""

    name: str
    limits: Limits

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]: ...

    async def close(self) -> None: ...


class _Waiting:
    """One search on its way: until when it may wait, and whether the provider was asked."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.asked = False


class LimitedSearcher:
    """A Searcher that waits its turn, has a deadline, and does not ask a provider that is not worth asking."""

    def __init__(
        self,
        provider: Provider,
        shelf: Shelf,
        account: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`account` tells one key from another on the shelf, for a new key has not failed yet; it is no key itself."""
        self.name = provider.name
        self._provider, self._shelf = provider, shelf
        self._rest_name = f"search-rest:{provider.name}:{account}"
        self._places = asyncio.Semaphore(provider.limits.at_once)
        self._clock, self._sleep = clock, sleep
        self._next_at = 0.0
        self._failures = 0

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """As the provider finds it; SourceUnavailable at the deadline, and at once while it is to be left alone."""
        deadline_s = self._provider.limits.deadline_s
        waiting = _Waiting(self._clock() + deadline_s)
        try:
            async with asyncio.timeout(deadline_s):
                return await self._search(query, limit, waiting)
        except TimeoutError as error:
            late = SearchUnavailable(f"{self.name} did not answer within {deadline_s:g} s.")
            if waiting.asked:  # else it waited behind others, and they tell
                await self._note(late)
            raise late from error

    async def close(self) -> None:
        """Close the provider's connections; the shelf is whoever's it is."""
        await self._provider.close()

    async def _search(self, query: str, limit: int, waiting: "_Waiting") -> list[Hit]:
        await self._refuse_while_resting()
        async with self._places:
            for last in (False, True):
                await self._refuse_while_resting()  # others may have learned it meanwhile, and while one waits again
                await self._wait_turn(waiting)
                await self._refuse_while_resting()
                try:
                    hits = await self._provider.search(query, limit=limit)
                except SourceUnavailable as error:
                    if last or not self._is_short(error):
                        await self._note(error)
                        raise
                else:
                    self._failures = 0
                    return hits
        raise AssertionError("the second attempt returns or raises")

    def _is_short(self, error: SourceUnavailable) -> bool:
        """Whether it only asked for a moment, for which all who search will now wait."""
        rest_s = getattr(error, "rest_s", None)
        if rest_s is None or rest_s > SHORT_REST_S:
            return False
        self._next_at = max(self._next_at, self._clock() + rest_s)
        return True

    async def _wait_turn(self, waiting: "_Waiting") -> None:
        """SearchUnavailable at once where the turn would come after the deadline: then it is left to others."""
        now = self._clock()
        turn_at = max(now, self._next_at)
        spacing_s = self._provider.limits.spacing_s
        if turn_at > waiting.until:
            raise SearchUnavailable(f"{self.name} allows a search every {spacing_s:g} s, which is too few for a card.")
        self._next_at = turn_at + spacing_s
        if turn_at > now:
            await self._sleep(turn_at - now)
        waiting.asked = True

    async def _refuse_while_resting(self) -> None:
        if (why := await self._shelf.take(self._rest_name)) is not None:
            raise SearchUnavailable(why)

    async def _note(self, error: SourceUnavailable) -> None:
        """Leave it alone for as long as it asks, or for a while where it is out of reach again and again."""
        rest_s = getattr(error, "rest_s", None)
        if rest_s is None and (error.status is None or error.status >= 500):
            self._failures += 1
            rest_s = BREAK_S if self._failures >= FAILURES else None
        if rest_s:
            await self._shelf.put(self._rest_name, error.message[:LONGEST_NOTE], min(rest_s, DAY_S))
