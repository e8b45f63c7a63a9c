"""Reading a body without letting it grow: what is counted and capped are decoded bytes.

A decoder that inflates a whole chunk at once turns 64 KB of a bomb into 64 MB before anyone can count; zlib can be told
how much it may return.
"""

import zlib
from collections.abc import AsyncIterable

ENCODINGS = "gzip, deflate"  # what we ask for; others arrive only from servers that do not listen


class TooLarge(Exception):
    """The body has more decoded bytes than allowed."""


class Undecodable(Exception):
    """The body is not encoded as its header says, in a way we do not know, or breaks off."""


async def read_bounded(chunks: AsyncIterable[bytes], encoding: str, max_bytes: int, prefix: bool = False) -> bytes:
    """The decoded body, at most `max_bytes` long; with `prefix` the first `max_bytes` of a longer one."""
    decoder = _choose(encoding)
    body = bytearray()
    async for chunk in chunks:
        body += decoder.feed(chunk, max_bytes - len(body) + 1)
        if len(body) > max_bytes and prefix:
            return bytes(body[:max_bytes])
        if len(body) > max_bytes:
            raise TooLarge(f"more than {max_bytes:,} bytes")
    decoder.finish()
    return bytes(body)


class _Identity:
    def feed(self, data: bytes, room: int) -> bytes:
        return data

    def finish(self) -> None:
        pass


class _Inflater:
    """gzip (any number of members), or deflate with or without zlib's header, as servers send both."""

    def __init__(self, encoding: str) -> None:
        self._wbits = 31 if encoding == "gzip" else 15
        self._may_be_raw = encoding == "deflate"
        self._inflater = zlib.decompressobj(self._wbits)
        self._started = False

    def feed(self, data: bytes, room: int) -> bytes:
        """Inflate, returning at most `room` bytes. What is left over then is lost: the caller has had enough."""
        inflated = bytearray()
        while data and len(inflated) < room:
            inflated += self._inflate(data, room - len(inflated))
            data = self._inflater.unconsumed_tail
            if self._inflater.eof:
                data = self._inflater.unused_data.lstrip(b"\0")
                if data:
                    self._inflater = zlib.decompressobj(self._wbits)
        return bytes(inflated)

    def finish(self) -> None:
        if self._started and not self._inflater.eof:
            raise Undecodable("the compressed body breaks off")

    def _inflate(self, data: bytes, room: int) -> bytes:
        self._started = True
        try:
            return self._inflater.decompress(data, room)
        except zlib.error as error:
            if not self._may_be_raw:
                raise Undecodable(f"the body is not compressed as it says: {error}") from error
            self._may_be_raw, self._wbits = False, -15
            self._inflater = zlib.decompressobj(self._wbits)
            return self._inflate(data, room)


def _choose(encoding: str) -> _Identity | _Inflater:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Identity()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Inflater(name.removeprefix("x-"))
    raise Undecodable(f"the body is encoded as {name!r}, which was not asked for")
