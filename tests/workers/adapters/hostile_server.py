"""A server on loopback that behaves as a row says: `kind` and `spec` are those of the shared list of hostile sources.

`LoopbackWeb` is the network that the fetcher under test gets: one public address leads to this server, every other
address is noted and leads nowhere.
"""

import asyncio
import contextlib
import json
import ssl
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import brotli
import httpcore
import zstandard

from tests.workers.adapters.network import PUBLIC
from tests.workers.adapters.pages import MARKUP, html_page, thread_listing
from tests.workers.adapters.worlds import LIGHTHOUSE, article

FINE = "fine.example"  # this host always answers with a page
GOOD = article("Fine", *LIGHTHOUSE).encode()
STEP = 65536


class LoopbackWeb(httpcore.AsyncNetworkBackend):
    """Dials the server for the public address. `dialled` are all addresses that were to be dialled.

    Unless `tls` is for real, a secure connection is a plain one, so that https addresses can be played too.
    """

    def __init__(self, port: int, *, tls: bool = False) -> None:
        self._port = port
        self._tls = tls
        self._real = httpcore.AnyIOBackend()
        self.dialled: list[str] = []
        self.read_bytes = 0

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host != PUBLIC:
            raise httpcore.ConnectError("nobody is there")
        stream = await self._real.connect_tcp("127.0.0.1", self._port, timeout)
        return stream if self._tls else PlainStream(self, stream)


class PlainStream(httpcore.AsyncNetworkStream):
    """A stream that counts what is read, and whose TLS is a matter of belief."""

    def __init__(self, web: LoopbackWeb, stream: httpcore.AsyncNetworkStream) -> None:
        self._web, self._stream = web, stream
        self.write, self.aclose = stream.write, stream.aclose  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        self._web.read_bytes += len(data)
        return data

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return self


