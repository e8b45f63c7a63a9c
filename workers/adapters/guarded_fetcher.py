"""The one fetcher: it alone owns timeouts, sizes, redirects and the judgement of addresses.

Strangers choose what is fetched and the web answers as it likes. So every address is judged at every hop, one deadline
covers the whole fetch, decoded bytes are counted, and types that cannot be read are refused before their body is.
"""

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urljoin

import httpcore
import httpx
import msgspec

from server.core.addresses import Target, judge_url, read_blocked, read_exceptions
from server.core.errors import SourceRefused, SourceUnavailable
from server.core.ports import Page
from workers.adapters.bounded_body import ENCODINGS
from workers.adapters.egress_proxy import ProxiedDialer
from workers.adapters.faults import TRANSPORT_FAULTS, describe_fault, shorten
from workers.adapters.manners import Manners, NoManners
from workers.adapters.name_lookup import Resolver, resolve
from workers.adapters.page_answer import keep_headers, read_page
from workers.adapters.pinned_dialer import Dialer, Judge, PinnedDialer
from workers.adapters.pinned_transport import PinnedTransport

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
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
    """A Fetcher on the real web. `allow` holds the operator's exceptions, "host:port", `blocked` hosts that are
    out of bounds with everything below them; `contact` is a mail or web address.

    `manners` are asked at every hop. `egress_proxy` is the operator's way out, http://[user:password@]host:port; what
    the environment says of proxies does not count. `dial` and `resolver` are the network, `transport` all of it; tests
    hand in their own.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        blocked: Iterable[str] = (),
        contact: str | None = None,
        manners: Manners | None = None,
        egress_proxy: str | None = None,
        resolver: Resolver = resolve,
        dial: httpcore.AsyncNetworkBackend | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._allow, self._blocked = read_exceptions(allow), read_blocked(blocked)
        self._manners = manners or NoManners()
        # Without httpx's client, which keeps cookies, and prepares the next request of a redirect before we judged it.
        self._transport = transport or PinnedTransport(
            _choose_dialer(Judge(self._allow, resolver), dial or httpcore.AnyIOBackend(), egress_proxy)
        )
        self._headers = {
            "User-Agent": user_agent(contact),
            "Accept-Encoding": ENCODINGS,
            "Accept-Language": "en,*;q=0.5",
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
            raise SourceUnavailable(f"{shorten(url)} did not answer within {timeout_s:g} s.") from error
        except TRANSPORT_FAULTS as error:
            raise SourceUnavailable(f"{shorten(url)} could not be fetched: {describe_fault(error)}.") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _follow(
        self, url: str, accept: str, max_bytes: int, found: bool, validators: Validators | None, prefix: bool
    ) -> Page | NotModified:
        conditions = _conditions(validators)
        for _ in range(MOST_REDIRECTS + 1):
            target = judge_url(url, self._allow, self._blocked)
            async with self._manners.turn(target, found=found):
                answer = await self._transport.handle_async_request(self._request(target, accept, conditions))
                try:
                    await self._manners.heed(target, answer.status_code, answer.headers)
                    if answer.status_code == 304 and conditions:
                        return NotModified(target.url, keep_headers(answer), datetime.now(UTC))
                    if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                        return await read_page(target.url, answer, max_bytes, accept=accept, prefix=prefix)
                    url, conditions = _join(target.url, answer.headers["location"]), {}
                finally:
                    await answer.aclose()
        raise SourceUnavailable(f"{shorten(url)} was reached by more than {MOST_REDIRECTS} redirects.", retryable=False)

    def _request(self, target: Target, accept: str, conditions: dict[str, str]) -> httpx.Request:
        """Made with a stream and a Host of our own: httpx would decode the host's Punycode, and fails at emoji."""
        host = target.url.split("/", 3)[2]
        headers = {"Host": host, **self._headers, "Accept": ACCEPT if accept == "*/*" else accept, **conditions}
        return httpx.Request(
            "GET", target.url, headers=headers, stream=httpx.ByteStream(b""), extensions={"timeout": TIMEOUTS}
        )


def user_agent(contact: str | None) -> str:
    """Who asks, and where to complain. What a header cannot hold of the contact is left out."""
    shown = "".join(letter for letter in contact or "" if letter.isascii() and letter.isprintable())
    return f"Threadproof/{version('threadproof')}" + (f" (+{shown})" if shown else "")


def _conditions(validators: Validators | None) -> dict[str, str]:
    """Headers that ask for the page only if it has changed (RFC 9110, 13.1)."""
    if validators is None:
        return {}
    pairs = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in pairs.items() if value and value.isascii() and value.isprintable()}


def _choose_dialer(judge: Judge, dial: httpcore.AsyncNetworkBackend, egress_proxy: str | None) -> Dialer:
    return ProxiedDialer(judge, dial, egress_proxy) if egress_proxy else PinnedDialer(judge, dial)


def _join(base: str, location: str) -> str:
    """Where a redirect leads, backslashes read as browsers read them. What names a scheme is judged as it stands:
    parsers do not agree on what "http:a" or "http:/a" are relative to.
    """
    location = location.strip().replace("\\", "/")
    if SCHEME.match(location):
        return location
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise SourceRefused(f"Not fetched: {shorten(base)} redirects to no address.") from error
