"""Reading the thread: the reader's own capture first, then each way in, and every refusal explained."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from server.core.errors import (
    InvalidCapture,
    InvalidUrl,
    SourceUnavailable,
    SourceUnreadable,
    ThreadError,
    ThreadPrivate,
    ThreadUnavailable,
    ThreadUnreadable,
    UnsupportedSite,
)
from server.core.jobs import Capture
from server.core.ports import Extractor, Fetcher, Page
from server.core.thread import Thread, Via
from server.core.urls import CanonicalUrl, canonical_url
from workers.readers import Gate, PartOfThread, Reader, Way, article, join_answers, nothing_further, readers_of

LARGEST_THREAD = 12_000_000  # bytes
TIMEOUT_S = 15.0
DEEPEST_CHAIN = 30  # comments above a comment that are asked for, one by one, until its story is known
FURTHER_S = 20.0  # for all documents after a thread's first
GONE = (404, 410)
ASKED_OF_API = ("lemmy", "mastodon")  # do not redirect; their readers name the thread
KNOWN_BY_PATH = ("lemmy", "discourse", "mastodon")  # whose addresses a blog may have as well
THREAD_SITES = {"reddit.com": "Reddit", "news.ycombinator.com": "Hacker News", "lobste.rs": "Lobsters"}


async def read_thread(
    canonical: CanonicalUrl,
    *,
    fetcher: Fetcher,
    extractor: Extractor,
    capture: Capture | None,
    now: datetime,
    reddit: Fetcher | None = None,
    private_too: bool = False,
) -> Thread:
    """The thread at an address, with a receipt of how much was read and by which way.

    Its `url` is the thread's own, also where the address was a share link or one comment's. InvalidCapture when the
    capture shows another thread; SourceRefused when our policy forbids the address; ThreadPrivate for a private or
    quarantined thread unless `private_too`; any other ThreadError says what was tried and what to do next.
    `reddit` is Reddit's API, where there are keys to it.
    """
    reading = _Reading(fetcher, extractor, now, reddit)
    if canonical.needs_lookup:
        canonical = await reading.look_up(canonical)
    thread = await reading.read_capture(capture, canonical) if capture is not None else None
    if thread is None:
        thread = await reading.read_web(canonical)
    if thread.private and not private_too:
        raise ThreadPrivate(
            f"{thread.community or thread.site} is private or quarantined. Its threads make no card that others see."
        )
    return thread


async def look_up(canonical: CanonicalUrl, *, fetcher: Fetcher, extractor: Extractor, now: datetime) -> CanonicalUrl:
    """Where an address leads that only a look-up can tell; ThreadUnavailable when it leads to no thread."""
    return await _Reading(fetcher, extractor, now).look_up(canonical)


async def read_capture(
    capture: Capture, canonical: CanonicalUrl, *, fetcher: Fetcher, extractor: Extractor, now: datetime
) -> Thread:
    """The thread in a capture, from it alone; InvalidCapture or ThreadError when it shows none, or another."""
    reading = _Reading(fetcher, extractor, now)
    thread = await reading.read_capture(capture, canonical)
    if thread is None:
        raise reading.refusals[-1]
    return thread


class _Reading:
    """One thread being read: the ports, the clock, and what was refused so far."""

    def __init__(self, fetcher: Fetcher, extractor: Extractor, now: datetime, reddit: Fetcher | None = None) -> None:
        self.fetcher, self.extractor, self.now, self.reddit = fetcher, extractor, now, reddit
        self.refusals: list[ThreadError] = []

    # ---- look-ups -------------------------------------------------------------------------------

    async def look_up(self, canonical: CanonicalUrl) -> CanonicalUrl:
        """Where a share link or a short link leads."""
        if canonical.kind == "hackernews":  # a comment's page names its story
            return canonical_url(f"https://news.ycombinator.com/item?id={canonical.comment}")
        if canonical.kind in ASKED_OF_API:
            return canonical
        try:
            page = await self.fetcher.fetch(canonical.key, accept="text/html", timeout_s=TIMEOUT_S)
            found = canonical_url(page.url)
        except (SourceUnavailable, SourceUnreadable, InvalidUrl) as error:
            raise _lost(canonical, error) from error
        if found.needs_lookup or found.kind == "page":
            raise _lost(canonical, None)
        return found

    # ---- captures -------------------------------------------------------------------------------

    async def read_capture(self, capture: Capture, canonical: CanonicalUrl) -> Thread | None:
        """The thread in a capture; None, with the refusal noted, when it cannot be read."""
        if _key(capture.url) != canonical.key:
            raise InvalidCapture(
                f"The capture shows {capture.url}, not {canonical.key}. Capture the page you ask about."
            )
        try:
            thread = await self._parse_capture(capture, canonical)
        except ThreadPrivate:
            raise
        except ThreadError as error:
            self.refusals.append(error)
            return None
        if _key(thread.url) != canonical.key:
            raise InvalidCapture(f"The capture holds {thread.url}, not {canonical.key}. Reload the page and try again.")
        return _received(thread, "browser", self._captured_at(capture))

    async def _parse_capture(self, capture: Capture, canonical: CanonicalUrl) -> Thread:
        at, body, media_type = self._captured_at(capture), (capture.html or "").encode("utf-8", "replace"), "text/html"
        if capture.via == "json":
            body, media_type = msgspec.json.encode(capture.json), "application/json"
        page = Page(url=capture.url, media_type=media_type, charset="utf-8", body=body, retrieved_at=at)
        refusals: list[ThreadError] = []
        for reader in readers_of(canonical.kind):  # a capture is in one of the site's forms
            try:
                return reader.parse(body, media_type, canonical, at)
            except ThreadError as error:
                refusals.append(error)
        if not refusals or (canonical.kind in KNOWN_BY_PATH and capture.via != "json"):
            return await self._read_article(page, canonical)
        raise next((error for error in refusals if not isinstance(error, ThreadUnreadable)), refusals[-1])

    def _captured_at(self, capture: Capture) -> datetime:
        """When it was captured, by the browser's clock unless that is ahead of ours or a day behind."""
        at = capture.captured_at if capture.captured_at.tzinfo else capture.captured_at.replace(tzinfo=UTC)
        return at if self.now - timedelta(days=1) <= at <= self.now else self.now

    # ---- the web --------------------------------------------------------------------------------

    async def read_web(self, canonical: CanonicalUrl) -> Thread:
        """The first way in that gives the thread; a comment's page leads on to its thread."""
        for _ in range(DEEPEST_CHAIN):
            try:
                return await self._read_ways(canonical)
            except PartOfThread as part:
                canonical = canonical_url(part.url)
        raise ThreadUnavailable(
            f"{canonical.key} is a comment so deep that its story was not found. Give the story's address."
        )

    async def _read_ways(self, canonical: CanonicalUrl) -> Thread:
        readers = readers_of(canonical.kind)
        if not readers:
            return await self._read_page(canonical)
        for reader, way in ((each, way) for each in readers for way in each.WAYS):
            if way.via == "oauth" and self.reddit is None:
                continue
            thread = await self._try_way(reader, way, canonical)
            if thread is not None:
                return thread
        if canonical.kind in KNOWN_BY_PATH:
            return await self._read_page(canonical)
        raise self._refused(canonical, readers[0].WAY_OUT)

    async def _try_way(self, reader: Reader, way: Way, canonical: CanonicalUrl) -> Thread | None:
        try:
            page = await self._fetch_further(way, canonical, await self._fetch_any(way, canonical))
            thread = reader.parse(page.body, page.media_type, canonical, page.retrieved_at)
            if _key(thread.url) != canonical.key:
                raise ThreadUnreadable(f"{page.url} holds another thread, {thread.url}.")
            return _received(thread, way.via, page.retrieved_at)
        except PartOfThread:
            raise
        except ThreadError as error:
            if isinstance(error, ThreadPrivate) and not isinstance(error, Gate):
                raise
            self.refusals.append(error)
            return None

    async def _fetch_further(self, way: Way, canonical: CanonicalUrl, page: Page) -> Page:
        """A page with the documents it leads to, one after another; what does not come in time is left out."""
        if way.further is nothing_further:
            return page
        answers, told, asked = [page.body], [_decoded(page.body)], {page.url}
        with suppress(TimeoutError):
            async with asyncio.timeout(FURTHER_S):
                while len(asked) <= way.most and sum(map(len, answers)) < LARGEST_THREAD:
                    url = next((each for each in way.further(canonical, told) if each not in asked), None)
                    if url is None:
                        break
                    asked.add(url)
                    body = await self._fetch_one(way, url)
                    if body is not None:
                        answers.append(body)
                        told.append(_decoded(body))
        return msgspec.structs.replace(page, body=join_answers(answers)) if len(answers) > 1 else page

    async def _fetch_one(self, way: Way, url: str) -> bytes | None:
        """A further document; None where it did not come or is no JSON."""
        try:
            page = await self._fetch(way, url)
        except (SourceUnavailable, SourceUnreadable):
            return None
        return page.body if _decoded(page.body) is not None else None

    async def _fetch(self, way: Way, url: str) -> Page:
        fetcher = self.reddit if way.via == "oauth" and self.reddit else self.fetcher
        return await fetcher.fetch(url, accept=way.accept, max_bytes=LARGEST_THREAD, timeout_s=TIMEOUT_S)

    async def _fetch_any(self, way: Way, canonical: CanonicalUrl) -> Page:
        """One representation: its next spelling only where the one before does not exist."""
        missing: SourceUnavailable | None = None
        for url in way.addresses(canonical):
            try:
                return await self._fetch(way, url)
            except SourceUnreadable as error:
                raise ThreadUnreadable(error.message) from error
            except SourceUnavailable as error:
                if error.status not in GONE:
                    raise ThreadUnavailable(error.message, retryable=error.retryable) from error
                missing = missing or error
        raise _NotThere(missing.message if missing else f"{canonical.key} has no address.") from missing

    async def _read_page(self, canonical: CanonicalUrl) -> Thread:
        name = THREAD_SITES.get(canonical.site) if canonical.kind == "page" else None
        if name:
            raise UnsupportedSite(f"That is a page of {name}, but no thread. Give the address of one post.")
        for way in article.WAYS:
            try:
                return await self._read_article(await self._fetch_any(way, canonical), canonical)
            except ThreadError as error:
                self.refusals.append(error)
        raise self._refused(canonical, article.WAY_OUT)

    async def _read_article(self, page: Page, canonical: CanonicalUrl) -> Thread:
        try:
            document = await self.extractor.extract(page)
        except (SourceUnreadable, SourceUnavailable) as error:
            raise ThreadUnreadable(error.message) from error
        return article.thread_of_document(document, canonical, page.retrieved_at)

    def _refused(self, canonical: CanonicalUrl, way_out: str) -> ThreadError:
        """One error for all refusals: unreadable if what came was no thread, retryable only if that may help."""
        reasons = list(
            dict.fromkeys(error.message.rstrip(".") for error in self.refusals if way_out not in error.message)
        )
        message = f"{canonical.key} could not be read ({'; '.join(reasons)}). {way_out}"
        came = [error for error in self.refusals if not isinstance(error, _NotThere)]
        if came and all(isinstance(error, Gate) for error in came):
            return ThreadPrivate(message)
        if came and all(isinstance(error, ThreadUnreadable) for error in came):
            return ThreadUnreadable(message)
        return ThreadUnavailable(message, retryable=any(error.retryable for error in self.refusals))


class _NotThere(ThreadUnavailable):
    """The site says that there is nothing at any of a form's addresses: not every site has every form."""


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _received(thread: Thread, via: Via, at: datetime) -> Thread:
    receipt = msgspec.structs.replace(thread.capture, via=via, captured_at=at)
    return msgspec.structs.replace(thread, capture=receipt)


def _key(url: str) -> str | None:
    try:
        return canonical_url(url).key
    except InvalidUrl:
        return None


def _lost(
    canonical: CanonicalUrl, error: SourceUnavailable | SourceUnreadable | InvalidUrl | None
) -> ThreadUnavailable:
    told = f": {error.message.rstrip('.')}" if error else ""
    return ThreadUnavailable(
        f"{canonical.key} did not lead to a thread{told}. Open it in your browser and give the address it ends at.",
        retryable=error.retryable if error else False,
    )
