"""Grounding: what the web knows about a thread. Search, fetch to a deadline, keep what is about it."""

import asyncio
from collections.abc import Iterable, Sequence

import msgspec

from server.core.card import Unread
from server.core.errors import InsightError, SourceError
from server.core.ports import Extractor, Fetcher, Hit, Searcher
from server.core.queries import plain_title
from server.core.relevance import Candidate, score_documents, title_names
from server.core.source import Document
from server.core.thread import Thread
from server.core.urls import canonical_url
from server.core.words import names, term_set
from server.settings import Settings
from workers.parts import Web
from workers.stages.tell import Teller

FEW_SITES = 4  # fewer independent voices than this are worth a second search
MAX_SOURCES = 7  # beside the thread
MAX_PER_SITE = 2
AGREED_LINKS = 4  # pages fetched because the kept ones link to them
RRF_K = 60  # Cormack, Clarke and Buettcher 2009
FETCH_TYPES = "text/html,application/xhtml+xml,text/plain,text/markdown;q=0.9,application/pdf;q=0.5"


class Found(msgspec.Struct, frozen=True):
    """An address worth reading, best first, and how we came to it."""

    url: str
    title: str | None
    linked: bool


class Reading(msgspec.Struct, frozen=True):
    """What came of trying to read the found pages."""

    documents: tuple[tuple[Found, Document], ...] = ()
    unread: tuple[Unread, ...] = ()


async def search_web(queries: Sequence[str], searchers: Sequence[Searcher]) -> tuple[list[Hit], list[str]]:
    """Hits of all queries merged by reciprocal rank, and what failed. One provider failing never fails the card."""
    asked = [searcher.search(query) for query in queries for searcher in searchers]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    scores: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    failures: list[str] = []
    for answer in answers:
        if isinstance(answer, InsightError):
            failures.append(answer.message)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            for rank, hit in enumerate(answer):
                key = page_key(hit.url)
                hits.setdefault(key, hit)
                scores[key] = scores.get(key, 0.0) + 1 / (RRF_K + rank)
    ranked = sorted(hits, key=lambda key: -scores[key])
    return [hits[key] for key in ranked], list(dict.fromkeys(failures))


def page_key(url: str) -> str:
    """The canonical spelling of an address, or the address itself where it has none."""
    try:
        return canonical_url(url).key
    except InsightError:
        return url


def choose_pages(thread: Thread, hits: Sequence[Hit], limit: int, taken: Iterable[str] = ()) -> list[Found]:
    """Pages the post links to, then search results, then pages commenters link to; never the thread's own site."""
    own = canonical_url(thread.url)
    chosen: dict[str, Found] = {}
    skip = {own.key, *map(page_key, taken)}

    def add(url: str, title: str | None, linked: bool) -> None:
        key = page_key(url)
        if not _site(url):
            return  # no address that anybody could open
        same_site = _site(url) == own.site and own.kind != "page"
        if key not in skip and key not in chosen and not same_site:
            chosen[key] = Found(url, title, linked)

    posted = thread.links[:3]
    for url in posted:
        add(url, None, True)
    for hit in hits[: max(0, limit - len(chosen))]:
        add(hit.url, hit.title, False)
    for url in thread.links[3:]:
        if len(chosen) >= limit:
            break
        add(url, None, True)
    return list(chosen.values())[: max(0, limit)]


def _site(url: str) -> str:
    try:
        return canonical_url(url).site
    except InsightError:
        return ""


async def read_pages(
    pages: Sequence[Found],
    *,
    fetcher: Fetcher,
    extractor: Extractor,
    deadline_s: float,
) -> Reading:
    """Fetch and extract side by side until all are read or the deadline passes; the rest are unread, with a reason."""
    tasks = {asyncio.create_task(_read_page(page, fetcher, extractor)): page for page in pages}
    if not tasks:
        return Reading()
    await asyncio.wait(tasks, timeout=deadline_s)
    documents: list[tuple[Found, Document]] = []
    unread: list[Unread] = []
    for task, page in tasks.items():
        if not task.done():
            task.cancel()
            unread.append(Unread(url=page.url, title=page.title, reason=f"no answer within {deadline_s:g} s"))
        elif isinstance(error := task.exception(), SourceError):
            unread.append(Unread(url=page.url, title=page.title, reason=error.message))
        elif error is not None:
            raise error
        else:
            documents.append((page, task.result()))
    await asyncio.gather(*tasks, return_exceptions=True)
    return Reading(tuple(documents), tuple(unread))


async def _read_page(page: Found, fetcher: Fetcher, extractor: Extractor) -> Document:
    return await extractor.extract(await fetcher.fetch(page.url, accept=FETCH_TYPES))


def keep_relevant(thread: Thread, reading: Reading) -> tuple[list[Document], list[Unread]]:
    """Documents about the thread's subject, nearest first, without copies; the others as unread with the reason."""
    own = canonical_url(thread.url).key  # where a short link may have led
    read = [(page, document) for page, document in reading.documents if page_key(document.url) != own]
    scored = score_documents(thread, [Candidate(document, page.linked) for page, document in read])
    shingles = {id(item.candidate.document): _shingles(item.candidate.document.text) for item in scored}
    kept: list[Document] = []
    left: list[tuple[Document, str]] = []
    spare: list[Document] = []
    for item in scored:
        document = item.candidate.document
        mine = shingles[id(document)]
        if not item.about_thread:
            left.append((document, "read, but about something else"))
        elif any(_is_copy(mine, shingles[id(other)]) or _is_same_page(document, other) for other in kept):
            left.append((document, "a copy of a source above"))
        elif sum(other.site == document.site for other in kept) >= MAX_PER_SITE and not item.candidate.linked:
            spare.append(document)
        elif len(kept) >= MAX_SOURCES:
            left.append((document, "read, not needed"))
        else:
            kept.append(document)
    few = len({document.site for document in kept}) < FEW_SITES
    more = spare[: max(0, MAX_SOURCES - 2 - len(kept))] if few else []
    left += [(document, "another page of the same site says it") for document in spare if document not in more]
    unread = [Unread(url=document.url, title=document.title or None, reason=reason) for document, reason in left]
    return kept + more, unread


