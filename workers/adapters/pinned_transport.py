"""A transport that dials only addresses it has judged.

Asking a resolver twice, once to judge and once to dial, lets a name point elsewhere the second time (DNS rebinding).
Here the connection itself resolves, judges every answer, and dials one of those; TLS and the Host header keep the name.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from types import TracebackType
from typing import Any

import httpcore
import httpx

from server.core.addresses import Target, judge_answers

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
MOST_CONNECTIONS = 50
KEPT_ALIVE = 20
KEPT_ALIVE_S = 5.0
TRIED_ADDRESSES = 3  # of a name that has more, so that dead ones do not eat the deadline
SHORTEST_TRY_S = 0.25


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name by the machine's resolver, in its order, each once."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects to names whose every address is public, and to the operator's exceptions."""

    def __init__(self, allow: frozenset[str], resolver: Resolver, dial: httpcore.AsyncNetworkBackend) -> None:
        self._allow = allow
        self._resolve = resolver
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to a judged address; SourceRefused when the name leads anywhere else."""
        addresses = judge_answers(self._target(host, port), await self._look_up(host, port))[:TRIED_ADDRESSES]
        share = max(timeout / len(addresses), SHORTEST_TRY_S) if timeout else timeout
        for address in addresses[:-1]:
            try:
                return await self._dial.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._dial.connect_tcp(addresses[-1], port, share, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: the web is not on this machine's sockets."""
        raise httpcore.ConnectError("unix sockets are not fetched")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def _target(self, host: str, port: int) -> Target:
        target = Target("", host, port, None, False, "")
        return Target("", host, port, None, target.authority in self._allow, "")

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            return await self._resolve(host, port)
        except OSError as error:  # socket.gaierror: no such name, or no resolver
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error


class PinnedTransport(httpx.AsyncBaseTransport):
    """httpx over a connection pool with a backend of our own, which httpx's own transport does not take."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=KEPT_ALIVE,
            keepalive_expiry=KEPT_ALIVE_S,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Faults come as httpcore's errors."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def __aenter__(self) -> "PinnedTransport":
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._pool.__aexit__(exc_type, exc_value, traceback)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
