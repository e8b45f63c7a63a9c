"""Why a search found a card: the sentence that holds most of what was asked for, with the words marked."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from server.core.card import Card, list_claims
from server.core.finding import Wanted
from server.core.words import CJK, stem, words

MOST_SHOWN = 260  # characters of a sentence; claims have some 150, a forged one may have any number
LEAD = 80  # of them before the first mark
# Runs of letters and digits with their marks, and what joins them: `words` cuts them further.
RUN = re.compile(r"[^\W_](?:[\w\u0300-\u036f.'’&+#\-]*[\w+#])?")


class Part(msgspec.Struct, frozen=True):
    """A stretch of text, and whether it is one of the words that were asked for."""

    text: str
    is_hit: bool


Marked = tuple[Part, ...]


class Snippet(msgspec.Struct, frozen=True):
    """A card's headline and one more of its texts, marked; `passage` is empty where no text has a hit."""

    headline: Marked
    passage: Marked


def snippet_of(card: Card, wanted: Wanted) -> Snippet:
    """The passage is the text with most of the query's words, of equals the first in reading order: of all texts, or
    where the headline has every word of those that have them all too."""
    headline = mark(card.headline.text, wanted)
    asked = {*wanted.whole, wanted.beginning}
    best, most = "", len(asked) - 1 if asked == _asked_in(card.headline.text, wanted) else 0
    for text in _texts(card):
        found = len(_asked_in(text, wanted))
        if found > most:
            best, most = text, found
    return Snippet(headline, mark(_shortened(best, wanted), wanted) if best else ())


def mark(text: str, wanted: Wanted) -> Marked:
    """The text in parts; put together they are the text."""
    parts: list[Part] = []
    at = 0
    for start, end in _joined(_hits(text, wanted)):
        parts += [Part(text[at:start], is_hit=False), Part(text[start:end], is_hit=True)]
        at = end
    return tuple(part for part in (*parts, Part(text[at:], is_hit=False)) if part.text)


def _texts(card: Card) -> Iterator[str]:
    """What a card says besides its headline, and the names of the thread and the sources."""
    for section, claim in list_claims(card):
        if section != "headline":
            yield f"{claim.label}: {claim.text}" if claim.label else claim.text
    for dispute in card.disputed:
        yield dispute.about
    for implication in card.insight.implications if card.insight else ():
        yield implication.prediction
    named = [card.thread.title, *(source.title or "" for source in card.sources)]
    yield from (name for name in named if name != card.headline.text)


def _asked_in(text: str, wanted: Wanted) -> set[str]:
    """Those of the query's words that a text has."""
    stems = {stem(word) for word in words(text)}
    found = {word for word in wanted.whole if word in stems}
    if any(each.startswith(wanted.beginning) for each in stems):
        found.add(wanted.beginning)
    return found


def _hits(text: str, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Where the query's words stand. Of a script without spaces each pair of characters is a word."""
    for run in RUN.finditer(text):
        if CJK.search(run[0]):
            pairs = ((at, min(at + 2, run.end())) for at in range(run.start(), max(run.start() + 1, run.end() - 1)))
            yield from (pair for pair in pairs if _asked_in(text[slice(*pair)], wanted))
        elif _asked_in(run[0], wanted):
            yield run.span()


def _joined(hits: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Hits that overlap or touch, as one."""
    held: tuple[int, int] | None = None
    for start, end in hits:
        if held and start <= held[1]:
            held = held[0], max(end, held[1])
        else:
            if held:
                yield held
            held = start, end
    if held:
        yield held


def _shortened(text: str, wanted: Wanted) -> str:
    """So much of a long text that its first hit stands in it, cut between words where there are any."""
    if len(text) <= MOST_SHOWN:
        return text
    first = next((start for start, _ in _hits(text, wanted)), 0)
    start = max(0, min(first - LEAD, len(text) - MOST_SHOWN))
    kept = text[start : start + MOST_SHOWN]
    if start and " " in kept[:LEAD]:
        kept = kept.partition(" ")[2]
    if start + MOST_SHOWN < len(text) and " " in kept[-40:]:
        kept = kept.rpartition(" ")[0]
    return ("…" if start else "") + kept + ("…" if start + MOST_SHOWN < len(text) else "")
