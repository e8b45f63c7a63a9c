"""Bodies as servers compress them, and as attackers do."""

import gzip
import os
import random
import subprocess
import sys
import textwrap
import zlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import brotli
import pytest
import zstandard

from workers.adapters.bounded_body import TooLarge, Undecodable, read_bounded
from workers.adapters.decoders import MOST_MEMBERS

pytestmark = pytest.mark.anyio
TEXT = b"<p>" + b"".join(b"%d words, " % n for n in range(20_000)) + b"</p>"


def raw_deflate(data: bytes, level: int = 6) -> bytes:
    deflater = zlib.compressobj(level, wbits=-15)
    return deflater.compress(data) + deflater.flush()


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstandard.ZstdCompressor().compress,
}


async def cut(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def read(data: bytes, encoding: str, *, size: int = 65536, max_bytes: int = 5_000_000) -> bytes:
    return await read_bounded(cut(data, size), encoding, max_bytes)


@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize("encoding", COMPRESS)
async def test_a_body_arrives_whole_however_it_is_cut(encoding: str, size: int) -> None:
    """Chunk borders mean nothing to any decoder."""
    assert await read(COMPRESS[encoding](TEXT), encoding, size=size) == TEXT


@pytest.mark.parametrize("encoding", COMPRESS)
async def test_an_empty_body_is_empty_in_every_encoding(encoding: str) -> None:
    """Servers name an encoding even where there is nothing to encode."""
    assert await read(b"", encoding) == b""
    assert await read(COMPRESS[encoding](b""), encoding) == b""


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("x-gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("identity, gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 512),
        ("gzip", gzip.compress(TEXT) + b"<!-- served by cache 3 -->"),
        ("deflate", raw_deflate(TEXT)),
        ("deflate", raw_deflate(TEXT, level=0)),
        ("deflate", zlib.compress(TEXT) + b"junk"),
        ("zstd", COMPRESS["zstd"](TEXT[:9]) + b"\x50\x2a\x4d\x18\4\0\0\0skip" + COMPRESS["zstd"](TEXT[9:])),
        ("zstd", COMPRESS["zstd"](TEXT) + b"<!-- served by cache 3 -->"),
    ],
)
async def test_what_servers_do_to_a_body_does_not_harm_it(encoding: str, body: bytes) -> None:
    """Names in any case, several members, missing headers, padding and junk at the end: as browsers take them."""
    for size in (1, 65536):
        assert await read(body, encoding, size=size) == TEXT


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        *((name, compress(TEXT)[:-9]) for name, compress in COMPRESS.items() if name != "identity"),
        *((name, b"<p>plain text that says to be compressed</p>") for name in COMPRESS if name != "identity"),
        ("gzip", gzip.compress(TEXT) + gzip.compress(TEXT)[:-9]),
        ("deflate", b"x"),
        ("gzip, br", brotli.compress(gzip.compress(TEXT))),
        ("gzip, gzip, gzip, gzip", gzip.compress(TEXT)),
        ("compress", b"\x1f\x9d\x90"),
        ("gzip", gzip.compress(b"") * (MOST_MEMBERS + 1)),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_undecodable(encoding: str, body: bytes) -> None:
    """Cut, plain, stacked, unasked for, or crumbled."""
    with pytest.raises(Undecodable, match=r"^it "):
        await read(body, encoding)


async def test_a_window_that_needs_much_memory_is_refused() -> None:
    """zstd lets a server ask for 128 MB and more before the first byte of text (RFC 9659 forbids it)."""
    options = zstandard.ZstdCompressionParameters(window_log=27)
    wide = zstandard.ZstdCompressor(compression_params=options).compressobj()
    body = wide.compress(os.urandom(1000)) + wide.flush()
    with pytest.raises(Undecodable):
        await read(body, "zstd")


def endless(encoding: str) -> bytes:
    """The beginning of something that unfolds for ever, or never to anything."""
    if encoding == "gzip, to nothing":
        return gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 200_000  # empty stored blocks
    if encoding == "zstd, to nothing":
        return b"\x50\x2a\x4d\x18\xff\xff\xff\x7f" + b"x" * 1_000_000  # a frame of 2 GB to be skipped
    return COMPRESS[encoding](b"\0" * 20_000_000)


@pytest.mark.parametrize("encoding", [*COMPRESS, "gzip, to nothing", "zstd, to nothing"])
async def test_a_bomb_is_refused_when_the_limit_is_passed(encoding: str) -> None:
    """Decoded bytes count, and bytes on the wire."""
    with pytest.raises(TooLarge, match="more than 100,000 bytes"):
        await read(endless(encoding), encoding.partition(",")[0], max_bytes=100_000)


@pytest.mark.parametrize("encoding", COMPRESS)
async def test_a_body_of_just_the_limit_is_read(encoding: str) -> None:
    """The limit itself is allowed."""
    assert await read(COMPRESS[encoding](TEXT), encoding, max_bytes=len(TEXT)) == TEXT
    with pytest.raises(TooLarge):
        await read(COMPRESS[encoding](TEXT), encoding, max_bytes=len(TEXT) - 1)


@pytest.mark.parametrize("encoding", [name for name in COMPRESS if name != "identity"])
async def test_bytes_flipped_at_random_raise_nothing_else(encoding: str) -> None:
    """A thousand damaged bodies are read, undecodable or too large."""
    dice = random.Random(encoding)
    sound = COMPRESS[encoding](TEXT[:3000])
    for _ in range(1000):
        body = bytearray(sound)
        for _ in range(dice.randrange(1, 4)):
            body[dice.randrange(len(body))] = dice.randrange(256)
        try:
            await read(bytes(body), encoding, size=dice.choice((1, 64, 4096)), max_bytes=100_000)
        except (Undecodable, TooLarge):
            continue


BOMB = """
    import asyncio, sys
    from pathlib import Path
    import tests.workers.adapters.test_bounded_body as here

    async def main(encoding, body):
        async def chunks():
            for start in range(0, len(body), 65536):
                yield body[start : start + 65536]
        for name, small in here.COMPRESS.items():
            await here.read(small(here.TEXT), name)
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
        before = peak()
        try:
            await here.read_bounded(chunks(), encoding, 5_000_000)
        except here.TooLarge:
            print(peak() - before)

    def peak():
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

    asyncio.run(main(sys.argv[1], sys.stdin.buffer.read()))
"""


def bomb(encoding: str) -> bytes:
    """A quarter of a gigabyte of zeros, made without holding it."""
    zeros = bytes(2**20)
    if encoding == "br":
        packer = brotli.Compressor(quality=4, lgwin=24)
        return b"".join([*(packer.process(zeros) for _ in range(256)), packer.finish()])
    if encoding == "zstd":
        options = zstandard.ZstdCompressionParameters.from_level(3, window_log=23)
        big = zstandard.ZstdCompressor(compression_params=options).compressobj()
    else:
        big = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    return b"".join([*(big.compress(zeros) for _ in range(256)), big.flush()])


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a peak that can be reset")
@pytest.mark.parametrize("encoding", [name for name in COMPRESS if name != "identity"])
def test_a_bomb_costs_little_memory(encoding: str) -> None:
    """It takes less than 32 MiB beyond what reading small pages took, in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(BOMB), encoding]
    done = subprocess.run(command, input=bomb(encoding), capture_output=True, check=True)
    assert 1024 < int(done.stdout) < 32 * 1024  # KiB; more than nothing, else nothing was measured
