"""Which of a page's blocks are its main text: those whose words trafilatura finds.

trafilatura knows what an article is, and changes what it takes: it drops table cells that say "Twitter", glues words
where a link was, loses line breaks of code. So it only points; the pieces are the page's own, word for word.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml import html
from trafilatura import bare_extraction
from trafilatura.settings import Document as Extracted

from workers.extract.blocks import list_pieces, text
from workers.extract.layout import Piece
from workers.extract.visible import fold
from workers.extract.walls import TOO_SHORT

LONG = 25  # folded characters; a shorter piece may stand anywhere by chance
NEAR = 200  # folded characters from one found piece to the next short one
SAMPLE, SAMPLES = 16, 12  # folded characters of a spot check, and how many of a piece
ENOUGH = 0.6  # of the spot checks
WIDEST_GAP = 12  # pieces
LINKED = 0.5  # of a piece's letters in links
LEAD = 80  # characters; a paragraph between title and text that is longer belongs to the text


def find_main_text(tree: html.HtmlElement, pieces: Sequence[Piece]) -> list[Piece]:
    """Those of the page's pieces that are its main text, in order; all of them where hardly any is found."""
    found = bare_extraction(tree, include_comments=False)
    body = found.body if isinstance(found, Extracted) else None
    chosen = choose_pieces(pieces, text(body) if body is not None else "")
    if size_of(chosen) >= TOO_SHORT:
        return chosen
    main = next(iter(tree.xpath("//article | //main | //*[@role='main']")), None)
    return max(chosen, list_pieces(main) if main is not None else list(pieces), key=size_of)


def size_of(pieces: Sequence[Piece]) -> int:
    """Characters in all of them."""
    return sum(len(piece.text) for piece in pieces)


def choose_pieces(pieces: Sequence[Piece], found: str) -> list[Piece]:
    """The pieces whose words are in the found text, each long one once; a table comes whole or not at all."""
    where, folded = fold(found), [fold(piece.text) for piece in pieces]
    places = _locate_all(pieces, folded, where)
    anchors = _longest_rise([place.start for place in places])
    met = {folded[number] for number in anchors}
    chosen: set[int] = set(anchors)
    for number, place in enumerate(places):
        if place is not NOWHERE and folded[number] not in met:
            met.add(folded[number])
            chosen.add(number)
    borders = [-1, *anchors, len(pieces)]
    stretches = [Place(0, 0), *(places[number] for number in anchors), Place(len(where), len(where))]
    between = _Between(pieces, folded, where)
    for (first, last), (above, below) in zip(pairwise(borders), pairwise(stretches), strict=True):
        between.choose(
            range(first + 1, last),
            above.end,
            below.start,
            read=above.end if first >= 0 or not anchors else below.start - NEAR,
        )
    chosen |= between.chosen()
    chosen |= _fill_gaps(pieces, chosen)
    if chosen:
        chosen |= _list_leads(pieces, min(chosen))
    return [pieces[number] for number in sorted(chosen)]


class Place(NamedTuple):
    """A stretch of the folded text."""

    start: int
    end: int


NOWHERE = Place(-1, -1)


def _locate_all(pieces: Sequence[Piece], folded: Sequence[str], where: str) -> list[Place]:
    """Where the long ones stand; one that repeats another stands at its next place, or at the same."""
    met: dict[str, Place] = {}
    places: list[Place] = []
    for piece, words in zip(pieces, folded, strict=True):
        place = NOWHERE
        if len(words) >= LONG and not piece.table:
            place = _locate(words, where, met.get(words, NOWHERE))
            met[words] = place
        places.append(place)
    return places


def _locate(piece: str, where: str, before: Place) -> Place:
    """Where a piece stands behind another, or one of which trafilatura left something out."""
    at = where.find(piece, max(0, before.end))
    if at >= 0:
        return Place(at, at + len(piece))
    if before is not NOWHERE:
        return before
    step = max(SAMPLE, len(piece) // SAMPLES)
    samples = [piece[start : start + SAMPLE] for start in range(0, len(piece) - SAMPLE + 1, step)]
    places = [at for sample in samples if (at := where.find(sample)) >= 0]
    return Place(places[0], places[-1] + SAMPLE) if len(places) >= ENOUGH * len(samples) else NOWHERE


def _longest_rise(places: Sequence[int]) -> list[int]:
    """Numbers of the pieces that follow one another in both texts; what repeats a menu or a teaser falls out."""
    ends: list[int] = []  # the lowest place that ends a rise of each length
    last: list[int] = []  # the piece that has it
    before: dict[int, int] = {}
    for number, place in enumerate(places):
        if place < 0:
            continue
        length = bisect_left(ends, place)
        if length == len(ends):
            ends.append(place)
            last.append(number)
        else:
            ends[length], last[length] = place, number
        if length:
            before[number] = last[length - 1]
    rise = last[-1:]
    while rise and rise[-1] in before:
        rise.append(before[rise[-1]])
    return rise[::-1]


class _Between:
    """Short pieces and tables that stand between the same long ones in both texts."""

    def __init__(self, pieces: Sequence[Piece], folded: Sequence[str], where: str) -> None:
        self._pieces, self._folded, self._where = pieces, folded, where
        self._short: set[int] = set()
        self._rows: dict[int, list[tuple[int, bool]]] = {}

    def choose(self, numbers: range, start: int, end: int, *, read: int) -> None:
        """Those with these numbers that are in the found text there, short ones from where it was read to."""
        for number in numbers:
            piece, folded = self._pieces[number], self._folded[number]
            if piece.table:
                told = [self._where.find(fold(cell), start, end + NEAR) >= 0 for cell in piece.text.split(" | ")]
                self._rows.setdefault(piece.table, []).append((number, sum(told) * 2 >= len(told)))
            elif len(folded) < LONG:
                at = self._where.find(folded, max(0, read - 1), min(end + 1, read + NEAR))
                if at >= 0:
                    read = at + len(folded)
                    self._short.add(number)

    def chosen(self) -> set[int]:
        """Their numbers; a table's rows all or none."""
        tables = [rows for rows in self._rows.values() if sum(told for _, told in rows) * 2 >= len(rows)]
        return self._short | {number for rows in tables for number, _ in rows}


def _fill_gaps(pieces: Sequence[Piece], chosen: set[int]) -> set[int]:
    """What stands between found pieces, in the same division of the page, and is no link: lists in cells, odd names."""
    filled: set[int] = set()
    for above, below in pairwise(sorted(chosen)):
        gap = range(above + 1, below)
        within = {pieces[number].within for number in range(above, below + 1)} if len(gap) <= WIDEST_GAP else set()
        if len(within) == 1 and all(pieces[number].linked < LINKED for number in gap):
            filled.update(gap)
    return filled


def _list_leads(pieces: Sequence[Piece], first: int) -> set[int]:
    """Sentences between the page's last main heading and its found text: the lead, set apart from the rest."""
    leads: set[int] = set()
    for number in range(first - 1, max(-1, first - 12), -1):
        piece = pieces[number]
        if piece.kind == "heading":
            return leads if piece.text else set()
        if (
            piece.kind == "paragraph"
            and len(piece.text) >= LEAD
            and not piece.linked
            and piece.text.endswith((".", "!", "?", "。"))
        ):
            leads.add(number)
    return set()
