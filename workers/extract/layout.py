"""Stored text made of blocks: what the page sets apart stays apart, and every block knows where it stands."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from server.core.source import Block, BlockKind

CLOSE_KINDS = frozenset({"item", "row"})  # set under one another without a blank line
MOST_CHARACTERS = 600_000  # of a document; the longest of 190 recorded articles has 184,000
LONGEST_BLOCK = 20_000  # characters; nobody quotes a longer one, and who cuts sentences reads it in one go
_STACKED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{20}")


class Piece(NamedTuple):
    """A run of the page's own words."""

    kind: BlockKind
    text: str
    links: tuple[str, ...] = ()  # to other pages, as they are written
    linked: float = 0.0  # the share of its letters that are in links
    table: int = 0  # rows of one table share a number; 0 for what is no row
    within: int = 0  # what stands beside one another, in one division of the page, shares a number


def lay_out(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Text and blocks of the pieces in order: a blank line between them, one line break between items of a list."""
    blocks = list[Block]()
    parts: list[str] = []
    length, before = 0, ""
    for piece in pieces:
        gap = "" if not parts else "\n" if piece.kind == before and piece.kind in CLOSE_KINDS else "\n\n"
        start = length + len(gap)
        parts += [gap, piece.text] if gap else [piece.text]
        length, before = start + len(piece.text), piece.kind
        blocks.append(Block(start, length, piece.kind))
    return "".join(parts), tuple(blocks)


def bound_pieces(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces until there is enough text, overlong ones cut where a sentence or word ends; none of stacked marks."""
    length = 0
    for piece in pieces:
        if is_stacked(piece.text):
            continue
        for start, end in cut_spans(piece.text):
            length += end - start
            if length > MOST_CHARACTERS:
                return
            yield piece._replace(text=piece.text[start:end]) if end - start < len(piece.text) else piece


def cut_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of at most the longest block's length that make up a text, spaces between them left out."""
    start = 0
    while len(text) - start > LONGEST_BLOCK:
        end = start + LONGEST_BLOCK
        stop = text.rfind(". ", start + LONGEST_BLOCK // 2, end) + 1 or text.rfind(" ", start + LONGEST_BLOCK // 2, end)
        end = stop if stop > 0 else end
        yield start, end
        start = end + 1 if text[end : end + 1] == " " else end
    yield start, len(text)


def is_stacked(text: str) -> bool:
    """Whether marks are piled on a letter as no language does."""
    return _STACKED.search(text) is not None
