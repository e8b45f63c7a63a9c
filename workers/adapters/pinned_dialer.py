"""Opening connections only to addresses that were judged.

Asking a resolver twice, once to judge and once to dial, lets a name point elsewhere the second time (DNS rebinding).
Here whoever dials also resolves, judges every answer, and dials one of those; TLS and the Host header keep the name.
"""

import asyncio
import functools
import ssl
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import NamedTuple, Protocol

import httpcore
import httpx

from server.core.addresses import Target, join_authority, judge_answers
from workers.adapters.http_connection import Connection, Headers
from workers.adapters.name_lookup import Resolver, look_up

TRIED_ADDRESSES = 3  # of a name that has more, so that dead ones do not eat the deadline
SHORTEST_TRY_S = 0.25
Timeouts = Mapping[str, float | None]


class Place(NamedTuple):
    """Whom a request is for, as its URL says."""

    scheme: str
    host: str  # ASCII; an IPv6 address without its brackets
    port: int


class Dialer(Protocol):
    """The way out."""

    async def open(self, place: Place, timeouts: Timeouts) -> Connection:
        """A connection to a place that was judged; SourceRefused when its name leads anywhere else."""

    def spell(self, place: Place, path: bytes) -> tuple[bytes, Headers]:
        """How the request line names what is asked for on such a connection, and headers for who passes it on."""


class Judge:
    """Resolves names and refuses those that lead to other than public addresses, the operator's exceptions apart."""

    def __init__(self, allow: frozenset[str], resolver: Resolver) -> None:
        self._allow = allow
        self._resolver = resolver

    async def find(self, place: Place) -> tuple[str, ...]:
        """The addresses of a place; SourceRefused when any is not public, or there is none."""
        allowed = join_authority(place.host, place.port) in self._allow
        target = Target(place.scheme, place.host, place.port, None, allowed, "")
        return judge_answers(target, await self._resolve(place))

    async def _resolve(self, place: Place) -> Sequence[str]:
        try:
            return (str(ip_address(place.host)),)
        except ValueError:
            return await look_up(self._resolver, place.host, place.port)


class PinnedDialer:
    """Straight to the address that was judged. `dial` is the network."""

    def __init__(self, judge: Judge, dial: httpcore.AsyncNetworkBackend) -> None:
        self._judge = judge
        self._dial = dial

    async def open(self, place: Place, timeouts: Timeouts) -> Connection:
        """A connection to one of the place's addresses."""
        stream = await self._connect(await self._judge.find(place), place.port, timeouts["connect"])
        if place.scheme == "https":
            stream = await secure(stream, place.host, timeouts)
        return Connection(stream, timeouts)

    def spell(self, place: Place, path: bytes) -> tuple[bytes, Headers]:
        """The path alone."""
        return path, []

    async def _connect(
        self, addresses: tuple[str, ...], port: int, timeout_s: float | None
    ) -> httpcore.AsyncNetworkStream:
        addresses = addresses[:TRIED_ADDRESSES]
        share_s = max(timeout_s / len(addresses), SHORTEST_TRY_S) if timeout_s else timeout_s
        for address in addresses[:-1]:
            try:
                return await self._dial.connect_tcp(address, port, share_s)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._dial.connect_tcp(addresses[-1], port, share_s)


async def secure(stream: httpcore.AsyncNetworkStream, host: str, timeouts: Timeouts) -> httpcore.AsyncNetworkStream:
    """TLS with the server of that name. The stream is closed when it cannot be had."""
    try:
        return await stream.start_tls(load_trust(), host, timeouts["connect"])
    except (Exception, asyncio.CancelledError):
        await stream.aclose()
        raise


@functools.cache
def load_trust() -> ssl.SSLContext:
    """certifi's authorities, and this machine's besides: an intranet's own are only there. Loading takes 40 ms."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context
