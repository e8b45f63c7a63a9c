"""robots.txt of the sites whose pages we found by ourselves (RFC 9309): fetched once for all workers, kept for a day.

A file that cannot be had says nothing where the site answers that there is none (4xx), and forbids everything where the
site cannot answer (5xx, 429, silence), which is believed for two minutes only.
"""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

import msgspec

from server.core.errors import SourceError, SourceRefused, SourceUnavailable, SourceUnreadable
from server.core.ports import Page
from workers.adapters.bounded_shelf import BoundedShelf, key_of
from workers.adapters.guarded_fetcher import NotModified
from workers.adapters.page_freshness import stated_lifetime_s
from workers.adapters.robots_rules import MOST_BYTES, OurGroup, Rules, read_group

ANSWER_S = 3.0  # for the file and its redirects: a card has 8 s for all its pages
LONGEST_KEPT_S = 86_400.0  # RFC 9309, 2.4
SHORTEST_KEPT_S = 600.0  # "no-cache" stands on many of them, and each page would cost the site two requests
UNREACHABLE_KEPT_S = 120.0
LARGE_KEPT_S = 600.0  # of a group beyond LARGE_CHARS: strangers fill our memory with those
LARGE_CHARS = 65_536
REMEMBERED = 200  # sites whose rules one process keeps ready
LONG_BODY = 16_384  # bytes that may take more than 10 ms to read

_asking: ContextVar[bool] = ContextVar("asking for a robots.txt", default=False)


def is_robots_asked() -> bool:
    """Whether this task is after a robots.txt: it takes no turn, and asks for no robots.txt itself."""
    return _asking.get()


class Verdict(msgspec.Struct, frozen=True):
    """What is kept of a site's robots.txt."""

    until: float  # seconds since 1970
    group: OurGroup = OurGroup()
    unread: str | None = None  # why it forbids everything for now


class Asker(Protocol):
    """`GuardedFetcher`, as far as it is needed here."""

    async def ask(
        self, url: str, *, accept: str, max_bytes: int, timeout_s: float, prefix: bool
    ) -> Page | NotModified: ...


class Robots:
    """The rules of each site (scheme, host and port). `clock` tells the time."""

    def __init__(self, shelf: BoundedShelf, asker: Callable[[], Asker], clock: Callable[[], datetime]) -> None:
        """`asker` gives the fetcher, whose manners these are: neither can be made first."""
        self._shelf = shelf
        self._asker = asker
        self._clock = clock
        self._ready: dict[str, tuple[Verdict, Rules]] = {}
        self._fetching: dict[str, asyncio.Task[Verdict | SourceError]] = {}

    def key(self, site: str) -> str:
        """Where the shelf keeps it, for whoever reads it on the way."""
        return key_of(_name(site))

    def recall(self, site: str, kept: bytes | None = None) -> Verdict | None:
        """What this process knows of the site, or the shelf's bytes tell; None when it has to be fetched."""
        verdict = self._ready[site][0] if site in self._ready else _decode(kept)
        if verdict is None or verdict.until <= self._now():
            self._ready.pop(site, None)
            return None
        self._remember(site, verdict)
        return verdict

    async def fetch(self, site: str) -> Verdict:
        """From the site itself, once however many ask. SourceRefused where its address may not be asked."""
        task = self._fetching.get(site)
        if task is None:
            task = asyncio.create_task(self._fetch(site))
            self._fetching[site] = task
            task.add_done_callback(lambda _: self._fetching.pop(site, None))
        verdict = await asyncio.shield(task)  # one that asks gives up, and the others still want it
        if isinstance(verdict, SourceError):
            raise type(verdict)(verdict.message)
        self._remember(site, verdict)
        return verdict

    async def require(self, site: str, url: str, verdict: Verdict) -> None:
        """SourceRefused where it forbids the page, SourceUnavailable where it could not be read."""
        if verdict.unread is not None:
            raise SourceUnavailable(f"Not fetched: {verdict.unread}, so its pages are left alone for now.")
        rules = self._ready[site][1] if site in self._ready else Rules(verdict.group)
        admits = await asyncio.to_thread(rules.admits, url) if rules.is_large else rules.admits(url)
        if not admits:
            raise SourceRefused(f"Not fetched: robots.txt of {_host(site)} forbids it.")

    async def close(self) -> None:
        """Give up what is being fetched."""
        for task in list(self._fetching.values()):
            task.cancel()
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    def _now(self) -> float:
        return self._clock().timestamp()

    def _remember(self, site: str, verdict: Verdict) -> None:
        if site not in self._ready or self._ready[site][0] != verdict:
            while len(self._ready) >= REMEMBERED:
                del self._ready[next(iter(self._ready))]
            self._ready[site] = (verdict, Rules(verdict.group))

    async def _fetch(self, site: str) -> Verdict | SourceError:
        _asking.set(True)  # in this task alone
        try:
            page = await self._asker().ask(
                f"{site}/robots.txt", accept="text/plain", max_bytes=MOST_BYTES, timeout_s=ANSWER_S, prefix=True
            )
            assert isinstance(page, Page)  # nobody is told "not modified" who sent no validators
        except SourceRefused as error:  # where it leads may change, so that nothing is kept
            return SourceRefused(f"Not fetched: robots.txt of {_host(site)} may not be asked for. {error.message}")
        except SourceUnreadable:
            verdict = self._verdict(LONGEST_KEPT_S)
        except SourceUnavailable as error:
            verdict = self._without(site, error)
        else:
            is_long = len(page.body) > LONG_BODY
            group = await asyncio.to_thread(read_group, page.body) if is_long else read_group(page.body)
            stated_s = stated_lifetime_s(page.headers, page.retrieved_at)
            kept_s = LONGEST_KEPT_S if stated_s is None else max(SHORTEST_KEPT_S, min(stated_s, LONGEST_KEPT_S))
            verdict = self._verdict(min(kept_s, LARGE_KEPT_S) if len(group.rules) > LARGE_CHARS else kept_s, group)
        await self._shelf.put(_name(site), msgspec.msgpack.encode(verdict), verdict.until - self._now())
        return verdict

    def _without(self, site: str, error: SourceUnavailable) -> Verdict:
        """RFC 9309, 2.3.1.2 to 2.3.1.4. Too many redirects, the one fault that has no status and no hope, are a 4xx."""
        if (error.status is None and not error.retryable) or (error.status and _says_none(error.status)):
            return self._verdict(LONGEST_KEPT_S)
        why = f"answered {error.status}" if error.status else "did not come"
        return self._verdict(UNREACHABLE_KEPT_S, unread=f"robots.txt of {_host(site)} {why}")

    def _verdict(self, kept_s: float, group: OurGroup = OurGroup(), unread: str | None = None) -> Verdict:  # noqa: B008 - frozen
        return Verdict(self._now() + kept_s, group, unread)


def _says_none(status: int) -> bool:
    """429 is the one among 4xx that does not say that there is no such file."""
    return 200 <= status < 500 and status != 429


def _host(site: str) -> str:
    return site.partition("://")[2]


def _name(site: str) -> str:
    return f"robots:{site}"


def _decode(kept: bytes | None) -> Verdict | None:
    try:
        return msgspec.msgpack.decode(kept, type=Verdict) if kept else None
    except (msgspec.MsgspecError, ValueError):
        return None
