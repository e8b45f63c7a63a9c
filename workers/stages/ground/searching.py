"""Asking the web: each question starts the moment it is known, each provider's failure is its own."""

import asyncio
from collections.abc import Iterable, Sequence

from server.core.asked_queries import admit_queries, linked_sites
from server.core.errors import InsightError
from server.core.ports import Hit, Searcher
from server.core.thread import Thread
from workers.tracing import span

RESULTS = 20  # of each answer; every provider gives so many for the price of ten, and choosing among more reads better


class Searches:
    """The searches of one card: never more questions than `most`, none asked twice.

    Answers stand in the order of their questions, whichever came first, so that what is made of them depends on the
    web alone.
    """

    def __init__(self, thread: Thread, searchers: Sequence[Searcher], most: int) -> None:
        self._searchers, self.most, self._sites = searchers, most, linked_sites(thread)
        self._asked: list[str] = []
        self._searches: list[_Search] = []
        self.answered_at: float | None = None  # the first time, by the loop's clock

    def ask(self, queries: Iterable[str]) -> None:
        """Start those that are to be asked, at every provider."""
        admitted = admit_queries(self._asked, queries, self.most, sites=self._sites)
        self._asked += admitted
        for query in admitted:
            for searcher in self._searchers:
                self._searches.append(_Search(searcher.name, asyncio.create_task(self._ask(searcher, query))))

    async def _ask(self, searcher: Searcher, query: str) -> list[Hit]:
        with span(f"search {searcher.name}: {query}"):
            found = await searcher.search(query, limit=RESULTS)
        if self.answered_at is None:
            self.answered_at = asyncio.get_running_loop().time()
        return found

    @property
    def tasks(self) -> list[asyncio.Task[list[Hit]]]:
        """All of them, in the order of their questions."""
        return [search.task for search in self._searches]

    @property
    def open(self) -> int:
        """How many are to answer."""
        return sum(not task.done() for task in self.tasks)

    def answers(self) -> list[list[Hit]]:
        """What was found so far. What is no failure of the web is raised."""
        return [search.task.result() for search in self._searches if search.is_over and search.failure is None]

    def failures(self) -> list[str]:
        """What providers said of their failing, each once."""
        return list(dict.fromkeys(search.failure for search in self._searches if search.failure))

    def unanswered(self) -> list[str]:
        """What is to be said of providers that were broken off, each once."""
        late = (search.provider for search in self._searches if search.task.cancelled())
        return [f"{provider} did not answer in time." for provider in dict.fromkeys(late)]


class _Search:
    """One question to one provider."""

    def __init__(self, provider: str, task: asyncio.Task[list[Hit]]) -> None:
        self.provider, self.task = provider, task

    @property
    def is_over(self) -> bool:
        """Answered or failed."""
        return self.task.done() and not self.task.cancelled()

    @property
    def failure(self) -> str | None:
        """What the provider said of it."""
        error = self.task.exception() if self.is_over else None
        return error.message if isinstance(error, InsightError) else None
