"""How near a page is to a thread: which of the thread's own terms it speaks of, and how early."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from server.core.queries import best_comments, plain_title
from server.core.source import Document
from server.core.thread import Thread
from server.core.words import fold, names, term_set, terms

PROFILE_TERMS = 48
TITLE_WEIGHT = 3.0
NAME_WEIGHT = 1.6
ON_TOPIC = 0.35  # a page with this share of its text about the thread is wholly about it
LEAD = 1_500  # code points in which a page says what it is about
OPENING = 20_000  # code points of a page that are weighed at all
THIN_PROFILE = 12  # terms; a title that says less is helped by the titles of the pages nearest to it
SEEDS = 5
LIKE_SEEDS = 3.0
SHARE_OF_BEST = 0.45
FLOOR = 0.18
LINK_BONUS = 0.25  # the page the post links to is about it, whatever its words
PRIMARY_BONUS = 0.25  # the page of somebody whom the title names

# Words that every discussion uses and that therefore tell no topic from another.
_COMMON = frozenset(
    terms(
        """people person thing things way ways lot time times year years day days week month good better best great bad
        make makes making made use used using work works working need needs want wants know think thought look looks see
        seen going really actually something anything everything someone anyone everyone sure maybe probably point kind
        part bit long short big small high low old first last next many little able even well back right still never
        always ever take takes give given find found come comes came went keep try tried trying start started put tell
        told ask asked call called feel read reading write written talk question questions answer problem problems
        reason case example fact number real hard easy different important interesting pretty enough instead already
        today post posts comment comments reddit thread edit thanks thank please hello article link page site website
        http https www com org html"""
    )
)


def topic_profile(thread: Thread, also: Sequence[str] = ()) -> dict[str, float]:
    """The thread's terms with weights that sum to 1. `also` are texts known to be about its event."""
    weights: defaultdict[str, float] = defaultdict(float)
    for term in term_set(plain_title(thread.title)):
        weights[term] += TITLE_WEIGHT
    _add(weights, thread.text, 1.0)
    _add(weights, "\n".join(comment.text for comment in best_comments(thread, 80)), 0.3)
    for text in also:
        for term in term_set(text):
            weights[term] += TITLE_WEIGHT / 2
    named = {term for name in names(f"{thread.title}. {thread.text}. {'. '.join(also)}") for term in term_set(name)}
    for term in list(weights):
        if term in _COMMON or term.isdigit():
            del weights[term]
        elif term in named:
            weights[term] *= NAME_WEIGHT
    top = dict(sorted(weights.items(), key=lambda item: -item[1])[:PROFILE_TERMS])
    total = sum(top.values()) or 1.0
    return {term: weight / total for term, weight in top.items()}


def _add(weights: defaultdict[str, float], text: str, weight: float) -> None:
    counts = Counter(terms(text))
    for term, count in counts.items():
        if count > 1:
            weights[term] += weight * math.log2(1 + count)


class Candidate(msgspec.Struct, frozen=True):
    """A page that was read, and whether the post links to it."""

    document: Document
    linked: bool = False


class Scored(msgspec.Struct, frozen=True):
    """A page with how near it is to the thread; comparable within one call only."""

    candidate: Candidate
    score: float
    about_thread: bool


