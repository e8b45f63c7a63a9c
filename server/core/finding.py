"""What a search looks through, and how a query is read. Stores keep these words, so that all of them find alike."""

from collections.abc import Iterator

import msgspec

from server.core.card import Card, list_claims
from server.core.words import stem, words

MOST_WORDS, LONGEST_WORD = 10, 100  # of a query; of a word, on either side
MOST_KEPT = 4000  # words of a card, which has some 500; more stand only in one that somebody forged


class Findable(msgspec.Struct, frozen=True):
    """A card's words as stems in order: of the headline, of the rest of its head, of everything else."""

    headline: list[str]
    lead: list[str]
    body: list[str]


class Wanted(msgspec.Struct, frozen=True):
    """A query's words as stems. The last may be the beginning of a word, since people search as they type."""

    whole: list[str]
    beginning: str


def findable(card: Card) -> Findable:
    """Claims and who makes them, what is disputed or foreseen, where the thread stands, the titles of the sources."""
    thread = card.thread
    lead = [claim.text for claim in (card.hook, card.tldr.what_changed, card.tldr.why_it_matters) if claim]
    return Findable(
        _stems(card.headline.text),
        _stems(*lead, thread.title, thread.community or "", thread.site),
        _stems(*_below(card))[:MOST_KEPT],
    )


def read_query(q: str) -> Wanted | None:
    """None where a query has no word at all: it then finds nothing."""
    stems = _stems(" ".join(q.split()[:MOST_WORDS]))[:MOST_WORDS]
    return Wanted(stems[:-1], stems[-1]) if stems else None


def _below(card: Card) -> Iterator[str]:
    head = ("headline", "hook", "what_changed", "why_it_matters")
    for section, claim in list_claims(card):
        yield from () if section in head else (claim.label or "", claim.text)
    yield from (dispute.about for dispute in card.disputed)
    yield from (foreseen.prediction for foreseen in (card.insight.implications if card.insight else ()))
    yield from (source.title or "" for source in card.sources)


def _stems(*texts: str) -> list[str]:
    return [stem(word)[:LONGEST_WORD] for text in texts for word in words(text)]
