"""From a page to a document, by the kind of its body."""

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