def score_documents(thread: Thread, candidates: Sequence[Candidate]) -> list[Scored]:
    """Pages by nearness, best first, each with the verdict whether it is about the thread's subject.

    Three signs are added: the thread's own terms in the page (most in its title and lead), likeness to the nearest
    pages in terms that not every page has, and likeness to the whole discussion. A page under the share of the best
    that `SHARE_OF_BEST` names shares words, not the subject; calibrated on the recorded worlds, see docs/decisions.
    """
    pages = [_Page(candidate) for candidate in candidates]
    profile = topic_profile(thread)
    own = sorted(pages, key=lambda page: -page.speaks_of(profile))
    if own and len(profile) < THIN_PROFILE:
        best = own[0].speaks_of(profile)
        titles = [page.document.title for page in own[:3] if page.speaks_of(profile) >= 0.6 * best]
        profile = topic_profile(thread, titles)
    rarity = _rarity(pages)
    discussion = _vector(Counter(terms(_discussion(thread))))
    named = title_names(thread)
    terms_of = {page: page.speaks_of(profile) for page in pages}
    top = sorted(pages, key=lambda page: -terms_of[page])[:SEEDS]
    seeds = [page for page in top if terms_of[page] >= 0.5 * terms_of[top[0]]]
    rare = {page: _vector(page.counts, rarity) for page in pages}

    def near(page: _Page) -> tuple[float, float]:
        others = [seed for seed in seeds if seed is not page] or seeds
        alike = sum(_cosine(rare[page], rare[seed]) for seed in others) / len(others)
        own_words = terms_of[page] + _cosine(page.vector, discussion)
        return own_words + LIKE_SEEDS * alike, own_words

    nearness = {page: near(page) for page in pages}
    best = max((score for score, _ in nearness.values()), default=0.0)
    found = []
    for page in pages:
        score, own_words = nearness[page]
        linked = page.candidate.linked or page.bears_title_of(thread)
        about = linked or (score >= SHARE_OF_BEST * best and own_words >= FLOOR)
        primary = about and bool(named & term_set(page.document.site))
        found.append(Scored(page.candidate, score + LINK_BONUS * linked + PRIMARY_BONUS * primary, about))
    return sorted(found, key=lambda scored: -scored.score)


class _Page:
    """A candidate with its terms counted once."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.document = candidate.document
        text = self.document.text
        self.counts = Counter(term for term in terms(text[:OPENING]) if term not in _COMMON and not term.isdigit())
        self.lead = term_set(f"{self.document.title} {text[:LEAD]}")
        self.blocks = [(b.end - b.start, term_set(text[b.start : b.end])) for b in self.document.blocks[:400]]
        self.vector = _vector(self.counts)

    def bears_title_of(self, thread: Thread) -> bool:
        """The page a link post is about, found at another address than the one it links to."""
        title = plain_title(thread.title)
        return bool(thread.links) and len(term_set(title)) > 1 and fold(plain_title(self.document.title)) == fold(title)

    def speaks_of(self, profile: dict[str, float]) -> float:
        """0 to 1: the weight of the profile's terms in the page, less where most of it is about other things."""
        found = 0.0
        for term, weight in profile.items():
            if self.counts[term] or term in self.lead:
                found += weight * (0.4 * min(1.0, self.counts[term] / 3) + 0.6 * (term in self.lead))
        return found * (0.55 + 0.45 * min(1.0, self.focus(profile) / ON_TOPIC))

    def focus(self, profile: dict[str, float]) -> float:
        """The share of the text in blocks that hold at least two of the twelve heaviest terms."""
        top = set(list(profile)[:12])
        wanted = min(2, len(top))
        total = sum(length for length, _ in self.blocks)
        return sum(length for length, held in self.blocks if len(top & held) >= wanted) / total if total else 0.0


def _discussion(thread: Thread) -> str:
    comments = " ".join(comment.text for comment in best_comments(thread, 60))
    return f"{thread.title} {thread.title} {thread.title} {thread.text[:3_000]} {comments}"


def _rarity(pages: Sequence[_Page]) -> dict[str, float]:
    """Inverse document frequency among the pages; terms of one page alone say nothing about likeness."""
    spread = Counter(term for page in pages for term in page.counts)
    return {term: math.log((len(pages) + 1) / (count + 0.5)) for term, count in spread.items() if count > 1}


def _vector(counts: Counter[str], rarity: dict[str, float] | None = None) -> dict[str, float]:
    weighed = {
        term: (1 + math.log(count)) * (rarity.get(term, 0.0) if rarity is not None else 1.0)
        for term, count in counts.items()
        if term not in _COMMON
    }
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {term: weight / length for term, weight in weighed.items()}


def _cosine(one: dict[str, float], two: dict[str, float]) -> float:
    return sum(weight * two.get(term, 0.0) for term, weight in one.items())


_OFFICES = frozenset(terms("president minister king queen united states america kingdom union city university company"))


def title_names(thread: Thread) -> set[str]:
    """Terms of those whom the title names, its first word among them."""
    found = names(f". {thread.title}") + thread.title.split()[:1]
    return {term for name in found for term in term_set(name)} - _COMMON - _OFFICES
