"""How much of what the pages tell a sentence would add to what the card tells already.

What is told is counted in pairs of neighbouring content words, each worth more the more sites have it and most when the
page that is first-hand has it; a pair on the card is worth nothing any more. Choosing by what is left covers more
different facts in as many sentences than choosing the sentences that are most central, which are alike.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from server.core.words import terms
from workers.writers.extractive.candidates import Candidate

ALONE = 0.4  # of a pair that one site has, and that is not first-hand
FIRST_HAND = 1.0  # more of one that the first-hand page has
SHORT = 8  # pairs; a sentence with fewer is not dense for being short

Pair = tuple[str, str]


class Coverage:
    """What pages tell, pair by pair, and how much of it is on the card."""

    def __init__(self, candidates: Iterable[Candidate], first_hand: Collection[int]) -> None:
        self._pairs: dict[int, frozenset[Pair]] = {}
        sites: defaultdict[Pair, set[str]] = defaultdict(set)
        own: set[Pair] = set()
        for c in candidates:
            found = pairs_of(c.ordered)
            self._pairs[id(c)] = found
            if c.kind == "web":
                for pair in found:
                    sites[pair].add(c.site)
                if c.source in first_hand:
                    own |= found
        self._worth = {
            pair: (math.log2(1 + len(where)) if len(where) > 1 else ALONE) + FIRST_HAND * (pair in own)
            for pair, where in sites.items()
        }
        self._told: set[Pair] = set()
        self._top = max((self._sum(found) for found in self._pairs.values()), default=1.0) or 1.0

    def gain(self, candidate: Candidate) -> float:
        """0 to 1: what it would add, for its length."""
        return self._sum(self._pairs.get(id(candidate), frozenset())) / self._top

    def cover(self, candidate: Candidate) -> None:
        """It is on the card."""
        self._told |= self._pairs.get(id(candidate), frozenset())

    def cover_text(self, text: str) -> None:
        """So is this, whoever said it."""
        self._told |= pairs_of(terms(text))

    def _sum(self, found: frozenset[Pair]) -> float:
        left = sum(self._worth.get(pair, 0.0) for pair in found - self._told)
        return left / math.sqrt(max(SHORT, len(found)))


def pairs_of(ordered: Sequence[str]) -> frozenset[Pair]:
    """Neighbouring terms; a number is told with what it counts."""
    return frozenset(pairwise(ordered))
