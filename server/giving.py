"""Giving an answer about a card or a list: the one that lies ready, else a new one, kept for whoever asks next."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from server.core.access import Caller
from server.core.ports import StoredCard
from server.parts import Parts
from server.reading import load_stored
from server.ready_answers import PassingAnswer, ReadyAnswer

LIST_KEPT = timedelta(minutes=10)  # "the most discussed of the last seven days" are so for about as long
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


async def give_list(parts: Parts, address: str, make: Callable[[], Awaitable[Made]]) -> Made | ReadyAnswer:
    """What `make` says of many public cards, to whoever asks. It may tell how things were LIST_KEPT ago, if only the
    clock has moved since."""
    ready = await parts.kept.find(address)
    if ready is not None:
        return ready
    moment = await parts.kept.moment()
    answer = await make()
    if isinstance(answer, ReadyAnswer):
        parts.kept.keep_list(address, answer, moment.at + LIST_KEPT, moment)
    return answer


def reach_of(stored: StoredCard) -> str:
    """`Cache-Control` of what is asked for again each time: only a public card may lie in a cache that many share."""
    return "no-cache" if stored.visibility == "public" else "private, no-cache"
