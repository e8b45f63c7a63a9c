"""What the web server imports: `server.asgi:create` as a factory. Importing does no work."""

import os
from datetime import UTC, datetime

from litestar import Litestar

from server.adapters.meters import RedisMeter
from server.adapters.redis_budget import RedisBudget
from server.adapters.redis_limits import RedisLimits
from server.adapters.redis_progress import RedisProgress
from server.adapters.rq_queue import RqJobQueue
from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.core.errors import InvalidSetting
from server.settings import Settings


def create() -> Litestar:
    """The application on real adapters, configured by the environment; it closes them when it shuts down."""
    settings = Settings.from_env(os.environ)
    if settings.redis_url is None:
        raise InvalidSetting("REDIS_URL is not set. Start everything with `threadproof serve`, or name a Redis server.")
    store = SqlCardStore(settings.store_url)
    queue = RqJobQueue(settings.redis_url, job_timeout_s=settings.job_timeout_s)
    progress = RedisProgress(settings.redis_url)
    limits, meter = RedisLimits(settings.redis_url), RedisMeter(settings.redis_url)
    budget = RedisBudget(
        settings.redis_url,
        day_usd=settings.day_budget_usd,
        key_usd=settings.key_budget_usd,
        address_usd=settings.address_budget_usd,
    )
    app = create_app(settings, store, queue, progress, lambda: datetime.now(UTC), limits, meter, budget)
    app.on_shutdown.extend([limits.close, meter.close, budget.close, progress.close, queue.close, store.close])
    return app
