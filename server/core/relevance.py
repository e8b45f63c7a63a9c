"""How near a page is to a thread: which of the thread's own terms it speaks of, and how early."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

import msgspec

from server.core.likeness import COMMON, cosine, rarity_of, unit_vector
from server.core.queries import best_comments, frequent_names, plain_title
from server.core.source import Document
from server.core.thread import Thread
from server.core.words import fold, names, term_set, terms

PROFILE_TERMS = 48
TITLE_WEIGHT = 3.0
NAME_WEIGHT = 1.6
ON_TOPIC = 0.35  # a page with this share of its text about the thread is wholly about it
FOCUSED = 0.5  # of a page that tells little else
ROUND_UP = 0.4  # what a page that tells of everything is worth less: it shares words with all that is told
LEAD = 1_500  # code points in which a page says what it is about
OPENING = 20_000  # code points of a page whose terms are counted
MOST_BLOCKS = 400  # of a page that are looked at for how much of it is about the thread
THIN_PROFILE = 12  # terms; a title that says less is helped by the titles of the pages nearest to it
SEEDS = 5
LIKE_SEEDS = 3.0
SHARE_OF_BEST = 0.5
FLOOR = 0.18
LINK_BONUS = 0.25  # the page the post links to is about it, whatever its words
PRIMARY_BONUS = 0.25  # the page of somebody whom the title names


class Candidate(msgspec.Struct, frozen=True):
    """A page that was read, and whether the post links to it."""

    document: Document
    linked: bool = False


class Scored(msgspec.Struct, frozen=True):
    """A page with how near it is to the thread; comparable within one call only."""

    candidate: Candidate
    score: float
    about_thread: bool


class Topic:
    """What a thread is about, to judge pages by. The terms of the thread and of each page are counted once."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.named = title_names(thread)
        self._weights = _weigh(thread)
        self._said_names = _name_terms(f"{thread.title}. {thread.text}")
        self._pages: dict[int, _Page] = {}

    @cached_property
    def _discussion(self) -> dict[str, float]:
        return unit_vector(Counter(terms(_discussion_text(self.thread))))

    @cached_property
    def whom(self) -> tuple[str, ...]:
        """Whom the thread names, as it spells them: in the title, and several times."""
        return tuple(dict.fromkeys([*names(f". {self.thread.title}"), *frequent_names(self.thread)]))

    def profile(self, also: Sequence[str] = ()) -> dict[str, float]:
        """The thread's terms with weights that sum to 1. `also` are titles known to be about its event."""
        weights = defaultdict(float, self._weights)
        for text in also:
            for term in term_set(text):
                weights[term] += TITLE_WEIGHT / 2
        named = self._said_names | _name_terms(". ".join(also))
        for term in list(weights):
            if term in COMMON or term.isdigit():
                del weights[term]
            elif term in named:
                weights[term] *= NAME_WEIGHT
        top = dict(sorted(weights.items(), key=lambda item: -item[1])[:PROFILE_TERMS])
        total = sum(top.values()) or 1.0
        return {term: weight / total for term, weight in top.items()}

    def score(self, candidates: Sequence["Candidate"]) -> list["Scored"]:
        """Pages by nearness, best first, each with the verdict whether it is about the thread's subject.

        Three signs are added: the thread's own terms in the page (most in its title and lead), likeness to the nearest
        pages in terms that not every page has, and likeness to the whole discussion. A page under the share of the best
        that `SHARE_OF_BEST` names shares words, not the subject; calibrated on the recorded worlds, see docs/decisions.
        """
        pages = [self._page(candidate.document) for candidate in candidates]
        profile = self._helped_profile(pages)
        nearness = self._nearness(pages, profile)
        best = max((score for score, _ in nearness), default=0.0)
        found = []
        for candidate, page, (score, own_words) in zip(candidates, pages, nearness, strict=True):
            linked = candidate.linked or page.bears_title_of(self.thread)
            about = linked or (score >= SHARE_OF_BEST * best and own_words >= FLOOR)
            primary = about and bool(self.named & term_set(page.document.site))
            score *= 1 - ROUND_UP + ROUND_UP * min(1.0, page.focus(profile) / FOCUSED)
            found.append(Scored(candidate, score + LINK_BONUS * linked + PRIMARY_BONUS * primary, about))
        return sorted(found, key=lambda scored: -scored.score)

    def counts(self, document: Document) -> Counter[str]:
        """The terms of a page's opening, less those that tell no topic."""
        return self._page(document).counts

    def _page(self, document: Document) -> "_Page":
        if id(document) not in self._pages:
            self._pages[id(document)] = _Page(document)
        return self._pages[id(document)]

    def _nearness(self, pages: Sequence["_Page"], profile: dict[str, float]) -> list[tuple[float, float]]:
        """(all three signs, those of its own words) of each page."""
        own = [page.speaks_of(profile) for page in pages]
        seeds = sorted(range(len(pages)), key=lambda n: -own[n])[:SEEDS]
        seeds = [n for n in seeds if own[n] >= 0.5 * own[seeds[0]]]
        rarity = rarity_of([page.counts for page in pages])
        rare = [unit_vector(page.counts, rarity) for page in pages]
        found = []
        for n, page in enumerate(pages):
            others = [seed for seed in seeds if seed != n] or seeds
            alike = sum(cosine(rare[n], rare[seed]) for seed in others) / len(others)
            own_words = own[n] + cosine(page.vector, self._discussion)
            found.append((own_words + LIKE_SEEDS * alike, own_words))
        return found

    def _helped_profile(self, pages: Sequence["_Page"]) -> dict[str, float]:
        """The profile; a thin one with the titles of the pages nearest by it."""
        profile = self.profile()
        if not pages or len(profile) >= THIN_PROFILE:
            return profile
        near = {page: page.speaks_of(profile) for page in pages}
        best = max(near.values())
        nearest = sorted(pages, key=lambda page: -near[page])[:3]
        return self.profile([page.document.title for page in nearest if near[page] >= 0.6 * best])


