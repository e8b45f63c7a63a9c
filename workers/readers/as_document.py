"""The thread as evidence: source number 1, holding people's own words and nothing of the page around them."""

from collections.abc import Iterable, Iterator

from server.core.source import Block, BlockKind, Document
from server.core.thread import Mark, Thread

Piece = tuple[str, BlockKind, str | None, str | None]  # a block's text, kind, speaker and own address
GAP = "\n\n"
UNNAMED = "A commenter"  # whose account is gone; nobody else may be taken for the speaker


def thread_document(thread: Thread) -> Document:
    """Title, the post's paragraphs, then each readable comment's, a blank line between them.

    Every block is one paragraph and names its author as speaker; a comment's has its permalink too, and "A commenter"
    where the account is gone. Words quoted from someone else have the kind "quote" and no speaker.
    """
    pieces = [piece for _, piece in _pieces(thread)]
    return Document(
        url=thread.url,
        title=thread.title,
        site=thread.community or thread.site,
        author=thread.author,
        published_at=thread.posted_at.isoformat() if thread.posted_at else None,
        retrieved_at=thread.capture.captured_at,
        language=thread.language,
        kind="thread",
        text=GAP.join(piece[0] for piece in pieces),
        blocks=tuple(_blocks(pieces)),
        links=thread.links,
    )


def block_owners(thread: Thread) -> list[str | None]:
    """For each block of `thread_document`, the id of the comment it belongs to; None for title and post."""
    return [owner for owner, _ in _pieces(thread)]


def _pieces(thread: Thread) -> Iterator[tuple[str | None, Piece]]:
    yield None, (thread.title, "title", None, None)
    for text, kind in _paragraphs(thread.text, thread.marks):
        yield None, (text, kind, thread.author if kind != "quote" else None, None)
    for comment in thread.readable_comments():
        for text, kind in _paragraphs(comment.text, comment.marks):
            speaker = comment.author or UNNAMED
            yield comment.id, (text, kind, speaker if kind != "quote" else None, comment.permalink)


def _blocks(pieces: Iterable[Piece]) -> Iterator[Block]:
    start = 0
    for text, kind, by, url in pieces:
        yield Block(start, start + len(text), kind, by, url)
        start += len(text) + len(GAP)


def _paragraphs(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[str, BlockKind]]:
    """The runs of a text: what is marked as it is marked, the rest cut at blank lines."""
    start = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start < start:
            continue
        yield from _plain(text[start : mark.start])
        if text[mark.start : mark.end].strip():
            yield text[mark.start : mark.end], mark.kind
        start = mark.end
    yield from _plain(text[start:])


def _plain(text: str) -> Iterator[tuple[str, BlockKind]]:
    for part in text.split(GAP):
        if part.strip(" >\n"):  # the ">" in front of a quotation stays outside its mark
            yield part.strip(), "paragraph"
