"""The web application out of its parts."""

from importlib.resources import files

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from server.api.access import find_caller
from server.api.cards import CardsController
from server.api.health import HealthController
from server.api.jobs import JobsController
from server.api.lookup import LookupController
from server.core.ports import Budget, CardStore, JobQueue, Limits, Meter, Progress
from server.error_answers import handle_error
from server.middleware import Door
from server.pages.embed import EmbedController
from server.pages.front import FrontController
from server.pages.growing import GrowingController
from server.pages.oembed import OEmbedController
from server.pages.permalink import PermalinkController
from server.parts import Parts
from server.requests import Clock
from server.settings import Settings
from server.turnstile import Turnstile

# Streams, which gzip would hold back; JSON, whose strong ETags name the very bytes; pictures, which are packed already.
UNCOMPRESSED = ["^/api/", r"\.(json|png)$", "^/healthz", "^/readyz", "^/metrics"]
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
) -> Litestar:
    """API and pages over the given parts. The caller closes the parts."""
    parts = Parts(settings, store, queue, progress, clock, limits, meter, budget)
    app = Litestar(
        route_handlers=[
            CardsController,
            JobsController,
            LookupController,
            HealthController,
            FrontController,
            GrowingController,
            PermalinkController,
            EmbedController,
            OEmbedController,
            _static_files(),
        ],
        dependencies={"parts": Provide(lambda: parts, sync_to_thread=False), "caller": Provide(find_caller)},
        exception_handlers={Exception: handle_error},
        openapi_config=_openapi(),
        request_max_body_size=MAX_BODY_BYTES,
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=6, exclude=UNCOMPRESSED),
        logging_config=None,
    )
    # Around everything, routing included, which Litestar's own middleware is not.
    app.asgi_handler = Door(Turnstile(app.asgi_handler, parts), settings)
    return app


def _static_files() -> Router:
    """Pages ask for them under an address that changes with the content, so they may be kept for long."""
    folder = str(files("server.pages") / "static")
    kept = CacheControlHeader(public=True, max_age=7 * 24 * 3600)
    return create_static_files_router("/static", directories=[folder], cache_control=kept)


def _openapi() -> OpenAPIConfig:
    """The document alone: the usual viewers load scripts from elsewhere."""
    return OpenAPIConfig(
        title="Threadproof", version="1", path="/schema", render_plugins=[JsonRenderPlugin(path="/openapi.json")]
    )
