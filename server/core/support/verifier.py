"""A claim against a whole page: which sentences are the evidence, and do they support it?"""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import msgspec

from server.core.numbers import Figure, figures_in
from server.core.ranking import PageIndex
from server.core.reading import prepared
from server.core.support.checks import contradiction, is_said, may_be_a_pronoun, misquotes
from server.core.support.features import Features, features_of, strangers_in, support_of
from server.core.support.names import known_by_initials
from server.core.support.placing import MISPLACED
from server.core.support.reasons import Reason
from server.core.support.statement import Statement, statement
from server.core.support.weights import INTERCEPT, PARTIAL, SHIFT, STRICT, WEIGHTS

EVIDENCE = 5
LONGEST = 2_000  # code points of a claim that are read: no sentence is longer
LONGEST_SENTENCE = 20_000  # code points of one sentence of a page that are read for more than its words
CLOSE = 0.6  # of the claim's words in one sentence, from which where they differ is a contradiction
FOUND = 0.05  # support from which a word stands on the page in whatever company
FOUND_SHARE = 0.67  # of a claim's words; of what is called supported less than one in three may stand nowhere
SPEECH = 8  # words between quotation marks from which they are somebody's words, not a title
OPENING = 200  # sentences in which acronyms are sought
FEWEST = 4  # terms of a sentence that can contradict; a heading cannot
LOOKED_AT = 30  # sentences with a figure in which its unit is looked up
ABSENT = 0.4  # what is left of a score where the page has not the number at all

DENIED: tuple[Reason, ...] = ("negation", "direction", "order")  # the page says otherwise, not less

Label = Literal["supported", "partially_supported", "not_supported"]


class Judgement(msgspec.Struct, frozen=True):
    """`score` orders claims by how likely they are supported; `label` is the strict decision, which a reason can only
    lower; `evidence` are positions of sentences, best first."""

    score: float
    label: Label
    evidence: tuple[int, ...]
    reason: Reason | None = None


class Verifier:
    """One page, read once, for any number of claims."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = sentences
        self.page = PageIndex(sentences)
        self._figures: dict[int, tuple[Figure, ...]] = {}

    def judge(self, claim: str) -> Judgement:
        """Any claim against any page: an answer, never an exception."""
        said = Statement(claim[:LONGEST])
        if not said.terms:
            return Judgement(0.0, "not_supported", (), "empty")
        evidence = self.page.rank(dict.fromkeys(word.term for word in said.words), EVIDENCE)
        missing = self._missing(said)
        known = self._measured_otherwise(said, evidence) | self._written_otherwise(said)
        support = support_of(said, self.page, known)
        features = features_of(said, self.page, support, known)
        weighed = INTERCEPT + SHIFT + sum(w * f for w, f in zip(WEIGHTS, features, strict=True))
        score = 1 / (1 + math.exp(-weighed))
        reason = self._objection(said, evidence, features, known)
        is_found = sum(value >= FOUND for value in support.values()) >= FOUND_SHARE * len(support)
        if len(claim) > LONGEST or not (reason or is_found):
            reason = "coverage"
        if missing - known:
            score, reason = score * ABSENT, "number"
        return _decided(score, reason, evidence)

    def _objection(
        self, said: Statement, evidence: Sequence[int], features: Features, known: Collection[str]
    ) -> Reason | None:
        """What keeps a claim from being called supported, however many of its words the page has."""
        if features.placing < MISPLACED:
            return "number"
        if reason := self._misstated(said, known):
            return reason
        if features.strangers:
            return "name"
        if '"' in said.plain and misquotes(said, self._around(evidence), SPEECH):
            return "quote"
        counts = self.page.counts
        nearest = max(evidence, key=lambda place: len(said.terms & counts[place].keys()), default=None)
        if nearest is None or len(said.terms & counts[nearest].keys()) < CLOSE * len(said.terms):
            return None
        heard = statement(self.sentences[nearest][:LONGEST_SENTENCE]).sentences
        closest = max(heard, key=lambda sentence: len(said.terms & sentence.terms))
        is_close = len(said.terms & closest.terms) >= CLOSE * len(said.terms) and len(closest.terms) >= FEWEST
        return contradiction(said, [closest], self.page.postings) if is_close else None

    def _misstated(self, said: Statement, known: Collection[str]) -> Reason | None:
        """A figure that the page has in another unit only, or with another bound."""
        for figure in said.figures:
            if may_be_a_pronoun(figure) or _term_of(figure) in known:
                continue
            same = [f for f in self._figures_at(self._places(figure)) if f.value == figure.value]
            if same and not is_said(figure, same):
                return "number"
            bounds = {other.bound for other in same}
            if bounds and figure.bound not in bounds and (figure.bound or bounds == {"<"}):
                return "degree"
        return None

    def _missing(self, said: Statement) -> set[str]:
        """Numbers, dates and versions of the claim that the page has not."""
        return {
            word.term
            for word in said.words
            if (word.kind not in ("word", "name") or any(ch.isdigit() for ch in word.term))
            and word.term not in self.page.postings
        }

    def _measured_otherwise(self, said: Statement, evidence: Sequence[int]) -> set[str]:
        """The terms of measures that the evidence has in another unit only: three days where it has 72 hours."""
        measured = [
            figure
            for figure in said.figures
            if figure.unit and not is_said(figure, self._figures_at(self._places(figure)))
        ]
        if not measured:
            return set()
        near = self._figures_at({place + step for place in evidence for step in (-1, 0, 1)})
        return {
            term
            for figure in measured
            if is_said(figure, near)
            for term in (_term_of(figure), *said.within(figure.start, figure.end))
        }

    def _written_otherwise(self, said: Statement) -> set[str]:
        """The terms of names that the page has by their initials only, or the claim has."""
        strangers = strangers_in(said, self.page)
        return known_by_initials(said.text, strangers, self._opening()) if strangers else set()

    def _around(self, evidence: Sequence[int]) -> str:
        """The evidence with its neighbours, prepared, a sentence after the other."""
        places = sorted({place + step for place in evidence for step in (-1, 0, 1)})
        kept = [self.sentences[place] for place in places if 0 <= place < len(self.sentences)]
        return " ".join(prepared(sentence[:LONGEST_SENTENCE]) for sentence in kept)

    def _opening(self) -> str:
        """The beginning of the page, where names are written out."""
        return " ".join(self.sentences[:OPENING])[:LONGEST_SENTENCE]

    def _places(self, figure: Figure) -> Sequence[int]:
        return self.page.postings.get(_term_of(figure), ())[:LOOKED_AT]

    def _figures_at(self, places: Iterable[int]) -> list[Figure]:
        found: list[Figure] = []
        for place in places:
            if 0 <= place < len(self.sentences):
                if place not in self._figures:
                    self._figures[place] = figures_in(prepared(self.sentences[place][:LONGEST_SENTENCE]))
                found.extend(self._figures[place])
        return found


def _decided(score: float, reason: Reason | None, evidence: Sequence[int]) -> Judgement:
    """What a score amounts to when a reason speaks against it, and when none does."""
    label: Label = "not_supported"
    if score >= STRICT and reason is None:
        label = "supported"
    elif score >= PARTIAL and reason not in DENIED:
        label = "partially_supported"
    return Judgement(round(score, 4), label, tuple(evidence), None if label == "supported" else reason or "coverage")


def _term_of(figure: Figure) -> str:
    return f"{figure.value:.15g}"