class HostileServer:
    """Plays a row, and is fine under the host name FINE. `secret_visits` must stay 0."""

    def __init__(self) -> None:
        self.play: Callable[[int, str], AsyncIterator[bytes]] = self._fine
        self.secret_visits = 0
        self.heard: list[bytes] = []
        self._requests = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> "HostileServer":
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), name="hostile server")
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _run(self, ready: threading.Event) -> None:
        """A thread and a loop of its own, so that it may be busy without anybody waiting."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000)
        secret = await asyncio.start_server(self._reveal, "127.0.0.1", 0)
        self.port, self.secret_port = (each.sockets[0].getsockname()[1] for each in (server, secret))
        ready.set()
        await self._over.wait()
        server.close()
        secret.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def prepare(self, kind: str, spec: dict[str, Any]) -> None:
        """Behave as a row says from now on."""
        spec = json.loads(json.dumps(spec).replace("{SECRET}", str(self.secret_port)))
        self._requests = 0
        self.play = PLAYS[kind](spec)

    async def _reveal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.secret_visits += 1
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while asked := await reader.readuntil(b"\r\n\r\n"):
                self.heard.append(asked)
                fine = f"host: {FINE}".encode() in asked.lower()
                number, self._requests = self._requests, self._requests + (not fine)
                path = asked.split(b" ")[1].decode("ascii")
                async for data in self._fine(0, path) if fine else self.play(number, path):
                    if data == HANG_UP:
                        writer.close()
                        return
                    writer.write(data)
                    await writer.drain()
        writer.close()

    @staticmethod
    async def _fine(number: int, path: str) -> AsyncIterator[bytes]:
        yield whole(200, ["content-type: text/html"], GOOD)


# ---- how an answer is put together ------------------------------------------------------------------

HANG_UP = b"<hang up>"
Play = Callable[[int, str], AsyncIterator[bytes]]


def head(status: int, lines: Iterable[str]) -> bytes:
    """Status line and headers."""
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Whatever", *lines, "")).encode()


def whole(status: int, lines: Iterable[str], body: bytes) -> bytes:
    """An answer whose length is told."""
    return head(status, [*lines, f"content-length: {len(body)}"]) + body


def once(data: bytes) -> Play:
    """The same to everybody."""

    async def play(number: int, path: str) -> AsyncIterator[bytes]:
        for start in range(0, len(data), STEP):
            yield data[start : start + STEP]

    return play


def stream(first: bytes, pieces: Callable[[], Iterator[bytes]], *, pause_s: float = 0) -> Play:
    """A head and then what comes, up to the end of the connection."""

    async def play(number: int, path: str) -> AsyncIterator[bytes]:
        yield first
        for piece in pieces():
            await asyncio.sleep(pause_s)
            yield piece
        yield HANG_UP

    return play


# ---- kinds -----------------------------------------------------------------------------------------


def play_redirect(spec: dict[str, Any]) -> Play:
    """A chain of redirects, one for ever, or a page that would like to be one."""
    html = spec.get("html", "<p>a page</p>").encode()
    more = [spec["header"]] if "header" in spec else []

    async def play(number: int, path: str) -> AsyncIterator[bytes]:
        hops = spec.get("chain", [])
        hop = hops[0] if spec.get("loop") else hops[number] if number < len(hops) else None
        if hop:
            lines = [f"location: {place}" for place in hop.get("locations", [hop.get("location")]) if place is not None]
            yield whole(hop["status"], lines, b"moved")
        else:
            yield whole(200, ["content-type: text/html", *more], html)

    return play


def play_body(spec: dict[str, Any]) -> Play:
    """Bombs, endless and dripping bodies, lengths and encodings that lie."""
    plain = ["content-type: text/html"]
    if "raw" in spec:
        return stream(b"", lambda: iter([spec["raw"].encode("latin-1")]))
    if "drip_bytes_per_s" in spec:
        return play_drip(spec["part"], 1 / spec["drip_bytes_per_s"])
    if spec.get("silent"):
        return once(HANG_UP) if spec["silent"] == "hang up" else stream(b"", lambda: forever(b""), pause_s=1)
    if "decoded_bytes" in spec:
        lines = [*plain, f"content-encoding: {spec['content_encoding']}"]
        return stream(head(200, lines), lambda: compress(spec["content_encoding"], spec["decoded_bytes"]))
    if spec.get("endless"):
        piece = b"x" * spec.get("chunk", STEP)
        if spec.get("chunked"):
            extension = b";" + b"e" * spec["extension"] if "extension" in spec else b""
            chunk = b"%x%b\r\n%b\r\n" % (len(piece), extension, piece)
            many = chunk * max(1, STEP // len(chunk))
            return stream(head(200, [*plain, "transfer-encoding: chunked"]), lambda: forever(many))
        return stream(head(200, plain), lambda: forever(piece))
    lines = [*plain, *(f"{name.replace('_', '-')}: {spec[name]}" for name in LIES if name in spec)]
    body = spec.get("body", "<p>lies</p>").encode() if "sent" not in spec else b"x" * spec["sent"]
    if "then" in spec:  # an answer to a question that was not asked
        body += whole(200, plain, spec["then"].encode())
        return once(head(200, lines) + body)
    return stream(head(200, lines), lambda: iter([body]))


LIES = ("content_length", "content_encoding", "transfer_encoding")


def play_drip(part: str, pause_s: float) -> Play:
    """A byte now and then, in one part of the answer."""
    firsts = {
        "status": b"",
        "headers": b"HTTP/1.1 200 OK\r\nx-slow: ",
        "body": head(200, ["content-type: text/html"]),
        "chunk": head(200, ["content-type: text/html", "transfer-encoding: chunked"]) + b"1;",
        "trailers": head(200, ["content-type: text/html", "transfer-encoding: chunked"]) + b"1\r\nx\r\n0\r\nx: ",
    }
    return stream(firsts[part], lambda: forever(b"a"), pause_s=pause_s)


def play_headers(spec: dict[str, Any]) -> Play:
    """Too many interim answers, headers, cookies, or too long ones."""
    lines = ["content-type: text/html"]
    if "informational" in spec:
        wanted = spec["informational"]
        interim = head(wanted["status"], ["link: </a.css>; rel=preload"])
        each = max(1, STEP // len(interim))
        many = (interim * min(each, wanted["count"] - n) for n in range(0, wanted["count"], each))
        return stream(b"", lambda: chain(many, [whole(200, lines, GOOD)]))
    lines += [f"set-cookie: id{n}=v{n}; Path=/; Secure; HttpOnly" for n in range(spec.get("set_cookie_count", 0))]
    lines += [f"x-{n}: {n}" for n in range(spec.get("header_count", 0))]
    lines += [f"x-long: {'a' * spec['header_bytes']}"] if "header_bytes" in spec else []
    lines += spec.get("lines", [])
    return once(whole(200, lines, GOOD))


def play_type(spec: dict[str, Any]) -> Play:
    """A content type, a body or so many bytes of one."""
    lines = [f"content-type: {spec['content_type']}"] if spec.get("content_type") is not None else []
    if spec.get("endless"):
        return stream(head(200, lines), lambda: forever(b"data: x\n\n" * 1000))
    if "bytes" in spec:
        return stream(head(200, lines), lambda: (b"%" * STEP for _ in range(spec["bytes"] // STEP)))
    body = spec.get("body", "<p>ok</p>")
    return once(whole(200, lines, body.encode(spec.get("encoding", "utf-8"))))


def play_html(spec: dict[str, Any]) -> Play:
    """Markup that is hard on parsers."""
    return once(whole(200, ["content-type: text/html"], html_page(spec["generate"], spec["n"])))


def play_json(spec: dict[str, Any]) -> Play:
    """A thread in JSON that is not as threads are."""
    body = thread_listing(spec["thread"])
    return once(whole(200, ["content-type: application/json"], body))


def play_xml(spec: dict[str, Any]) -> Play:
    """A feed that would like to grow."""
    body = MARKUP[spec["feed"]] if "feed" in spec else spec["xml"].encode()
    return once(whole(200, ["content-type: application/atom+xml"], body))


def play_robots(spec: dict[str, Any]) -> Play:
    """A robots.txt, or none."""
    size = 50_000_000 if "50 MB" in spec.get("note", "") else spec.get("bytes", 0)
    line = b"User-agent: *\nDisallow: /private\n"
    rest = (line * (STEP // len(line)) for _ in range(size // STEP))
    return stream(head(spec["status"], ["content-type: text/plain"]) + line, lambda: rest)


def play_private(spec: dict[str, Any]) -> Play:
    """A refusal with its reason in JSON."""
    return once(whole(spec["status"], ["content-type: application/json"], json.dumps(spec["json"]).encode()))


PLAYS: dict[str, Callable[[dict[str, Any]], Play]] = {
    "redirect": play_redirect,
    "rebind": lambda spec: once(whole(200, ["content-type: text/html"], GOOD)),
    "body": play_body,
    "headers": play_headers,
    "type": play_type,
    "html": play_html,
    "json": play_json,
    "xml": play_xml,
    "robots": play_robots,
    "private": play_private,
}


def forever(piece: bytes) -> Iterator[bytes]:
    """The same again and again."""
    while True:
        yield piece


def compress(encoding: str, size: int) -> Iterator[bytes]:
    """So many zeros, compressed as they are sent, by one encoding or several on top of one another."""
    zeros = bytes(2**20)
    pieces = (zeros[: min(2**20, size - at)] for at in range(0, size, 2**20))
    for name in encoding.split(","):
        pieces = PACKERS[name.strip()](pieces)
    return pieces


def pack_zlib(wbits: int) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    def pack(pieces: Iterator[bytes]) -> Iterator[bytes]:
        packer = zlib.compressobj(wbits=wbits)
        yield from filter(None, map(packer.compress, pieces))
        yield packer.flush()

    return pack


def pack_brotli(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = brotli.Compressor(quality=4, lgwin=24)
    for piece in pieces:
        yield packer.process(piece) + packer.flush()
    yield packer.finish()


def pack_zstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters.from_level(3, window_log=23)
    ).compressobj()
    yield from filter(None, map(packer.compress, pieces))
    yield packer.flush()


PACKERS = {"gzip": pack_zlib(31), "deflate": pack_zlib(15), "br": pack_brotli, "zstd": pack_zstd}
