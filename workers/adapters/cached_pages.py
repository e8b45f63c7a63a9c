"""Pages that we found by ourselves, for all workers: read once, and again when they are old.

Cards about one event lead to the same pages within minutes. A page that is in the cache costs one question to Redis, no
turn at its host, and no connection, so that hosts that hang keep nobody from it. Its robots.txt admitted it when it was
read, and an entry counts no longer than a robots.txt may (24 hours).
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

import msgspec
import zstandard

from server.core.addresses import judge_url
from server.core.errors import SourceUnavailable, SourceUnreadable
from server.core.ports import Page
from workers.adapters.bounded_shelf import BoundedShelf
from workers.adapters.guarded_fetcher import NotModified, Validators
from workers.adapters.page_freshness import fresh_for_s, may_be_kept

STALE_KEPT_S = 86_400.0  # for asking whether it has changed, where the page has a validator
GONE_KEPT_S = 300.0
GONE = frozenset({404, 410})
LARGEST_BODY = 8 * 2**20  # what an entry may unfold to
# RFC 9111, 3.2: what a 304 says of itself and not of the page.
OF_THE_ANSWER = frozenset({"content-encoding", "content-length", "content-range", "content-type", "transfer-encoding"})

log = logging.getLogger("threadproof.pages")


class Gone(msgspec.Struct, frozen=True):
    """That there was no page."""

    message: str
    status: int


class Entry(msgspec.Struct, frozen=True):
    """A page, or that there is none, and until when it is answered without asking."""

    fresh_until: datetime
    page: Page | None = None
    gone: Gone | None = None


class Asker(Protocol):
    """`GuardedFetcher`, as far as it is needed here."""

    async def ask(
        self,
        url: str,
        *,
        accept: str,
        max_bytes: int,
        timeout_s: float,
        found: bool,
        validators: Validators | None,
    ) -> Page | NotModified: ...


class CachedPages:
    """A Fetcher of pages that nobody named to us. `clock` tells the time; `allow` are the operator's exceptions."""

    def __init__(
        self, asker: Asker, shelf: BoundedShelf, clock: Callable[[], datetime], *, allow: tuple[str, ...] = ()
    ) -> None:
        self._asker = asker
        self._shelf = shelf
        self._clock = clock
        self._allow = frozenset(allow)
        self._keeping: set[asyncio.Task[None]] = set()

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """The page, at most a day old; `retrieved_at` tells when its server was last asked for it.

        Errors are those of `GuardedFetcher.fetch`, with SourceRefused also where its robots.txt forbids the page.
        """
        began, address = monotonic(), judge_url(url, self._allow).url
        name = _name(address, accept)
        entry = _decode(await self._shelf.take(name))
        if entry is not None and self._clock() < entry.fresh_until:
            return _answer(entry, max_bytes)
        try:
            answer = await self._asker.ask(
                url,
                accept=accept,
                max_bytes=max_bytes,
                timeout_s=max(0.001, timeout_s - (monotonic() - began)),
                found=True,
                validators=_validators(entry, address),
            )
        except SourceUnavailable as error:
            self._keep_gone(name, error)
            raise
        page = _renewed(entry, answer) if isinstance(answer, NotModified) else answer
        self._beside(self._keep(name, page))
        return _bounded(page, max_bytes)

    async def close(self) -> None:
        """Finish keeping what was read; the asker and the shelf are whoever's they are."""
        await asyncio.gather(*self._keeping, return_exceptions=True)

    def _keep_gone(self, name: str, error: SourceUnavailable) -> None:
        if error.status in GONE:
            gone = Gone(error.message, error.status)
            entry = Entry(self._clock() + timedelta(seconds=GONE_KEPT_S), gone=gone)
            self._beside(self._shelf.put(name, _encode(entry), GONE_KEPT_S))

    async def _keep(self, name: str, page: Page) -> None:
        if not may_be_kept(page.headers):
            await self._shelf.drop(name)
            return
        fresh_s = fresh_for_s(page.headers, page.retrieved_at)
        entry = Entry(page.retrieved_at + timedelta(seconds=fresh_s), page=page)
        has_validator = "etag" in page.headers or "last-modified" in page.headers
        await self._shelf.put(name, _encode(entry), fresh_s + (STALE_KEPT_S if has_validator else 0.0))

    def _beside(self, keeping: Coroutine[Any, Any, None]) -> None:
        """The page is not kept waiting for its being kept."""
        task = asyncio.create_task(keeping)
        self._keeping.add(task)
        task.add_done_callback(self._kept)

    def _kept(self, task: "asyncio.Task[None]") -> None:
        self._keeping.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a page could not be kept: %r", error)


def _name(address: str, accept: str) -> str:
    """All else that an answer may vary by is the same in each of our requests."""
    digest = hashlib.sha256(f"{accept}\n{address}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"page:{digest[:40]}"


def _answer(entry: Entry, max_bytes: int) -> Page:
    if entry.gone is not None:
        raise SourceUnavailable(entry.gone.message, status=entry.gone.status, retryable=False)
    assert entry.page is not None
    return _bounded(entry.page, max_bytes)


def _bounded(page: Page, max_bytes: int) -> Page:
    """An entry may have been read by somebody who could take more."""
    if len(page.body) > max_bytes:
        raise SourceUnreadable(f"Not read: {page.url} is too large (more than {max_bytes:,} bytes).")
    return page


def _validators(entry: Entry | None, address: str) -> Validators | None:
    """They belong to the page's own address: one that was reached by a redirect is read anew."""
    if entry is None or entry.page is None or entry.page.url != address:
        return None
    told = Validators(entry.page.headers.get("etag"), entry.page.headers.get("last-modified"))
    return told if told.etag or told.last_modified else None


def _renewed(entry: Entry | None, answer: NotModified) -> Page:
    """The page we know, as of now, with what the answer says anew of it."""
    assert entry is not None
    assert entry.page is not None
    told = {name: value for name, value in answer.headers.items() if name not in OF_THE_ANSWER}
    headers = {name: value for name, value in entry.page.headers.items() if name != "age"} | told
    return msgspec.structs.replace(entry.page, headers=headers, retrieved_at=answer.retrieved_at)


def _encode(entry: Entry) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(entry))


def _decode(kept: bytes | None) -> Entry | None:
    """None for what is no entry of ours: another version's, or half of one."""
    if not kept:
        return None
    try:
        if not 0 <= zstandard.frame_content_size(kept) <= LARGEST_BODY:
            return None
        entry = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(kept), type=Entry)
    except (zstandard.ZstdError, msgspec.MsgspecError, ValueError):
        return None
    return entry if entry.page is not None or entry.gone is not None else None
