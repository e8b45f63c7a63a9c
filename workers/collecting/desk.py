"""What a run is made with, as a shape: `opening.py` fills it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from server.core.blocking import Blocklist
from server.core.following import WatchStore
from server.core.ports import CardStore, Fetcher, JobQueue


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a run needs."""

    watches: WatchStore
    store: CardStore
    queue: JobQueue
    fetcher: Fetcher
    reddit: Fetcher | None  # Reddit's API, where the operator has keys
    blocked: Blocklist
    most_a_day: int
    money_left: Callable[[], Awaitable[bool]]  # whether the day's budget still pays for a card
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
