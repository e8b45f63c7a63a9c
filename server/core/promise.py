"""What a page promises before it is read: how near its search result is to the thread, whose it is, how it was found.

Fetching is what grounding takes time for, so this decides what a card can know. A result's words are few; three signs
are added up: the thread's own terms in title, address and snippet, likeness to the results nearest by those, and the
rank it was given. Once pages were read, the words that they share with a result count too. Over the
fifteen threads of the recorded worlds, rank alone filled the first twelve places with 125 pages on the subject and 59
others; this reads 139 and 12. With all worlds in one index it was 133 and 51, and is 138 and 25.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from server.core.errors import InsightError
from server.core.likeness import COMMON, cosine, rarity_of
from server.core.primary import primary_weight
from server.core.queries import slug_words
from server.core.relevance import Topic
from server.core.search_results import page_key
from server.core.source import Document
from server.core.urls import canonical_url
from server.core.words import term_set

SURE = 0.55  # of the best result's promise: worth a fetch before any page was read
WORTH = 0.5  # … and once pages were read, and results are compared with them too
POSTED, AGREED = 2.0, 1.5  # before any search result

_RANK = 0.25
_SNIPPET = 0.6  # a term in the snippet alone, beside 1 for one in the title or the address
_SEEDS = 5
_TELLING = 0.25  # results that say less of what the thread says do not tell what it is about either
_READ = 5  # pages that results are compared with
_SAME_SITE = 0.9  # what the second page of a site is worth, and what the third beside the second
_PDF = 0.9  # slower to come and to read
_WALLED = 0.6  # mostly answers programs with a login, a bill or a film
_WALLS = frozenset(
    """
    x.com twitter.com facebook.com instagram.com threads.net tiktok.com linkedin.com pinterest.com quora.com youtube.com
    vimeo.com wsj.com ft.com economist.com bloomberg.com nytimes.com theinformation.com barrons.com
    """.split()
)
_IS_PDF = re.compile(r"\.pdf(?:[?#]|\Z)|//arxiv\.org/pdf/", re.IGNORECASE)

Way = Literal["posted", "agreed", "searched", "mentioned"]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An address worth considering, and how we came to it.

    In order of trust: the post links to it; pages on the subject link to it; a search found it; a comment links to it.
    """

    url: str
    way: Way
    title: str | None = None
    snippet: str = ""
    score: float = 0.0  # of the fused ranks
    copies: tuple[str, ...] = ()  # where the same text stands, should it not be had here

    @property
    def key(self) -> str:
        """For telling pages apart."""
        return page_key(self.url)


class Promise(msgspec.Struct, frozen=True):
    """A page not read yet and what it promises: 1.0 is the best search result's."""

    found: Found
    value: float


class _Words(msgspec.Struct, frozen=True):
    """A result's terms; `snippet` without those of the title."""

    title: frozenset[str]
    snippet: frozenset[str]
    site: str
    weight: float  # whose it is, and whether it can be read

    def share(self, profile: dict[str, float]) -> tuple[float, float]:
        """The weight of a profile's terms in title and snippet."""
        return sum(profile.get(term, 0.0) for term in self.title), sum(profile.get(term, 0.0) for term in self.snippet)


