"""The pipeline's parts with somebody taking notes: what was fetched, read and refused; and parts that keep nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec

from server.core.card import Draft
from server.core.citations import CheckedClaim
from server.core.drafts import list_drafted
from server.core.jobs import Event, Job, JobId, NumberedEvent
from server.core.judging import Ruling
from server.core.money import Reservation
from server.core.ports import Extractor, Fetcher, Page, Writer, Writing
from server.core.source import Document, Evidence
from server.core.writing import Assignment, Refused, Written


class Notes:
    """What one card's making came by."""

    def __init__(self) -> None:
        self._asked: list[str] = []
        self._led_to: dict[str, str] = {}
        self.documents: dict[str, Document] = {}  # by the address they say they are of
        self._came_of: dict[str, str] = {}
        self.refused: Counter[str] = Counter()

    @property
    def read(self) -> tuple[str, ...]:
        """Addresses of the documents, in the order their pages were asked for."""
        answered = (self._led_to[url] for url in self._asked if url in self._led_to)
        return tuple(dict.fromkeys(self._came_of[url] for url in answered if url in self._came_of))

    def note_asked(self, url: str) -> None:
        """Before it is fetched."""
        self._asked.append(url)

    def note_page(self, asked: str, page: Page) -> None:
        """When it came."""
        self._led_to[asked] = page.url

    def note_document(self, page: Page, document: Document) -> None:
        """When it was read."""
        self.documents[document.url] = document
        self._came_of[page.url] = document.url


class NotedPages:
    """A Fetcher whose addresses are noted."""

    def __init__(self, fetcher: Fetcher, notes: Notes) -> None:
        self._fetcher, self._notes = fetcher, notes

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """As the fetcher itself."""
        self._notes.note_asked(url)
        page = await self._fetcher.fetch(url, accept=accept, max_bytes=max_bytes, timeout_s=timeout_s)
        self._notes.note_page(url, page)
        return page


class NotedExtractor:
    """An Extractor whose documents are noted."""

    def __init__(self, extractor: Extractor, notes: Notes) -> None:
        self._extractor, self._notes = extractor, notes

    async def extract(self, page: Page) -> Document:
        """As the extractor itself."""
        document = await self._extractor.extract(page)
        self._notes.note_document(page, document)
        return document


class NotedWriter:
    """A Writer whose refused claims are noted. What is proposed again and holds was not refused in the end."""

    def __init__(self, writer: Writer, notes: Notes) -> None:
        self._writer, self._notes = writer, notes
        self.name, self.instant = writer.name, writer.instant

    @asynccontextmanager
    async def begin(self, assignment: Assignment) -> AsyncIterator[Writing]:
        """As the writer itself."""
        refused: dict[str, tuple[Refused, ...]] = {}

        async def propose(section: str, part: Draft) -> tuple[Refused, ...]:
            turned_down = await assignment.propose(section, part)
            refused.update({field: () for field, _ in list_drafted(part)})
            for each in turned_down:
                refused[each.section] = (*refused.get(each.section, ()), each)
            return turned_down

        async with self._writer.begin(msgspec.structs.replace(assignment, propose=propose)) as writing:
            noted = _NotedWriting(writing)
            yield noted
        left = [*(each for found in refused.values() for each in found), *noted.refused]
        self._notes.refused.update(each.reason for each in left)


class _NotedWriting:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self.refused: tuple[Refused, ...] = ()

    def queries(self) -> AsyncIterator[str]:
        return self._writing.queries()

    async def write(self, evidence: Evidence) -> Written:
        written = await self._writing.write(evidence)
        self.refused = written.refused
        return written

    async def judge(self, claims: Sequence[CheckedClaim], evidence: Evidence) -> tuple[Mapping[int, Ruling], Written]:
        return await self._writing.judge(claims, evidence)


class NoProgress:
    """A Progress that nobody follows."""

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """Into nothing."""
        return f"{attempt}-0"

    async def finish(self, job_id: JobId) -> None:
        """There is nothing to end."""

    async def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        """Nothing ever comes."""
        nothing: tuple[NumberedEvent, ...] = ()
        for event in nothing:
            yield event

    async def told(self, job_id: JobId, after: str = "0-0") -> list[NumberedEvent]:
        """Nothing ever was."""
        return []

    async def has(self, job_id: JobId, event_id: str) -> bool:
        """Nothing was kept."""
        return False

    async def close(self) -> None:
        """Nothing to close."""


class NoQueue:
    """A JobQueue for work that is done on the spot."""

    async def enqueue(self, job: Job) -> None:
        """Nobody waits for it."""

    async def places(self) -> set[JobId]:
        """Nothing has one."""
        return set()

    async def cancel(self, job_id: JobId) -> None:
        """There is nothing to cancel."""

    async def workers(self) -> int:
        """None."""
        return 0

    async def ahead(self) -> int:
        """Nothing waits."""
        return 0

    async def depth(self) -> int:
        """Nothing waits."""
        return 0

    async def close(self) -> None:
        """Nothing to close."""


class RunBudget:
    """A Budget for one run: so many dollars, then no more."""

    def __init__(self, usd: float) -> None:
        self._left, self._made = usd, 0

    async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
        """From what is left of the run's money; the day and its other payers are not asked."""
        if usd > self._left:
            return None
        self._left -= usd
        self._made += 1
        return Reservation(id=f"run-{self._made}", usd=usd, day="", key=key, address=address)

    async def settle(self, reservation: Reservation, usd: float) -> None:
        """Give back what was not spent."""
        self._left += reservation.usd - usd

    async def left(self) -> float:
        """Of the run's money."""
        return max(0.0, self._left)

    async def close(self) -> None:
        """Nothing to close."""
