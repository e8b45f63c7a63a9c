"""What reading a page takes beside bare trafilatura, in one run on the same pages: the shared worlds' where this
machine has them, else the sample world's.

Processor time of this process, the best of three runs a page. Trafilatura is measured as most people call it, with its
metadata and without. What a fork and a socket add is measured apart, on the clock.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from trafilatura import bare_extraction, extract

from server.core.errors import SourceError
from server.core.ports import Page
from server.sample import world_path
from workers.adapters.extraction import SocketExtractor
from workers.adapters.extraction_server import ExtractionServer
from workers.adapters.recorded_web import RecordedWeb
from workers.extract.charset import decode_page
from workers.extract.document import read_document
from workers.extract.media import HTML_TYPES

WORLDS = Path(__file__).resolve().parents[3] / "shared" / "worlds"
CARD = 12  # pages
MOST = 200
TIMES = 3


def list_pages() -> list[Page]:
    """HTML pages of the worlds, each address once; those we can read."""
    worlds = sorted(path.parent for path in WORLDS.glob("*/world.warc.gz")) or [world_path()]
    return [page for world in worlds for page in asyncio.run(_fetch_all(RecordedWeb(world)))][:MOST]


async def _fetch_all(web: RecordedWeb) -> list[Page]:
    pages: list[Page] = []
    for entry in web._archive.entries:
        try:
            page = await web.fetch(entry.url)
            if page.media_type in HTML_TYPES and page.url == entry.url and read_document(page):
                pages.append(page)
        except SourceError:
            continue
    return pages


def _took(reads: list[Callable[[Page], object]], pages: list[Page]) -> list[list[float]]:
    """Seconds of each way of reading, page by page in turn, so that a busy machine is as busy for all."""
    found: list[list[float]] = [[] for _ in reads]
    for page in pages:
        for read, took in zip(reads, found, strict=True):
            took.append(min(_time(read, page) for _ in range(TIMES)))
    return found


def _time(read: Callable[[Page], object], page: Page) -> float:
    began = time.process_time()
    read(page)
    return time.process_time() - began


def _bare(page: Page) -> object:
    return extract(decode_page(page.body, page.charset))


def _bare_with_metadata(page: Page) -> object:
    return bare_extraction(decode_page(page.body, page.charset), url=page.url, with_metadata=True)


def measure() -> Iterator[tuple[str, str]]:
    """(what, figures)."""
    with ExtractionServer.start() as server:  # before this process is heavy with pages: it forks from what it is now
        pages = list_pages()
        ours, bare, both = _took([read_document, _bare, _bare_with_metadata], pages)
        yield "reading a page, all of it", _describe(ours)
        yield "  bare trafilatura", _describe(bare)
        yield "  trafilatura with metadata", _describe(both)
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
        beyond = [CARD * (mine - theirs) for mine, theirs in zip(ours, bare, strict=True)]
        yield (
            "  beside bare trafilatura",
            f"{ratio:.2f} times it; {statistics.median(beyond):.3f} s more for {CARD} pages at the median, "
            f"{statistics.mean(beyond):.3f} at the mean",
        )
        yield "the same through the extraction server, on the clock", _describe(asyncio.run(_ask_all(server, pages)))


async def _ask_all(server: ExtractionServer, pages: list[Page]) -> list[float]:
    extractor, found = SocketExtractor(server.path), []
    for page in pages:
        began = time.perf_counter()
        await extractor.extract(page)
        found.append(time.perf_counter() - began)
    return found


def _describe(took: list[float]) -> str:
    ranked = sorted(took)
    median, slow = statistics.median(ranked) * 1000, ranked[int(len(ranked) * 0.95)] * 1000
    return f"{median:.1f} ms, p95 {slow:.1f}, mean {statistics.mean(ranked) * 1000:.1f} ({len(ranked)} pages)"


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<56}{figures}")
