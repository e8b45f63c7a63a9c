"""Grounding: what the web knows about a thread. Search, read what promises most, keep what is about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import msgspec

from server.core.card import Unread
from server.core.jobs import Stage
from server.core.ports import Extractor
from server.core.relevance import Topic
from server.core.source import Document
from server.core.thread import Thread
from server.settings import Settings
from workers.parts import Web
from workers.stages.ground.finding import Finder
from workers.stages.ground.harvest import Harvest
from workers.stages.ground.keeping import keep_relevant, without_sources
from workers.stages.ground.policy import Pace
from workers.stages.ground.searching import Searches
from workers.stages.tell import StageNote, Teller

__all__ = ["Grounding", "ground_thread"]


class Grounding(msgspec.Struct, frozen=True):
    """What the web gave: documents about the thread, nearest first, and what was found but not used."""

    documents: list[Document]
    unread: tuple[Unread, ...]
    without_web: str | None = None  # why the card has only the thread to go by, where searching itself failed


async def ground_thread(
    thread: Thread,
    queries: Sequence[str],
    web: Web,
    extractor: Extractor,
    teller: Teller,
    settings: Settings,
    more_queries: AsyncIterator[str] | None = None,
    glimpse: Callable[[list[Document]], Awaitable[None]] | None = None,
) -> Grounding:
    """Search, read what promises most, keep what is about the thread.

    `more_queries` are searched as they come, for as long as there is not enough; never more than the settings allow in
    all. `glimpse` is given the first pages that are about the thread, once. Nothing is waited for that is not worth it,
    and nothing is under way afterwards.
    """
    topic = Topic(thread)
    searches = Searches(thread, web.searchers, settings.most_queries)
    harvest = Harvest(
        topic,
        finder=Finder(thread, settings.blocked_sites, settings.fetch_allow),
        searches=searches,
        fetcher=web.pages,
        extractor=extractor,
        pace=Pace.for_pages(settings.max_pages, settings.fetch_deadline_s),
        more=more_queries,
    )
    async with harvest, _Telling(teller, harvest) as telling:
        await telling.follow()
        await asyncio.sleep(0)  # a writer that asks nothing says so at once
        harvest.ask(queries)
        await asyncio.sleep(0)  # what answers at once is there before anything is decided
        while await harvest.step():
            await telling.follow()
            if glimpse and (first := harvest.first_good()):
                await glimpse(first)
                glimpse = None
        await telling.end()
    async with teller.stage("rank") as note:
        kept, left = keep_relevant(topic, harvest.read())
        note.text = f"{len(kept)} about the thread"
    unread = without_sources((*left, *harvest.unread()), kept)
    faults = " ".join([*searches.failures(), *searches.unanswered()])
    return Grounding(kept, unread, faults if faults and not kept else None)


class _Telling:
    """Searching and fetching overlap. Each is told from its first moment to its last, searching again if it resumes."""

    def __init__(self, teller: Teller, harvest: Harvest) -> None:
        self._teller, self._harvest = teller, harvest
        self._told: set[Stage] = set()
        self._open: dict[Stage, tuple[AsyncExitStack, StageNote]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stack, _ in self._open.values():
            await stack.__aexit__(kind, error, trace)

    async def follow(self) -> None:
        """Tell what began or ended since the last time."""
        await self._tell("search", self._harvest.is_searching or "search" not in self._told)
        await self._tell("fetch", bool(self._harvest.asked))

    async def end(self) -> None:
        """Tell that both are over, also where there was nothing to fetch."""
        await self._tell("search", False)
        await self._tell("fetch", True)
        await self._tell("fetch", False)

    async def _tell(self, stage: Stage, is_under_way: bool) -> None:
        if is_under_way and stage not in self._open:
            self._told.add(stage)
            stack = AsyncExitStack()
            self._open[stage] = stack, await stack.enter_async_context(self._teller.stage(stage))
        elif not is_under_way and stage in self._open:
            stack, note = self._open.pop(stage)
            note.text = self._note(stage)
            await stack.aclose()

    def _note(self, stage: Stage) -> str:
        harvest = self._harvest
        if stage == "fetch":
            return f"{len(harvest.read())} of {harvest.asked} pages read"
        found = [f"{harvest.results} results"] if harvest.results else []
        return "; ".join([*found, *harvest.failures]) or "nothing found"
