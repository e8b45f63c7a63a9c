"""Stored text made of blocks: what the page sets apart stays apart, and every block knows where it stands."""

from collections.abc import Iterable
from typing import NamedTuple

from server.core.source import Block, BlockKind

CLOSE_KINDS = frozenset({"item", "row"})  # set under one another without a blank line


class Piece(NamedTuple):
    """A run of the page's own words."""

    kind: BlockKind
    text: str


def lay_out(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Text and blocks of the pieces in order: a blank line between them, one line break between items of a list."""
    text, blocks = "", list[Block]()
    parts: list[str] = []
    length, before = 0, ""
    for piece in pieces:
        gap = "" if not parts else "\n" if piece.kind == before and piece.kind in CLOSE_KINDS else "\n\n"
        start = length + len(gap)
        parts += [gap, piece.text] if gap else [piece.text]
        length, before = start + len(piece.text), piece.kind
        blocks.append(Block(start, length, piece.kind))
    text = "".join(parts)
    return text, tuple(blocks)
