"""Turning pages into documents: in this process, or in one that can be killed."""

import asyncio
from pathlib import Path

import msgspec

from server.core.errors import SourceUnreadable
from server.core.ports import Page
from server.core.source import Document
from workers.adapters.extraction_server import Reply
from workers.extract.document import LARGEST, read_document

PATIENCE_S = 60.0  # for twenty pages before this one that all use up their time, two at once


class InProcessExtractor:
    """Extraction here and now, with no deadline and no memory limit: for tests and single commands."""

    async def extract(self, page: Page) -> Document:
        """The page's document."""
        return read_document(page)


class SocketExtractor:
    """Extraction by the `ExtractionServer` that listens at a path; any number of pages may be asked for at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def extract(self, page: Page) -> Document:
        """The page's document. A page that costs too much time or memory is SourceUnreadable and costs nobody else."""
        if len(page.body) > LARGEST:
            raise SourceUnreadable(f"Not read: {page.url} is larger than {LARGEST:,} bytes.")
        answer = await self._ask(page)
        if not answer:
            raise SourceUnreadable(f"Not read: {page.url} takes more time or memory than a page may.")
        reply = msgspec.msgpack.decode(answer, type=Reply)
        if reply.document is None:
            raise SourceUnreadable(reply.problem or f"Not read: {page.url}.")
        return reply.document

    async def _ask(self, page: Page) -> bytes:
        """The server's reply; empty when the child was killed."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                reader, writer = await asyncio.open_unix_connection(self._path)
                try:
                    writer.write(msgspec.msgpack.encode(page))
                    writer.write_eof()
                    return await reader.read()
                finally:
                    writer.close()
        except ConnectionResetError:
            return b""
        except (OSError, TimeoutError) as error:
            raise SourceUnreadable(f"Not read: {page.url}, since no extraction server answers.") from error