class Prospects:
    """Ranks what was found for one thread. Each result's terms are counted once, however often it is ranked."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._known: dict[Found, _Words] = {}

    def rank(self, found: Sequence[Found], asked: Collection[str] = (), read: Sequence[Document] = ()) -> list[Promise]:
        """What is not asked for yet (by key), best first.

        `read` are the pages on the subject so far, nearest first. Each further page of one site is worth less than the
        one before it; `value` itself does not tell of that.
        """
        values = self._values([page for page in found if page.way == "searched"], read)
        left = [Promise(page, values[page] if page in values else self._trust(page)) for page in found]
        left = [promise for promise in left if promise.found.key not in asked]
        sites = Counter(self._words(page).site for page in found if page.key in asked)
        return self._apart(left, sites)

    def _values(self, found: Sequence[Found], read: Sequence[Document]) -> dict[Found, float]:
        worth = dict(zip(found, self._nearness(found, read), strict=True))
        best = max(worth.values(), default=0.0) or 1.0
        return {page: value / best for page, value in worth.items()}

    def _nearness(self, found: Sequence[Found], read: Sequence[Document]) -> list[float]:
        own = self._own_words(found, read)
        alike = self._likeness(found, own)
        shared = self._shared_with(found, read)
        ranks = max((page.score for page in found), default=0.0) or 1.0
        return [
            (own[n] + alike[n] + shared[n] + _RANK * page.score / ranks) * self._words(page).weight
            for n, page in enumerate(found)
        ]

    def _own_words(self, found: Sequence[Found], read: Sequence[Document]) -> list[float]:
        """The thread's terms in each. A result without snippet counts as if it had an average one: some providers give
        none."""
        profile = self._topic.profile([document.title for document in read[:3]])
        parts = [self._words(page).share(profile) for page in found]
        said = [snippet for (_, snippet), page in zip(parts, found, strict=True) if page.snippet]
        average = sum(said) / len(said) if said else 0.0
        return [
            title + _SNIPPET * (snippet if page.snippet else average)
            for (title, snippet), page in zip(parts, found, strict=True)
        ]

    def _likeness(self, found: Sequence[Found], own: Sequence[float]) -> list[float]:
        """To those with most of the thread's terms, in terms that several but not all have."""
        words = [self._words(page) for page in found]
        rarity = rarity_of([each.title | each.snippet for each in words])
        vectors = [_vector(each, rarity) for each in words]
        seeds = sorted(range(len(found)), key=lambda n: -own[n])[:_SEEDS]
        seeds = [n for n in seeds if own[n] >= 0.5 * own[seeds[0]]]
        trust = min(1.0, sum(own[n] for n in seeds) / (_TELLING * (len(seeds) or 1)))
        alike = []
        for n, vector in enumerate(vectors):
            others = [seed for seed in seeds if seed != n] or seeds
            alike.append(trust * sum(cosine(vector, vectors[seed]) for seed in others) / len(others))
        return alike

    def _shared_with(self, found: Sequence[Found], read: Sequence[Document]) -> list[float]:
        """The share of a result's terms that the pages read say, on average of the pages."""
        counts = [self._topic.counts(document) for document in read[:_READ]]
        return [sum(_said(self._words(page), said) for said in counts) / (len(counts) or 1) for page in found]

    def _trust(self, page: Found) -> float:
        """What an address promises that nobody described."""
        if page.way == "mentioned":
            return WORTH + 0.01 * min(1.0, sum(self._words(page).share(self._topic.profile())))
        return POSTED if page.way == "posted" else AGREED

    def _words(self, page: Found) -> _Words:
        if page not in self._known:
            title = term_set(f"{page.title or ''} {slug_words(page.url)}") - COMMON
            weight = math.sqrt(primary_weight(page.url, self._topic.whom)) * _readable(page.url)
            self._known[page] = _Words(title, term_set(page.snippet) - COMMON - title, _site(page.url), weight)
        return self._known[page]

    def _apart(self, promises: Sequence[Promise], sites: Counter[str]) -> list[Promise]:
        """By value, less for each page of the same site before it."""
        worth: list[tuple[float, Promise]] = []
        for promise in sorted(promises, key=lambda promise: -promise.value):
            site = self._words(promise.found).site
            worth.append((promise.value * _SAME_SITE ** min(2, sites[site]), promise))
            sites[site] += 1
        return [promise for _, promise in sorted(worth, key=lambda each: -each[0])]


def _vector(words: _Words, rarity: dict[str, float]) -> dict[str, float]:
    weighed = {
        term: rarity[term] * (2 if term in words.title else 1) for term in words.title | words.snippet if term in rarity
    }
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {term: weight / length for term, weight in weighed.items()}


def _said(words: _Words, counts: Counter[str]) -> float:
    """A term said twice is no accident."""
    total = 2 * len(words.title) + len(words.snippet)
    title = sum(min(2, counts[term]) for term in words.title)
    return (title + sum(min(2, counts[term]) for term in words.snippet) / 2) / total if total else 0.0


def _readable(url: str) -> float:
    host = _site(url).partition(":")[0]
    if any(host == site or host.endswith(f".{site}") for site in _WALLS):
        return _WALLED
    return _PDF if _IS_PDF.search(url) else 1.0


def _site(url: str) -> str:
    try:
        return canonical_url(url).site
    except InsightError:
        return ""
