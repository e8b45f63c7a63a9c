"""How we behave towards the servers we ask, as a signature: `GuardedFetcher` asks it at every hop."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from server.core.addresses import Target


class Manners(Protocol):
    """Whose turn it is at a host, and what it asks of us."""

    def turn(self, target: Target, *, found: bool) -> AbstractAsyncContextManager[None]:
        """Held while one hop is asked and its body read; entering it waits for the host's turn.

        SourceRefused where robots.txt forbids a page that we `found` by ourselves; SourceUnavailable where the host
        asked to be left alone for longer than a fetch may wait.
        """

    async def heed(self, target: Target, status: int, headers: Mapping[str, str]) -> None:
        """Remember what an answer asks for: Retry-After with 429 and 503."""


class NoManners:
    """For hosts of the operator's own, and tests: every turn is now."""

    @asynccontextmanager
    async def turn(self, target: Target, *, found: bool) -> AsyncIterator[None]:
        """At once."""
        yield

    async def heed(self, target: Target, status: int, headers: Mapping[str, str]) -> None:
        """Nothing to remember."""
