"""Which of the pages that were read become sources, and what they tell of where to look further."""

from collections.abc import Iterable, Sequence

import msgspec

from server.core.card import Unread
from server.core.promise import Found
from server.core.queries import plain_title
from server.core.relevance import Candidate, Topic
from server.core.search_results import page_key
from server.core.source import Document
from server.core.thread import Thread
from server.core.urls import canonical_url
from server.core.words import names, term_set
from workers.stages.ground.finding import is_posts_own, site_of

FEW_SITES = 4  # fewer independent voices than this let a site speak more often
MAX_SOURCES = 7  # beside the thread
MAX_PER_SITE = 2
MOST_LINKS = 40  # of a page; what has more is a list of everything
AGREED_LINKS = 4  # pages fetched because the kept ones link to them


class Read(msgspec.Struct, frozen=True):
    """A page that was read, and how it was found."""

    found: Found
    document: Document


def judge(topic: Topic, pages: Sequence[Read]) -> list[Document]:
    """The documents about the thread's subject, nearest first."""
    scored = topic.score([Candidate(page.document, is_posts_own(page.found.url, topic.thread)) for page in pages])
    return [item.candidate.document for item in scored if item.about_thread]


def keep_relevant(topic: Topic, pages: Sequence[Read]) -> tuple[list[Document], list[Unread]]:
    """Documents about the thread's subject, nearest first, without copies; the others as unread with the reason."""
    own = canonical_url(topic.thread.url).key  # where a short link may have led
    read = [page for page in pages if page_key(page.document.url) != own]
    scored = topic.score([Candidate(page.document, is_posts_own(page.found.url, topic.thread)) for page in read])
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


def agreed_links(topic: Topic, documents: Sequence[Document]) -> list[str]:
    """Addresses that at least two sites' pages link to, or that one links to at somebody the title names: where
    reports have it from. Not among them: the documents themselves."""
    seen = {page_key(document.url) for document in documents}
    own_site = canonical_url(topic.thread.url).site
    linking: dict[str, set[str]] = {}
    address: dict[str, str] = {}
    named: set[str] = set()
    for document in documents:
        home = site_of(document.url)
        for link in document.links[:MOST_LINKS]:
            key, site = page_key(link), site_of(link)
            if key not in seen and site not in ("", own_site, home) and key.count("/") > 3:
                linking.setdefault(key, set()).add(document.site)
                address.setdefault(key, link)
                if topic.named & term_set(site.replace(".", " ")):
                    named.add(key)
    agreed = [key for key in linking if len(linking[key]) > 1 or key in named]
    return [address[key] for key in sorted(agreed, key=lambda key: -len(linking[key]))][:AGREED_LINKS]


def widen_queries(thread: Thread, documents: Sequence[Document]) -> list[str]:
    """Second questions, from the pages nearest to the thread: their titles and whom they name."""
    asked = term_set(plain_title(thread.title))
    found = [document.title for document in documents[:3] if not term_set(document.title) <= asked]
    named: dict[str, int] = {}
    for document in documents[:3]:
        for name in names(document.text[:3_000]):
            named[name] = named.get(name, 0) + 1
    top = sorted(named, key=lambda name: -named[name])[:5]
    return [*found, " ".join(top)] if top else found


def without_sources(unread: Iterable[Unread], kept: Sequence[Document]) -> tuple[Unread, ...]:
    """Each unread address once, and none at which a kept page stands: two links may lead to one page."""
    known = {page_key(document.url) for document in kept}
    once: dict[str, Unread] = {}
    for page in unread:
        once.setdefault(page_key(page.url), page)
    return tuple(page for key, page in once.items() if key not in known)
