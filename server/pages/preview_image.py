"""Preview images, drawn once per version and process and then kept."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial

from server.core.card import Card
from server.core.errors import Overloaded
from server.pages.preview.drawing import Drawing, draw
from server.pages.preview.rendering import own_renderer

MOST_BYTES = 16 * 1024 * 1024  # about 270 images of 60 KB
MOST_WAITING = 100  # six seconds' work; whoever comes then would not wait for it anyway


def render(drawing: Drawing) -> bytes:
    """A drawing as PNG. Nothing in it can make it load anything or run."""
    return own_renderer().render(drawing.svg, drawing.fonts)


class PreviewImages:
    """The latest images, the least recently asked for given up first.

    They are rendered one at a time, in a process that gives way to this one; whoever asks for one that is under way
    waits for it. Drawing takes 4 ms here, rendering 60 ms there, two thirds of them for packing the PNG.
    """

    def __init__(self, render: Callable[[Drawing], bytes] = render, *, most_bytes: int = MOST_BYTES) -> None:
        self._render = render
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def image(self, card: Card) -> bytes:
        """A stored version's picture, 1200 by 630. A version never changes, so its picture is never stale."""
        return await self.picture((card.id, card.version), partial(draw, card))

    async def picture(self, key: Hashable, draw: Callable[[], Drawing]) -> bytes:
        """What `draw` draws, kept under a key that stands for all that it depends on. Overloaded when too many wait."""
        if key not in self._kept:
            if self._waiting >= MOST_WAITING:
                raise Overloaded("Too many pictures are waiting to be drawn. Ask again in a moment.", retry_after_s=5)
            self._waiting += 1
            try:
                async with self._turn:
                    if key not in self._kept:
                        self._keep(key, await asyncio.to_thread(self._render, draw()))
            finally:
                self._waiting -= 1
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: Hashable, image: bytes) -> None:
        self._kept[key] = image
        self._size += len(image)
        while self._size > self._most_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)
