"""Any other page: a thread with nothing but its post."""

import re
from datetime import UTC, datetime

from server.core.source import Document
from server.core.thread import Mark, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import Post, make_thread
from workers.readers.prose import Prose
from workers.readers.reader import HTML, Way

KINDS: tuple[SiteKind, ...] = ("page",)
WAY_OUT = "Check that the address opens in your browser, then use the Threadproof extension on it."
_PLAIN_HTTP = re.compile(r"^https:")


def addresses(canonical: CanonicalUrl) -> list[str]:
    """As asked, then the canonical spelling, then both without TLS: some small sites have none."""
    spelled = [
        canonical.asked,
        canonical.key,
        *(_PLAIN_HTTP.sub("http:", url) for url in (canonical.asked, canonical.key)),
    ]
    return list(dict.fromkeys(spelled))


WAYS: tuple[Way, ...] = (Way("html", f"{HTML};q=0.9,*/*;q=0.5", addresses),)


def thread_of_document(document: Document, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The page as a post without comments."""
    post = Post(
        title=document.title,
        author=document.author,
        posted_at=_published(document.published_at),
        community=None,
        language=document.language,
        prose=_prose(document),
    )
    return make_thread(post, [], canonical, captured_at, "html")


def _published(value: str | None) -> datetime | None:
    """A date counts from its first second; one that names no day is not precise enough to be an instant."""
    if value is None or not re.match(r"\d{4}-\d\d-\d\d", value):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _prose(document: Document) -> Prose:
    """The document's blocks below its title."""
    pieces: list[str] = []
    marks: list[Mark] = []
    length = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.kind == "title" or not text.strip():
            continue
        if block.kind != "paragraph" and block.kind != "order":
            marks.append(Mark(length, length + len(text), block.kind))
        pieces.append(text)
        length += len(text) + 2
    return Prose("\n\n".join(pieces) if document.blocks else document.text, tuple(marks), document.links)
