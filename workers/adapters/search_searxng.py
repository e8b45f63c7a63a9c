"""Search through a SearXNG server of the operator's, by its JSON API.

The address is the operator's own setting: it may be private, and is not judged as strangers' addresses are.
"""

import re
from urllib.parse import urlsplit, urlunsplit

import httpx
import msgspec

from server.core.ports import Hit
from workers.adapters.search_answers import (
    Answer,
    Limits,
    SearchUnavailable,
    ask_provider,
    decode_rows,
    fit_query,
    open_client,
    plain,
    read_hits,
    rest_of,
)

ENGINES_S = 4  # SearXNG waits so long for its engines and answers with what it has by then
LONGEST_QUERY = 1_000
LIMITER_REST_S = 60.0
# Words that SearXNG takes for orders: "!!g" answers with a redirect elsewhere, ":de" and "<9" change language and time.
_ORDERS = re.compile(r"(?<!\S)[!?:<]+(?=\S)")


class _Answer(msgspec.Struct):
    results: list[object]
    unresponsive_engines: list[object] = []


class SearxngSearcher:
    """A Searcher over `GET {url}/search?format=json`. `transport` is for tests."""

    name = "SearXNG"
    limits = Limits(deadline_s=6.0)

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = f"{url.rstrip('/')}/search"
        self._shown = _without_password(self._url)
        self._client = open_client(transport)

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """The server's results in its order."""
        asked = fit_query(_ORDERS.sub("", query), LONGEST_QUERY)
        if not asked:
            return []
        answer = await self._ask({"q": asked, "format": "json", "timeout_limit": str(ENGINES_S)})
        if answer.status != 200:
            raise self._refusal(answer)
        found: _Answer = decode_rows(answer.body, _Answer, f"SearXNG at {self._shown}")
        hits = read_hits(found.results, limit, snippet="content", published="publishedDate")
        if not hits and found.unresponsive_engines:
            raise SearchUnavailable(f"SearXNG's engines do not answer: {_engines(found.unresponsive_engines)}.")
        return hits

    async def check(self) -> None:
        """Ask for JSON with no query, which costs no search. SearchUnavailable says what is to be done.

        SearXNG judges the format first (403), then misses the query (400).
        """
        answer = await self._ask({"format": "json"})
        if answer.status != 400:
            raise self._refusal(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self, parameters: dict[str, str]) -> Answer:
        try:
            request = self._client.build_request("GET", self._url, params=parameters)
        except (httpx.InvalidURL, ValueError) as error:
            raise SearchUnavailable("THREADPROOF_SEARXNG_URL is no web address.") from error
        return await ask_provider(self._client, request, f"SearXNG at {self._shown}")

    def _refusal(self, answer: Answer) -> SearchUnavailable:
        """What a status means there, and what to do."""
        rest_s, step = rest_of(answer.headers), ""
        if answer.status == 403:  # to format=json unless its settings list it, which they do not by default
            step = "; add json to search.formats in its settings.yml"
        elif answer.status == 429:  # its limiter takes whoever sends no browser's headers for a robot
            step, rest_s = "; set server.limiter to false in its settings.yml, or let us pass it", LIMITER_REST_S
        elif answer.status in (200, 301, 302, 307, 308, 404):
            step = "; is THREADPROOF_SEARXNG_URL the address of its start page?"
        return SearchUnavailable(
            f"SearXNG at {self._shown} answered {answer.status}{step}.", status=answer.status, rest_s=rest_s
        )


def _engines(told: list[object]) -> str:
    """The first of [engine, reason] pairs."""
    pairs = [each for each in told if isinstance(each, list) and len(each) == 2]
    shown = [f"{plain(engine, 40)} ({plain(reason, 60)})" for engine, reason in pairs[:3]]
    return ", ".join(shown) + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "") or "it does not say which"


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
    except ValueError:
        return "the address that is set"
