"""The web application out of its parts."""

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from server.api.access import find_caller
from server.api.cards import CardsController
from server.api.health import HealthController
from server.api.jobs import JobsController
from server.api.lookup import LookupController
from server.core.following import RecapStore
from server.core.ports import Budget, CardStore, JobQueue, Limits, Meter, Progress
from server.dressing import Dressed
from server.error_answers import handle_error
from server.following import NoRecaps
from server.kept_answers import KeptAnswers
from server.middleware import Door
from server.pages.embed import EmbedController
from server.pages.feeds import FeedsController
from server.pages.front import FrontController
from server.pages.growing import GrowingController
from server.pages.lists import ListsController
from server.pages.oembed import OEmbedController
from server.pages.permalink import PermalinkController
from server.pages.recap import RecapController
from server.pages.robots import RobotsController
from server.pages.search import SearchController
from server.pages.sitemap import SitemapController
from server.pages.static_files import StaticController
from server.parts import Parts
from server.requests import Clock
from server.settings import Settings
from server.turnstile import Turnstile

MAX_BODY_BYTES = 64 * 1024  # for everything but captures, whose route says otherwise


def create_app(
    settings: Settings,
    store: CardStore,
    queue: JobQueue,
    progress: Progress,
    clock: Clock,
    limits: Limits | None = None,
    meter: Meter | None = None,
    budget: Budget | None = None,
    kept: KeptAnswers | None = None,
    recaps: RecapStore | None = None,
) -> Litestar:
    """API and pages over the given parts. The caller closes the parts."""
    parts = Parts(settings, store, queue, progress, clock, limits, meter, budget, kept)
    app = Litestar(
        route_handlers=[
            CardsController,
            JobsController,
            LookupController,
            HealthController,
            FrontController,
            ListsController,
            SearchController,
            FeedsController,
            GrowingController,
            PermalinkController,
            EmbedController,
            OEmbedController,
            RecapController,
            RobotsController,
            SitemapController,
            StaticController,
        ],
        dependencies={
            "parts": Provide(lambda: parts, sync_to_thread=False),
            "caller": Provide(find_caller),
            "recaps": Provide(lambda: recaps or NoRecaps(), sync_to_thread=False),
        },
        exception_handlers={Exception: handle_error},
        openapi_config=_openapi(),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )
    # Around everything, routing included, which Litestar's own middleware is not.
    turnstile = Turnstile(app.asgi_handler, parts)
    app.asgi_handler = Door(Dressed(turnstile), settings, parts.kept, turnstile)
    return app


def _openapi() -> OpenAPIConfig:
    """The document alone: the usual viewers load scripts from elsewhere."""
    return OpenAPIConfig(
        title="Threadproof", version="1", path="/schema", render_plugins=[JsonRenderPlugin(path="/openapi.json")]
    )
