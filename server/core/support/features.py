"""What a claim and a page are compared by: three figures, each with a name that a reader understands."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from server.core.lexicon import ALIASES
from server.core.ranking import PageIndex
from server.core.support.agreement import support_of_words
from server.core.support.checks import quoted_terms
from server.core.support.placing import worst_figure
from server.core.support.statement import Statement

STRANGERS = 3  # words of names that the page does not have, from which more make no difference
WELL_PLACED = 0.3  # a figure that stands so much better than others stands as well as one can


class Features(NamedTuple):
    """In the order of the weights."""

    agreement: float  # mean support of the claim's words, 0 to 1
    strangers: float  # words of names that the page does not have, in thirds
    placing: float  # of the claim's worst placed figure; WELL_PLACED where it has none


def support_of(claim: Statement, page: PageIndex, known: Collection[str] = ()) -> dict[str, float]:
    """The support of each term. What stands between quotation marks has all of it where the page has it so, and so have
    the terms `known` to be said in another way."""
    support = support_of_words(claim.words, page) | dict.fromkeys(known, 1.0)
    for run in quoted_terms(claim):
        if _stands_in(run, page):
            support.update(dict.fromkeys(run, 1.0))
    return support


def features_of(
    claim: Statement, page: PageIndex, support: Mapping[str, float], known: Collection[str] = ()
) -> Features:
    """A claim against a page, given the support of its terms there; those `known` to be said in another way have no
    place of their own."""
    agreement = sum(support.values()) / len(support) if support else 0.0
    strangers = len(strangers_in(claim, page) - set(known))
    placing = min(WELL_PLACED, worst_figure([word for word in claim.words if word.term not in known], page))
    return Features(agreement, min(strangers, STRANGERS) / STRANGERS, placing)


def strangers_in(claim: Statement, page: PageIndex) -> set[str]:
    """Words of names that the page does not have."""
    return {word.term for word in claim.words if word.kind == "name" and not is_known(word.term, page)}


def _stands_in(run: list[str], page: PageIndex) -> bool:
    """Whether the terms follow one another in a sentence."""
    rarest = min(run, key=lambda term: len(page.postings.get(term, ())))
    for place in page.postings.get(rarest, ()):
        terms = page.terms[place]
        if any(terms[at : at + len(run)] == run for at, term in enumerate(terms) if term == run[0]):
            return True
    return False


def is_known(name: str, page: PageIndex) -> bool:
    """Whether a page has a name, or what else the country is called."""
    first = ALIASES.get(name)
    return name in page.postings or any(
        other in page.postings for other, shared in ALIASES.items() if first is not None and shared == first
    )
