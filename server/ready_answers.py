"""Answers whose bytes are settled: tagged and packed once, sent any number of times.

They are ASGI applications, so a controller may return one and the copy kept of it (`kept_answers.py`) is sent by the
very same code. Litestar's own responses cost half of what a server can do, and its `etag=` never answers 304.
"""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache

from litestar.types import Receive, Scope, Send

RawHeaders = list[tuple[bytes, bytes]]

JSON, HTML, TEXT, PNG = "application/json", "text/html; charset=utf-8", "text/plain; charset=utf-8", "image/png"
ATOM, JSON_FEED, XML = "application/atom+xml; charset=utf-8", "application/feed+json", "text/xml; charset=utf-8"
WORTH_PACKING = 500  # bytes; below, gzip's own 20 and a second header eat what it saves
GZIP_LEVEL = 6
MANY = 64  # browsers of a kind send the same words


class ReadyAnswer:
    """What GET and HEAD get: 200 with a strong ETag, or 304 for whoever names it, or its `last-modified` if it has one.

    `packs` lets it travel as gzip, under a tag of its own: a strong one names the bytes that
    travel (RFC 9110 §8.8.1).
    """

    __slots__ = ("_headers", "_modified", "_packed", "_plain", "body", "packs")

    def __init__(
        self, body: bytes, media_type: str, *, cache: str, headers: Mapping[str, str] | None = None, packs: bool = False
    ) -> None:
        self.body = body
        self.packs = packs and len(body) >= WORTH_PACKING
        self._headers: RawHeaders = [(b"content-type", media_type.encode()), (b"cache-control", cache.encode())]
        if self.packs:
            self._headers.append((b"vary", b"Accept-Encoding"))
        self._headers += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        self._modified = next((value for name, value in self._headers if name == b"last-modified"), None)
        self._plain = _Form(body, _tag(body), self._headers)
        self._packed: _Form | None = None

    @property
    def etag(self) -> str:
        """Of the bytes as they are."""
        return self._plain.tag.decode()

    @property
    def size(self) -> int:
        """Bytes, those of the packed form included where it was asked for."""
        return len(self.body) + (len(self._packed.body) if self._packed else 0)

    def wear(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Carry these headers from now on, but for those it has already. Not once it was sent."""
        add_missing(self._headers, headers)
        self._plain = _Form(self.body, self._plain.tag, self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        await self.send(read_headers(scope), send)

    async def send(self, asked: Mapping[bytes, bytes], send: Send, *, with_body: bool = True) -> int:
        """To a request with these headers; HEAD gets all but the body. Returns the status."""
        form = self._plain
        if self.packs and accepts_gzip(asked.get(b"accept-encoding", b"")):
            form = self._packed = self._packed or self._pack()
        if not self._is_known(form, asked):
            await send({"type": "http.response.start", "status": 200, "headers": form.headers})
            await send({"type": "http.response.body", "body": form.body if with_body else b"", "more_body": False})
            return 200
        await send({"type": "http.response.start", "status": 304, "headers": form.known_headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return 304

    def _is_known(self, form: "_Form", asked: Mapping[bytes, bytes]) -> bool:
        """A tag decides where one is named (RFC 9110 §13.1.3). A date must be the very one: what lost its newest part
        was modified later than its date says."""
        known = asked.get(b"if-none-match")
        if known is not None:
            return is_listed(form.tag, known)
        return self._modified is not None and asked.get(b"if-modified-since") == self._modified

    def _pack(self) -> "_Form":
        packed = gzip.compress(self.body, GZIP_LEVEL, mtime=0)
        return _Form(packed, self._plain.tag[:-1] + b'-gzip"', [*self._headers, (b"content-encoding", b"gzip")])


class PassingAnswer:
    """An answer that is made anew each time it is asked for."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: RawHeaders, body: bytes = b"") -> None:
        self.status, self.body = status, body
        self.headers: RawHeaders = [*headers, (b"content-length", str(len(body)).encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        await send({"type": "http.response.start", "status": self.status, "headers": [*self.headers]})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def moved(path: str) -> PassingAnswer:
    """301 to another path of ours. Asked for anew each time: a headline may come back, and with it the old address."""
    return PassingAnswer(301, [(b"location", path.encode()), (b"cache-control", b"no-cache")])


class _Form:
    """The bytes of one coding, and the headers of 200 and of 304.

    A 304 repeats what may have changed beside the body; it has no length of its own (RFC 9110 §8.6, §15.4.5).
    """

    __slots__ = ("body", "headers", "known_headers", "tag")

    def __init__(self, body: bytes, tag: bytes, headers: RawHeaders) -> None:
        self.body, self.tag = body, tag
        self.headers: RawHeaders = [*headers, (b"etag", tag), (b"content-length", str(len(body)).encode())]
        about_the_body = (b"content-type", b"content-length", b"content-encoding")
        self.known_headers: RawHeaders = [pair for pair in self.headers if pair[0] not in about_the_body]


def add_missing(headers: RawHeaders, wanted: Iterable[tuple[bytes, bytes]]) -> None:
    """Add those that are not there. What an answer varies by is joined instead: both are true."""
    there = {name.lower(): at for at, (name, _) in enumerate(headers)}
    for name, value in wanted:
        if name not in there:
            headers.append((name, value))
        elif name == b"vary" and value.lower() not in headers[there[name]][1].lower():
            headers[there[name]] = (name, headers[there[name]][1] + b", " + value)


def read_headers(scope: Scope) -> dict[bytes, bytes]:
    """A request's headers; those sent in several lines joined, as RFC 9110 §5.3 has it."""
    pairs: RawHeaders = scope["headers"]  # type: ignore[assignment]
    headers = dict(pairs)
    if len(headers) != len(pairs):
        headers = {}
        for name, value in pairs:
            headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def is_listed(tag: bytes, known: bytes) -> bool:
    """RFC 9110 §13.1.2: `*`, or any listed tag, compared weakly."""
    return known == tag or known.strip() == b"*" or any(_strong(each) == tag for each in known.split(b","))


def _strong(tag: bytes) -> bytes:
    return tag.strip().removeprefix(b"W/")


@lru_cache(MANY)
def accepts_gzip(accepted: bytes) -> bool:
    """RFC 9110 §12.5.3: named or meant by `*`, and not with a weight of nothing."""
    weights: dict[bytes, bytes] = {}
    for part in accepted.lower().split(b","):
        coding, _, weight = part.partition(b";")
        weights[coding.strip()] = weight.replace(b" ", b"").removeprefix(b"q=")
    weight = weights.get(b"gzip", weights.get(b"x-gzip", weights.get(b"*", b"0")))
    return weight.strip(b"0.") != b"" or weight == b""


def _tag(body: bytes) -> bytes:
    """128 bits of the bytes' digest: body, visibility, freshness and address all move it."""
    return b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'
