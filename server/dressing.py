"""What happens to every answer on its way out, unless it lay ready: standing headers, gzip, and HEAD without a body."""

import gzip
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from server.ready_answers import GZIP_LEVEL, WORTH_PACKING, RawHeaders, accepts_gzip, add_missing, read_headers
from server.standing_headers import standing_headers

# By what it is, not by its address: fonts and pictures are packed already, event streams would be held back.
PACKABLE = (
    b"text/html", b"text/css", b"text/javascript", b"text/plain", b"text/xml", b"image/svg+xml", b"application/json",
    b"application/problem+json", b"application/feed+json", b"application/atom+xml", b"application/vnd.oai.openapi+json",
)  # fmt: skip


class Dressed:
    """An application whose answers are dressed. It never sees HEAD: that is GET whose body stays here.

    Litestar answers HEAD with 405 unless each route names it (2.25), and its gzip middleware goes by addresses, packs
    what is packed and leaves `Vary` out of what it does not pack.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Anything but HTTP goes straight through."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        answer = _Dresser(send, scope["path"], read_headers(scope), bodiless=scope["method"] == "HEAD")
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, answer.send)


class _Dresser:
    """One answer. Its start waits for its body, which may come out shorter; that of a stream waits for nothing."""

    def __init__(self, send: Send, path: str, asked: dict[bytes, bytes], *, bodiless: bool) -> None:
        self._send, self._path, self._asked, self._bodiless = send, path, asked, bodiless
        self._start: HTTPResponseStartEvent | None = None
        self._over = False

    async def send(self, message: Message) -> None:
        """In place of the server's own."""
        if self._over:
            return
        if message["type"] == "http.response.start":
            if any(name.lower() == b"content-length" for name, _ in message["headers"]):
                self._start = message
            else:
                await self._begin(message, b"", is_stream=True)
        elif message["type"] == "http.response.body" and self._start is not None:
            start, self._start = self._start, None
            await self._begin(start, message.get("body", b""), is_stream=message.get("more_body", False))
        else:
            await self._send(message)

    async def _begin(self, start: HTTPResponseStartEvent, body: bytes, *, is_stream: bool) -> None:
        """The start, and what there is of the body; HEAD's answer is over with this."""
        headers: RawHeaders = [(name.lower(), value) for name, value in start["headers"]]
        body = body if is_stream else self._pack(headers, body)
        _allow_head(headers)
        add_missing(headers, standing_headers(self._path))
        start["headers"] = headers
        await self._send(start)
        self._over = self._bodiless
        if body or not is_stream or self._bodiless:
            more = is_stream and not self._bodiless
            body = b"" if self._bodiless else body
            await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _pack(self, headers: RawHeaders, body: bytes) -> bytes:
        """What carries a tag has settled its own bytes."""
        there = dict(headers)
        if b"etag" in there or b"content-encoding" in there:
            return body
        if not there.get(b"content-type", b"").startswith(PACKABLE) or len(body) < WORTH_PACKING:
            return body
        add_missing(headers, [(b"vary", b"Accept-Encoding")])
        if not accepts_gzip(self._asked.get(b"accept-encoding", b"")):
            return body
        body = gzip.compress(body, GZIP_LEVEL, mtime=0)
        _replace(headers, b"content-length", lambda _: str(len(body)).encode())
        headers.append((b"content-encoding", b"gzip"))
        return body


def _allow_head(headers: RawHeaders) -> None:
    """Where GET is allowed; in one order, since Litestar lists a set."""

    def sorted_methods(allow: bytes) -> bytes:
        methods = {method.strip() for method in allow.split(b",")}
        return b", ".join(sorted(methods | {b"HEAD"} if b"GET" in methods else methods))

    _replace(headers, b"allow", sorted_methods)


def _replace(headers: RawHeaders, name: bytes, change: Callable[[bytes], bytes]) -> None:
    headers[:] = [(each, change(value) if each == name else value) for each, value in headers]
