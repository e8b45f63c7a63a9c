"""Pieces that are furniture by their words, or point at other articles: the text goes on without them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from workers.extract.layout import Piece
from workers.extract.teaser_words import BOX, ELSEWHERE, HEADINGS, LABELLED, LINES
from workers.extract.walls import is_consent_notice

LINKED = 0.8  # of a piece's letters in links make it a pointer
LONGEST_LABEL = 160  # characters of a teaser's date, byline or section
LONGEST_LINE = 160
LONGEST_HEADING = 80
LONGEST_BOX = 300
ENDS = (".", "!", "?", "”", '"', "。", ":")  # of sentences

_RIGHTS = re.compile(r"©.{0,120}|\(c\) ?\d{4}.{0,100}")
_ADDRESS = re.compile(
    r"(?:(?:write to|contact|reach|e-?mail|follow)\b.{2,80} (?:at|on) )?(?:https?://\S+|www\.\S+|@?[\w.+-]*@[\w.-]+)"
)
_LINE_NUMBERS = re.compile(r"[\d\s.:|]*")
_LETTER = re.compile(r"[^\W\d_]")


def drop_teasers(pieces: Sequence[Piece], among: Sequence[Piece] = ()) -> list[Piece]:
    """The pieces without furniture lines, newsletter boxes, and what points at other articles.

    `among` are all of the page's pieces, since what follows a heading there tells what it heads.
    """
    below = {id(piece): following for piece, following in pairwise(among or pieces)}
    kept: list[Piece] = []
    elsewhere = False  # below a heading such as "Related", while everything points
    for piece in pieces:
        if piece.kind in ("code", "row"):
            elsewhere = False
            if not _LINE_NUMBERS.fullmatch(piece.text):
                kept.append(piece)
        elif (piece.kind == "heading" or _is_heading(piece)) and _leads_elsewhere(piece, below.get(id(piece))):
            elsewhere = True
        elif _is_furniture(piece):
            continue
        elif piece.kind == "heading":
            elsewhere = False
            kept.append(piece)
        elif elsewhere and (_points(piece) or _is_label(piece)):
            continue
        else:
            elsewhere = False
            if not _points_alone(piece):
                kept.append(piece)
    while kept and kept[-1].kind == "heading":
        kept.pop()
    return kept


def _is_furniture(piece: Piece) -> bool:
    text = piece.text.casefold()
    if not _LETTER.search(text):
        return True
    if len(text) <= LONGEST_LINE:
        line = text.strip(" .…:!?»«›‹>|·•*-–—()[]")
        if (HEADINGS if piece.kind == "heading" else LINES).fullmatch(line):
            return True
        if _RIGHTS.fullmatch(text) or _ADDRESS.fullmatch(text.strip(" .()[]")):
            return True
    if len(text) <= 2 * LONGEST_BOX and is_consent_notice(text):
        return True
    return piece.kind != "item" and len(text) <= LONGEST_BOX and BOX.match(text) is not None


def _is_heading(piece: Piece) -> bool:
    """A short line that heads a list without being called a heading: "Read more:"."""
    return (
        piece.kind == "paragraph" and not piece.linked and len(piece.text) <= LONGEST_HEADING and _is_label(piece, ":")
    )


def _leads_elsewhere(heading: Piece, below: Piece | None) -> bool:
    """Whether a heading names other articles and such follow, or is itself a link with only a date or another below."""
    if _points(heading):
        return below is None or _is_label(below) or (below.kind == "heading" and _points(below))
    if len(heading.text) > LONGEST_HEADING or not ELSEWHERE.match(heading.text.casefold()):
        return False
    return below is None or _points(below)


def _points(piece: Piece) -> bool:
    return piece.linked >= LINKED


def _is_label(piece: Piece, but: str = "") -> bool:
    """A date, byline or section under a teaser: short and no sentence, however that may end but for one mark."""
    return len(piece.text) <= LONGEST_LABEL and not piece.text.endswith(tuple(set(ENDS) - {but}))


def _points_alone(piece: Piece) -> bool:
    """A paragraph that is a link and no sentence, nor an entry of a numbered list; or one that says that it points."""
    if piece.kind != "paragraph" or piece.linked < LINKED / 2:
        return False
    if LABELLED.match(piece.text.casefold()):
        return True
    return _points(piece) and not piece.text.endswith(ENDS) and not piece.text[:1].isdecimal()
