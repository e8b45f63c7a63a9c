"""What a job is made with, as a shape: `bootstrap.py` chooses the adapters that fill it."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from server.core.ports import CardStore, Extractor, Fetcher, JobQueue, Progress, Searcher, Writer
from server.core.urls import canonical_url
from server.settings import Settings

Clock = Callable[[], datetime]


class Web(msgspec.Struct, frozen=True):
    """What a job may see of the outside."""

    fetcher: Fetcher  # for the thread, which somebody asked us to read
    pages: Fetcher  # for what we found by ourselves: it asks robots.txt, and may answer from the shared cache
    searchers: tuple[Searcher, ...]
    reddit: Fetcher | None = None  # Reddit's API, where the operator has keys


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a job is made with. Open only inside `open_parts`."""

    store: CardStore
    progress: Progress
    queue: JobQueue
    web: Web
    sample: Web
    extractor: Extractor
    writer: Writer
    clock: Clock
    settings: Settings

    def web_for(self, canonical: str) -> Web:
        """The packaged sample world for its own thread, the configured web for any other."""
        from server.sample import THREAD_URL

        return self.sample if canonical == canonical_url(THREAD_URL).key else self.web
