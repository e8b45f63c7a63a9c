"""Looking through all sources for the passages that could support a claim, when those it cites do not."""

from collections.abc import Iterable
from functools import cached_property

from server.core.card import ClaimDraft, Span
from server.core.citations import CheckedClaim, Drop, quoted, surroundings, verify_claim
from server.core.clauses import strays
from server.core.dates import spell_date
from server.core.numbers import numbers
from server.core.ranking import Bm25
from server.core.source import Evidence, Sentence
from server.core.support import Reason
from server.core.words import term_set, terms

TRIED = 6  # best passages a claim is held against; each is a judgement of well under a millisecond
PER_SOURCE = 2


class PassageFinder:
    """An index over every sentence of the evidence. Building it takes about a millisecond per hundred sentences.

    `orders` are texts that give orders to machines: what only they say, no claim may say.
    """

    def __init__(self, evidence: Evidence, orders: Iterable[str] = ()) -> None:
        self.evidence = evidence
        self._sentences = [s for source in evidence.sources for s in source.sentences]
        self._terms = [terms(sentence.text) for sentence in self._sentences]
        self._index = Bm25(self._terms)
        self._orders = tuple(orders)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All terms of all sentences, and of the names of those who say them."""
        named = {part for s in self._sentences for part in (s.by, s.heading) if part}
        for document in (source.document for source in self.evidence.sources):
            named |= {document.title, document.site, document.author or "", spell_date(document.published_at or "")}
        return frozenset(term for said in self._terms for term in said) | term_set(" ".join(named))

    @cached_property
    def figures(self) -> frozenset[float]:
        """All numbers of all sentences, of sites' names and of the days on which pages were published."""
        pages = [source.document for source in self.evidence.sources]
        told = [text for page in pages for text in (page.site, spell_date(page.published_at or ""))]
        return frozenset(number for text in (*(s.text for s in self._sentences), *told) for number in numbers(text))

    @cached_property
    def spoiled(self) -> frozenset[str]:
        """Terms that only the orders have."""
        return term_set(" ".join(self._orders)) - self.vocabulary if self._orders else frozenset()

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
        if self.spoiled and term_set(f"{claim.text} {claim.label or ''}") & self.spoiled:
            return claim, "instruction"
        checked, reason = self._check(section, claim)
        if checked or claim.translated:  # whose words stand in no other passage
            return claim, None if checked else reason
        partial: ClaimDraft | None = None
        for sentence in self.find(claim.text, only=1 if section == "discussion" else None):
            kind = "web" if claim.kind == "thread" and sentence.source != 1 else claim.kind
            span = Span(sentence.source, sentence.start, sentence.end)
            moved = ClaimDraft(text=claim.text, kind=kind, spans=(span,), label=claim.label)
            checked, _ = self._check(section, moved)
            if checked and checked.support == "supported":
                return moved, None
            partial = partial or (moved if checked else None)
        return (partial, None) if partial else (claim, reason)

    def _check(self, section: str, claim: ClaimDraft) -> tuple[CheckedClaim | None, Reason]:
        """The gate's own judgement, and no clause of which none of the quotations knows a word."""
        drops: list[Drop] = []
        checked = verify_claim(section, claim, self.evidence, drops)
        if checked is None or claim.translated:
            return checked, drops[0].reason if drops else "coverage"
        near = (f"{quoted(span, self.evidence)} {surroundings(span, self.evidence)}" for span in checked.spans)
        is_astray = strays(claim.text, term_set(" ".join(near)), may_begin=claim.kind == "interpretation")
        return (None, "coverage") if is_astray else (checked, "coverage")
