"""What every controller is handed, in one argument."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Annotated

from litestar.params import Dependency

from server.adapters.meters import MemoryMeter
from server.adapters.own_limits import OwnLimits
from server.core.access import Caller
from server.core.blocking import Blocklist
from server.core.limits import Networks
from server.core.ports import Budget, CardStore, JobQueue, Limits, Meter, Progress
from server.kept_answers import KeptAnswers
from server.loopback import is_local
from server.pages.preview_image import PreviewImages
from server.seen_keys import SeenKeys
from server.settings import Settings


class Parts:
    """The ports and the settings of one application; born in `create_app`, never changed."""

    __slots__ = (
        "blocked", "budget", "clock", "images", "is_local", "kept", "limits", "meter", "progress", "queue", "scrapers",
        "seen_keys", "settings", "store", "trusted",
    )  # fmt: skip

    def __init__(
        self,
        settings: Settings,
        store: CardStore,
        queue: JobQueue,
        progress: Progress,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        meter: Meter | None = None,
        budget: Budget | None = None,
        kept: KeptAnswers | None = None,
    ) -> None:
        """Without `limits` and `meter` this process limits and counts for itself; without `budget` none is told."""
        self.settings = settings
        self.store = store
        self.queue = queue
        self.progress = progress
        self.clock = clock
        self.limits: Limits = limits or OwnLimits(monotonic)
        self.meter: Meter = meter or MemoryMeter()
        self.budget = budget
        self.seen_keys = SeenKeys()
        self.blocked = Blocklist(settings.blocked_sites, settings.blocked_communities)
        self.scrapers = Networks(settings.metrics_from, "THREADPROOF_METRICS_FROM")
        self.trusted = Networks(settings.trusted_proxies, "THREADPROOF_TRUSTED_PROXIES")
        self.is_local = is_local(settings)
        self.images = PreviewImages()
        self.kept = kept or KeptAnswers(store.changes, clock, monotonic)

    @property
    def address(self) -> str:
        """The public address without a slash at its end."""
        return self.settings.address


PartsArgument = Annotated[Parts, Dependency(skip_validation=True)]
CallerArgument = Annotated[Caller, Dependency(skip_validation=True)]
