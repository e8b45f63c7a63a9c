"""Search through a SearXNG server of the operator's, by its JSON API.

The address is the operator's own setting: it may be private, and is not judged as strangers' addresses are.
"""

import httpx
import msgspec

from server.core.errors import SourceUnavailable
from server.core.ports import Hit

TIMEOUT_S = 8.0


class _Result(msgspec.Struct):
    url: str
    title: str = ""
    content: str | None = None


class _Answer(msgspec.Struct):
    results: list[_Result]


class SearxngSearcher:
    """A Searcher over `GET {url}/search?format=json`. `transport` is for tests."""

    name = "SearXNG"

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = f"{url.rstrip('/')}/search"
        self._transport = transport

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """The server's results in its order."""
        async with httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT_S, trust_env=False) as client:
            try:
                answer = await client.get(self._url, params={"q": query, "format": "json"})
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise SourceUnavailable(f"SearXNG at {self._url} does not answer: {error}.") from error
        return [Hit(found.url, found.title, found.content or "") for found in self._decode(answer).results[:limit]]

    def _decode(self, answer: httpx.Response) -> _Answer:
        if answer.status_code != 200:
            # SearXNG answers 403 to format=json unless its settings list it, which they do not by default.
            hint = "; add json to search.formats in its settings.yml" if answer.status_code == 403 else ""
            raise SourceUnavailable(
                f"SearXNG at {self._url} answered {answer.status_code}{hint}.", status=answer.status_code
            )
        try:
            return msgspec.json.decode(answer.content, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SourceUnavailable(f"SearXNG at {self._url} did not answer with results in JSON.") from error
