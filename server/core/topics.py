"""What a card is about, in a few weighed terms, and which other cards are about the same."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from server.core.card import Card
from server.core.likeness import COMMON
from server.core.words import names, terms

MOST_TOPICS = 20
MOST_CARDS = 64  # a topic's newest cards; what more of them share is no sign of a common subject
LEAST_LIKENESS = 0.15  # cards on one event from five threads: .55 to .97; on any two of ten other subjects: up to .10
LONGEST = 80  # characters of a term
WHOLE = 1000  # a weight of one, as stores keep it


class Posting(msgspec.Struct, frozen=True):
    """A card, by the number its store gave it, under one of its topics."""

    term: str
    number: int
    weight: int


def topics_of(card: Card) -> dict[str, int]:
    """The terms that tell most of a card's subject, heaviest first, as a vector of the length WHOLE.

    Names count double, and one of several words counts as a whole besides its words: two cards that name the same
    people, products or places are about the same sooner than two that share words.
    """
    weighed: dict[str, float] = defaultdict(float)
    for text, weight in _texts(card):
        for term, count in Counter(terms(text)).items():
            weighed[term] += weight * (1 + math.log(count))
        for parts in {tuple(terms(name)) for name in names(text)}:
            for term in parts:
                weighed[term] += weight
            if len(parts) > 1:
                weighed[" ".join(parts)] += 2 * weight
    telling = {term[:LONGEST]: weight for term, weight in weighed.items() if term not in COMMON and _tells(term)}
    heaviest = sorted(telling.items(), key=lambda item: (-round(item[1], 9), item[0]))[:MOST_TOPICS]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    return {term: max(1, round(WHOLE * weight / length)) for term, weight in heaviest}


def rank_related(own: Mapping[str, int], postings: Iterable[Posting]) -> list[int]:
    """The numbers of the cards most like one with these topics, best first and of equals the newest; perhaps none.

    `postings` are those of its topics, at most MOST_CARDS a topic. Likeness is the cosine over shared topics, the rarer
    a topic the more. One shared word is a coincidence: two topics must agree, which a name of two words does alone.
    """
    by_term: dict[str, list[Posting]] = defaultdict(list)
    for posting in postings:
        by_term[posting.term].append(posting)
    likeness, score, shared = defaultdict[int, float](float), defaultdict[int, float](float), Counter[int]()
    for term, found in by_term.items():
        rarity = 1 / (1 + math.log(len(found)))
        for posting in found:
            product = own[term] * posting.weight / WHOLE**2
            score[posting.number] += product * rarity
            if len(found) < MOST_CARDS:
                likeness[posting.number] += product
                shared[posting.number] += 1
    alike = [number for number in score if shared[number] > 1 and likeness[number] >= LEAST_LIKENESS]
    return sorted(alike, key=lambda number: (-round(score[number], 9), -number))


def _texts(card: Card) -> Iterator[tuple[str, float]]:
    """What is read for topics, with its weight: the head tells more than what stands below."""
    yield card.headline.text, 3
    yield card.thread.title, 1
    yield card.tldr.what_changed.text, 2
    for claim in (card.hook, card.tldr.why_it_matters):
        if claim is not None:
            yield claim.text, 1
    if card.insight is not None:
        for claim in (*card.insight.takeaways, *card.insight.technical):
            yield claim.text, 1
    for dispute in card.disputed:
        yield dispute.about, 1


def _tells(term: str) -> bool:
    """Numbers and single letters stand in cards on anything."""
    return len(term) > 1 and any(ch.isalpha() for ch in term)
