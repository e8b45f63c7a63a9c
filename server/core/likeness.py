"""How alike texts are by their terms: vectors of length one, and the words that tell no topic from another."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from server.core.words import terms

# Words that every discussion uses and that therefore tell no topic from another.
COMMON = frozenset(
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


def rarity_of(texts: Collection[Iterable[str]]) -> dict[str, float]:
    """Inverse document frequency of each term among the texts, which name each of theirs once.

    Terms of one text alone say nothing about likeness and are left out.
    """
    spread = Counter(term for text in texts for term in text)
    return {term: math.log((len(texts) + 1) / (count + 0.5)) for term, count in spread.items() if count > 1}


def unit_vector(counts: Mapping[str, float], rarity: Mapping[str, float] | None = None) -> dict[str, float]:
    """The terms' weights, growing with the logarithm of their counts, as a vector of length one; empty for no terms."""
    weighed = {
        term: (1 + math.log(count)) * (rarity.get(term, 0.0) if rarity is not None else 1.0)
        for term, count in counts.items()
        if term not in COMMON
    }
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {term: weight / length for term, weight in weighed.items()}


def cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """0 to 1 for vectors of length one."""
    if len(two) < len(one):
        one, two = two, one
    return sum(weight * two.get(term, 0.0) for term, weight in one.items())
