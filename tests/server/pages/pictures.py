"""PNG images as rows of pixels, to see where their ink is."""

import struct
import zlib

import msgspec


class Picture(msgspec.Struct, frozen=True):
    """An image in red, green, blue and alpha."""

    width: int
    height: int
    rows: list[bytes]

    def ink(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether anything but the colour of the upper left corner is in a box, given in shares of the whole."""
        paper = self.rows[0][:4]
        first, last = int(left * self.width), int(right * self.width)
        rows = self.rows[int(top * self.height) : int(bottom * self.height)]
        return any(row[first * 4 : last * 4] != paper * (last - first) for row in rows)


def decode(png: bytes) -> Picture:
    """An 8-bit RGBA image without interlacing (PNG specification, 9.2: the five filters)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, header = 8, b"", b""
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + size]
        header = body if kind == b"IHDR" else header
        packed += body if kind == b"IDAT" else b""
        at += size + 12
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (depth, color, interlaced) == (8, 6, 0)
    raw, step = zlib.decompress(packed), width * 4
    rows, before = list[bytes](), bytes(step)
    for n in range(height):
        line = bytearray(raw[n * (step + 1) + 1 : (n + 1) * (step + 1)])
        _unfilter(line, before, raw[n * (step + 1)])
        before = bytes(line)
        rows.append(before)
    return Picture(width, height, rows)


def _unfilter(line: bytearray, above: bytes, kind: int) -> None:
    for n in range(len(line) if kind else 0):
        left = line[n - 4] if n >= 4 else 0
        corner = above[n - 4] if n >= 4 else 0
        guess = (0, left, above[n], (left + above[n]) // 2, _paeth(left, above[n], corner))[kind]
        line[n] = (line[n] + guess) & 0xFF


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))
