"""What a visit to a page costs: the bytes of everything it makes a browser fetch, as they travel, and its nodes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import lxml.html
from litestar.testing import TestClient

FACE = re.compile(r'url\("(fonts/[^"]+)"\)[^}]*?unicode-range: ([^;]+);')


class Visit(NamedTuple):
    """Bytes over the wire by address, the page's own first."""

    parts: dict[str, int]
    plain_bytes: int
    nodes: int

    @property
    def wire_bytes(self) -> int:
        return sum(self.parts.values())


def weigh(client: TestClient, path: str) -> Visit:
    """A first visit. Fonts count where a letter of the page lies in their range, whatever its weight."""
    text, wire = _fetch(client, path)
    tree = lxml.html.document_fromstring(text)
    plain = len(text.encode())
    parts = {path: wire}
    addresses = [str(address) for address in tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href|//script/@src")]
    for address in dict.fromkeys(addresses):
        content, parts[address] = _fetch(client, address)
        plain += len(content.encode())
        for font in _fonts(content, set(tree.text_content())) if "fonts.css" in address else ():
            parts[font] = len(client.get(font).content)
            plain += parts[font]
    return Visit(parts, plain, sum(1 for _ in tree.iter()))


def _fetch(client: TestClient, address: str) -> tuple[str, int]:
    with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
        assert answer.status_code == 200, (address, answer.status_code)
        raw = b"".join(answer.iter_raw())
    return client.get(address).text, len(raw)


def _fonts(css: str, letters: set[str]) -> Iterator[str]:
    for font, ranges in FACE.findall(css):
        if any(ord(letter) in codes for codes in map(_codes, ranges.split(",")) for letter in letters):
            yield f"/static/{font}"


def _codes(written: str) -> range:
    first, _, last = written.strip().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)
