"""What every controller is handed, in one argument."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from litestar.params import Dependency

from server.core.access import Caller
from server.core.ports import CardStore, JobQueue, Progress
from server.loopback import is_local
from server.pages.preview_image import PreviewImages
from server.settings import Settings


class Parts:
    """The ports and the settings of one application; born in `create_app`, never changed."""

    __slots__ = ("clock", "images", "is_local", "progress", "queue", "settings", "store")

    def __init__(
        self,
        settings: Settings,
        store: CardStore,
        queue: JobQueue,
        progress: Progress,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings = settings
        self.store = store
        self.queue = queue
        self.progress = progress
        self.clock = clock
        self.is_local = is_local(settings)
        self.images = PreviewImages()

    @property
    def address(self) -> str:
        """The public address without a slash at its end."""
        return self.settings.address


PartsArgument = Annotated[Parts, Dependency(skip_validation=True)]
CallerArgument = Annotated[Caller, Dependency(skip_validation=True)]
