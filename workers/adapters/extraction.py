"""Turning pages into documents, in this process or in a warm child that can be killed."""

from server.core.ports import Page
from server.core.source import Document
from workers.extract.document import read_document


class InProcessExtractor:
    """Extraction here and now, with no deadline and no memory limit: for tests and single commands."""

    async def extract(self, page: Page) -> Document:
        """The page's document."""
        return read_document(page)
