"""How much a sentence says about the event: shared by sources, near the thread's own words, concrete, confirmed."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from server.core.card import ClaimDraft
from server.core.numbers import digit_numbers
from server.core.queries import plain_title
from server.core.relevance import title_names, topic_profile
from server.core.source import Evidence, Source
from server.core.thread import Thread
from server.core.words import fold, overlap, term_set
from workers.writers.extractive.candidates import Candidate
from workers.writers.extractive.coverage import Coverage
from workers.writers.extractive.lexicon import DEFINES, DRAMA, PERSONAL, REPORTS

MOST_COMPARED = 400  # the most central sentences, of which each is held against the others
YEARS = frozenset(float(year) for year in range(1900, 2100))
DENIES = re.compile(r"\b(?:not|never|no|nobody|without|den(?:y|ies|ied)|disput\w+|reject\w*)\b|n['’]t\b", re.IGNORECASE)
LEAD_CLAIMS = 3  # what changed, headline, and what came next: the lead
DIARY = 0.06  # of a page's sentences, which say "I"
REPORTED = 0.1  # of a page's sentences, which name who says so
RESTATED = 0.8  # of a sentence's weight
MUCH_LONGER = 1.7
SAME = 0.6  # share of the smaller sentence's terms from which two sentences tell the same thing


class Salience:
    """Scores for the candidates of one piece of evidence; higher is more central. Built once for a card."""

    def __init__(
        self, thread: Thread, evidence: Evidence, candidates: Sequence[Candidate], *, about_event: bool
    ) -> None:
        self.weights = _term_weights(thread, evidence, 1.0 if about_event else 0.25)
        self.near = {1: 0.75 if about_event else 1.0} | {s.n: _nearness(s) for s in evidence.sources[1:]}
        self.subject = {s.n for s in evidence.sources[1:] if is_subject(s, thread)}
        self.primary = {s.n for s in evidence.sources[1:] if is_primary(s, thread)} | named_by_titles(evidence)
        self.reports = {s.n for s in evidence.sources[1:] if is_report(s)}
        self.diaries = {s.n for s in evidence.sources[1:] if _share(s, PERSONAL) > DIARY}
        self.raw = {id(c): self._weight(c.terms) for c in candidates}
        self.top = max(self.raw.values(), default=1.0) or 1.0
        central = sorted(candidates, key=lambda c: -self.raw[id(c)])[:MOST_COMPARED]
        found = _confirmations(central)
        self.confirmed = {id(c): found.get(id(c), []) for c in candidates}

    def centrality(self, candidate: Candidate) -> float:
        """0 to 1: the weight of its terms for their number."""
        return self.raw[id(candidate)] / self.top

    def centrality_of(self, text: str) -> float:
        """The same of any text."""
        return self._weight(term_set(text)) / self.top

    def score(self, candidate: Candidate) -> float:
        """Centrality, with what makes a sentence worth quoting and what makes it hard to read alone."""
        score = self.centrality(candidate) * self.near.get(candidate.source, 0.5)
        score += 0.14 * min(2, len(self.confirmed[id(candidate)]))
        score += 0.12 * bool(candidate.numbers) + 0.06 * min(2, len(candidate.names))
        score += 0.10 * max(0.0, 1 - 3 * candidate.position) - 0.35 * candidate.drama
        own_news = candidate.source in self.primary
        score += (
            0.15 * own_news
            + 0.3 * (candidate.source in self.subject)
            - 0.25 * (candidate.first_person and not own_news)
        )
        score -= 0.35 * candidate.points_back + 0.30 * candidate.second_person
        score -= 0.4 * bool(DEFINES.search(candidate.text))
        return score - 0.10 * candidate.relative_time

    def _weight(self, terms: frozenset[str]) -> float:
        return sum(self.weights.get(term, 0.0) for term in terms) / math.sqrt(max(8, len(terms)))


def _nearness(source: Source) -> float:
    """Sources come nearest first; one whose title sells, or that is about its writer, is believed a little less."""
    sells = 0.8 if DRAMA.search(source.document.title) else 1.0
    diary = 0.85 if _share(source, PERSONAL) > DIARY else 1.0
    return (1.0 - 0.06 * (source.n - 2)) * sells * diary


def is_report(source: Source) -> bool:
    """Whether a page tells what others said and did, as newspapers do; a page that hardly names who says so, or that
    says "I", tells what its writer thinks of it."""
    return _share(source, REPORTS) >= REPORTED and _share(source, PERSONAL) < 0.2


def _share(source: Source, pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.search(s.text)) for s in source.sentences) / max(1, len(source.sentences))


def is_primary(source: Source, thread: Thread) -> bool:
    """The page the post is about, or of somebody whom the title names: it may say "we" of the event itself."""
    return is_subject(source, thread) or bool(title_names(thread) & term_set(source.document.site))


def named_by_titles(evidence: Evidence) -> set[int]:
    """Sources whose own site opens two pages' titles: it is the one they report on."""
    openings = [term_set(" ".join(s.document.title.split()[:3])) for s in evidence.sources[1:]]
    sites = {s.n: term_set(s.document.site.split(".")[0]) for s in evidence.sources[1:]}
    return {n for n, site in sites.items() if site and sum(site <= opening for opening in openings) >= 2}


