"""How much a sentence says about the event: shared by sources, near the thread's own words, concrete, confirmed."""

import math
from collections import Counter
from collections.abc import Sequence

from server.core.relevance import topic_profile
from server.core.source import Evidence
from server.core.thread import Thread
from server.core.words import overlap, term_set
from workers.writers.extractive.candidates import Candidate

SAME = 0.6  # share of the smaller sentence's terms from which two sentences tell the same thing


class Salience:
    """Scores for the candidates of one piece of evidence; higher is more central. Built once for a card."""

    def __init__(self, thread: Thread, evidence: Evidence, candidates: Sequence[Candidate]) -> None:
        self.weights = _term_weights(thread, evidence)
        self.near = {n: 1.0 - 0.08 * (n - 2) for n in range(2, len(evidence.sources) + 1)} | {1: 0.75}
        self.confirmed = {id(c): _confirmations(c, candidates) for c in candidates}
        self.raw = {id(c): self._raw(c) for c in candidates}
        self.top = max(self.raw.values(), default=1.0) or 1.0

    def centrality(self, candidate: Candidate) -> float:
        """0 to 1: the weight of its terms for their number."""
        return self.raw[id(candidate)] / self.top

    def score(self, candidate: Candidate) -> float:
        """Centrality, with what makes a sentence worth quoting and what makes it hard to read alone."""
        score = self.centrality(candidate) * self.near.get(candidate.source, 0.5)
        score += 0.18 * min(2, len(self.confirmed[id(candidate)]))
        score += 0.12 * bool(candidate.numbers) + 0.06 * min(2, len(candidate.names))
        score += 0.10 * max(0.0, 1 - 3 * candidate.position)
        score -= 0.35 * candidate.points_back + 0.25 * candidate.first_person + 0.30 * candidate.second_person
        return score - 0.10 * candidate.relative_time

    def _raw(self, candidate: Candidate) -> float:
        return sum(self.weights.get(term, 0.0) for term in candidate.terms) / math.sqrt(max(8, len(candidate.terms)))


def _term_weights(thread: Thread, evidence: Evidence) -> dict[str, float]:
    """The thread's own terms, and those that several sources use in their sentences."""
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
    return {t: shared.get(t, 0.0) + 1.2 * profile.get(t, 0.0) / peak for t in shared.keys() | profile.keys()}


def _confirmations(candidate: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of other sites that tell the same: shared numbers or names and most of the terms."""
    found: dict[str, Candidate] = {}
    for other in candidates:
        if other.site == candidate.site or other.site in found:
            continue
        concrete = candidate.numbers & other.numbers or set(candidate.names) & set(other.names)
        if concrete and overlap(candidate.terms, other.terms) >= SAME and len(candidate.terms & other.terms) >= 4:
            found[other.site] = other
    return list(found.values())


class Used:
    """What the card says already, so that nothing is said twice."""

    def __init__(self) -> None:
        self.terms: list[frozenset[str]] = []
        self.sources: Counter[int] = Counter()
        self.spans: set[tuple[int, int]] = set()

    def repeats(self, candidate: Candidate, limit: float = SAME) -> bool:
        """Whether its sentence, or one much like it, is on the card."""
        if (candidate.source, candidate.start) in self.spans:
            return True
        return any(overlap(candidate.terms, terms) >= limit for terms in self.terms)

    def take(self, candidate: Candidate) -> Candidate:
        """Note it as said; returns it."""
        self.terms.append(candidate.terms)
        self.sources[candidate.source] += 1
        self.spans.add((candidate.source, candidate.start))
        return candidate
