"""A store that waits out its database's absence, for work that has cost too much to be thrown away over a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from server.core.errors import StoreUnavailable
from server.core.ports import CardStore

PATIENCE_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0


def patient(store: CardStore, patience_s: float = PATIENCE_S) -> CardStore:
    """The same store, each call tried again while the database is out of reach, for so long at most.

    A write whose answer was lost may be made twice, which every write of the port bears: one that counts on what the
    row said before does nothing the second time.
    """
    return cast(CardStore, _Patient(store, patience_s))


class _Patient:
    def __init__(self, store: CardStore, patience_s: float) -> None:
        self._store, self._patience_s = store, patience_s

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Awaitable[Any]] = getattr(self._store, name)

        async def patiently(*args: Any, **kwargs: Any) -> Any:
            clock = asyncio.get_running_loop().time
            until, pause_s = clock() + self._patience_s, FIRST_PAUSE_S
            while True:
                try:
                    return await call(*args, **kwargs)
                except StoreUnavailable as error:
                    if not error.retryable or clock() + pause_s > until:
                        raise
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

        return patiently