def is_subject(source: Source, thread: Thread) -> bool:
    """The page a link post is about: at the address it links to, or under the thread's own title."""
    links = {link.rstrip("/") for link in thread.links[:1]}
    title = plain_title(thread.title)
    alike = len(term_set(title)) > 1 and fold(plain_title(source.document.title)) == fold(title)
    return bool(links) and (source.document.url.rstrip("/") in links or alike)


def _term_weights(thread: Thread, evidence: Evidence, shared_weight: float) -> dict[str, float]:
    """The thread's own terms, and, where the web tells its news, those that several sources use."""
    profile = topic_profile(thread)
    peak = max(profile.values(), default=1.0)
    spread: Counter[str] = Counter()
    for source in evidence.sources:
        spread.update(term_set(source.document.text))
    inside: Counter[str] = Counter()
    for source in evidence.sources:
        for sentence in source.sentences[:60]:
            inside.update(set(term_set(sentence.text)))
    count = max(1, len(evidence.sources))
    shared = {t: (spread[t] / count) * math.log1p(n) / 4 for t, n in inside.items() if spread[t] > 1 or n > 2}
    own = {t: 1.2 * weight / peak for t, weight in profile.items()}
    return {t: shared_weight * shared.get(t, 0.0) + own.get(t, 0.0) for t in shared.keys() | own.keys()}


def _confirmations(candidates: Sequence[Candidate]) -> dict[int, list[Candidate]]:
    """For each sentence those of other sites that tell the same: shared numbers or names and most of the terms."""
    by_mark: dict[object, list[Candidate]] = {}
    for c in candidates:
        for mark in {*c.numbers, *c.names}:
            by_mark.setdefault(mark, []).append(c)
    found: dict[int, list[Candidate]] = {}
    for c in candidates:
        sites: dict[str, Candidate] = {}
        for other in {id(o): o for mark in {*c.numbers, *c.names} for o in by_mark[mark]}.values():
            shared = len(c.terms & other.terms)
            if other.site != c.site and shared >= 4 and shared >= SAME * min(len(c.terms), len(other.terms)):
                sites.setdefault(other.site, other)
        found[id(c)] = list(sites.values())
    return found


def _are_alike(new: frozenset[str], said: frozenset[str], limit: float) -> bool:
    """Whether so much of the shorter one is in the other. The words of a short title are in every sentence about it, so
    a sentence much longer than what was said is none of its repetitions."""
    shared = len(new & said)
    is_telling = shared >= 4 or max(len(new), len(said)) <= 6
    return is_telling and shared >= limit * max(1, min(len(new), len(said))) and len(new) <= MUCH_LONGER * len(said)


class Used:
    """What the card says already, so that nothing is said twice."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.terms: list[frozenset[str]] = []
        self.sources: Counter[int] = Counter()
        self.spans: set[tuple[int, int]] = set()
        self.figures: list[tuple[frozenset[float], frozenset[str]]] = []  # numbers said, with the words around them

    @property
    def all_figures(self) -> frozenset[float]:
        """Every number on the card."""
        return frozenset().union(*(numbers for numbers, _ in self.figures))

    def repeats(self, candidate: Candidate, limit: float = SAME) -> bool:
        """Whether its sentence, or one much like it, is on the card."""
        if (candidate.source, candidate.start) in self.spans:
            return True
        figures = candidate.numbers - YEARS
        if figures and any(figures <= seen and len(candidate.terms & said) >= 3 for seen, said in self.figures):
            return True
        return any(_are_alike(candidate.terms, terms, limit) for terms in self.terms)

    def restates(self, candidate: Candidate, weights: dict[str, float]) -> bool:
        """Whether it gives the lead over again: no new number, no denial, and most of its weight is said there."""
        if DENIES.search(candidate.text) or not self.terms:
            return False
        said = frozenset().union(*self.terms[:LEAD_CLAIMS])
        figures = frozenset().union(*(numbers for numbers, _ in self.figures[:LEAD_CLAIMS]))
        if candidate.numbers - YEARS - figures:
            return False
        total = sum(weights.get(term, 0.05) for term in candidate.terms) or 1.0
        return sum(weights.get(term, 0.05) for term in candidate.terms & said) / total >= RESTATED

    def note(self, text: str) -> None:
        """Words said outside any candidate: the headline's."""
        self.terms.append(term_set(text))
        self.coverage.cover_text(text)

    def tell(self, claim: ClaimDraft) -> None:
        """Note a claim that was made elsewhere, with the passages it stands on."""
        self.note(claim.text)
        self.figures.append((digit_numbers(claim.text), self.terms[-1]))
        self.spans.update((span.source, span.start) for span in claim.spans)
        self.sources.update({span.source for span in claim.spans})

    def says(self, text: str) -> bool:
        """Whether the card says much the same already."""
        said = term_set(text)
        return any(_are_alike(said, terms, SAME) for terms in self.terms)

    def likeness(self, candidate: Candidate) -> float:
        """0 to 1: how much of it the card says already."""
        return max((overlap(candidate.terms, terms) for terms in self.terms), default=0.0)

    def take(self, candidate: Candidate) -> Candidate:
        """Note it as said; returns it."""
        self.coverage.cover(candidate)
        self.terms.append(candidate.terms)
        self.figures.append((candidate.numbers, candidate.terms))
        self.sources[candidate.source] += 1
        self.spans.add((candidate.source, candidate.start))
        return candidate
