"""One HTTP/1.1 connection to a stranger. h11 reads what comes; whatever it leaves without a limit has one here.

httpcore's own connection has none for interim answers (a million of them keep it busy until the deadline), refuses
5,000 cookies as too large, and takes what came after an answer for the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

import h11
import httpcore

MOST_HEADER_BYTES = 2**19  # 5,000 cookies of 100 bytes; browsers stop at 256 to 512 KB
MOST_INTERIM_ANSWERS = 32  # 100 Continue, 103 Early Hints and the like before the answer itself
READ_BYTES = 2**16
BREATH = 256  # chunks after which other tasks get their turn: 64 KB may hold 10,000, which takes h11 0.1 s
CRUMBS, CRUMB_BYTES = 50_000, 64  # so many chunks of so few bytes on average are no page but an attack
Headers = list[tuple[bytes, bytes]]


class BadAnswer(httpcore.RemoteProtocolError):
    """What came is no answer. The message tells a person why: "it …"."""


class NoAnswer(BadAnswer):
    """The other side closed the connection before it said anything."""


class Connection:
    """One question at a time: `ask`, then `read` to the end. `close` it unless it `may_rest` then."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, timeouts: Mapping[str, float | None]) -> None:
        self.stream = stream
        self._timeouts = timeouts
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEADER_BYTES)
        self._in_order = True
        self._ended = False
        self.heard = False  # whether anything of the present answer came

    @property
    def leftover(self) -> bytes:
        """What came after the end of the answer, which nobody asked for."""
        return self._http.trailing_data[0]

    @property
    def may_rest(self) -> bool:
        """Whether the answer was read to its end, and nothing about it makes the next one doubtful."""
        done = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        return done and self._in_order and not self.leftover

    @property
    def is_stale(self) -> bool:
        """Whether a resting connection was closed by the other side, or has something to say unasked."""
        return bool(self.stream.get_extra_info("is_readable"))

    async def ask(self, method: bytes, target: bytes, headers: Headers, content: bytes = b"") -> h11.Response:
        """Send a request; its answer's head. Faults are httpcore's, BadAnswer among them."""
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
        self.heard = False
        try:
            await self._send(h11.Request(method=method, target=target, headers=headers), content)
        except h11.LocalProtocolError as error:
            raise httpcore.LocalProtocolError(str(error)) from error
        for _ in range(MOST_INTERIM_ANSWERS + 1):
            event = await self._hear()
            if isinstance(event, h11.Response):
                self._in_order = self._in_order and not _is_ambiguous(event)
                return event
            self._in_order = False
        raise BadAnswer("it does not come to its answer")

    async def read(self) -> AsyncIterator[bytes]:
        """The answer's body as it comes, still encoded."""
        chunks = size = 0
        while isinstance(event := await self._hear(), h11.Data):
            chunks, size = chunks + 1, size + len(event.data)
            if chunks > CRUMBS and size < chunks * CRUMB_BYTES:
                raise BadAnswer("it comes in crumbs")
            if chunks % BREATH == 0:
                await asyncio.sleep(0)
            yield bytes(event.data)

    async def close(self) -> None:
        """Hang up."""
        await self.stream.aclose()

    async def _send(self, request: h11.Request, content: bytes) -> None:
        events: list[h11.Event] = [request, *([h11.Data(data=content)] if content else []), h11.EndOfMessage()]
        try:
            await self.stream.write(
                b"".join(self._http.send(event) or b"" for event in events), self._timeouts["write"]
            )
        except httpcore.WriteError:
            return  # who hangs up early may have answered first

    async def _hear(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise BadAnswer(self._describe(error)) from error
            if event is not h11.NEED_DATA:
                return event
            data = await self.stream.read(READ_BYTES, self._timeouts["read"])
            if not data and not self.heard:
                raise NoAnswer("it hangs up without an answer")
            self.heard, self._ended = True, not data
            self._http.receive_data(data)

    def _describe(self, error: h11.RemoteProtocolError) -> str:
        if error.error_status_hint == 431:
            return "its headers are too large"
        return "it breaks off" if self._ended else "it does not speak HTTP as it should"


def _is_ambiguous(answer: h11.Response) -> bool:
    """Two statements of its length: a proxy on the way may have believed the other one (RFC 9112, 6.3)."""
    names = {name for name, _ in answer.headers}
    return {b"transfer-encoding", b"content-length"} <= names
