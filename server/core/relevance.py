"""How near a page is to a thread: which of the thread's own terms it speaks of, and how early."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from server.core.queries import best_comments, plain_title
from server.core.source import Document
from server.core.thread import Thread
from server.core.words import names, term_set, terms

PROFILE_TERMS = 48
TITLE_WEIGHT = 3.0
NAME_WEIGHT = 1.6
LEAD = 1_500  # code points in which a page says what it is about

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
    _add(weights, "\n".join(comment.text for comment in best_comments(thread, 80)), 0.5)
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


def relevance(profile: dict[str, float], document: Document) -> float:
    """0 to 1: the weight of the profile's terms that the page speaks of, more for those in its title and lead."""
    counts = Counter(terms(document.text))
    lead = term_set(f"{document.title} {document.text[:LEAD]}")
    found = 0.0
    for term, weight in profile.items():
        if counts[term]:
            found += weight * (0.4 * min(1.0, counts[term] / 3) + 0.6 * (term in lead))
    return found
