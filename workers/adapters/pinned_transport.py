"""httpx over connections that a dialer of ours opened, kept for a few seconds where their server is asked again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import NamedTuple
from weakref import WeakValueDictionary

import h11
import httpcore
import httpx

from workers.adapters.http_connection import Connection
from workers.adapters.pinned_dialer import Dialer, Place

MOST_CONNECTIONS = 256  # at once, so that files do not run out: 1,024 is a usual limit for a process
MOST_AT_HOST = 8  # so that a host that answers slowly does not take them all
KEPT_ALIVE = 20
KEPT_ALIVE_S = 5.0
PORTS = {"http": 80, "https": 443}


class _Resting(NamedTuple):
    place: Place
    connection: Connection
    until_s: float


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends requests where its dialer may go. It keeps nothing else between two requests, and follows no redirect."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        self._resting: list[_Resting] = []
        self._all = asyncio.Semaphore(MOST_CONNECTIONS)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Faults come as httpcore's errors, or SourceRefused where the name leads nowhere public."""
        url = request.url
        place = Place(url.scheme, url.raw_host.decode("ascii"), url.port or PORTS[url.scheme])
        at_host = self._hosts.setdefault(place.host, asyncio.Semaphore(MOST_AT_HOST))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(at_host)
            await stack.enter_async_context(self._all)
            connection, answer = await self._ask(place, request)
            stack.push_async_callback(self._leave, place, connection)
            body = _Body(connection, stack.pop_all())
        return httpx.Response(answer.status_code, headers=answer.headers.raw_items(), stream=body)

    async def aclose(self) -> None:
        """Close the connections that rest; the others belong to whom they answer."""
        resting, self._resting = self._resting, []
        for kept in resting:
            await kept.connection.close()

    async def _ask(self, place: Place, request: httpx.Request) -> tuple[Connection, h11.Response]:
        connection = await self._wake(place)
        if connection is not None:
            try:
                return connection, await self._send(connection, place, request)
            except (httpcore.NetworkError, httpcore.RemoteProtocolError):
                if connection.heard or request.method != "GET":
                    raise
                # It was closed while the question was on its way; RFC 9112, 9.3.1 lets us ask again on a new one.
        connection = await self._dialer.open(place, request.extensions["timeout"])
        return connection, await self._send(connection, place, request)

    async def _send(self, connection: Connection, place: Place, request: httpx.Request) -> h11.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        target, more = self._dialer.spell(place, request.url.raw_path)
        try:
            content = b"".join([chunk async for chunk in request.stream])
            return await connection.ask(request.method.encode("ascii"), target, [*request.headers.raw, *more], content)
        except BaseException:
            await connection.close()
            raise

    async def _wake(self, place: Place) -> Connection | None:
        """A resting connection to that place, if there is one that is still good. Those that are not are closed."""
        now = time.monotonic()
        over = [kept for kept in self._resting if now > kept.until_s or kept.connection.is_stale]
        self._resting = [kept for kept in self._resting if kept not in over]
        for kept in over:
            await kept.connection.close()
        for kept in reversed(self._resting):
            if kept.place == place:
                self._resting.remove(kept)
                return kept.connection
        return None

    async def _leave(self, place: Place, connection: Connection) -> None:
        if connection.may_rest and len(self._resting) < KEPT_ALIVE:
            self._resting.append(_Resting(place, connection, time.monotonic() + KEPT_ALIVE_S))
        else:
            await connection.close()


class _Body(httpx.AsyncByteStream):
    """An answer's body. Its connection is free for others when it is closed."""

    def __init__(self, connection: Connection, held: AsyncExitStack) -> None:
        self._connection = connection
        self._held = held

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.read()

    async def aclose(self) -> None:
        await self._held.aclose()
