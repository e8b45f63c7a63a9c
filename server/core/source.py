"""Pages as evidence: stored text, the blocks it is made of, and its sentences with their positions.

All positions are code points in `Document.text`, end exclusive, and stay valid for as long as the text is stored.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

# "order": it gives orders to machines, and is evidence for nothing (see orders.py)
BlockKind = Literal["title", "heading", "paragraph", "item", "quote", "code", "row", "order"]
SourceKind = Literal["article", "thread", "pdf"]
SentenceSplitter = Callable[[str, str | None], Sequence[tuple[int, int]]]  # (text, language) -> spans in that text


class Block(msgspec.Struct, frozen=True):
    """A run of text that the page sets apart: a paragraph, a heading, a list item, a comment's paragraph."""

    start: int
    end: int
    kind: BlockKind
    by: str | None = None  # the speaker, if not the page: a comment's author
    url: str | None = None  # the block's own address: a comment's permalink


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A page that was really read, as text. The title is the text's first block when the page shows it."""

    url: str
    title: str
    site: str  # the name a reader knows: "The Verge", "Hacker News", else the host
    author: str | None = None
    published_at: str | None = None  # ISO date as precise as known, or an instant
    retrieved_at: datetime
    language: str | None = None
    kind: SourceKind = "article"
    text: str
    blocks: tuple[Block, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the stored text as UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Sentence(msgspec.Struct, frozen=True):
    """One sentence of a source with where it stands and what stands above it."""

    source: int  # the source's number in its evidence, from 1
    index: int  # its place among the source's sentences, from 0
    start: int
    end: int
    text: str
    block: int
    kind: BlockKind
    heading: str | None
    by: str | None
    url: str | None


class Source(msgspec.Struct, frozen=True):
    """A numbered document cut into sentences. Number 1 is always the thread."""

    n: int
    document: Document
    sentences: tuple[Sentence, ...]


class Evidence(msgspec.Struct, frozen=True):
    """The thread and its sources: all that a citation may point at."""

    sources: tuple[Source, ...]

    def source(self, n: int) -> Source:
        """The source numbered `n`; KeyError when nothing has that number."""
        if not 1 <= n <= len(self.sources):
            raise KeyError(n)
        return self.sources[n - 1]


def cut_sentences(n: int, document: Document, split: SentenceSplitter) -> Source:
    """Cut a document into sentences that never cross the border of a block. Orders to machines have none."""
    sentences: list[Sentence] = []
    heading: str | None = None
    for number, block in enumerate(document.blocks):
        if block.kind == "order":
            continue
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            heading = text.strip()
        whole = block.kind in ("title", "heading", "row", "code")
        for start, end in [(0, len(text))] if whole else split(text, document.language):
            piece = text[start:end]
            lead = len(piece) - len(piece.lstrip())
            stripped = piece.strip()
            if stripped:
                begin = block.start + start + lead
                sentences.append(
                    Sentence(
                        n, len(sentences), begin, begin + len(stripped), stripped,
                        number, block.kind, heading, block.by, block.url,
                    )
                )  # fmt: skip
    return Source(n, document, tuple(sentences))
