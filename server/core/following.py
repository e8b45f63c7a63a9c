"""What following needs of the outside, as signatures: watches with what they found, and the lines of recaps."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from server.core.card import Card
from server.core.periods import Period
from server.core.recaps import Line, Weighed
from server.core.watching import Find, Tally, Watch


@runtime_checkable
class WatchStore(Protocol):
    """Watches and what they found, in the store of the cards. StoreUnavailable when it cannot answer."""

    async def add_watch(self, watch: Watch) -> bool:
        """Keep a new watch; False, and nothing changes, where its place is watched already."""

    async def save_watch(self, watch: Watch) -> bool:
        """Replace a watch's row; False where it was removed."""

    async def load_watch(self, key: str) -> Watch | None: ...

    async def list_watches(self) -> list[Watch]:
        """All of them, by name."""

    async def remove_watch(self, key: str) -> bool:
        """False where there is none. What it has found stays known, and its cards stay."""

    async def take_due(self, now: datetime) -> list[Watch]:
        """Those whose time has come and that nobody else took: each is due again after LEASE unless its run ends
        before. Atomic."""

    async def next_due(self) -> datetime | None:
        """When the first of those that are not paused is due; None where there is none."""

    async def end_run(self, watch: Watch) -> bool:
        """Keep what a run came to: `last`, `failures` and `next_at`, and nothing that a person may have set since."""

    async def save_find(self, find: Find) -> None:
        """Of a thread that was found before, the later find stands."""

    async def finds_of(self, canonical_urls: Sequence[str]) -> list[Find]: ...

    async def count_finds(self, since: datetime) -> int:
        """How many threads were asked a card of since then."""

    async def tallies(self) -> dict[str, Tally]:
        """What became of the finds, by the target's name."""

    async def deleted_among(self, canonical_urls: Sequence[str]) -> set[str]:
        """Those whose public card was deleted here."""

    async def close(self) -> None: ...


@runtime_checkable
class RecapStore(Protocol):
    """The lines that recaps are made of. StoreUnavailable when it cannot answer."""

    async def unlined(self, *, after: int = 0, limit: int = 100) -> list[tuple[int, Card, datetime]]:
        """Public cards without a line: number, latest version, and when the first was made; by number, from `after`."""

    async def save_lines(self, lines: Iterable[tuple[int, Weighed]]) -> None:
        """Keep lines by their numbers. What was changed or deleted since it was listed is left out."""

    async def lines_of(self, period: Period, *, limit: int) -> list[Line]:
        """The heaviest lines of a period, of cards that are public now."""

    async def count_lines(self, period: Period, *, most: int) -> int:
        """How many cards of a period have lines, counted as far as `most`."""

    async def close(self) -> None: ...
