"""A recorded web in place of the real one: it answers fetches and searches from a WARC and touches no network."""

import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from server.core.addresses import judge_url
from server.core.errors import SourceUnavailable, SourceUnreadable
from server.core.ports import Hit, Page
from workers.adapters.page_index import IndexedPage, PageIndex
from workers.adapters.warc_archive import Answer, Entry, WarcArchive
from workers.extract.charset import decode_page
from workers.extract.media import HTML_TYPES, TEXT_TYPES, parse_content_type, require_readable
from workers.extract.tags import FURNITURE, strip_tags

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TITLE_HTML = re.compile(r"(?is)<title[^>]*>(.*?)</title>")
TITLE_TEXT = re.compile(r"(?m)^(?:title:|#+)\s*(.+)$|^(.+)\n(?:=+|-{3,})$")


class RecordedWeb:
    """A Fetcher and a Searcher over one archive.

    Opening it reads record heads only. The search index is built at the first search, or by `preload` in a parent
    whose forks then share it.
    """

    name = "recorded web"

    def __init__(self, path: Path) -> None:
        self._archive = WarcArchive(path)
        self._index: PageIndex | None = None

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """The recorded page, recorded redirects followed. What was not recorded is a 404."""
        entry, answer = self._follow(url)
        if answer.status != 200:
            raise _unavailable(entry.url, answer.status)
        media_type, charset = parse_content_type(answer.headers.get("content-type", ""))
        require_readable(media_type, entry.url, accept)
        if len(answer.body) > max_bytes:
            raise SourceUnreadable(f"Not read: {entry.url} is larger than {max_bytes:,} bytes.")
        return Page(
            url=entry.url,
            media_type=media_type,
            charset=charset,
            body=answer.body,
            retrieved_at=entry.recorded_at,
            headers=answer.headers,
        )

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Recorded HTML and text pages holding the query's words."""
        self.preload()
        assert self._index is not None
        return self._index.search(query, limit)

    def holds(self, prefix: str) -> bool:
        """Whether an answer was recorded for any address that begins so."""
        return any(entry.url.startswith(prefix) for entry in self._archive.entries)

    def preload(self) -> None:
        """Build the search index now. Safe before a fork: nothing is open afterwards."""
        if self._index is None:
            self._index = PageIndex(self._list_pages())

    def _follow(self, url: str) -> tuple[Entry, Answer]:
        asked = url
        for _ in range(MOST_REDIRECTS + 1):
            entry = self._archive.find(url)
            if entry is None:
                judge_url(url)  # refused offline as online
                raise SourceUnavailable(f"{url} was not recorded (404).", status=404, retryable=False)
            answer = self._archive.read(entry)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return entry, answer
            url = urljoin(entry.url, answer.headers["location"])
        raise SourceUnavailable(f"{asked} redirects more than {MOST_REDIRECTS} times.", retryable=False)

    def _list_pages(self) -> Iterator[IndexedPage]:
        """Pages of text with status 200; a body recorded under several addresses stands under the first."""
        seen: set[bytes] = set()
        for entry in self._archive.entries:
            if entry.status != 200:
                continue
            answer = self._archive.read(entry)
            media_type, charset = parse_content_type(answer.headers.get("content-type", ""))
            digest = hashlib.sha256(answer.body).digest()
            if media_type in HTML_TYPES | TEXT_TYPES and digest not in seen:
                seen.add(digest)
                yield _index_page(entry.url, answer.body, charset, is_html=media_type in HTML_TYPES)


def _unavailable(url: str, status: int) -> SourceUnavailable:
    return SourceUnavailable(
        f"{url} was recorded with status {status}.", status=status, retryable=status == 429 or status >= 500
    )


def _index_page(url: str, body: bytes, charset: str | None, *, is_html: bool) -> IndexedPage:
    text = decode_page(body, charset)
    title = (TITLE_HTML if is_html else TITLE_TEXT).search(text)
    name = next((group for group in title.groups() if group), "") if title else ""
    if is_html:
        text = strip_tags(text, unshown=FURNITURE)
    return IndexedPage(url, " ".join(html.unescape(name).split()).strip("\"'") or url, text)
