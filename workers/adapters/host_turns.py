"""Whose turn it is at a host: so many at once, starts so far apart, nobody while the host asked for rest.

`OwnTurns` are those of one process; `redis_turns.py` plays by the same rules for all workers.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import msgspec

POLL_S = 0.05  # how often the first in the queue looks whether a place at a full host is free
LATE_S = 1.0  # a waiter that does not come back for its turn within this time has died, and holds up nobody
KEPT_S = 120.0  # what is known of a host; longer than a delay between two starts usually is
LONGEST_REST_S = 3_600.0
MOST_HOSTS = 1_000  # that one process remembers before it forgets those it has long done with


class Pace(msgspec.Struct, frozen=True):
    """How hosts are treated that ask for nothing else."""

    requests: int = 2  # at a host at once
    delay_s: float = 0.5  # between two starts
    lease_s: float = 30.0  # after which a turn ends by itself, should its worker have died


class Wish(msgspec.Struct, frozen=True):
    """Who wants a turn. Asked again with the same `lease`, it keeps its place in the queue."""

    host: str
    bound_s: float  # the longest it would wait altogether
    waited_s: float = 0.0
    heeds_robots: bool = False  # so that a Crawl-delay counts
    note: str | None = None  # a key of Redis to be read on the way
    lease: str = msgspec.field(default_factory=lambda: secrets.token_hex(8))


class Turn(msgspec.Struct, frozen=True):
    """`go`: it is held, until `leave`. `wait`: ask again in `wait_s`. `busy` and `rest`: not within the bound."""

    state: Literal["go", "wait", "busy", "rest"]
    wait_s: float = 0.0
    delay_s: float = 0.0  # between two starts, as it was counted
    status: int = 0  # with which the host asked for rest
    note: bytes | None = None


class Turns(Protocol):
    """The queue of each host."""

    async def ask(self, wish: Wish) -> Turn: ...

    def leave(self, wish: Wish) -> None:
        """The turn is over, or no longer wanted. Returns at once."""

    async def rest(self, host: str, rest_s: float, status: int) -> None:
        """Nobody's turn for so long, unless a longer rest was asked for before."""

    async def slow(self, host: str, delay_s: float, kept_s: float) -> None:
        """Remember the delay its robots.txt asks for."""

    async def close(self) -> None: ...


@dataclass
class _Host:
    running: dict[str, float] = field(default_factory=dict)  # a lease, and when it ends by itself
    waiting: dict[str, tuple[float, float]] = field(default_factory=dict)  # since when, and when it is due again
    last: float = float("-inf")
    rest: tuple[float, int] = (0.0, 0)
    crawl: tuple[float, float] = (0.0, 0.0)  # a delay, and how long it is known


class OwnTurns:
    """Turns of one process. `clock` counts seconds."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    async def ask(self, wish: Wish) -> Turn:
        """At once; nothing here waits."""
        now, host = self._clock(), self._host(wish.host)
        host.running = {lease: ends for lease, ends in host.running.items() if ends > now}
        host.waiting = {lease: times for lease, times in host.waiting.items() if times[1] > now - LATE_S}
        crawl_s = host.crawl[0] if wish.heeds_robots and host.crawl[1] > now else 0.0
        delay_s = max(self._pace.delay_s, crawl_s)
        free_at = max(now, host.last + delay_s, host.rest[0])
        since, _ = host.waiting.pop(wish.lease, (now - wish.waited_s, 0.0))
        ahead = sum(1 for lease, times in host.waiting.items() if (times[0], lease) < (since, wish.lease))
        starts = free_at + ahead * delay_s
        if starts - since > wish.bound_s:
            resting = host.rest[0] > now and host.rest[0] - since > wish.bound_s
            return Turn("rest" if resting else "busy", starts - now, delay_s, host.rest[1] if resting else 0)
        if ahead == 0 and starts <= now and len(host.running) < self._pace.requests:
            host.running[wish.lease], host.last = now + self._pace.lease_s, now
            return Turn("go", 0.0, delay_s)
        wait_s = max(starts - now, POLL_S)
        if now + wait_s - since > wish.bound_s:
            return Turn("busy", wait_s, delay_s)
        host.waiting[wish.lease] = (since, now + wait_s)
        return Turn("wait", wait_s, delay_s)

    def leave(self, wish: Wish) -> None:
        """Its place is free."""
        host = self._hosts.get(wish.host)
        if host is not None:
            host.running.pop(wish.lease, None)
            host.waiting.pop(wish.lease, None)

    async def rest(self, host: str, rest_s: float, status: int) -> None:
        """Of the hosts that this process asked."""
        known = self._host(host)
        until = self._clock() + min(rest_s, LONGEST_REST_S)
        known.rest = max(known.rest, (until, status))

    async def slow(self, host: str, delay_s: float, kept_s: float) -> None:
        """Of the hosts that this process asked."""
        self._host(host).crawl = (delay_s, self._clock() + kept_s)

    async def close(self) -> None:
        """Nothing is open."""

    def _host(self, name: str) -> _Host:
        if len(self._hosts) >= MOST_HOSTS:
            old = self._clock() - max(KEPT_S, 2 * self._pace.delay_s)
            self._hosts = {
                each: host for each, host in self._hosts.items() if max(host.last, host.rest[0], host.crawl[1]) > old
            }
        return self._hosts.setdefault(name, _Host())
