"""Reading a body without letting it grow: what is counted and capped are decoded bytes, and those on the wire as well,
since a compressed body may unfold to nothing for ever.
"""

from collections.abc import AsyncIterable

from workers.adapters.decoders import ENCODINGS, Undecodable, choose_decoder

__all__ = ["ENCODINGS", "TooLarge", "Undecodable", "read_bounded"]


class TooLarge(Exception):
    """The body has more bytes than allowed."""


async def read_bounded(chunks: AsyncIterable[bytes], encoding: str, max_bytes: int, prefix: bool = False) -> bytes:
    """The decoded body, at most `max_bytes` long; with `prefix` the first `max_bytes` of a longer one."""
    decoder = choose_decoder(encoding)
    body = bytearray()
    arrived = 0
    async for chunk in chunks:
        arrived += len(chunk)
        for piece in decoder.decode(chunk):
            body += piece
            if len(body) > max_bytes:
                break
        if len(body) > max_bytes or arrived > max_bytes:
            if prefix:
                return bytes(body[:max_bytes])
            raise TooLarge(f"more than {max_bytes:,} bytes")
    decoder.finish()
    return bytes(body)
