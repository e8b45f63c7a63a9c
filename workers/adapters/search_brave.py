"""Search through Brave's API with the operator's key."""

import re
from collections.abc import Mapping
from typing import Any

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

URL = "https://api.search.brave.com/res/v1/web/search"
MOST_RESULTS = 20
MINUTE_S = 60  # longer windows are no reason to wait between two searches
LONGEST_QUERY = 400  # and 50 words; more is answered with 422
KEYS = "Compare THREADPROOF_BRAVE_API_KEY with https://api-dashboard.search.brave.com"


class _Results(msgspec.Struct):
    results: list[object] = []


class _Answer(msgspec.Struct):
    type: str
    web: _Results | None = None  # absent where nothing was found


class _Error(msgspec.Struct, frozen=True):
    code: str = ""


class _Refusal(msgspec.Struct):
    error: _Error = _Error()


class BraveSearcher:
    """A Searcher over Brave's web search. Its limits become the plan's with the first answer, which tells them."""

    name = "Brave"
    limits = Limits(deadline_s=5.0)

    def __init__(
        self, key: str, *, proxy: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._key = key
        self._client = open_client(transport, proxy)

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Brave's web results in its order."""
        require_key(self._key, "THREADPROOF_BRAVE_API_KEY")
        asked = fit_query(query, LONGEST_QUERY)
        if not asked:
            return []
        answer = await ask_provider(self._client, self._request(asked, limit), self.name)
        self.limits = self.limits._replace(spacing_s=_spacing_s(answer.headers, self.limits.spacing_s))
        if answer.status != 200:
            raise _refusal(answer)
        found: _Answer = decode_rows(answer.body, _Answer, self.name)
        rows = found.web.results if found.web else []
        return read_hits(rows, limit, snippet="description", published="page_age")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _request(self, query: str, limit: int) -> httpx.Request:
        parameters = {
            "q": query,
            "count": str(max(1, min(limit, MOST_RESULTS))),
            "result_filter": "web",
            "text_decorations": "false",
        }
        return self._client.build_request("GET", URL, params=parameters, headers={"x-subscription-token": self._key})


def _refusal(answer: Answer) -> SearchUnavailable:
    """What a status means. A key it does not know is answered with 422, as a query that is too long is."""
    code = _code(answer.body)
    if answer.status in (401, 403) or code.startswith("SUBSCRIPTION_TOKEN"):
        message = f"Brave does not accept the key that is set ({answer.status}). {KEYS}."
        return SearchUnavailable(message, status=answer.status, rest_s=BAD_KEY_REST_S)
    if answer.status == 402 or code in ("QUOTA_LIMITED", "USAGE_LIMIT_EXCEEDED"):
        message = f"Brave's plan is used up ({answer.status}). {KEYS}."
        return SearchUnavailable(message, status=answer.status, rest_s=SPENT_REST_S)
    if answer.status == 429:
        rest_s = _reset_s(answer.headers)
        return SearchUnavailable("Brave allows no more searches for now (429).", status=429, rest_s=rest_s)
    return SearchUnavailable(f"Brave answered {answer.status}.", status=answer.status, rest_s=rest_of(answer.headers))


def _code(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Refusal).error.code
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""


def _reset_s(headers: Mapping[str, str]) -> float:
    """When the window that is used up ends. Headers list a second and a month side by side: "0, 13000" searches remain,
    and "1, 1419704" seconds."""
    remaining, resets = _numbers(headers, "x-ratelimit-remaining"), _numbers(headers, "x-ratelimit-reset")
    told = [reset for left, reset in zip(remaining, resets, strict=False) if left < 1]
    return max(told, default=rest_of(headers) or min(resets, default=1.0))


def _spacing_s(headers: Mapping[str, str], before: float) -> float:
    """Seconds between two searches, by the shorter windows of a policy such as "1;w=1, 15000;w=2592000"."""
    pairs = re.findall(r"(\d{1,9})\s*;\s*w=(\d{1,9})", headers.get("x-ratelimit-policy", ""))
    spaces = [int(window) / int(limit) for limit, window in pairs if int(limit) and int(window) <= MINUTE_S]
    return max(spaces) if spaces else before


def _numbers(headers: Mapping[str, Any], name: str) -> list[float]:
    return [float(part) for part in re.findall(r"\d{1,9}", headers.get(name, ""))]