def _is_same_page(one: Document, two: Document) -> bool:
    """One address, or two of one site under one title: a mirror, a print view, a readme and the page made from it."""
    if page_key(one.url) == page_key(two.url):
        return True
    return one.site == two.site and one.title.casefold() == two.title.casefold()


def _is_copy(one: set[int], two: set[int]) -> bool:
    """Syndicated copies have four of five five-word runs in common."""
    smaller = min(len(one), len(two))
    return bool(smaller) and len(one & two) / smaller > 0.8


def _shingles(text: str) -> set[int]:
    said = text[:30_000].lower().split()
    return {hash(tuple(said[i : i + 5])) for i in range(max(0, len(said) - 4))}


def agreed_links(thread: Thread, documents: Sequence[Document]) -> list[str]:
    """Addresses that at least two of the kept pages' sites link to, or the nearest one links to at somebody the title
    names: where reports have it from."""
    seen = {page_key(document.url) for document in documents} | {page_key(link) for link in thread.links}
    own_site = canonical_url(thread.url).site
    linking: dict[str, set[str]] = {}
    address: dict[str, str] = {}
    for document in documents:
        for link in document.links:
            key, site = page_key(link), _site(link)
            if key not in seen and site not in (own_site, _site(document.url)) and key.count("/") > 3:
                linking.setdefault(key, set()).add(document.site)
                address.setdefault(key, link)
    named = title_names(thread)
    agreed = [key for key in linking if len(linking[key]) > 1 or named & term_set(_site(key).replace(".", " "))]
    return [address[key] for key in sorted(agreed, key=lambda key: -len(linking[key]))][:AGREED_LINKS]


def widen_queries(thread: Thread, documents: Sequence[Document]) -> list[str]:
    """Second questions, from the pages nearest to the thread: their titles and whom they name."""
    asked = term_set(plain_title(thread.title))
    found = [document.title for document in documents[:2] if not term_set(document.title) <= asked]
    named: dict[str, int] = {}
    for document in documents[:3]:
        for name in names(document.text[:3_000]):
            named[name] = named.get(name, 0) + 1
    top = sorted(named, key=lambda name: -named[name])[:5]
    return [*found, " ".join(top)] if top else found


class Grounding(msgspec.Struct, frozen=True):
    """What the web gave: documents about the thread, nearest first, and everything found but not used."""

    documents: list[Document]
    unread: tuple[Unread, ...]
    without_web: str | None = None  # why the card has only the thread to go by, where searching itself failed


async def ground_thread(
    thread: Thread, queries: Sequence[str], web: Web, extractor: Extractor, teller: Teller, settings: Settings
) -> Grounding:
    """Search, read and keep what is about the thread; once more with the found pages' own words where few are left."""
    reading, failures = await _search_and_read(thread, queries, web, extractor, teller, settings, Reading())
    async with teller.stage("rank") as note:
        kept, left = keep_relevant(thread, reading)
        note.text = f"{len(kept)} about the thread"
    few = len({document.site for document in kept}) < FEW_SITES
    again = widen_queries(thread, kept) if kept and few else []
    linked = agreed_links(thread, kept)
    if again or linked:
        reading, more = await _search_and_read(thread, again, web, extractor, teller, settings, reading, linked)
        failures += more
        kept, left = keep_relevant(thread, reading)
    unread = without_sources((*left, *reading.unread), kept)
    return Grounding(kept, unread, failures[0] if failures and not kept else None)


def without_sources(unread: Iterable[Unread], kept: Sequence[Document]) -> tuple[Unread, ...]:
    """Each unread address once, and none at which a kept page stands: two links may lead to one page."""
    known = {page_key(document.url) for document in kept}
    once: dict[str, Unread] = {}
    for page in unread:
        once.setdefault(page_key(page.url), page)
    return tuple(page for key, page in once.items() if key not in known)


async def _search_and_read(
    thread: Thread,
    queries: Sequence[str],
    web: Web,
    extractor: Extractor,
    teller: Teller,
    settings: Settings,
    before: Reading,
    linked: Sequence[str] = (),
) -> tuple[Reading, list[str]]:
    async with teller.stage("search") as note:
        hits, failures = await search_web(queries, web.searchers)
        note.text = f"{len(hits)} results" if hits else (failures or ["nothing found"])[0]
    seen = [page.url for page, _ in before.documents] + [page.url for page in before.unread]
    seen += [document.url for _, document in before.documents]
    pages = [Found(url, None, False) for url in linked]
    pages += choose_pages(thread, hits, settings.max_pages - len(pages), [*seen, *linked])
    async with teller.stage("fetch") as note:
        deadline_s = settings.fetch_deadline_s
        reading = await read_pages(pages, fetcher=web.pages, extractor=extractor, deadline_s=deadline_s)
        note.text = f"{len(reading.documents)} of {len(pages)} pages read"
    return Reading(before.documents + reading.documents, before.unread + reading.unread), failures
