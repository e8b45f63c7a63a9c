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
import msgspec

from server.core.addresses import Target, judge_url
from server.core.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from server.core.ports import Page
from workers.adapters.bounded_body import ENCODINGS, TooLarge, Undecodable, read_bounded
from workers.adapters.manners import Manners, NoManners
from workers.adapters.pinned_transport import PinnedBackend, PinnedTransport, Resolver, resolve
from workers.extract.media import parse_content_type, require_readable

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TIMEOUTS = {"connect": 5.0, "read": 8.0, "write": 8.0, "pool": 8.0}  # seconds a step; the caller has a deadline for all
ACCEPT = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,application/json;q=0.5,*/*;q=0.1"


class Validators(msgspec.Struct, frozen=True):
    """What an earlier answer of the same address said of its version, as its headers spelled it."""

    etag: str | None = None
    last_modified: str | None = None


class NotModified(msgspec.Struct, frozen=True):
    """The server says that the page we know, whose validators we sent to this very address, is still its page."""

    url: str
    headers: dict[str, str]  # names in lower case; they renew what a cache knows of the page
    retrieved_at: datetime


class GuardedFetcher:
    """A Fetcher on the real web. `allow` holds the operator's exceptions, "host:port"; `contact` a mail or web address.

    `manners` are asked at every hop. `dial` and `resolver` are the network, `transport` all of it; tests hand in their
    own.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        contact: str | None = None,
        manners: Manners | None = None,
        resolver: Resolver = resolve,
        dial: httpcore.AsyncNetworkBackend | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._allow = frozenset(allow)
        self._manners = manners or NoManners()
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
        answer = await self.ask(url, accept=accept, max_bytes=max_bytes, timeout_s=timeout_s)
        assert isinstance(answer, Page)  # nobody is told "not modified" who sent no validators
        return answer

    async def ask(
        self,
        url: str,
        *,
        accept: str = "*/*",
        max_bytes: int = 5_000_000,
        timeout_s: float = 10.0,
        found: bool = False,
        validators: Validators | None = None,
        prefix: bool = False,
    ) -> Page | NotModified:
        """The page at `url`, or NotModified when the server of that very address says so to our `validators`.

        They are of that address alone: where it redirects elsewhere, they are not sent on. `found` tells the manners
        that nobody named this page to us. With `prefix` the first `max_bytes` of a body are enough, whatever its type:
        how robots.txt is read (RFC 9309, 2.5). Errors are those of `fetch`.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return await self._follow(url, accept, max_bytes, found, validators, prefix)
        except TimeoutError as error:
            raise SourceUnavailable(f"{url} did not answer within {timeout_s:g} s.") from error
        except (httpx.HTTPError, httpx.InvalidURL, *HTTPCORE_FAULTS) as error:
            raise SourceUnavailable(f"{url} could not be fetched: {_fault(error)}.") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _follow(
        self, url: str, accept: str, max_bytes: int, found: bool, validators: Validators | None, prefix: bool
    ) -> Page | NotModified:
        conditions = _conditions(validators)
        for _ in range(MOST_REDIRECTS + 1):
            target = judge_url(url, self._allow)
            headers = {**self._headers, "accept": _accept(accept), **conditions}
            async with self._manners.turn(target, found=found):
                answer = await self._transport.handle_async_request(
                    httpx.Request("GET", target.url, headers=headers, extensions={"timeout": TIMEOUTS})
                )
                try:
                    await self._manners.heed(target, answer.status_code, answer.headers)
                    if answer.status_code == 304 and conditions:
                        return NotModified(target.url, dict(answer.headers), datetime.now(UTC))
                    if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                        return await _read_page(target, answer, max_bytes, prefix)
                    url, conditions = _join(target.url, answer.headers["location"]), {}
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


def _conditions(validators: Validators | None) -> dict[str, str]:
    """Headers that ask for the page only if it has changed (RFC 9110, 13.1)."""
    if validators is None:
        return {}
    pairs = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _trust() -> ssl.SSLContext:
    """certifi's authorities, and this machine's besides: an intranet's own are only there."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


async def _read_page(target: Target, answer: httpx.Response, max_bytes: int, prefix: bool) -> Page:
    if answer.status_code != 200:
        raise _unavailable(target.url, answer)
    media_type, charset = parse_content_type(answer.headers.get("content-type", ""))
    if not prefix:
        require_readable(media_type, target.url)
    declared = answer.headers.get("content-length", "")
    try:
        if not prefix and declared.isdecimal() and int(declared[:18]) > max_bytes:
            raise TooLarge(f"{int(declared[:18]):,} bytes")
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        body = await read_bounded(answer.stream, answer.headers.get("content-encoding", ""), max_bytes, prefix)
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
