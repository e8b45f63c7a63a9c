"""Looking through all sources for the passages that could support a claim, when those it cites do not."""

import msgspec

from server.core.card import ClaimDraft, Span
from server.core.citations import Drop, verify_claim
from server.core.instructions import is_ordered
from server.core.ranking import Bm25
from server.core.source import Evidence, Sentence
from server.core.support import Reason
from server.core.words import terms

TRIED = 6  # best passages a claim is held against; each is a judgement of well under a millisecond
PER_SOURCE = 2


class PassageFinder:
    """An index over every sentence of the evidence. Building it takes about a millisecond per hundred sentences."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._sentences = [s for source in evidence.sources for s in source.sentences]
        self._index = Bm25([terms(sentence.text) for sentence in self._sentences])

    def find(self, text: str, *, only: int | None = None, limit: int = TRIED) -> list[Sentence]:
        """The sentences nearest to a text, best first, at most two of a source unless `only` that one is wanted."""
        scores = self._index.scores(terms(text))
        taken: dict[int, int] = {}
        found: list[Sentence] = []
        for place in sorted((i for i, score in enumerate(scores) if score), key=lambda i: -scores[i]):
            sentence = self._sentences[place]
            if only not in (None, sentence.source) or (only is None and taken.get(sentence.source, 0) >= PER_SOURCE):
                continue
            taken[sentence.source] = taken.get(sentence.source, 0) + 1
            found.append(sentence)
            if len(found) == limit:
                break
        return found

    def support(self, section: str, claim: ClaimDraft) -> tuple[ClaimDraft, Reason | None]:
        """The claim as it can stand: as it is, or citing the best other passage that supports it; and why not, if not.

        A citation that points at the wrong one of several sources is so moved to the right one. What commenters say
        is sought in the thread alone.
        """
        if ordered := self._ordered(claim):
            claim = msgspec.structs.replace(claim, spans=tuple(span for span in claim.spans if span not in ordered))
        drops: list[Drop] = []
        if verify_claim(section, claim, self.evidence, drops):
            return claim, None
        reason: Reason = "instruction" if ordered else drops[0].reason
        partial: ClaimDraft | None = None
        for sentence in self.find(claim.text, only=1 if section == "discussion" else None):
            if is_ordered(sentence, self.evidence.source(sentence.source)):
                continue
            kind = "web" if claim.kind == "thread" and sentence.source != 1 else claim.kind
            span = Span(sentence.source, sentence.start, sentence.end)
            moved = ClaimDraft(text=claim.text, kind=kind, spans=(span,), label=claim.label)
            checked = verify_claim(section, moved, self.evidence, [])
            if checked and checked.support == "supported":
                return moved, None
            partial = partial or (moved if checked else None)
        return (partial, None) if partial else (claim, reason)

    def _ordered(self, claim: ClaimDraft) -> set[Span]:
        """Citations of passages that give orders to machines, which are evidence for nothing."""
        return {
            span
            for span in claim.spans
            if 1 <= span.source <= len(self.evidence.sources)
            for sentence in self.evidence.source(span.source).sentences
            if sentence.start < span.end and sentence.end > span.start
            if is_ordered(sentence, self.evidence.source(span.source))
        }
