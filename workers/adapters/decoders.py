"""What servers compress, unfolded in pieces of bounded size.

A decoder that unfolds a whole chunk at once turns 64 KB of a bomb into 64 MB before anyone can count. zlib and brotli
can be told how much they may return. zstandard cannot, so it is fed little: a block of at least 4 bytes unfolds to at
most 128 KB (RFC 8878, 3.1.1.2), hence 64 bytes to at most 2 MB; that costs 2.5 ms for 300 KB, measured.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli
import zstandard

ENCODINGS = "gzip, deflate, br, zstd"  # what we ask for; others arrive only from servers that do not listen
PIECE_BYTES = 2**18
ZSTD_FED_BYTES = 64
ZSTD_WINDOW_BYTES = 2**23  # RFC 9659: on the web no more is needed
MOST_MEMBERS = 1000  # of gzip or zstd in one body; a file of 5 MB that `bgzip` wrote has 80


class Undecodable(Exception):
    """The body is not encoded as its header says, in a way we do not know, or breaks off."""


class Decoder(Protocol):
    """Bytes in as they come, decoded pieces out."""

    def decode(self, chunk: bytes) -> Iterable[bytes]:
        """The pieces that a chunk unfolds to, made one by one as they are asked for."""

    def finish(self) -> None:
        """Undecodable when the end has not been reached."""


def choose_decoder(encoding: str) -> Decoder:
    """The decoder for a Content-Encoding. Stacked ones are refused: nothing asks for them but a bomb of bombs."""
    names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if not names:
        return _Identity()
    if len(names) > 1:
        raise Undecodable("it is compressed more than once")
    start = DECODERS.get(names[0])
    if start is None:
        raise Undecodable("it is encoded in a way that was not asked for")
    return start()


class _Identity:
    def decode(self, chunk: bytes) -> Iterable[bytes]:
        return (chunk,)

    def finish(self) -> None:
        pass


class _Member(Protocol):
    """One compressed run with an end of its own."""

    ended: bool
    rest: bytes  # what came after the end

    def unfold(self, data: bytes) -> Iterator[bytes]: ...


class _Zlib:
    """What zlib reads: `wbits` as in its manual, 31 for gzip, 15 for its own header, -15 for none."""

    def __init__(self, wbits: int) -> None:
        self._inflater = zlib.decompressobj(wbits)
        self.ended = False
        self.rest = b""

    def unfold(self, data: bytes) -> Iterator[bytes]:
        while data and not self.ended:
            try:
                yield self._inflater.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise Undecodable("it is not compressed as it says") from error
            data = self._inflater.unconsumed_tail
            self.ended, self.rest = self._inflater.eof, self._inflater.unused_data


class _Zstd:
    def __init__(self) -> None:
        self._inflater = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj()
        self.ended = False
        self.rest = b""

    def unfold(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), ZSTD_FED_BYTES):
            end = start + ZSTD_FED_BYTES
            try:
                yield self._inflater.decompress(data[start:end])
            except zstandard.ZstdError as error:
                raise Undecodable("it is not compressed as it says") from error
            if self._inflater.eof:
                self.ended, self.rest = True, self._inflater.unused_data + data[end:]
                return


class _Members:
    """Members one after the other, as gzip and zstd allow. What follows the last and is none is ignored, as browsers
    do: some servers pad with zeros.
    """

    def __init__(self, start: Callable[[], _Member]) -> None:
        self._start = start
        self._member = start()
        self._members = 1
        self._begun = self._over = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        while chunk and not self._over:
            yield from self._unfold(chunk)
            if not self._member.ended:
                return
            chunk = self._member.rest
            self._next()

    def finish(self) -> None:
        if self._begun:
            raise Undecodable("it breaks off")

    def _unfold(self, chunk: bytes) -> Iterator[bytes]:
        try:
            for piece in self._member.unfold(chunk):
                self._begun = self._begun or self._members == 1 or bool(piece)
                yield piece
        except Undecodable:
            if self._members == 1 or self._begun:
                raise
            self._over = True

    def _next(self) -> None:
        if self._members == MOST_MEMBERS:
            raise Undecodable("it is compressed in too many parts")
        self._member, self._begun = self._start(), False
        self._members += 1


class _Deflate:
    """deflate with zlib's header or without, since servers send both. Two bytes tell: RFC 1950, 2.2 has them divisible
    by 31, and where a raw stream could begin with such, encoders write zeros (RFC 1951, 3.2.4).
    """

    def __init__(self) -> None:
        self._head = b""
        self._member: _Zlib | None = None

    def decode(self, chunk: bytes) -> Iterable[bytes]:
        if self._member is None:
            self._head, chunk = b"", self._head + chunk
            if len(chunk) < 2:
                self._head = chunk
                return ()
            self._member = _Zlib(15 if chunk[0] & 15 == 8 and int.from_bytes(chunk[:2]) % 31 == 0 else -15)
        return self._member.unfold(chunk)

    def finish(self) -> None:
        if self._head or (self._member and not self._member.ended):
            raise Undecodable("it breaks off")


class _Brotli:
    def __init__(self) -> None:
        self._inflater = brotli.Decompressor()
        self._begun = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(chunk)
        try:
            yield self._inflater.process(chunk, output_buffer_limit=PIECE_BYTES)
            while not self._inflater.can_accept_more_data():
                yield self._inflater.process(b"", output_buffer_limit=PIECE_BYTES)
        except brotli.error as error:
            raise Undecodable("it is not compressed as it says") from error

    def finish(self) -> None:
        if self._begun and not self._inflater.is_finished():
            raise Undecodable("it breaks off")


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Members(lambda: _Zlib(31)),
    "x-gzip": lambda: _Members(lambda: _Zlib(31)),
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": lambda: _Members(_Zstd),
}
