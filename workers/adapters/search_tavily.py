"""Search through Tavily's API with the operator's key."""

import httpx
import msgspec

from server.core.ports import Hit
from workers.adapters.search_answers import (
    BAD_KEY_REST_S,
    SPENT_REST_S,
    Answer,
    Limits,
    SearchUnavailable,
    ask_provider,
    decode_rows,
    fit_query,
    open_client,
    read_hits,
    require_key,
    rest_of,
)

URL = "https://api.tavily.com/search"
MOST_RESULTS = 20
LONGEST_QUERY = 400  # more is answered with 400
BUSY_REST_S = 10.0  # a 429 without Retry-After: its limits count by the minute
KEYS = "Compare THREADPROOF_TAVILY_API_KEY with https://app.tavily.com"


class _Answer(msgspec.Struct):
    results: list[object]


class TavilySearcher:
    """A Searcher over Tavily's basic search, which costs one credit. `transport` is for tests."""

    name = "Tavily"
    limits = Limits(deadline_s=6.0)

    def __init__(
        self, key: str, *, proxy: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._key = key
        self._client = open_client(transport, proxy)

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Tavily's results in its order."""
        require_key(self._key, "THREADPROOF_TAVILY_API_KEY")
        asked = fit_query(query, LONGEST_QUERY)
        if not asked:
            return []
        wanted = {"query": asked, "max_results": max(1, min(limit, MOST_RESULTS)), "search_depth": "basic"}
        headers = {"authorization": f"Bearer {self._key}"}
        request = self._client.build_request("POST", URL, json=wanted, headers=headers)
        answer = await ask_provider(self._client, request, self.name)
        if answer.status != 200:
            raise _refusal(answer)
        found: _Answer = decode_rows(answer.body, _Answer, self.name)
        return read_hits(found.results, limit, snippet="content", published="published_date")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _refusal(answer: Answer) -> SearchUnavailable:
    """What a status means: 432 is its own for a plan that is used up, 433 for a limit set on paying as one goes."""
    if answer.status in (401, 403):
        message = f"Tavily does not accept the key that is set ({answer.status}). {KEYS}."
        return SearchUnavailable(message, status=answer.status, rest_s=BAD_KEY_REST_S)
    if answer.status in (402, 432, 433):
        message = f"Tavily's plan is used up ({answer.status}). {KEYS}."
        return SearchUnavailable(message, status=answer.status, rest_s=SPENT_REST_S)
    rest_s = rest_of(answer.headers)
    if answer.status == 429:
        rest_s = BUSY_REST_S if rest_s is None else rest_s
        return SearchUnavailable("Tavily allows no more searches for now (429).", status=429, rest_s=rest_s)
    return SearchUnavailable(f"Tavily answered {answer.status}.", status=answer.status, rest_s=rest_s)
