"""Claims of the recorded worlds' cards, each made false in one respect: how many a card would still show?

A mutant is offered to the whole gate, as a writer's sentence would be: its own citation first, then the best other
passages of all sources. It survives when it would be shown with any citation. `python -m tests.quality.world_mutations`
prints the table.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from server.core.card import ClaimDraft, Span, list_claims
from server.core.citations import verify_claim
from server.core.numbers import numbers
from server.core.passages import PassageFinder
from server.core.source import Evidence
from server.core.words import names
from tests.quality.mutations import KINDS, mutate_claim
from tests.quality.test_worlds import NAMES, WORLDS, evaluated
from workers.evaluation import Made

OTHERS = 3  # numbers and names of the cited page, besides strange ones, that are put in a claim's place
EACH = 3  # mutants of a kind and claim


class Mutant(NamedTuple):
    """A claim made false: `kind` says how, `shown` whether a card would have it all the same."""

    kind: str
    section: str
    claim: str
    text: str
    shown: bool
    strange_number: bool  # it has a number that the page it would cite does not have


def mutants_of(made: Made) -> Iterator[Mutant]:
    """Every claim of a card in every way it offers, the same ones each time."""
    assert made.card is not None
    assert made.evidence is not None
    finder = PassageFinder(made.evidence)
    quotes = {(s.n, q.id): Span(s.n, q.start, q.end) for s in made.card.sources for q in s.quotes}
    for section, claim in list_claims(made.card):
        spans = tuple(quotes[citation.source, citation.quote] for citation in claim.citations)
        draft = ClaimDraft(text=claim.text, kind=claim.kind, spans=spans, label=claim.label)
        chooser = random.Random(claim.text)  # which, not how secret
        others = _others(made.evidence, spans[0].source, chooser)
        for kind in KINDS:
            found = list(mutate_claim(claim.text, kind, others))
            for text in chooser.sample(found, min(EACH, len(found))):
                yield _offer(kind, section, draft, text, finder)
        yield from _wrong_sources(section, draft, quotes, finder, chooser)


def _offer(kind: str, section: str, draft: ClaimDraft, text: str, finder: PassageFinder) -> Mutant:
    seated, reason = finder.support(section, msgspec.structs.replace(draft, text=text))
    page = finder.evidence.source(seated.spans[0].source).document if seated.spans else None
    known = numbers(f"{page.title}\n{page.published_at}\n{page.text}") if page else frozenset()
    strange = bool(numbers(text) - numbers(draft.text) - known)
    return Mutant(kind, section, draft.text, text, reason is None, strange)


def _wrong_sources(
    section: str, draft: ClaimDraft, quotes: dict[tuple[int, str], Span], finder: PassageFinder, chooser: random.Random
) -> Iterator[Mutant]:
    """The claim as it is, citing what another source says; a citation that is moved to the right one is no survivor."""
    cited = {span.source for span in draft.spans}
    wrong = [span for span in quotes.values() if span.source not in cited]
    for span in chooser.sample(wrong, min(2, len(wrong))):
        moved = msgspec.structs.replace(draft, spans=(span,))
        kept = verify_claim(section, moved, finder.evidence, [])
        yield Mutant(
            "source", section, draft.text, f"{draft.text} [cites source {span.source}]", kept is not None, False
        )


def _others(evidence: Evidence, source: int, chooser: random.Random) -> list[str]:
    text = evidence.source(source).document.text
    figures = sorted(set(re.findall(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w.,]\d)", text)))
    named = sorted({name for name in names(text) if len(name) < 40})
    return [*chooser.sample(figures, min(OTHERS, len(figures))), *chooser.sample(named, min(OTHERS, len(named)))]


def all_mutants() -> list[Mutant]:
    """Of every card of every world, the first threads and the title-only ones."""
    cards = [one.made for name in NAMES for one in evaluated(WORLDS / name).values() if one.made.card]
    return [mutant for made in cards for mutant in mutants_of(made)]


def false_alarms() -> tuple[int, int]:
    """(claims that their writer took whole from a page and the gate refused, all that it proposed)."""
    cards = [one.made for name in NAMES for one in evaluated(WORLDS / name).values() if one.made.card]
    refused = sum(sum(made.refused.values()) for made in cards)
    return refused, refused + sum(len(list_claims(made.card)) for made in cards if made.card)


def main() -> int:
    """The table, then every survivor."""
    if not WORLDS.is_dir():
        print(f"The recorded worlds are not at {WORLDS}.")
        return 0
    mutants = all_mutants()
    made, left = Counter(m.kind for m in mutants), Counter(m.kind for m in mutants if m.shown)
    for kind in (*KINDS, "source"):
        print(f"{kind:10} {made[kind]:6} mutants {left[kind]:4} survive {100 * left[kind] / max(1, made[kind]):5.1f} %")
    print(f"{'all':10} {len(mutants):6} mutants {left.total():4} survive {100 * left.total() / len(mutants):5.1f} %")
    refused, proposed = false_alarms()
    print(f"true claims refused: {refused} of {proposed}, {100 * refused / proposed:.1f} %")
    for mutant in mutants:
        if mutant.shown and "-v" in sys.argv:
            print(f"\n{mutant.kind} ({mutant.section})\n  {mutant.claim}\n  {mutant.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
