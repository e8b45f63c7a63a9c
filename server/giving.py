"""Giving an answer about one card: the one that lies ready, else a new one, which is kept for whoever asks next."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.core.access import Caller
from server.core.ports import StoredCard
from server.parts import Parts
from server.reading import load_stored
from server.ready_answers import PassingAnswer, ReadyAnswer

Made = TypeVar("Made", bound=ReadyAnswer | PassingAnswer)


async def give(
    parts: Parts,
    caller: Caller,
    address: str,
    card_id: str,
    version: int | None,
    make: Callable[[StoredCard], Awaitable[Made]],
) -> Made | ReadyAnswer:
    """What `make` says of a version that this caller may read; NotFound or Gone where there is none.

    `address` is path and query as `make`'s answer is asked for; nothing else may decide what it says. What is private
    is never kept.
    """
    ready = await parts.kept.find(address)
    if ready is not None:
        return ready
    moment = await parts.kept.moment()
    stored = await load_stored(parts, caller, card_id, version)
    answer = await make(stored)
    if stored.visibility != "private" and isinstance(answer, ReadyAnswer):
        parts.kept.keep(address, answer, stored.card, moment)
    return answer


def reach_of(stored: StoredCard) -> str:
    """`Cache-Control` of what is asked for again each time: only a public card may lie in a cache that many share."""
    return "no-cache" if stored.visibility == "public" else "private, no-cache"
