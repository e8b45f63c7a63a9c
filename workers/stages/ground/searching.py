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
        self._searchers, self._most, self._sites = searchers, most, linked_sites(thread)
        self.asked: list[str] = []
        self.answered_at: float | None = None  # the first time, by the loop's clock
        self.tasks: list[asyncio.Task[list[Hit]]] = []

    def ask(self, queries: Iterable[str]) -> int:
        """Start those that are to be asked, at every provider; how many that were."""
        admitted = admit_queries(self.asked, queries, self._most, sites=self._sites)
        self.asked += admitted
        self.tasks += [asyncio.create_task(self._ask(each, query)) for query in admitted for each in self._searchers]
        return len(admitted)

    async def _ask(self, searcher: Searcher, query: str) -> list[Hit]:
        with span(f"search {searcher.name}: {query}"):
            found = await searcher.search(query, limit=RESULTS)
        if self.answered_at is None:
            self.answered_at = asyncio.get_running_loop().time()
        return found

    @property
    def open(self) -> list[asyncio.Task[list[Hit]]]:
        """Those not answered yet."""
        return [task for task in self.tasks if not task.done()]

    def answers(self) -> list[list[Hit]]:
        """What was found so far. What is no failure of the web is raised."""
        return [task.result() for task in self.tasks if task.done() and not _failure(task)]

    def failures(self) -> list[str]:
        """What providers said of their failing, each once."""
        found = [_failure(task) for task in self.tasks if task.done()]
        return list(dict.fromkeys(message for message in found if message))


def _failure(task: asyncio.Task[list[Hit]]) -> str | None:
    if task.cancelled():
        return "A search was broken off: enough was read without it."
    error = task.exception()
    return error.message if isinstance(error, InsightError) else None
