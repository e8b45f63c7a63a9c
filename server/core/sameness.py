"""Whether two pages' sentences are about the same: the same words, the same names, figures of the same things."""

import re
from collections import Counter

from server.core.numbers import Figure
from server.core.rounding import may_be_one
from server.core.tellings import Telling
from server.core.words import stem

FEWEST_SHARED = 4  # terms; with fewer two sentences have a phrase in common, not a story

_UNSURE = re.compile(
    r"\b(?:if|unless|whether|could|would|should|may(?! \d)|might|must|will|shall|plans?|planned|expect\w*|"
    r"hop(?:es?|ed|ing)|wants?|wanted|aim\w*|propos\w+|goals?|targets?|hardly)\b"
)
_NEARLY = re.compile(r"\b(?:about|around|approx\w*|roughly|nearly|almost|some|circa|estimat\w+|close to|near)\b|[~≈±]")


def name_the_same(one: Telling, two: Telling) -> bool:
    """Whether both name the same, speakers and their own aside."""
    own = one.own | two.own
    first, second = (frozenset().union(*telling.names.values()) - own for telling in (one, two))
    return first <= two.known and second <= one.known


def tell_of_the_same(one: Telling, two: Telling) -> bool:
    """Whether no name that only one of them has narrows what it tells: who says so does not, nor all of a list."""
    own = one.own | two.own
    return not any(
        name
        for telling, other in ((one, two), (two, one))
        for name, terms in telling.names.items()
        if terms - other.known - own and name not in telling.bystanders
    )


def shared_terms(one: Telling, two: Telling, share: float, without: frozenset[str] = frozenset()) -> int:
    """How many terms both have; 0 when it is less than this share of the shorter one's, or hardly any. Few terms are
    enough where they are nearly all that is said."""
    own = one.own | two.own | without
    first, second = one.terms - own, two.terms - own
    shared, shorter, longer = len(first & second), *sorted((len(first), len(second)))
    if shared >= FEWEST_SHARED:
        return shared if shared >= share * shorter else 0
    return shared if shared >= 2 and shared == shorter and longer <= shared + (shared > 2) else 0


def measured_alike(one: Telling, two: Telling) -> list[tuple[Figure, Figure]]:
    """Figures of the same unit or of the same things, where each sentence has but one of them."""
    pairs = [(a, b) for a in one.figures for b in two.figures if _alike(a, b, one, two)]
    firsts = Counter(a.start for a, _ in pairs)
    seconds = Counter(b.start for _, b in pairs)
    return [(a, b) for a, b in pairs if firsts[a.start] == seconds[b.start] == 1]


def _alike(a: Figure, b: Figure, one: Telling, two: Telling) -> bool:
    if a.unit or b.unit:
        return a.measure[1] == b.measure[1]
    return bool({stem(word) for word in one.counted(a)} & {stem(word) for word in two.counted(b)})


def is_one_number(a: Figure, b: Figure, one: Telling, two: Telling) -> bool:
    about = any(_NEARLY.search(t.plain[max(0, f.start - 16) : f.start]) for t, f in ((one, a), (two, b)))
    return may_be_one(a, b, about=about)


def hope_otherwise(one: Telling, two: Telling) -> bool:
    """Whether one tells what is, the other what may be."""
    return set(_UNSURE.findall(one.plain)) != set(_UNSURE.findall(two.plain))


def published_within(days: int, one: Telling, two: Telling) -> bool:
    """Whether the pages are no further apart than that, as far as they tell."""
    return not (one.published and two.published) or abs((one.published - two.published).days) <= days
