"""Following's stores in memory, over a MemoryCardStore. `test_stores.py` runs the same suite on fake and real."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from server.core.card import Card
from server.core.periods import Period
from server.core.recaps import Line, Weighed
from server.core.targets import parse_target
from server.core.watching import LEASE, Find, Tally, Watch
from tests.fakes import MemoryCardStore

FAILED = ("failed", "parked", "cancelled")


class MemoryWatchStore:
    """WatchStore in dictionaries. Nothing awaits inside, so each call is atomic."""

    def __init__(self, cards: MemoryCardStore) -> None:
        self._cards = cards
        self._watches: dict[str, Watch] = {}
        self._finds: dict[str, Find] = {}

    async def add_watch(self, watch: Watch) -> bool:
        key = parse_target(watch.target).key
        if key in self._watches:
            return False
        self._watches[key] = watch
        return True

    async def save_watch(self, watch: Watch) -> bool:
        key = parse_target(watch.target).key
        if key not in self._watches:
            return False
        self._watches[key] = watch
        return True

    async def load_watch(self, key: str) -> Watch | None:
        return self._watches.get(key)

    async def list_watches(self) -> list[Watch]:
        return [self._watches[key] for key in sorted(self._watches)]

    async def remove_watch(self, key: str) -> bool:
        return self._watches.pop(key, None) is not None

    async def take_due(self, now: datetime) -> list[Watch]:
        due = [watch for watch in self._watches.values() if not watch.paused and watch.next_at <= now]
        for watch in due:
            taken = msgspec.structs.replace(watch, next_at=now + LEASE)
            self._watches[parse_target(watch.target).key] = taken
        return sorted(due, key=lambda watch: watch.next_at)

    async def next_due(self) -> datetime | None:
        return min((watch.next_at for watch in self._watches.values() if not watch.paused), default=None)

    async def end_run(self, watch: Watch) -> bool:
        key = parse_target(watch.target).key
        known = self._watches.get(key)
        if known is None:
            return False
        came_to = {"next_at": watch.next_at, "failures": watch.failures, "last": watch.last}
        self._watches[key] = msgspec.structs.replace(known, **came_to)
        return True

    async def save_find(self, find: Find) -> None:
        self._finds[find.canonical_url] = find

    async def finds_of(self, canonical_urls: Sequence[str]) -> list[Find]:
        return [self._finds[url] for url in canonical_urls if url in self._finds]

    async def count_finds(self, since: datetime) -> int:
        return sum(find.found_at > since for find in self._finds.values())

    async def tallies(self) -> dict[str, Tally]:
        found: dict[str, Tally] = {}
        for find in self._finds.values():
            job = self._cards._jobs.get(find.job_id)  # type: ignore[call-overload]
            if job is None:
                continue
            tally = found.get(find.target, Tally())
            reason = job.error.detail if job.state in FAILED and job.error else tally.reason
            found[find.target] = Tally(
                made=tally.made + (job.state == "done"),
                under_way=tally.under_way + (not job.finished),
                failed=tally.failed + (job.state in FAILED),
                reason=reason,
            )
        return found

    async def deleted_among(self, canonical_urls: Sequence[str]) -> set[str]:
        latest = [series.stored[-1] for series in self._cards._series.values()]
        gone = {stored.key.canonical_url for stored in latest if stored.deleted_at and stored.key.scope == "public"}
        return gone & set(canonical_urls)

    async def close(self) -> None:
        """Nothing to close."""


class MemoryRecapStore:
    """RecapStore over the cards of a MemoryCardStore."""

    def __init__(self, cards: MemoryCardStore) -> None:
        self._cards = cards
        self._lines: dict[int, Weighed] = {}

    async def unlined(self, *, after: int = 0, limit: int = 100) -> list[tuple[int, Card, datetime]]:
        found = []
        for number, card_id in sorted((number, card_id) for card_id, number in self._cards._saved.items()):
            stored = self._cards._series[card_id].stored
            is_listed = stored[-1].visibility == "public" and not stored[-1].deleted_at
            if number > after and number not in self._lines and is_listed:
                found.append((number, stored[-1].card, stored[0].card.generated_at))
        return found[:limit]

    async def save_lines(self, lines: Iterable[tuple[int, Weighed]]) -> None:
        for number, weighed in lines:
            if self._cards._saved.get(weighed.line.card_id) == number:
                self._lines[number] = weighed

    async def lines_of(self, period: Period, *, limit: int) -> list[Line]:
        lines = [weighed.line for weighed in self._shown(period)]
        return sorted(lines, key=lambda line: (-line.weight, line.card_id))[:limit]

    async def count_lines(self, period: Period, *, most: int) -> int:
        return min(most, len(self._shown(period)))

    def _shown(self, period: Period) -> list[Weighed]:
        shown = []
        for number, weighed in self._lines.items():
            stored = self._cards._series[weighed.line.card_id].stored[-1]
            is_current = self._cards._saved.get(weighed.line.card_id) == number
            is_listed = stored.visibility == "public" and not stored.deleted_at
            if is_current and is_listed and period.name in (weighed.week, weighed.day):
                shown.append(weighed)
        return shown

    async def close(self) -> None:
        """Nothing to close."""
