"""From a page to a document, by the kind of its body."""

from datetime import UTC, datetime

from server.core.errors import SourceUnreadable
from server.core.ports import Page
from server.core.source import Document
from workers.extract.article import read_article
from workers.extract.markdown import read_markdown
from workers.extract.media import HTML_TYPES, PDF_TYPES, TEXT_TYPES
from workers.extract.pdf import read_pdf

LARGEST = 5_000_000  # bytes


def read_document(page: Page) -> Document:
    """The page's main text and metadata. SourceUnreadable, saying why, when there is none to quote."""
    if len(page.body) > LARGEST:
        raise SourceUnreadable(f"Not read: {page.url} is larger than {LARGEST:,} bytes.")
    if page.media_type in HTML_TYPES:
        return read_article(page)
    if page.media_type in TEXT_TYPES:
        return read_markdown(page)
    if page.media_type in PDF_TYPES:
        return read_pdf(page)
    raise SourceUnreadable(f"Not read: {page.url} is {page.media_type or 'of no declared type'}, not a page of text.")


def warm_up() -> None:
    """Fill the parsers' caches, which take 8 ms of a first page, before processes are forked for pages."""
    words = "The lamp of the point was switched off on Tuesday, and ships steer by satellite from now on. "
    table = "<table><tr><th>year<th>keepers<tr><td>1885<td>3</table>"
    for times in (1, 12):  # a short text takes other ways through trafilatura than a long one
        text = f"<div class=x><p>{words * times}</p><ul><li>{words}</li></ul>{table}<pre>off</pre></div>" * times
        body = f"<html><title>The lamp | Point</title><body><h1>The lamp</h1>{text}<p>May 5, 2026</p>".encode()
        page = Page(
            url="https://point.invalid/lamp",
            media_type="text/html",
            charset="utf-8",
            body=body,
            retrieved_at=datetime(2026, 6, 1, tzinfo=UTC),
        )
        read_document(page)
