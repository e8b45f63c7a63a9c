"""The manners of all workers together: turns at each host, rest where it was asked for, robots.txt for what we found.

A host is a name with its port, 80 and 443 counted as one: "a.example" and "b.example" are two, though one site may have
both. The registrable domain would be too wide, since all of github.io would queue behind one page, and names are what
robots.txt and Retry-After are said for. Pages of the operator's exceptions are treated as any others: an intranet has
robots.txt files and overworked servers, too.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic

import msgspec

from server.core.addresses import PORTS, Target
from server.core.errors import SourceUnavailable
from workers.adapters.host_turns import Turn, Turns, Wish
from workers.adapters.retry_after import asked_rest_s
from workers.adapters.robots import Robots, is_robots_asked
from workers.adapters.robots_rules import site_of

FOUND_BOUND_S = 4.0  # of the 8 s that a card has for all its pages
ASKED_BOUND_S = 10.0  # of the 15 s for a thread, without which there is no card
LONGEST_DELAY_S = 60.0  # of a Crawl-delay; a longer one would keep a host's second page from every card of that minute
WORTH_RETRYING_S = 10.0  # a job tries again after 1 and after 4 s


class HostManners:
    """Manners that share what they know through `turns` and `robots`. `clock` tells the time."""

    def __init__(self, turns: Turns, robots: Robots, clock: Callable[[], datetime]) -> None:
        self._turns = turns
        self._robots = robots
        self._clock = clock

    @asynccontextmanager
    async def turn(self, target: Target, *, found: bool) -> AsyncIterator[None]:
        """As promised; a host that has had no request lately is asked at once, after one question to Redis."""
        if is_robots_asked():  # a page's turn is held for it
            yield
            return
        wish = Wish(host_of(target), FOUND_BOUND_S if found else ASKED_BOUND_S, heeds_robots=found)
        try:
            await self._take(target, wish)
            yield
        finally:
            self._turns.leave(wish)

    async def heed(self, target: Target, status: int, headers: Mapping[str, str]) -> None:
        """Rest where 429 or 503 come with a Retry-After, for an hour at most."""
        rest_s = asked_rest_s(status, headers, self._clock())
        if rest_s is not None:
            await self._turns.rest(host_of(target), rest_s, status)

    async def close(self) -> None:
        """Give back what is held."""
        await self._robots.close()
        await self._turns.close()

    async def _take(self, target: Target, wish: Wish) -> None:
        """Wait for the turn. A known robots.txt is asked before that; one that has to be fetched is fetched by who has
        the turn, so that no more workers ask for it at once than the host's pages may be asked for."""
        site, began, judged = site_of(target.url), monotonic(), not wish.heeds_robots
        while True:
            judged = judged or await self._judge(site, target.url)
            note = None if judged else self._robots.key(site)
            turn = await self._turns.ask(msgspec.structs.replace(wish, note=note, waited_s=monotonic() - began))
            judged = judged or await self._judge(site, target.url, turn.note)
            if turn.state == "go":
                break
            if turn.state != "wait":
                raise self._too_long(target, turn)
            await asyncio.sleep(turn.wait_s)
        if not judged:
            await self._learn(site, target)

    async def _judge(self, site: str, url: str, note: bytes | None = None) -> bool:
        """Whether its robots.txt is known; then it admits the page."""
        verdict = self._robots.recall(site, note)
        if verdict is not None:
            await self._robots.require(site, url, verdict)
        return verdict is not None

    async def _learn(self, site: str, target: Target) -> None:
        verdict = await self._robots.fetch(site)
        if verdict.group.delay_s:
            kept_s = verdict.until - self._clock().timestamp()
            await self._turns.slow(host_of(target), min(verdict.group.delay_s, LONGEST_DELAY_S), kept_s)
        await self._robots.require(site, target.url, verdict)

    def _too_long(self, target: Target, turn: Turn) -> SourceUnavailable:
        host, at = host_of(target), self._clock() + timedelta(seconds=turn.wait_s)
        verdict = self._robots.recall(site_of(target.url))
        asked_s = verdict.group.delay_s if verdict and verdict.group.delay_s else 0.0
        if turn.state == "rest":
            why = f"{host} answered {turn.status} and asks to be left alone until {at:%Y-%m-%d %H:%M:%S} UTC"
        elif asked_s >= turn.delay_s > 0:
            kept = f", of which we keep {LONGEST_DELAY_S:g}" if asked_s > LONGEST_DELAY_S else ""
            why = f"robots.txt of {host} asks for {asked_s:g} s between two pages{kept}; try again at {at:%X} UTC"
        else:
            why = f"{host} is busy with other pages that we read there; try again in some seconds"
        is_soon = turn.wait_s <= WORTH_RETRYING_S
        return SourceUnavailable(f"Not fetched: {why}.", status=turn.status or None, retryable=is_soon)


def host_of(target: Target) -> str:
    """Who is asked, whichever of the two usual ports."""
    return target.host if target.port in PORTS.values() else target.authority
