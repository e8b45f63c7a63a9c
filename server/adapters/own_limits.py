"""Limits that one process keeps by itself: for a single process, and for while Redis is away."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from server.core.limits import Bucket, Standing, draw

MOST_CLIENTS = 50_000  # some 10 MB; whoever has been quiet longest is forgotten, and begins with a full bucket


class OwnLimits:
    """Limits in this process's memory. `clock` counts seconds. Nothing awaits inside, so each call is atomic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._booked: OrderedDict[tuple[str, str], int] = OrderedDict()

    def draw(self, client: str, bucket: Bucket) -> Standing:
        """As `take`, for who cannot wait."""
        now = self._clock()
        tokens, at = self._buckets.pop((bucket.name, client), (float(bucket.size), now))
        left, standing = draw(bucket, tokens, now - at)
        self._buckets[bucket.name, client] = left, now
        _shorten(self._buckets)
        return standing

    async def take(self, client: str, bucket: Bucket) -> Standing:
        """The port's promise."""
        return self.draw(client, bucket)

    async def book(self, client: str, day: str, most: int) -> bool:
        """The port's promise."""
        booked = self._booked.pop((day, client), 0)
        self._booked[day, client] = min(most, booked + 1)
        _shorten(self._booked)
        return booked < most

    async def give_back(self, client: str, day: str) -> None:
        """The port's promise."""
        if self._booked.get((day, client)):
            self._booked[day, client] -= 1

    async def close(self) -> None:
        """Nothing to close."""


def _shorten(kept: OrderedDict[tuple[str, str], Any]) -> None:
    while len(kept) > MOST_CLIENTS:
        kept.popitem(last=False)
