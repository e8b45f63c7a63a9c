"""Searches and pages under way side by side; what to do next is left to the policy."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any, Self

from server.core.card import Unread
from server.core.errors import SourceError
from server.core.orders import mark_orders
from server.core.ports import Extractor, Fetcher
from server.core.promise import WORTH, Found, Promise, Prospects
from server.core.relevance import Topic
from server.core.source import Document
from workers.stages.ground.finding import Finder, is_posts_own
from workers.stages.ground.keeping import Read, agreed_links, judge, widen_queries
from workers.stages.ground.policy import Moment, Pace, next_step
from workers.stages.ground.searching import Searches
from workers.stages.ground.under_way import AskedPage, Questions
from workers.tracing import span

FETCH_TYPES = "text/html,application/xhtml+xml,text/plain,text/markdown;q=0.9,application/pdf;q=0.5"
FIRST_LOOKS = 12  # pages: each look at them ranks them anew, in 1 ms a page
MOST_LEFT = 8  # pages that are named as found and not asked for; more help nobody
LEAST_WAIT_S = 0.001  # a moment that is reached but for the last bit of a float would come again and again
UNWILLING_S = 2.0  # what does not let itself be cancelled within this is left behind


class Harvest:
    """The searching and reading for one card. Nothing is under way once its context is left."""

    def __init__(
        self,
        topic: Topic,
        *,
        finder: Finder,
        searches: Searches,
        fetcher: Fetcher,
        extractor: Extractor,
        pace: Pace,
        more: AsyncIterator[str] | None = None,
    ) -> None:
        self._topic, self._pace = topic, pace
        self._finder, self._searches, self._prospects = finder, searches, Prospects(topic)
        self._fetcher, self._extractor = fetcher, extractor
        self._more = Questions(more) if more else None
        self._clock = asyncio.get_running_loop().time
        self._began_at = self._clock()
        self._enough_at: float | None = None
        self._pages: dict[str, AskedPage] = {}  # by key, in the order they were asked for
        self._judged = 0  # pages that _good was chosen from
        self._good: list[Document] = []
        self._agreed: list[str] = []  # where those link to, several of them
        self._listed: tuple[tuple[int, ...], list[Found]] = ((), [])
        self._ranked: tuple[tuple[int, ...], list[Promise]] = ((), [])
        self._spare: Sequence[str] = ()
        self._can_widen = True
        self._glimpsed = 0  # pages that first_good() was chosen from
        self._stop = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=UNWILLING_S)
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()  # looked at, or asyncio complains that nobody did

    # ---- what it has come to ---------------------------------------------------------------------------

    @property
    def is_searching(self) -> bool:
        """Whether answers are still to come, or questions."""
        return bool(self._searches.open or self._more)

    @property
    def asked(self) -> int:
        """Pages asked for so far."""
        return len(self._pages)

    @property
    def results(self) -> int:
        """Pages that the searches found."""
        return self._finder.results(self._searches.answers())

    @property
    def failures(self) -> list[str]:
        """What search providers said of their failing."""
        return self._searches.failures()

    def read(self) -> list[Read]:
        """Pages that were read, in the order they were asked for."""
        return [Read(page.found, page.document) for page in self._pages.values() if page.document]

    def first_good(self) -> list[Document]:
        """Of the first few pages that were read, those about the thread; later ones are worth waiting for the rest."""
        read = self.read()
        if not self._glimpsed < len(read) <= FIRST_LOOKS:
            return []
        self._glimpsed = len(read)
        return judge(self._topic, read)

    def unread(self) -> list[Unread]:
        """Pages that were asked for in vain, then the best of those that were not, each with the reason."""
        now = self._clock()
        left = [(page.found, page.why_not(now, self._stop)) for page in self._pages.values() if not page.document]
        worth = [promise.found for promise in self._rank() if promise.value >= WORTH]
        left += [(found, self._stop) for found in worth[:MOST_LEFT]]
        return [Unread(url=found.url, title=found.title, reason=reason) for found, reason in left]

    def ask(self, queries: Sequence[str]) -> None:
        """Search; where a writer is going to ask, half the questions are left to it, and ours if it asks fewer."""
        first = self._searches.most // 2 if self._writer_may_ask() else len(queries)
        self._spare = queries[first:]
        self._searches.ask(queries[:first])

    # ---- one step after another ------------------------------------------------------------------------

    async def step(self) -> bool:
        """Do what is to be done now; where that is nothing, wait until something happens. False once it is over."""
        self._take_in()
        step = next_step(self._moment(), self._pace)
        for promise in step.start:
            self._fetch(promise.found)
        if step.widen:
            self._can_widen = False
            self._searches.ask([*self._spare, *widen_queries(self._topic.thread, self._good)])
        if step.stop is not None:
            self._stop = step.stop
            return False
        if not step.start and not step.widen:
            await self._news(step.look_again_s)
        return True

    def _take_in(self) -> None:
        """The writer's questions that came, and verdicts on the pages once all that came have been read."""
        if not self._writer_may_ask() and self._spare:
            self._searches.ask(self._spare)
            self._spare = ()
        for page in self._pages.values():
            if page.task and page.task.done():
                page.task.result()  # raises what is no failure of the page
        read = self.read()
        now = self._clock()
        if len(read) != self._judged and not any(now - at < self._pace.reading_s for at in self._being_read()):
            self._judged, self._good = len(read), judge(self._topic, read)
            self._agreed = agreed_links(self._topic, self._good)

    def _writer_may_ask(self) -> bool:
        """Whether more questions may come. Those that came are asked."""
        while self._more and self._more.next.done():
            query = self._more.take()
            if query is None:
                self._more = None
            else:
                self._searches.ask([query])
        return self._more is not None

    def _moment(self) -> Moment:
        now = self._clock()
        pages, good = list(self._pages.values()), len(self._good)
        still_open = [page for page in pages if page.is_open]
        first_hand = [page for page in still_open if self._is_first_hand(page.found)]
        if good < self._pace.quorum:
            self._enough_at = None
        elif self._enough_at is None:
            self._enough_at = now
        answered_at = self._searches.answered_at
        return Moment(
            waiting=self._rank(),
            open_s=[now - page.asked_at for page in still_open],
            first_hand_s=[now - page.asked_at for page in first_hand],
            came_in_s=[page.came_at - page.asked_at for page in pages if page.came_at is not None],
            asked=len(pages),
            read=len(self.read()),
            good=good,
            reading_s=[now - came_at for came_at in self._being_read()],
            since_start_s=now - self._began_at,
            since_asking_s=now - pages[0].asked_at if pages else 0.0,
            since_enough_s=now - self._enough_at if self._enough_at is not None else 0.0,
            searches=self._searches.open,
            since_answer_s=now - answered_at if answered_at is not None else None,
            promised=self._more is not None,
            can_widen=self._can_widen and answered_at is not None,
        )

    def _rank(self) -> list[Promise]:
        """What is not asked for, best first; ranked anew only when something came that changes it."""
        state = (*self._state(), len(self._pages))
        if self._ranked[0] != state:
            ranked = self._prospects.rank(self._found(), self._pages.keys(), self._good)
            self._ranked = (state, ranked)
        return self._ranked[1]

    def _found(self) -> list[Found]:
        if self._listed[0] != self._state():
            failed = {key for key, page in self._pages.items() if page.failure}
            self._listed = (self._state(), self._finder.pages(self._searches.answers(), self._agreed, failed))
        return self._listed[1]

    def _state(self) -> tuple[int, int, int]:
        """What the list of pages and their ranks depend on."""
        failed = sum(page.failure is not None for page in self._pages.values())
        return len(self._searches.answers()), failed, self._judged

    def _is_first_hand(self, found: Found) -> bool:
        return found.way == "agreed" or (found.way == "posted" and is_posts_own(found.url, self._topic.thread))

    def _being_read(self) -> list[float]:
        """When each page came that is not read to its end."""
        return [page.came_at for page in self._pages.values() if page.came_at is not None and not page.is_done]

    # ---- what is under way -----------------------------------------------------------------------------

    def _fetch(self, found: Found) -> None:
        page = self._pages[found.key] = AskedPage(found, self._clock())
        page.task = asyncio.create_task(self._read(page))

    async def _read(self, page: AskedPage) -> None:
        with span(f"fetch {page.found.url}") as note:
            try:
                answer = await self._fetcher.fetch(page.found.url, accept=FETCH_TYPES)
                page.came_at = self._clock()
                page.document = mark_orders(await self._extractor.extract(answer))
            except SourceError as error:
                page.failure = note.text = error.message

    async def _news(self, most_s: float) -> None:
        """Wait until a search or a page comes to its end, or a question comes; `most_s` at most."""
        timeout_s = max(LEAST_WAIT_S, most_s)
        tasks = self._under_way()
        if tasks:
            await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(timeout_s)

    def _under_way(self) -> list[asyncio.Task[Any]]:
        return [task for task in self._tasks() if not task.done()]

    def _tasks(self) -> list[asyncio.Task[Any]]:
        reading = [page.task for page in self._pages.values() if page.task]
        return [*self._searches.tasks, *reading, *([self._more.next] if self._more else [])]
