"""Cards of a recorded world, made by the pipeline itself in this process, with notes of what it read and refused."""

import time
from contextlib import AsyncExitStack
from typing import Self

import msgspec

from server.adapters.migrations import migrate
from server.adapters.private_folder import private_folder
from server.adapters.sql_store import SqlCardStore
from server.core.card import Card
from server.core.errors import InsightError
from server.core.jobs import CardKey, Job, JobId
from server.core.source import Document, Evidence
from server.core.thread import Thread
from server.core.urls import canonical_url
from server.settings import Settings
from workers import bootstrap
from workers.evaluation.noting import NoProgress, NoQueue, NotedExtractor, NotedPages, NotedWriter, Notes, RunBudget
from workers.parts import Parts, Web
from workers.pipeline import make_card
from workers.readers.as_document import thread_document
from workers.stages.desk import number_sources
from workers.stages.read import read_thread


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one thread."""

    thread: Thread | None = None
    card: Card | None = None
    problem: str | None = None  # why there is no thread, or no card
    texts: dict[int, str] = {}  # stored, by source
    evidence: Evidence | None = None  # the card's sources under its own numbers
    read: tuple[str, ...] = ()  # outside pages that gave a text, in the order they were asked for
    refused: dict[str, int] = {}  # claims, by reason
    seconds: float | None = None


class Maker:
    """Makes cards of one world, in a temporary folder of its own. Opened once, it makes as many as wanted."""

    def __init__(self, settings: Settings) -> None:
        """`settings.web` is the world. Where the settings have a model, it writes, for a day's money at most."""
        self._settings = settings
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        folder = self._stack.enter_context(private_folder("eval"))
        settings = msgspec.structs.replace(self._settings, data=folder, redis_url=None, database_url=None)
        migrate(settings.store_url)
        self._store = SqlCardStore(settings.store_url)
        self._stack.push_async_callback(self._store.close)
        warm = bootstrap.warm_up(settings)
        self._web = await bootstrap.open_web(settings, warm, self._stack)
        self._extractor = bootstrap.open_extractor(warm)
        self._writer = bootstrap.open_writer(settings, self._stack, RunBudget(settings.day_budget_usd))
        self._settings = settings
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def make(self, url: str) -> Made:
        """Read the thread, and make its card. Why there is none is told, not raised."""
        try:
            thread = await self._read(url)
        except InsightError as error:
            return Made(problem=error.message)
        notes, job = Notes(), await self._job(url)
        began = time.perf_counter()
        try:
            card = await make_card(job, self._parts(notes))
        except InsightError as error:
            return Made(thread=thread, problem=error.message)
        finally:
            await self._store.save_job(msgspec.structs.replace(job, state="done", finished_at=bootstrap.utc_now()))
        seconds = round(time.perf_counter() - began, 3)
        if card is None:
            return Made(thread=thread, problem="No card was made.")
        return Made(
            thread=thread,
            card=card,
            texts=await self._texts(card),
            evidence=_evidence_of(card, thread_document(thread), notes),
            read=notes.read,
            refused=dict(notes.refused),
            seconds=seconds,
        )

    async def _read(self, url: str) -> Thread:
        return await read_thread(
            canonical_url(url),
            fetcher=self._web.fetcher,
            extractor=self._extractor,
            capture=None,
            now=bootstrap.utc_now(),
            reddit=self._web.reddit,
            private_too=True,  # the operator measures on their own machine; nothing is shared
        )

    async def _job(self, url: str) -> Job:
        now, key = bootstrap.utc_now(), CardKey(canonical_url(url).key)
        job = Job(id=JobId(f"eval-{now.timestamp():.6f}"), key=key, url=url, created_at=now, attempt=1)
        joined, _ = await self._store.join_job(job)
        return joined

    def _parts(self, notes: Notes) -> Parts:
        web = Web(self._web.fetcher, NotedPages(self._web.pages, notes), self._web.searchers, self._web.reddit)
        return Parts(
            store=self._store,
            progress=NoProgress(),
            queue=NoQueue(),
            web=web,
            sample=web,
            extractor=NotedExtractor(self._extractor, notes),
            writer=NotedWriter(self._writer, notes),
            clock=bootstrap.utc_now,
            settings=self._settings,
        )

    async def _texts(self, card: Card) -> dict[int, str]:
        stored = [await self._store.load_source(card.id, card.version, source.n) for source in card.sources]
        return {source.n: source.text for source in stored if source}


def _evidence_of(card: Card, thread: Document, notes: Notes) -> Evidence | None:
    """None where a source is of a document that nobody noted."""
    documents = [thread if source.n == 1 else notes.documents.get(source.url) for source in card.sources]
    known = [document for document in documents if document is not None]
    return number_sources(known) if len(known) == len(documents) else None
