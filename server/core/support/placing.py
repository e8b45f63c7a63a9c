"""Whether a figure stands where the claim puts it: beside the words it has in the claim, and not beside others.

"Killed in 2011" on a page that also has 2018 is told from "killed in 2018" by what stands around each of the two.
Measured on 90 claims with one figure exchanged for another of the same page and 108 untouched (`numswap_dev`): the
difference between the claim's figure and the best other one tells them apart with an AUC of .84; the words around the
claim's figure alone did with .78.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from server.core.ranking import PageIndex
from server.core.reading import Word

IN_CLAIM, IN_SENTENCE = 3.0, 4.0  # terms over which a neighbour's weight falls to a third
BESIDE = 0.3  # what a word of the sentence before or after counts, of one right beside
MISPLACED = -0.15  # below it 8 in 100 true figures fall, and 57 in 100 that were exchanged
EXCHANGED = 0.5  # how much better two figures must fit to each other's places: half of one word right beside
WINDOW = 24  # terms on either side of a figure; what stands further away weighs less than a hundredth
_FALL = [math.exp(-distance / IN_SENTENCE) for distance in range(WINDOW)]
MOST_FIGURES = 40  # of one sentence of a page
MOST_SAID = 24  # of a claim
LOOKED_AT = 40  # sentences in which other figures are weighed: those that share most words with the claim


def worst_figure(words: Sequence[Word], page: PageIndex) -> float:
    """How much better the claim's worst placed figure stands where it is than any other figure of the page would: -1
    where the page has no such figure, above 0 where it stands best, 1 where the claim has none."""
    figures = [at for at, word in enumerate(words) if _is_figure(word, page)][:MOST_SAID]
    worst = min((_gap(words, at, page) for at in figures), default=1.0)
    if worst > MISPLACED and _are_exchanged(words, figures, page):
        return MISPLACED - 0.1
    return worst


def _are_exchanged(words: Sequence[Word], figures: Sequence[int], page: PageIndex) -> bool:
    """Whether two figures, one after the other, stand in each other's places wherever a sentence has both."""
    for kind in ("number", "year"):
        for one, other in pairwise(at for at in figures if words[at].kind == kind):
            a, b = words[one].term, words[other].term
            places = sorted({*page.postings.get(a, ())} & {*page.postings.get(b, ())})[:LOOKED_AT]
            if a != b and places and all(_fit_exchanged(words, one, other, page.terms[place]) for place in places):
                return True
    return False


def _fit_exchanged(words: Sequence[Word], one: int, other: int, terms: Sequence[str]) -> bool:
    a, b = words[one].term, words[other].term
    kept = _fit(words, one, a, terms) + _fit(words, other, b, terms)
    return _fit(words, one, b, terms) + _fit(words, other, a, terms) > kept + EXCHANGED


def _fit(words: Sequence[Word], at: int, figure: str, terms: Sequence[str]) -> float:
    """How well a figure of a sentence fits to a place of a claim, by the words on both sides of the two."""
    sides = [{word.term: n for n, word in enumerate(side)} for side in (words[at + 1 : at + 4], words[:at][:-4:-1])]
    best = 0.0
    for place in [n for n, term in enumerate(terms) if term == figure][:MOST_FIGURES]:
        heard = (terms[place + 1 : place + 4], terms[:place][:-4:-1])
        fit = sum(
            1 / (1 + said[term] + n)
            for said, side in zip(sides, heard, strict=True)
            for n, term in enumerate(side)
            if term in said
        )
        best = max(best, fit)
    return best


def _is_figure(word: Word, page: PageIndex) -> bool:
    """What the page's own date says needs no place in a sentence."""
    if word.kind in ("year", "month") and word.term in page.dateline:
        return False
    return word.kind == "month" or (word.kind in ("number", "year", "day") and _is_number(word.term))


def _is_number(term: str) -> bool:
    return term[0].isdecimal() and term.replace(".", "", 1).isdecimal()


def _gap(words: Sequence[Word], at: int, page: PageIndex) -> float:
    figure = words[at]
    places = page.postings.get(figure.term)
    if not places:
        return -1.0
    if figure.kind == "month":
        return 1.0
    if figure.kind == "day":
        months = {word.term for word in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2]) if word.kind == "month"}
        return 1.0 if any(_stands_beside(figure.term, months, page.terms[place]) for place in places) else -0.5
    weights: dict[str, float] = {}
    for other, word in enumerate(words):
        if word.term != figure.term:
            weights[word.term] = max(weights.get(word.term, 0.0), math.exp(-abs(other - at) / IN_CLAIM))
    total = sum(weights.values())
    if not total:
        return 1.0
    shared = {
        place: sum(weight for term, weight in weights.items() if term in page.counts[place])
        for place in page.shortlist(word.term for word in words)
    }
    near = sorted(shared, key=lambda place: (-shared[place], place))[:LOOKED_AT]
    mine = [place for place in near if figure.term in page.counts[place]] or places[:1]
    best = max(_placed(place, page, weights, frozenset({figure.term})) for place in mine)
    said = {word.term for word in words}
    other_figures = [(place, _figures_like(figure, page.terms[place], said)) for place in near]
    best_other = max((_placed(place, page, weights, found) for place, found in other_figures if found), default=0.0)
    return (best - best_other) / total


def _stands_beside(day: str, months: set[str], terms: Sequence[str]) -> bool:
    return any(
        term == day and months & {*terms[max(0, i - 1) : i], *terms[i + 1 : i + 2]} for i, term in enumerate(terms)
    )


def _figures_like(figure: Word, terms: Sequence[str], said: set[str]) -> frozenset[str]:
    """Other figures of a sentence that could stand in its place: years for a year, numbers for a number."""
    return frozenset(
        term for term in terms if term not in said and _is_number(term) and _is_year(term) == (figure.kind == "year")
    )


def _is_year(term: str) -> bool:
    return len(term) == 4 and term.isdecimal() and 1000 <= int(term) < 2100


def _placed(place: int, page: PageIndex, weights: Mapping[str, float], figures: frozenset[str]) -> float:
    """How near the claim's words stand to the best placed of some figures of a sentence."""
    terms = page.terms[place]
    beside = {term for other in (place - 1, place + 1) if 0 <= other < len(page.terms) for term in page.counts[other]}
    lent = {term: BESIDE * weight for term, weight in weights.items() if term in beside}
    hits = [(at, term) for at, term in enumerate(terms) if term in weights]
    best = 0.0
    for place_at in [at for at, term in enumerate(terms) if term in figures][:MOST_FIGURES]:
        near = dict(lent)
        for at, term in hits:
            if abs(at - place_at) < WINDOW:
                weight = weights[term] * _FALL[abs(at - place_at)]
                if weight > near.get(term, 0.0):
                    near[term] = weight
        best = max(best, sum(near.values()))
    return best
