"""Following's own work over its stores: watches that the settings name, and the lines of recaps."""

from collections.abc import Iterable
from datetime import datetime

from server.core.card import Card
from server.core.following import RecapStore, WatchStore
from server.core.periods import Period
from server.core.recaps import Line, Weighed, weigh
from server.core.targets import parse_target
from server.core.watching import Watch, check_top, parse_every
from server.settings import Settings

LINES_AT_ONCE = 100  # decoding and weighing a card takes some 2 ms


async def add_configured(watches: WatchStore, settings: Settings, now: datetime) -> list[str]:
    """Watch the places that THREADPROOF_WATCH names; the new ones by name. Those that are watched stay as they are."""
    every_s, top = parse_every(settings.watch_every), check_top(settings.watch_top)
    new = [new_watch(target.name, every_s, top, now) for target in map(parse_target, settings.watch)]
    return [watch.target for watch in new if await watches.add_watch(watch)]


def new_watch(target: str, every_s: int, top: int, now: datetime) -> Watch:
    """One that is due at once."""
    return Watch(target=target, every_s=every_s, top=top, created_at=now, next_at=now)


async def line_recaps(recaps: RecapStore, *, after: int = 0) -> int:
    """Give lines to cards that have none, some of them at a time; the number behind which to go on."""
    found = await recaps.unlined(after=after, limit=LINES_AT_ONCE)
    if not found:
        return after
    await recaps.save_lines([(number, weigh(card, made_at)) for number, card, made_at in found])
    return found[-1][0]


async def line_all(recaps: RecapStore) -> None:
    """Give every card its line."""
    after, lined = -1, 0
    while lined > after:
        after, lined = lined, await line_recaps(recaps, after=lined)


class NoRecaps:
    """A RecapStore of a server that keeps none: every recap is empty."""

    async def unlined(self, *, after: int = 0, limit: int = 100) -> list[tuple[int, Card, datetime]]:
        return []

    async def save_lines(self, lines: Iterable[tuple[int, Weighed]]) -> None:
        """Nothing is kept."""

    async def lines_of(self, period: Period, *, limit: int) -> list[Line]:
        return []

    async def count_lines(self, period: Period, *, most: int) -> int:
        return 0

    async def close(self) -> None:
        """Nothing to close."""
