"""Preview images, drawn once per version and process and then kept."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import resvg_py

from server.core.card import Card, CardId
from server.pages.preview.drawing import draw

MOST_BYTES = 16 * 1024 * 1024  # about 270 images of 60 KB


def render_image(card: Card) -> bytes:
    """The version's picture as PNG, 1200 by 630. No text of the card can make it fail, load anything or run."""
    drawing = draw(card)
    return resvg_py.svg_to_bytes(svg_string=drawing.svg, skip_system_fonts=True, font_files=drawing.fonts)


class PreviewImages:
    """The latest images, the least recently asked for given up first.

    Drawing takes some 60 ms, two thirds of them for packing the PNG, and holds Python's lock (resvg-py 0.5): so one at
    a time, between which other requests are answered, and whoever asks for the same one waits for it.
    """

    def __init__(self, render: Callable[[Card], bytes] = render_image, *, most_bytes: int = MOST_BYTES) -> None:
        self._render = render
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[CardId, int], bytes] = OrderedDict()
        self._size = 0
        self._turn = asyncio.Lock()

    async def image(self, card: Card) -> bytes:
        """A stored version's picture. A version never changes, so its picture is never stale."""
        key = (card.id, card.version)
        if key not in self._kept:
            async with self._turn:
                if key not in self._kept:
                    self._keep(key, await asyncio.to_thread(self._render, card))
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: tuple[CardId, int], image: bytes) -> None:
        self._kept[key] = image
        self._size += len(image)
        while self._size > self._most_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)
