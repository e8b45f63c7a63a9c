"""Keyless metasearch through the `ddgs` package: what searches when nothing is configured.

It asks public search pages, which may refuse, change or throttle at any time; failing is normal and never an accident.
It speaks through a client of its own, to hosts that the package names (docs/decisions/08); what it finds is judged
before it is fetched like any other address.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from server.core.ports import Hit
from workers.adapters.search_answers import Limits, SearchUnavailable, fit_query, read_hits

TIMEOUT_S = 8.0
PAGE_S = 3  # for one search page; the package asks them one after the other until it has enough
# Not Wikipedia, which only completes titles, and not Grokipedia, whose articles no person has written.
BACKENDS = "duckduckgo,brave,startpage,mojeek,yahoo"
LONGEST_QUERY = 400
THROTTLED_REST_S = 60.0
OFFLINE_REST_S = 10.0
NOTHING_FOUND = "No results found."  # ddgs 9.16 raises this, which is no failure

Ask = Callable[[str, int], Sequence[dict[str, Any]]]


class DdgsSearcher:
    """A Searcher without keys. `ask` stands in for the package in tests: query and limit to its list of dicts."""

    name = "web metasearch"
    limits = Limits(at_once=2, spacing_s=0.5, deadline_s=TIMEOUT_S)

    def __init__(self, *, proxy: str | None = None, ask: Ask | None = None) -> None:
        self._ask = ask or partial(_ask_ddgs, proxy)

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """The search pages' results in the package's order."""
        from ddgs.exceptions import DDGSException, RatelimitException

        asked = fit_query(query, LONGEST_QUERY)
        if not asked:
            return []
        try:
            async with asyncio.timeout(TIMEOUT_S):
                found = await _in_thread(self._ask, asked, limit)
        except TimeoutError as error:
            raise SearchUnavailable(f"The keyless web search did not answer within {TIMEOUT_S:g} s.") from error
        except DDGSException as error:
            if str(error) == NOTHING_FOUND:
                return []
            says, rest_s = _fault(error)
            if isinstance(error, RatelimitException):
                rest_s = THROTTLED_REST_S
            raise SearchUnavailable(f"The keyless web search {says}", rest_s=rest_s) from error
        return read_hits(found, limit, url="href", snippet="body", published="date")

    async def close(self) -> None:
        """Nothing stays open."""


async def _in_thread(ask: Ask, query: str, limit: int) -> Sequence[dict[str, Any]]:
    """What `ask` returns. A thread of its own, which ends with the process: asyncio's would be waited for at the end,
    and a page that hangs cannot be told to stop."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[dict[str, Any]]] = loop.create_future()

    def settle(found: Sequence[dict[str, Any]] | Exception) -> None:
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def run() -> None:
        found: Sequence[dict[str, Any]] | Exception
        try:
            found = ask(query, limit)
        except Exception as error:
            found = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=run, name="web metasearch", daemon=True).start()
    return await answer


def _ask_ddgs(proxy: str | None, query: str, limit: int) -> Sequence[dict[str, Any]]:
    from ddgs import DDGS

    return DDGS(proxy=proxy, timeout=PAGE_S).text(query, max_results=limit, backend=BACKENDS)


def _fault(error: Exception) -> tuple[str, float | None]:
    """What it says, without the query and the address that its details repeat, and how long that holds."""
    text = str(error)
    if "dns error" in text.lower():
        return "reaches no search page; is this machine online?", OFFLINE_REST_S
    return f"failed ({text.partition(':')[0].strip()[:80] or type(error).__name__}).", None
