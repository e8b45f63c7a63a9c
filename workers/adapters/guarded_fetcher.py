"""The one fetcher: it alone owns timeouts, sizes, redirects and the judgement of addresses.

Strangers choose what is fetched and the web answers as it likes. So every address is judged at every hop, one deadline
covers the whole fetch, decoded bytes are counted, and types that cannot be read are refused before their body is.
"""

import asyncio
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urljoin

import httpcore
import httpx

from server.core.addresses import Target, judge_url
from server.core.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from server.core.ports import Page
from workers.adapters.bounded_body import ENCODINGS, TooLarge, Undecodable, read_bounded
from workers.adapters.pinned_transport import PinnedBackend, PinnedTransport, Resolver, resolve
from workers.extract.media import parse_content_type, require_readable

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TIMEOUTS = {"connect": 5.0, "read": 8.0, "write": 8.0, "pool": 8.0}  # seconds a step; the caller has a deadline for all
ACCEPT = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,application/json;q=0.5,*/*;q=0.1"


class GuardedFetcher:
    """A Fetcher on the real web. `allow` holds the operator's exceptions, "host:port"; `contact` a mail or web address.

    `dial` and `resolver` are the network, `transport` all of it; tests hand in their own.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        contact: str | None = None,
        resolver: Resolver = resolve,
        dial: httpcore.AsyncNetworkBackend | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._allow = frozenset(allow)
        backend = PinnedBackend(self._allow, resolver, dial or httpcore.AnyIOBackend())
        # Without httpx's client, which keeps cookies, and prepares the next request of a redirect before we judged it.
        self._transport = transport or PinnedTransport(backend, _trust())
        self._headers = {
            "user-agent": user_agent(contact),
            "accept-encoding": ENCODINGS,
            "accept-language": "en,*;q=0.5",
        }

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """The page at `url`; besides the port's errors SourceUnreadable for a type or size that cannot be read."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._follow(url, accept, max_bytes)
        except TimeoutError as error:
            raise SourceUnavailable(f"{url} did not answer within {timeout_s:g} s.") from error
        except (httpx.HTTPError, httpx.InvalidURL, *HTTPCORE_FAULTS) as error:
            raise SourceUnavailable(f"{url} could not be fetched: {_fault(error)}.") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _follow(self, url: str, accept: str, max_bytes: int) -> Page:
        for _ in range(MOST_REDIRECTS + 1):
            target = judge_url(url, self._allow)
            request = httpx.Request(
                "GET",
                target.url,
                headers={**self._headers, "accept": _accept(accept)},
                extensions={"timeout": TIMEOUTS},
            )
            answer = await self._transport.handle_async_request(request)
            try:
                if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                    return await _read_page(target, answer, max_bytes)
                url = _join(target.url, answer.headers["location"])
            finally:
                await answer.aclose()
        raise SourceUnavailable(f"{url} was reached by more than {MOST_REDIRECTS} redirects.", retryable=False)


# httpcore has no common base error. A test walks its errors for one that is missing here.
HTTPCORE_FAULTS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
)


def user_agent(contact: str | None) -> str:
    """Who asks, and where to complain."""
    return f"Threadproof/{version('threadproof')}" + (f" (+{contact})" if contact else "")


def _trust() -> ssl.SSLContext:
    """certifi's authorities, and this machine's besides: an intranet's own are only there."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


async def _read_page(target: Target, answer: httpx.Response, max_bytes: int) -> Page:
    if answer.status_code != 200:
        raise _unavailable(target.url, answer)
    media_type, charset = parse_content_type(answer.headers.get("content-type", ""))
    require_readable(media_type, target.url)
    declared = answer.headers.get("content-length", "")
    try:
        if declared.isdecimal() and int(declared[:18]) > max_bytes:
            raise TooLarge(f"{int(declared[:18]):,} bytes")
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        body = await read_bounded(answer.stream, answer.headers.get("content-encoding", ""), max_bytes)
    except TooLarge as error:
        raise SourceUnreadable(f"Not read: {target.url} is too large ({error}).") from error
    except Undecodable as error:
        raise SourceUnavailable(f"{target.url} could not be fetched: {error}.") from error
    return Page(
        url=target.url,
        media_type=media_type,
        charset=charset,
        body=body,
        retrieved_at=datetime.now(UTC),
        headers=dict(answer.headers),
    )


def _unavailable(url: str, answer: httpx.Response) -> SourceUnavailable:
    status = answer.status_code
    wait = answer.headers.get("retry-after", "")[:40]
    later = f"; it asks to be left alone for {wait} s" if wait.isdecimal() else f"; try after {wait}" if wait else ""
    return SourceUnavailable(
        f"{url} answered {status} {answer.reason_phrase}{later}.",
        status=status,
        retryable=status in (408, 425, 429) or status >= 500,
    )


def _join(base: str, location: str) -> str:
    """Where a redirect leads, backslashes read as browsers read them."""
    try:
        return urljoin(base, location.replace("\\", "/"))
    except ValueError as error:
        raise SourceRefused(f"Not fetched: {base} redirects to no address.") from error


def _accept(accept: str) -> str:
    return ACCEPT if accept == "*/*" else accept


def _fault(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