def topic_profile(thread: Thread) -> dict[str, float]:
    """The thread's terms with weights that sum to 1."""
    return Topic(thread).profile()


def _weigh(thread: Thread) -> dict[str, float]:
    weights: defaultdict[str, float] = defaultdict(float)
    for term in term_set(plain_title(thread.title)):
        weights[term] += TITLE_WEIGHT
    _add(weights, thread.text, 1.0)
    _add(weights, "\n".join(comment.text for comment in best_comments(thread, 80)), 0.3)
    return dict(weights)


def _name_terms(text: str) -> set[str]:
    return {term for name in names(text) for term in term_set(name)}


def _add(weights: defaultdict[str, float], text: str, weight: float) -> None:
    counts = Counter(terms(text))
    for term, count in counts.items():
        if count > 1:
            weights[term] += weight * math.log2(1 + count)


def score_documents(thread: Thread, candidates: Sequence[Candidate]) -> list[Scored]:
    """`Topic.score` for one time."""
    return Topic(thread).score(candidates)


class _Page:
    """A document with its terms counted once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        blocks = [(block, terms(document.text[block.start : block.end])) for block in document.blocks[:MOST_BLOCKS]]
        opening = [term for block, held in blocks if block.start < OPENING for term in held]
        said = opening or terms(document.text[:OPENING])
        self.counts = Counter(term for term in said if term not in COMMON and not term.isdigit())
        self.lead = term_set(f"{document.title} {document.text[:LEAD]}")
        self.blocks = [(block.end - block.start, frozenset(held)) for block, held in blocks]
        self.vector = unit_vector(self.counts)

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


def _discussion_text(thread: Thread) -> str:
    comments = " ".join(comment.text for comment in best_comments(thread, 60))
    return f"{thread.title} {thread.title} {thread.title} {thread.text[:3_000]} {comments}"


_OFFICES = frozenset(terms("president minister king queen united states america kingdom union city university company"))


def title_names(thread: Thread) -> set[str]:
    """Terms of those whom the title names, its first word among them."""
    found = names(f". {thread.title}") + thread.title.split()[:1]
    return {term for name in found for term in term_set(name)} - COMMON - _OFFICES
