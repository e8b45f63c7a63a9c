"""Answers about stored cards, kept in this process for as long as they are right.

The store counts every change to what cards show (`CardStore.changes`). Kept answers belong to one count; as soon as it
has moved all of them go, since any card may be another's relation. The count is asked for at most every `most_age_s`,
so nobody is told what was wrong a second ago, whoever made the change and whatever happened to him afterwards. Redis
only tells us to ask sooner (`look_again`): losing a message, or Redis, costs that moment and nothing else.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

from server.core.card import Card
from server.core.freshness import holds_between
from server.ready_answers import ReadyAnswer
from server.standing_headers import standing_headers

MOST_BYTES = 32 * 1024 * 1024  # about 400 cards, each as JSON, page and compact card
LARGEST = 1024 * 1024  # one answer; a picture is 60 KB, a card's one file 40 KB
MOST_AGE_S = 0.9  # a tenth of a second for the way to the reader
NEVER = datetime.min.replace(tzinfo=UTC)  # before all there was


class _Kept(NamedTuple):
    """An answer, and the instants between which what it says of its card's freshness holds."""

    answer: ReadyAnswer
    after: datetime
    until: datetime


class Moment(NamedTuple):
    """The store's count of changes, and the time when it was known."""

    changes: int | None
    at: datetime


class KeptAnswers:
    """Ready answers by address, the least recently asked for given up first. For cards that anyone may read.

    `changes` asks the store.
    """

    def __init__(
        self,
        changes: Callable[[], Awaitable[int]],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        *,
        most_bytes: int = MOST_BYTES,
        most_age_s: float = MOST_AGE_S,
    ) -> None:
        self._changes, self._clock, self._monotonic = changes, clock, monotonic
        self._most_bytes, self._most_age_s = most_bytes, most_age_s
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0
        self._count: int | None = None
        self._right_until = float("-inf")
        self._told_at = float("-inf")
        self._turn = asyncio.Lock()

    def __contains__(self, address: str) -> bool:
        """Whether there is something under the address, right or not."""
        return address in self._kept

    def look_again(self) -> None:
        """Something may have changed: ask the store before anything else is told."""
        self._told_at = self._monotonic()
        self._right_until = float("-inf")

    @property
    def is_current(self) -> bool:
        """Whether the store's last answer may be relied on."""
        return self._monotonic() <= self._right_until

    async def moment(self) -> Moment:
        """What is loaded after this may be kept with it. StoreUnavailable when the store does not tell."""
        if not self.is_current:
            async with self._turn:
                if not self.is_current:
                    await self._ask()
        return Moment(self._count, self._clock())

    async def find(self, address: str) -> ReadyAnswer | None:
        """The answer, if it is still right. StoreUnavailable when that cannot be told."""
        if address in self._kept and not self.is_current:
            await self.moment()
        return self.at_hand(address)

    def at_hand(self, address: str) -> ReadyAnswer | None:
        """The answer, as right as the last answer of the store: to be asked for while `is_current`."""
        kept = self._kept.get(address)
        if kept is None or not kept.after < self._clock() <= kept.until:
            return None
        self._kept.move_to_end(address)
        return kept.answer

    def keep(self, address: str, answer: ReadyAnswer, card: Card, moment: Moment) -> None:
        """An answer about a card, made since that moment; it is not kept when anything has moved meanwhile."""
        after, until = holds_between(card.capture.captured_at, card.fresh_until, moment.at)
        self._keep(address, _Kept(answer, after, until), moment)

    def keep_list(self, address: str, answer: ReadyAnswer, until: datetime, moment: Moment) -> None:
        """The same for an answer about many cards, which is right until then while nothing changes."""
        self._keep(address, _Kept(answer, NEVER, until), moment)

    def _keep(self, address: str, kept: _Kept, moment: Moment) -> None:
        answer = kept.answer
        if moment.changes != self._count or not kept.after < self._clock() <= kept.until or len(answer.body) > LARGEST:
            return
        answer.wear(standing_headers(address))
        self._drop(address)
        self._kept[address] = kept
        self._size += _room(answer)
        while self._size > self._most_bytes:
            self._drop(next(iter(self._kept)))

    async def _ask(self) -> None:
        """Right as of the moment of asking, and no longer if we were told of a change meanwhile."""
        asked_at = self._monotonic()
        count = await self._changes()
        if count != self._count:
            self._kept.clear()
            self._size, self._count = 0, count
        if self._told_at < asked_at:
            self._right_until = asked_at + self._most_age_s

    def _drop(self, address: str) -> None:
        if (kept := self._kept.pop(address, None)) is not None:
            self._size -= _room(kept.answer)


def _room(answer: ReadyAnswer) -> int:
    """What it takes at most: its body, and a packed form that never is the larger one."""
    return len(answer.body) * (2 if answer.packs else 1) + 2048
