"""Small invented evidence, by hand: a thread of a lighthouse, pages about it, and the sentences of both."""

from datetime import timedelta
from typing import Any

import msgspec

from server.core.card import ClaimDraft, ClaimKind, Span
from server.core.source import Document, Evidence, cut_sentences
from server.core.thread import CaptureReceipt, Comment, Thread
from tests.fakes import NOON, THREAD_URL, make_document
from workers.adapters.sentences import split_sentences
from workers.readers.as_document import thread_document

TITLE = "Kestrel Point council votes to relight its lamp"


def make_comment(text: str, n: int = 1, **changes: Any) -> Comment:
    """A readable reply at top level."""
    comment = Comment(
        id=f"c{n}", author=f"neighbour_{n}", score=10, text=text, permalink=f"{THREAD_URL}c{n}/", posted_at=NOON
    )
    return msgspec.structs.replace(comment, **changes)


def make_thread(*comments: Comment, title: str = TITLE, **changes: Any) -> Thread:
    """A Reddit thread of four hours ago with these comments."""
    thread = Thread(
        url=THREAD_URL,
        site="reddit.com",
        community="r/Lighthouses",
        title=title,
        author="keeper_of_logs",
        posted_at=NOON - timedelta(hours=4),
        language="en",
        comments=comments,
        capture=CaptureReceipt(
            via="json", captured_at=NOON, comments_read=len(comments), comments_total=len(comments), fingerprint="f"
        ),
    )
    return msgspec.structs.replace(thread, **changes)


def make_page(name: str, text: str, **changes: Any) -> Document:
    """A page of the day of the post, at a host and under a site of its own; its first paragraph is the title."""
    address = f"https://{name}.example/lamp"
    page = make_document(text, url=address, site=name.title(), published_at="2026-02-23")
    return msgspec.structs.replace(page, **changes)


def make_evidence(thread: Thread, *pages: Document) -> Evidence:
    """The thread as source 1, the pages behind it."""
    documents = enumerate([thread_document(thread), *pages], start=1)
    return Evidence(tuple(cut_sentences(n, document, split_sentences) for n, document in documents))


def span_of(evidence: Evidence, source: int, quoted: str) -> Span:
    """Where the words stand in a source's stored text."""
    start = evidence.source(source).document.text.index(quoted)
    return Span(source, start, start + len(quoted))


def make_draft_claim(
    evidence: Evidence, source: int, quoted: str, text: str | None = None, kind: ClaimKind = "web", **changes: Any
) -> ClaimDraft:
    """A claim citing the words; it says them itself unless told otherwise."""
    claim = ClaimDraft(text=text or quoted, kind=kind, spans=(span_of(evidence, source, quoted),))
    return msgspec.structs.replace(claim, **changes)
