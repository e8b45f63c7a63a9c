"""Keyless metasearch through the `ddgs` package: what searches when nothing is configured.

It asks public search pages, which may refuse, change or throttle at any time; failing is normal and never an accident.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from server.core.errors import SourceUnavailable
from server.core.ports import Hit

TIMEOUT_S = 8.0
NOTHING_FOUND = "No results found."  # ddgs 9.16 raises this, which is no failure


class DdgsSearcher:
    """A Searcher without keys. `ask` stands in for the package in tests: query and limit to its list of dicts."""

    name = "web metasearch"

    def __init__(self, *, ask: Callable[[str, int], Sequence[dict[str, Any]]] | None = None) -> None:
        self._ask = ask or _ask_ddgs

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """The search pages' results in the package's order."""
        from ddgs.exceptions import DDGSException

        if not query.strip():
            return []
        try:
            async with asyncio.timeout(TIMEOUT_S):
                found = await asyncio.to_thread(self._ask, query, limit)
        except TimeoutError as error:
            raise SourceUnavailable(f"The keyless web search did not answer within {TIMEOUT_S:g} s.") from error
        except DDGSException as error:
            if str(error) == NOTHING_FOUND:
                return []
            raise SourceUnavailable(f"The keyless web search failed: {str(error)[:200]}.") from error
        return [hit for row in found if (hit := _read_row(row))][:limit]


def _ask_ddgs(query: str, limit: int) -> Sequence[dict[str, Any]]:
    from ddgs import DDGS

    return DDGS(timeout=int(TIMEOUT_S) - 2).text(query, max_results=limit)


def _read_row(row: dict[str, Any]) -> Hit | None:
    """A result, or None for a row without an address."""
    url, title, snippet = (str(row.get(key) or "") for key in ("href", "title", "body"))
    return Hit(url, title, snippet) if url.startswith(("http://", "https://")) else None
